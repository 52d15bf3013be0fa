"""A program that imports a package whole and prints what that did to the world."""

from __future__ import annotations

from typing import Final

EFFECTS: Final = r"""
import importlib, json, os, pkgutil, sys, threading

seen = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system",
    "os.fork", "os.mkdir", "os.remove", "os.rename", "os.chmod", "os.putenv", "sqlite3.connect",
    "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp",
}

def watch(event, arguments):
    if event in FORBIDDEN:
        seen.append(event)
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        if "__pycache__" not in str(arguments[0]):
            seen.append(f"write {arguments[0]}")

sys.dont_write_bytecode = True
sys.addaudithook(watch)
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
if threading.active_count() > 1:
    seen.append("threads")
print(json.dumps(seen))
"""
