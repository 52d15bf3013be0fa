"""A small vendor on this machine: routes over real sockets on loopback, and a log of what came."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

HOST: Final = "127.0.0.1"
LARGEST_BODY: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """What came: ``path`` is decoded, ``query`` keeps the last of equal names."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    groups: tuple[str, ...] = ()
    """What the route's pattern caught in the path."""

    def json(self) -> Any:  # noqa: ANN401 - whatever a client sends
        """Return the body; raise ``ValueError`` if it is no JSON."""
        return json.loads(self.body or b"null")

    def form(self) -> dict[str, str]:
        """Return the fields of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. ``cut_at`` promises the whole body and breaks off after so many bytes."""

    status: int
    body: bytes = field(default=b"", repr=False)
    media_type: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    silent: bool = False
    """No answer at all: the connection stays open until the client gives up or we stop."""

    @classmethod
    def of_json(cls, value: object, status: int = 200, **headers: str) -> Answer:
        """Return a JSON answer."""
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(value, separators=(",", ":")).encode(), headers=names)


Handler = Callable[[Request], Answer]


class Routes:
    """Patterns of paths and who answers them; the first that fits does."""

    def __init__(self) -> None:
        self._known: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Let ``handler`` answer paths that match ``pattern`` whole."""
        self._known.append((method, re.compile(pattern), handler))

    def __call__(self, request: Request) -> Answer:
        """Answer a request; 404 for a path nobody has, 405 for a method."""
        found = False
        for method, pattern, handler in self._known:
            match = pattern.fullmatch(request.path)
            if match is None:
                continue
            found = True
            if method == request.method:
                groups = tuple(match.groups())
                return handler(
                    Request(
                        request.method,
                        request.path,
                        request.query,
                        request.headers,
                        request.body,
                        groups,
                    )
                )
        return Answer.of_json({"error": "not found"}, 405 if found else 404)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One request as it was answered; a silent or broken answer counts with its status."""

    method: str
    path: str
    status: int


class SimServer:
    """Serves ``handler`` on loopback until it is stopped; port 0 takes a free one.

    ``now`` tells what the vendor's clock says (the ``Date`` of every answer); ``silence_s`` is
    the longest that a silent answer keeps a client waiting.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        silence_s: float = 20.0,
    ) -> None:
        self._lock = Lock()
        self._lines: list[LogLine] = []
        self._stopping = Event()
        self._http = _Http((HOST, port), _Conversation)
        self._http.life = _Life(handler, now, self._note, self._stopping, silence_s)
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Return the address, without a slash at its end."""
        return f"http://{HOST}:{self._http.server_port}"

    @property
    def log(self) -> tuple[LogLine, ...]:
        """Return every request answered so far, in order."""
        with self._lock:
            return tuple(self._lines)

    def forget(self) -> None:
        """Empty the log."""
        with self._lock:
            self._lines.clear()

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more; what hangs is let go. Raises what went wrong in a handler, if any."""
        self._stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()
        if self._http.crashes:
            raise self._http.crashes[0]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _note(self, line: LogLine) -> None:
        with self._lock:
            self._lines.append(line)


@dataclass(frozen=True, slots=True)
class _Life:
    """What a conversation needs to know of its server."""

    handler: Handler
    now: Callable[[], datetime]
    note: Callable[[LogLine], None]
    stopping: Event
    silence_s: float


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    life: _Life

    def __init__(self, address: tuple[str, int], conversation: type[_Conversation]) -> None:
        super().__init__(address, conversation)
        self.crashes: list[BaseException] = []

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - theirs
        """Keep what went wrong in here; clients that hang up are what we are here for."""
        del request, client_address
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.crashes.append(error)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http
    timeout = 60
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client's acknowledgement

    def do_GET(self) -> None:
        self._converse()

    do_POST = do_GET  # noqa: N815 - the library's name
    do_DELETE = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Write nothing: the server keeps its own log."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return what the vendor's clock says, not the machine's."""
        del timestamp
        return format_datetime(self.server.life.now().astimezone(UTC), usegmt=True)

    def _converse(self) -> None:
        life, parts = self.server.life, urlsplit(self.path)
        length = min(LARGEST_BODY, int(self.headers.get("content-length") or 0))
        request = Request(
            self.command,
            unquote(parts.path),
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        answer = life.handler(request)
        life.note(LogLine(request.method, request.path, answer.status))
        if answer.silent:
            life.stopping.wait(life.silence_s)
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut_at])
        if answer.cut_at is not None:
            self.close_connection = True
