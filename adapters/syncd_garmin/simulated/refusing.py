"""Refusals in Garmin's shapes: often nothing but an empty object."""

from __future__ import annotations

import json
from typing import Any, Final

from syncd.sim.server import Answer, Handler, Request

HEADERS: Final = {"Cache-Control": "no-cache, no-store, private"}


class RefusedError(Exception):
    """A question that Garmin refuses: HTTP code, body, and what it says besides."""

    def __init__(
        self, code: int, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.body, self.headers = code, body or {}, headers or {}

    def answer(self) -> Answer:
        """Return the answer that refuses."""
        return told(self.body, self.code, **self.headers)


def told(value: object, status: int = 200, **headers: str) -> Answer:
    """Return a JSON answer with the headers of Garmin's front."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return Answer(status, body, "application/json", {**HEADERS, **headers})


def refusing(handler: Handler) -> Handler:
    """Let a handler refuse in Garmin's shape."""

    def answer(request: Request) -> Answer:
        try:
            return handler(request)
        except RefusedError as refused:
            return refused.answer()

    return answer
