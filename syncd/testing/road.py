"""The road that the core builds for an account, for tests of an adapter against its simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from syncd.contract import (
    Adapter,
    CanonicalRecord,
    Connection,
    Context,
    Cursor,
    RawPayload,
    Stream,
    Window,
)
from syncd.ingest.http import Limits, VendorClient


@dataclass(slots=True, kw_only=True)
class Road:
    """One account at a simulated vendor, through the true HTTP client.

    With ``key`` its adapter exchanges that for tokens, as at a sign-in; ``tokens`` holds them, the
    newest last, or those of a test that signs in otherwise. ``silence_s`` is how long an answer
    may keep a request waiting.
    """

    adapter: Adapter[Any]
    settings: BaseModel
    now: Callable[[], datetime]
    key: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    silence_s: float = 5.0
    tokens: list[str] = field(default_factory=list, repr=False)

    def token(self, *, refused: str | None = None) -> str:
        """Return the newest token, and a fresh one for the key where that is refused."""
        exchange = self.adapter.exchange
        if exchange is not None and self.key is not None and self.tokens[-1:] in ([], [refused]):
            with self._client() as http:
                self.tokens.append(exchange(self.settings, self.key, http).access)
        return self.tokens[-1]

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Open a connection of its own."""
        with self._client(signed_in=bool(self.key or self.tokens)) as http:
            context = Context("someone", self.now, http, facts=self.facts)
            with self.adapter.connect(self.settings, context) as connection:
                yield connection

    def fetched(
        self, stream: Stream, window: Window | None, cursor: Cursor | None = None
    ) -> list[RawPayload]:
        """Return all payloads of one pull."""
        with self.connected() as connection:
            return list(connection.fetch(stream, window, cursor))

    def records(
        self, stream: Stream, window: Window | None, cursor: Cursor | None = None
    ) -> list[CanonicalRecord]:
        """Return all records of one pull."""
        fetched = self.fetched(stream, window, cursor)
        return [record for payload in fetched for record in self.adapter.parse(payload)]

    def _client(self, *, signed_in: bool = False) -> VendorClient:
        return VendorClient(
            now=self.now,
            tokens=self.token if signed_in else None,
            reset_headers=self.adapter.capabilities.reset_headers,
            limits=Limits(silence_s=self.silence_s),
        )
