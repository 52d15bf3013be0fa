"""What goes wrong between a vendor and us, on demand: at the n-th request, or on a route."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from threading import Lock
from typing import Final

from syncd.sim.server import Answer, Handler, Request

HTML: Final = "text/html; charset=utf-8"


class FaultKind(StrEnum):
    """What happens instead of the true answer, or to it."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    GONE = "410"
    TOO_MANY = "429"
    TOO_MANY_SECONDS = "429 with Retry-After in seconds"
    TOO_MANY_DATE = "429 with Retry-After as a date"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502 as a page"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    SILENCE = "no answer"
    CUT_BODY = "the connection breaks in the body"
    CUT_JSON = "half of the JSON, as if it were whole"
    PAGE = "a page for people, with 200"
    FORBIDDEN_PAGE = "a page for people, with 403"
    ELSEWHERE = "a detour to another host"


WAIT: Final = timedelta(seconds=97)
"""What the faults with ``Retry-After`` ask for."""

_PAGE: Final = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body>Sorry.</body></html>"
_STATUS: Final = {
    FaultKind.UNAUTHORIZED: (401, "UNAUTHENTICATED"),
    FaultKind.FORBIDDEN: (403, "PERMISSION_DENIED"),
    FaultKind.GONE: (410, "GONE"),
    FaultKind.TOO_MANY: (429, "RESOURCE_EXHAUSTED"),
    FaultKind.TOO_MANY_SECONDS: (429, "RESOURCE_EXHAUSTED"),
    FaultKind.TOO_MANY_DATE: (429, "RESOURCE_EXHAUSTED"),
    FaultKind.SERVER_ERROR: (500, "INTERNAL"),
    FaultKind.UNAVAILABLE: (503, "UNAVAILABLE"),
    FaultKind.GATEWAY_TIMEOUT: (504, "DEADLINE_EXCEEDED"),
}
_PAGES: Final = {
    FaultKind.BAD_GATEWAY: 502,
    FaultKind.PAGE: 200,
    FaultKind.FORBIDDEN_PAGE: 403,
}


@dataclass(slots=True)
class Fault:
    """One fault: ``route`` is a pattern searched in the path, ``at`` counts what fits from 1.

    It happens ``times`` times in a row; ``times=None`` is for ever.
    """

    kind: FaultKind
    route: str = ""
    at: int = 1
    times: int | None = 1
    seen: int = 0

    def strikes(self, request: Request) -> bool:
        """Count a request, and tell whether it is hit."""
        if not re.search(self.route, request.path):
            return False
        self.seen += 1
        return self.seen >= self.at and (self.times is None or self.seen < self.at + self.times)


class Faults:
    """Stands in front of a vendor; without faults it is not there.

    ``skew`` is by how much the vendor's clock is ahead of the true one; a simulator reads it.
    """

    def __init__(self, handler: Handler, *, now: Callable[[], datetime]) -> None:
        self._handler, self._now = handler, now
        self._faults: list[Fault] = []
        self._lock = Lock()
        self.skew = timedelta(0)

    def add(self, kind: FaultKind, *, route: str = "", at: int = 1, times: int | None = 1) -> None:
        """Let it happen at the ``at``-th request from now that fits ``route``."""
        with self._lock:
            self._faults.append(Fault(kind, route, at, times))

    def around(self, wrap: Callable[[Handler], Handler]) -> None:
        """Put something of one's own before the vendor, behind the faults."""
        with self._lock:
            self._handler = wrap(self._handler)

    def clear(self) -> None:
        """Let everything be well again."""
        with self._lock:
            self._faults.clear()

    def __call__(self, request: Request) -> Answer:
        """Answer, or let the first fault that strikes do it."""
        with self._lock:
            struck = [fault.kind for fault in self._faults if fault.strikes(request)]
        if not struck:
            return self._handler(request)
        return self._wrong(struck[0], request)

    def _wrong(self, kind: FaultKind, request: Request) -> Answer:
        if kind in _STATUS:
            return self._refused(kind)
        if kind in _PAGES:
            return Answer(_PAGES[kind], _PAGE, HTML)
        if kind is FaultKind.SILENCE:
            return Answer(0, silent=True)
        if kind is FaultKind.ELSEWHERE:
            return Answer(302, headers={"Location": "http://wlan.invalid/sign-in"})
        true = self._handler(request)
        if kind is FaultKind.CUT_BODY:
            return replace(true, cut_at=len(true.body) // 2)
        return replace(true, body=true.body[: max(1, len(true.body) // 2)])

    def _refused(self, kind: FaultKind) -> Answer:
        code, status = _STATUS[kind]
        headers: dict[str, str] = {}
        if kind is FaultKind.TOO_MANY_SECONDS:
            headers["Retry-After"] = str(int(WAIT.total_seconds()))
        if kind is FaultKind.TOO_MANY_DATE:
            headers["Retry-After"] = format_datetime(self._now() + WAIT, usegmt=True)
        error = {"code": code, "message": "made up by the simulator", "status": status}
        return replace(Answer.of_json({"error": error}, code), headers=headers)
