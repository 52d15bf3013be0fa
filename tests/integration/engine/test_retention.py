"""What of the archive goes again, and that nothing is lost by it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from syncd.contract import Stream, Window
from syncd.ingest.superseding import superseded
from syncd.service import rebuild as rebuilding
from syncd.service.housekeeping import Housekeeping
from syncd.service.rebuild import rebuild
from syncd.service.syncing import Engine, Wish, sync_account
from syncd.store import Store, accounts, archive, derived, due, people, pulls, retention
from syncd.store import tables as t
from syncd.store.pulls import PullRow
from tests.integration.engine.made_up_vendor import DAY, Vendor

NOW = datetime(2026, 3, 20, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Home:
    store: Store
    vendor: Vendor
    account_id: int
    person_id: int
    now: datetime = NOW

    def sync(self) -> None:
        self.vendor.synced = self.now
        adapter = self.vendor.adapter()
        engine = Engine(
            store=self.store,
            clock=lambda: self.now,
            open=lambda _account, _adapter: self.vendor.connected(),
            rng=random.Random(1),
            find=lambda _name: adapter,
        )
        assert sync_account(engine, self.account_id, Wish(slices_most=None)).step is None

    def tidy(self, archive_days: int = 90) -> None:
        adapter = self.vendor.adapter()
        Housekeeping(
            store=self.store,
            clock=lambda: self.now,
            find=lambda _name: adapter,
            archive_days=lambda: archive_days,
            stopping=lambda: False,
        ).tidy()

    def counts(self) -> tuple[int, int]:
        """Return how many pulls and how many bodies are kept."""
        with self.store.read() as cx:
            count = select(func.count())
            return (
                cx.execute(count.select_from(t.pull)).scalar_one(),
                cx.execute(count.select_from(t.archive)).scalar_one(),
            )

    def days(self) -> dict[date, tuple[object, ...]]:
        with self.store.read() as cx:
            rows = derived.iter_days(cx, [self.person_id])
            return {r.day.day: (r.day.steps, r.day.brisk_min, r.day.outcome) for r in rows}

    def rebuild(self) -> None:
        rebuild(self.store, since=None, clock=lambda: self.now)


@pytest.fixture
def home(store: Store, monkeypatch: pytest.MonkeyPatch) -> Home:
    with store.write() as tx:
        person = people.add(tx, "me", now=NOW)
        people.set_zone(tx, person.id, "UTC", None)
        account = accounts.add(tx, person.id, "made-up", "a", settings={}, now=NOW)
        due.starts(tx, account.id, now=NOW)
    vendor = Vendor(synced=NOW, history=3 * DAY)
    vendor.live(NOW - 3 * DAY, NOW + 4 * DAY)
    vendor.walk(NOW - DAY, 34)
    monkeypatch.setattr(rebuilding, "_adapter", lambda _vendor: vendor.adapter())
    return Home(store, vendor, account.id, person.id)


def hours(home: Home, count: int) -> None:
    """Let the watch be worn and asked for so many hours."""
    for _ in range(count):
        home.now += HOUR
        home.sync()


def test_answers_that_later_ones_cover_go_after_a_day_and_a_rebuild_says_the_same(home: Home):
    hours(home, 20)
    before = home.counts()
    home.tidy()
    assert home.counts() == before  # none of them is a day old
    home.now += 26 * HOUR
    home.sync()
    days, many = home.days(), home.counts()
    home.tidy()
    left = home.counts()
    assert left[0] < many[0] / 2
    assert left[1] < many[1] / 2
    assert home.days() == days
    home.rebuild()
    assert home.days() == days
    home.tidy()
    assert home.counts() == left


def test_old_answers_go_but_what_they_said_stays_through_a_rebuild(home: Home):
    home.sync()
    days = home.days()
    assert any(brisk == 34 for _, brisk, _ in days.values())
    home.now += 100 * DAY
    home.tidy(archive_days=101)
    assert home.counts()[1] > 0
    home.tidy()
    pulls_left, bodies = home.counts()
    assert bodies == 0
    assert pulls_left > 0
    home.rebuild()
    walked = {day: (steps, brisk) for day, (steps, brisk, _) in home.days().items()}
    assert {day: walked[day] for day in days} == {d: (s, b) for d, (s, b, _) in days.items()}


def test_a_pull_that_never_came_to_its_end_goes_after_a_day(home: Home):
    with home.store.write() as tx:
        window = Window(NOW - DAY, NOW)
        pull_id = pulls.begin(tx, home.account_id, Stream.STEPS, window, NOW)
        archive.keep(
            tx, home.account_id, pull_id, next(home.vendor.fetch(Stream.STEPS, window, None))
        )
    home.now = NOW + 23 * HOUR
    home.tidy()
    assert home.counts() == (1, 1)
    home.now = NOW + 25 * HOUR
    home.tidy()
    assert home.counts() == (0, 0)


def test_imported_files_stay_for_ever(home: Home):
    with home.store.write() as tx:
        files = accounts.files_account(tx, home.person_id, now=NOW)
        pull_id = pulls.begin(tx, files.id, Stream.STEPS, None, NOW)
        window = Window(NOW - DAY, NOW)
        archive.keep(tx, files.id, pull_id, next(home.vendor.fetch(Stream.STEPS, window, None)))
        tx.execute(
            insert(t.pull).values(
                account_id=files.id, stream="steps", started_at=NOW, complete=True
            )
        )
    home.now = NOW + 4000 * DAY
    home.tidy()
    assert home.counts() == (2, 1)


def pull(number: int, first: int, end: int, **more: object) -> PullRow:
    """Return a complete pull of the hours ``first``..``end`` of 20 March."""
    midnight = NOW.replace(hour=0)
    window = Window(midnight + first * HOUR, midnight + end * HOUR)
    said = {"stream": Stream.STEPS, "complete": True, "covers": window, "kept": (), **more}
    return PullRow(
        id=number, account_id=1, asked=window, started_at=NOW, parser=1, problems=(), **said
    )


TWENTIETH = (NOW.date() - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("held", "gone"),
    [
        pytest.param([pull(1, 0, 5), pull(2, 0, 6)], [1], id="covered by one"),
        pytest.param([pull(1, 0, 5), pull(2, 0, 3), pull(3, 3, 6)], [1], id="covered by two"),
        pytest.param([pull(1, 0, 5), pull(2, 1, 6)], [], id="an hour is not covered"),
        pytest.param([pull(1, 0, 5), pull(2, 0, 2), pull(3, 3, 6)], [], id="a hole between"),
        pytest.param([pull(1, 0, 6), pull(2, 0, 5)], [], id="the later says less"),
        pytest.param([pull(1, 0, 5), pull(2, 0, 6, complete=False)], [], id="half come"),
        pytest.param(
            [pull(1, 0, 5), pull(2, 0, 6, kept=(("watch", TWENTIETH),))], [], id="not believed"
        ),
        pytest.param([pull(1, 0, 5, covers=None), pull(2, 0, 6)], [], id="covers nobody knows"),
        pytest.param(
            [pull(1, 0, 1, stream=Stream.DEVICES), pull(2, 2, 3, stream=Stream.DEVICES)],
            [1],
            id="freshness says what is newest",
        ),
    ],
)
def test_what_has_said_its_say(held: list[PullRow], gone: list[int]):
    capabilities = Vendor(synced=NOW).adapter().capabilities
    assert [p.id for p in superseded(held, capabilities)] == gone


def shared(home: Home) -> tuple[int, int]:
    """Return two complete pulls, the second 50 days younger, that brought the same bytes."""
    window = Window(NOW - DAY, NOW)
    payload = next(home.vendor.fetch(Stream.STEPS, window, None))
    ids = []
    with home.store.write() as tx:
        for later in (0, 50):
            pull_id = pulls.begin(tx, home.account_id, Stream.STEPS, window, NOW + later * DAY)
            archive.keep(tx, home.account_id, pull_id, payload)
            pulls.complete(tx, pull_id, covers=window, parser=1)
            ids.append(pull_id)
    assert home.counts() == (2, 1)
    return ids[0], ids[1]


def test_bytes_that_another_pull_needs_stay_when_one_is_given_up(home: Home):
    first, second = shared(home)
    with home.store.write() as tx:
        retention.drop(tx, home.account_id, [first])
    assert home.counts() == (1, 1)
    with home.store.read() as cx:
        assert len(list(pulls.payloads(cx, second))) == 1
    with home.store.write() as tx:
        retention.drop(tx, home.account_id, [second])
    assert home.counts() == (0, 0)


def test_bytes_are_old_only_when_all_who_brought_them_are(home: Home):
    shared(home)
    with home.store.write() as tx:
        retention.expire(tx, home.account_id, NOW + 20 * DAY)
    assert home.counts() == (2, 1)
    with home.store.write() as tx:
        retention.expire(tx, home.account_id, NOW + 60 * DAY)
    assert home.counts() == (2, 0)
