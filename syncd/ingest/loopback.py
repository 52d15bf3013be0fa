"""The last page of a sign-in, served on this machine: nobody has to paste an address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import urlsplit

PATH: Final = "/"
_DONE: Final = (
    b"<!doctype html><meta charset=utf-8><title>syncd</title>"
    b"<p>Thank you. You can close this page and go back to the terminal.</p>"
)
_LONGEST_ADDRESS: Final = 8192


class Catcher:
    """Waits for the browser to come back; ``redirect`` is where it is sent to."""

    def __init__(self, port: int, found: SimpleQueue[str]) -> None:
        self.redirect = f"http://127.0.0.1:{port}{PATH}"
        self._found = found

    def address(self, timeout_s: float) -> str | None:
        """Return the address that the browser came back with, ``None`` if it did not in time."""
        try:
            return self._found.get(timeout=timeout_s)
        except Empty:
            return None


@contextmanager
def catching(port: int = 0) -> Iterator[Catcher]:
    """Serve the last page on loopback, on a free port or a given one, until the block ends."""
    found: SimpleQueue[str] = SimpleQueue()

    class Page(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            """Take the address, if it is the one a vendor sends to, and say thank you."""
            if len(self.path) > _LONGEST_ADDRESS or urlsplit(self.path).path != PATH:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_DONE)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(_DONE)
            if urlsplit(self.path).query:
                found.put(f"http://127.0.0.1{self.path}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            """Say nothing: the address holds a code."""

    server = HTTPServer(("127.0.0.1", port), Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Catcher(server.server_address[1], found)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
