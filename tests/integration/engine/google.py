"""A home with accounts at a simulated Google Health: real adapter, real sockets, real sign-ins."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.request import HTTPRedirectHandler, build_opener, urlopen

from syncd.ingest import registry
from syncd.service.account_settings import checked
from syncd.service.connecting import Roads
from syncd.service.signing_in import SignedIn, sign_in
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.settings import Settings, StoreLockSettings
from syncd.sim.weeks import lately
from syncd.store import Store, accounts, due, people, streams
from syncd.store import tables as t
from syncd.store.store_lock import make_store_lock
from syncd_google_health.simulator import GoogleHealth

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
FRESH = Wish(slices_most=0)
ADAPTER = registry.find("google-health")


class Away(HTTPRedirectHandler):
    """A browser on another machine: it cannot reach 127.0.0.1 of this one."""

    def redirect_request(self, *_asked: object) -> None:
        return None


@dataclass
class Desk:
    """A person who opens what they are shown: in a browser here, or elsewhere and pastes."""

    pastes: bool = False
    types: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    address: str = ""

    def show(self, address: str) -> None:
        self.address = address
        if self.pastes:
            try:
                build_opener(Away).open(address, timeout=10)
            except OSError as redirect:
                self.types.append(redirect.headers["Location"])
        elif not self.types:
            threading.Thread(target=self._visit).start()

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def pasted(self, within_s: float) -> str | None:
        return self.types.pop(0) if self.types else None

    def _visit(self) -> None:
        with urlopen(self.address, timeout=10) as page:
            page.read()


class GoogleHome:
    """One person, a vendor, a clock that tests turn."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.now, self.folder = store, NOW, folder
        cloud = lately(1, "Europe/Berlin", date(2026, 3, 29), 12)
        self.vendor = GoogleHealth(cloud, lambda: self.now)
        self.lock = make_store_lock(folder / "store-lock")
        settings = Settings(store_lock=StoreLockSettings(file=folder / "store-lock"))
        self.roads = Roads(store=store, settings=settings, env={}, clock=lambda: self.now)
        with store.write() as tx:
            self.person_id = people.add(tx, "me", now=NOW).id
            people.set_zone(tx, self.person_id, "Asia/Tokyo", None, told=False)

    def adds(self, name: str = "google-health") -> int:
        file = self.vendor.write_client_file(self.folder)
        settings = {"client_file": str(file), "base_url": self.vendor.base_url}
        with self.store.write() as tx:
            vendor = "google-health"
            return accounts.add(tx, self.person_id, vendor, name, settings=settings, now=NOW).id

    def signs_in(self, account_id: int, desk: Desk | None = None) -> SignedIn:
        person = desk or Desk()
        return sign_in(self.roads, account_id, ADAPTER, person, lock=self.lock, patience_s=20)

    def sync(self, account_id: int, wish: Wish = FRESH) -> SyncReport:
        engine = Engine(
            store=self.store, clock=lambda: self.now, open=self.roads.open, rng=random.Random(1)
        )
        return sync_account(engine, account_id, wish)

    def account(self, account_id: int) -> accounts.Account:
        with self.store.read() as cx:
            return accounts.get(cx, account_id)

    def told(self, account_id: int) -> object:
        account = self.account(account_id)
        return checked(ADAPTER, account.name, account.settings, {})

    def stream(self, account_id: int, stream) -> streams.StreamRow:
        with self.store.read() as cx:
            return streams.get(cx, account_id, stream)

    def zones(self) -> list[people.ZoneRun]:
        with self.store.read() as cx:
            return people.zones(cx, self.person_id)

    def notices(self) -> list[str]:
        with self.store.read() as cx:
            return [row["words"] for row in cx.execute(t.notice.select()).mappings()]

    def syncs_when_due(self, account_id: int) -> SyncReport | None:
        """Sync an account if the schedule would claim it now."""
        with self.store.write() as tx:
            ids = due.claim(tx, now=self.now, most=9, hold=self.now - self.now)
        return self.sync(account_id) if account_id in ids else None


@contextmanager
def google_home(store: Store, folder: Path):
    home = GoogleHome(store, folder)
    with home.vendor:
        yield home
