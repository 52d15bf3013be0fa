"""The key of the Personal API and the tokens it gives, as Garmin keeps them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from time import monotonic
from typing import Final

from syncd.sim.server import Answer, Handler, Request
from syncd_garmin.simulated.refusing import HEADERS, RefusedError, refusing

KEY: Final = "sim-garmin-key-0001"
TOKEN_LIVES: Final = timedelta(hours=24)
RETRY_AFTER_S: Final = 14


@dataclass
class Keys:
    """Who is let in. ``alive`` is false once the key has ended or was deleted.

    ``burst`` is how many requests in one go are answered before 429; one more a second. It runs on
    real time, as a vendor's does; ``None`` answers any number.
    """

    now: Callable[[], datetime]
    key: str = KEY
    alive: bool = True
    burst: int | None = None
    tokens: dict[str, datetime] = field(default_factory=dict, repr=False)
    exchanges: int = 0

    def __post_init__(self) -> None:
        self._number = count(1)
        self._left, self._at = float(self.burst or 0), monotonic()

    def revoke(self) -> None:
        """End every token; the key gives new ones while it is alive."""
        self.tokens.clear()

    def delete(self) -> None:
        """Delete the key, and every token with it."""
        self.alive = False
        self.revoke()

    def exchange(self, request: Request) -> Answer:
        """Give a token for the key: bare text, no JSON."""
        self.exchanges += 1
        if not self.alive or request.headers.get("authorization") != f"ApiKey {self.key}":
            raise RefusedError(401)
        ends = self.now() + TOKEN_LIVES
        token = _token(next(self._number), ends)
        self.tokens[token] = ends
        return Answer(200, f"{token}\n".encode(), "text/plain;charset=UTF-8", HEADERS)

    def guarded(self, handler: Handler) -> Handler:
        """Let nobody in without a token, nor too often; tell refusals in Garmin's shape."""

        def answer(request: Request) -> Answer:
            self._not_too_often()
            self._let_in(request)
            return handler(request)

        return refusing(answer)

    def _let_in(self, request: Request) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        ends = self.tokens.get(token) if kind == "Bearer" else None
        if ends is None or ends <= self.now():
            raise RefusedError(401)

    def _not_too_often(self) -> None:
        if self.burst is None:
            return
        before, self._at = self._at, monotonic()
        self._left = min(float(self.burst), self._left + self._at - before)
        if self._left < 1:
            raise RefusedError(429, headers={"Retry-After": str(RETRY_AFTER_S)})
        self._left -= 1


def _token(number: int, ends: datetime) -> str:
    """Return a token that looks like Garmin's: three parts, the middle one with its end."""
    parts = ({"alg": "RS256", "typ": "JWT"}, {"jti": f"sim-{number}", "exp": int(ends.timestamp())})
    head, claims = (
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    return f"{head}.{claims}.sim-signature-{number:04d}"
