"""A Fitbit on this machine, and the road to it through the real package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from syncd.contract import (
    AuthExpired,
    CanonicalRecord,
    Connection,
    Context,
    Cursor,
    RawPayload,
    Stream,
    Window,
)
from syncd.testing.fakes import SetClock
from syncd_fitbit import adapter
from syncd_fitbit.scopes import SCOPES
from syncd_fitbit.settings import FitbitSettings
from syncd_fitbit.simulator import LIFE, FitbitVendor
from tests.adapters.google_health.vendor import MID_MARCH, minutes, weeks, window

__all__ = ["MID_MARCH", "Account", "Drawer", "minutes", "parsed", "weeks", "window"]


@dataclass
class Drawer:
    """A keeper in memory: what was saved, in order, and what another process saves first."""

    saved: list[str] = field(default_factory=list)
    faster: str | None = None

    def held(self) -> str:
        if not self.saved:
            raise AuthExpired("Nobody has signed in to this account yet.")
        return self.saved[-1]

    def keep(self, renewed: str) -> str:
        self.saved.append(self.faster or renewed)
        self.faster = None
        return self.saved[-1]

    @property
    def newest(self) -> dict[str, object]:
        said: dict[str, object] = json.loads(self.saved[-1])
        return said


@dataclass
class Account:
    """One person's account at the simulated vendor."""

    vendor: FitbitVendor
    clock: SetClock
    folder: Path
    keeper: Drawer = field(default_factory=Drawer)
    granted: frozenset[str] | None = None
    facts: dict[str, str] = field(default_factory=dict)

    def signs_in(self, scopes: tuple[str, ...] = SCOPES) -> dict[str, object]:
        """Sign in, and return what is held of it."""
        access, refresh = self.vendor.sign_in.consent(scopes)
        ends = int((self.clock() + LIFE).timestamp())
        said = {"access_token": access, "refresh_token": refresh, "expires_at": ends}
        self.keeper.saved.append(json.dumps(said))
        return said

    def settings(self) -> FitbitSettings:
        """Return the settings as the core hands them over: the secret read from its file."""
        told = self.vendor.settings(self.folder)
        return FitbitSettings(**told | {"client_secret": self.vendor.sign_in.client_secret})

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Open a connection."""
        context = Context(
            "somebody", self.clock, facts=self.facts, granted=self.granted, keeper=self.keeper
        )
        with adapter.connect(self.settings(), context) as connection:
            yield connection

    def fetched(
        self, stream: Stream, asked: Window | None, cursor: Cursor | None = None
    ) -> list[RawPayload]:
        """Return all payloads of one pull."""
        with self.connected() as connection:
            return list(connection.fetch(stream, asked, cursor))

    def records(self, stream: Stream, asked: Window | None) -> list[CanonicalRecord]:
        """Return all records of one pull."""
        return parsed(self.fetched(stream, asked))

    def asked(self) -> list[str]:
        """Return the paths of every request so far, without what is the same in all."""
        return [line.path.removeprefix("/1/user/-/") for line in self.vendor.server.log]


def parsed(payloads: list[RawPayload]) -> list[CanonicalRecord]:
    """Return the records of payloads in order."""
    return [record for payload in payloads for record in adapter.parse(payload)]
