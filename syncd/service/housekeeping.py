"""What a daemon does once an hour: days that time moved on, the archive, the database itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from syncd.contract import Adapter, ConfigError
from syncd.ingest.superseding import superseded
from syncd.service import logs
from syncd.service.plans import advance_all
from syncd.service.refreshing import refresh
from syncd.service.whereabouts import zone_now
from syncd.store import Store, maintenance, pulls, retention

log = logs.of(__name__)

SETTLED: Final = timedelta(hours=24)
"""What later pulls cover goes after so long, and what never came to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeping:
    """The hourly work. One part that fails stops no other; all of it may be done twice."""

    store: Store
    clock: Callable[[], datetime]
    find: Callable[[str], Adapter[Any]]
    archive_days: Callable[[], int]
    stopping: Callable[[], bool]

    def __call__(self) -> None:
        """Do all of it, until the process is to end."""
        parts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("judging again", self._judge),
            ("plans", self._tell_plans),
            ("archive", self.tidy),
            ("database", self._maintain),
        )
        for what, part in parts:
            if self.stopping():
                return
            try:
                part()
            except Exception:
                log.exception("housekeeping failed", part=what)

    def tidy(self) -> None:
        """Give up answers that later ones cover, that are old, or that never came whole."""
        now = self.clock()
        with self.store.read() as cx:
            everyone = retention.vendor_accounts(cx)
        for account_id, vendor in everyone:
            if self.stopping():
                return
            done_with = self._superseded(account_id, vendor, now - SETTLED)
            with self.store.write() as tx:
                covered = retention.drop(tx, account_id, done_with)
                broken = retention.drop_incomplete(tx, account_id, now - SETTLED)
                old = now - timedelta(days=self.archive_days())
                expired = retention.expire(tx, account_id, old)
            if covered or broken or expired:
                log.info(
                    "answers given up",
                    account=account_id,
                    covered=covered,
                    incomplete=broken,
                    expired=expired,
                )

    def _superseded(self, account_id: int, vendor: str, before: datetime) -> list[int]:
        """Return the pulls that a replay can do without; none where the adapter is gone."""
        try:
            capabilities = self.find(vendor).capabilities
        except ConfigError:
            return []
        with self.store.read() as cx:
            held = pulls.complete_pulls(cx, account_id)
        return [pull.id for pull in superseded(held, capabilities) if pull.started_at < before]

    def _judge(self) -> None:
        refresh(self.store, clock=self.clock)

    def _maintain(self) -> None:
        maintenance.maintain(self.store)

    def _tell_plans(self) -> None:
        advance_all(self.store, clock=self.clock, today_of=self._today)

    def _today(self, cx: Connection, person_id: int) -> date:
        now = self.clock()
        return now.astimezone(zone_now(cx, person_id, now)).date()
