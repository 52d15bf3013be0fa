"""A vendor account brought up to date: nothing lost, nothing doubled, whatever happens."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from syncd.contract import (
    AuthExpired,
    Forbidden,
    RateLimited,
    Retired,
    Stream,
    Transient,
    Window,
)
from syncd.service.pulling import runs_of
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.store import Store, accounts, derived, due, people, streams
from syncd.store import tables as t
from tests.integration.engine.made_up_vendor import DAY, Vendor

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIVED, SHORT = 20, 16
"""Days with a walk each, and how many of them a vendor with a short memory keeps."""
EVERYTHING = Wish(slices_most=None)


@dataclass
class Home:
    """A person with one account at a made-up vendor, and a clock that tests turn."""

    store: Store
    vendor: Vendor
    account_id: int
    person_id: int
    now: datetime = NOW

    def sync(self, wish: Wish = EVERYTHING) -> SyncReport:
        adapter = self.vendor.adapter()
        engine = Engine(
            store=self.store,
            clock=lambda: self.now,
            open=lambda _account, _adapter: self.vendor.connected(),
            rng=random.Random(1),
            find=lambda _name: adapter,
        )
        return sync_account(engine, self.account_id, wish)

    def account(self) -> accounts.Account:
        with self.store.read() as cx:
            return accounts.get(cx, self.account_id)

    def brisk(self) -> dict[date, int | None]:
        with self.store.read() as cx:
            days = derived.iter_days(cx, [self.person_id])
            return {row.day.day: row.day.brisk_min for row in days if row.day.brisk_min}

    def stream(self, stream: Stream = Stream.STEPS) -> streams.StreamRow:
        with self.store.read() as cx:
            return streams.get(cx, self.account_id, stream)

    def purged(self) -> list[tuple[datetime, datetime]]:
        with self.store.read() as cx:
            rows = streams.gaps(cx, self.account_id, Stream.STEPS)
        return [(row.start_at, row.end_at) for row in rows if row.state == "purged"]

    def count(self, table) -> int:
        with self.store.read() as cx:
            return len(cx.execute(table.select()).all())

    def notices(self) -> list[str]:
        with self.store.read() as cx:
            return list(cx.execute(t.notice.select()).mappings())


@pytest.fixture
def home(store: Store) -> Home:
    with store.write() as tx:
        person = people.add(tx, "me", now=NOW)
        people.set_zone(tx, person.id, "UTC", None)
        account = accounts.add(tx, person.id, "made-up", "made-up", settings={}, now=NOW)
        due.starts(tx, account.id, now=NOW)
    vendor = Vendor(synced=NOW)
    vendor.live(NOW - LIVED * DAY, NOW + 6 * DAY)
    for back in range(LIVED):
        midnight = (NOW - back * DAY).replace(hour=0)
        vendor.walk(midnight.replace(hour=8), 20 + back)
    return Home(store, vendor, account.id, person.id)


def test_a_first_sync_brings_the_newest_days_first_and_all_of_the_past(home: Home):
    report = home.sync()
    assert report.step is None
    assert not report.more
    asked = [window for stream, window in home.vendor.asked if stream is Stream.STEPS]
    assert asked[0].start == NOW - 14 * DAY
    backwards = [window.end for window in asked[3:]]
    assert backwards == sorted(backwards, reverse=True)
    assert min(window.start for window in asked) == NOW - 30 * DAY
    whole = {(NOW - back * DAY).date(): 20 + back for back in range(LIVED)}
    assert home.brisk() == whole
    account = home.account()
    assert (account.state, account.synced_ok_at) == (due.ACTIVE, NOW)
    assert NOW + 50 * timedelta(minutes=1) < account.next_sync_at < NOW + 70 * timedelta(minutes=1)


def test_l10_what_the_vendor_no_longer_keeps_is_purged_and_never_asked_for(home: Home):
    report = home.sync(Wish(since=NOW - 50 * DAY, slices_most=None))
    assert report.step is None
    oldest = min(window.start for stream, window in home.vendor.asked if stream is Stream.STEPS)
    assert oldest == NOW - 30 * DAY
    assert home.purged() == [(NOW - 50 * DAY, NOW - 31 * DAY)]

    home.vendor.asked.clear()
    home.now = home.vendor.synced = NOW + HOUR
    assert home.sync(Wish(since=NOW - 50 * DAY, slices_most=None)).step is None
    assert min(window.start for _, window in home.vendor.asked) > NOW - 30 * DAY


def test_l10_a_past_that_was_put_off_until_the_vendor_lost_it_ends_as_purged(home: Home):
    home.sync(Wish(slices_most=0))
    home.now = home.vendor.synced = NOW + 10 * DAY
    report = home.sync()
    assert (report.step, report.more) == (None, False)
    assert home.purged() == [(NOW - 30 * DAY, NOW - 21 * DAY)]


def test_a_daemon_fetches_a_week_of_the_past_a_run_and_comes_back_soon(home: Home):
    first = home.sync(Wish(slices_most=1))
    assert first.more
    assert home.account().next_sync_at == NOW + timedelta(seconds=5)
    seen = len(home.brisk())
    while (report := home.sync(Wish(slices_most=1))).more:
        assert len(home.brisk()) >= seen
        seen = len(home.brisk())
    assert report.step is None
    assert len(home.brisk()) == LIVED


def test_no_window_of_the_past_is_asked_for_twice(home: Home):
    home.sync()
    home.vendor.asked.clear()
    home.now += HOUR
    home.vendor.synced = home.now
    home.sync()
    midnight = home.now.replace(hour=0)
    assert home.vendor.asked == [
        (Stream.DEVICES, Window(home.now - DAY, home.now)),
        (Stream.STEPS, Window(midnight, home.now)),
    ]


def test_a_poll_costs_one_request_when_no_device_has_synced(home: Home):
    home.sync()
    home.vendor.asked.clear()
    home.now += HOUR
    report = home.sync()
    assert report.nothing_new
    assert [stream for stream, _ in home.vendor.asked] == [Stream.DEVICES]


def test_an_unchanged_sync_writes_nothing_but_the_schedule(home: Home):
    home.sync()
    home.now += HOUR
    home.sync(Wish(since=NOW - 2 * DAY))
    tables = (t.series_day, t.archive, t.pull_payload, t.pull, t.walk, t.day, t.day_revision)
    before = [home.count(table) for table in tables]
    asked = len(home.vendor.asked)
    home.sync(Wish(since=NOW - 2 * DAY))
    assert len(home.vendor.asked) > asked
    assert [home.count(table) for table in tables] == before


def test_l2_a_watch_offline_for_four_days_changes_all_four_when_it_comes_back(home: Home):
    home.sync()
    assert home.brisk()[NOW.date()] == 20
    for _ in range(4 * 3):
        home.now += 8 * HOUR
        home.sync()
    assert home.stream().watermark == NOW
    for day in range(1, 5):
        home.vendor.walk((NOW + day * DAY).replace(hour=9), 40 + day)
    home.vendor.synced = home.now = home.now + HOUR
    home.sync()
    found = home.brisk()
    assert [found[(NOW + day * DAY).date()] for day in range(1, 4)] == [41, 42, 43]
    assert home.stream().watermark == home.now


def test_v5_an_answer_that_is_not_understood_moves_no_cursor_and_is_kept(home: Home):
    home.sync()
    before = home.stream()
    archived = home.count(t.archive)
    home.now += HOUR
    home.vendor.synced, home.vendor.garbled = home.now, True
    report = home.sync()
    assert report.step is None
    assert report.skipped == {Stream.STEPS: "the answer is cut off"}
    after = home.stream()
    assert (after.state, after.watermark) == (streams.DEGRADED, before.watermark)
    assert home.count(t.archive) > archived
    home.now += HOUR
    home.vendor.synced, home.vendor.garbled = home.now, False
    home.sync()
    assert home.stream().state == streams.OK
    assert home.stream().watermark == home.now


def test_o2_a_forbidden_stream_stops_no_other(home: Home):
    home.vendor.faulty[Stream.STEPS] = Forbidden("the scope for steps was not granted")
    report = home.sync()
    assert report.step is None
    assert home.stream().state == streams.FORBIDDEN
    assert home.stream(Stream.DEVICES).state == streams.OK
    assert home.account().state == due.ACTIVE
    home.vendor.faulty.clear()
    home.now += HOUR
    home.vendor.synced = home.now
    home.sync()
    assert len(home.brisk()) == LIVED


def test_a9_retry_after_is_kept_across_a_restart_and_ends_by_itself(home: Home):
    home.vendor.faults = [RateLimited("asked too often", timedelta(seconds=700))]
    home.sync()
    account = home.account()
    assert (account.state, account.why) == (due.HELD_OFF, "asked too often")
    assert account.next_sync_at == NOW + timedelta(seconds=700)
    with home.store.write() as tx:
        assert due.claim(tx, now=NOW + timedelta(seconds=699), most=9, hold=HOUR) == []
        assert due.claim(tx, now=NOW + timedelta(seconds=700), most=9, hold=HOUR)
    home.now += timedelta(seconds=700)
    home.sync()
    assert (home.account().state, home.account().attempts) == (due.ACTIVE, 0)


def test_failures_in_a_row_wait_longer_each_time(home: Home):
    waits = []
    for _ in range(6):
        home.vendor.faults = [Transient("the vendor has trouble")]
        home.sync()
        waits.append((home.account().next_sync_at - home.now).total_seconds())
        home.now = home.account().next_sync_at
    assert all(later > earlier for earlier, later in pairwise(waits))


def test_a4_a_dead_sign_in_is_told_once_and_asked_no_more(home: Home):
    home.sync()
    for _ in range(3):
        home.vendor.faults = [AuthExpired("The sign-in has ended.")]
        home.sync()
    assert home.account().state == due.NEEDS_SIGN_IN
    [notice] = home.notices()
    assert "syncd account login made-up" in notice["words"]
    with home.store.write() as tx:
        assert due.claim(tx, now=NOW + 9 * DAY, most=9, hold=HOUR) == []
    assert len(home.brisk()) == LIVED


def test_a_vendor_that_switched_off_retires_the_account_and_keeps_its_history(home: Home):
    home.sync()
    home.vendor.faults = [Retired("The vendor switched this off. Migrate to google-health.")]
    home.sync()
    assert home.account().state == due.RETIRED
    assert len(home.brisk()) == LIVED


def test_a_fault_in_the_middle_loses_nothing_and_the_next_run_goes_on(home: Home):
    home.vendor.faults = [None, None, Transient("down")]
    assert home.sync().step is not None
    assert home.stream().watermark is not None
    asked = len(home.vendor.asked)
    home.now = home.account().next_sync_at
    home.sync()
    assert len(home.brisk()) == LIVED
    again = [w for s, w in home.vendor.asked[asked:] if s is Stream.STEPS]
    assert again[0].start > NOW - 14 * DAY


def test_a_day_that_vanishes_stays_until_the_vendor_says_so_twice_hours_apart(home: Home):
    home.sync()
    full = dict(home.vendor.minutes)
    home.vendor.minutes = {m: s for m, s in full.items() if m * 60 < (NOW - DAY).timestamp()}
    home.now += HOUR
    home.vendor.synced = home.now
    report = home.sync(Wish(since=NOW - DAY))
    assert report.kept
    assert home.brisk()[NOW.date()] == 20
    home.now += 2 * HOUR
    home.vendor.synced = home.now
    assert home.sync(Wish(since=NOW - DAY)).kept
    assert home.brisk()[NOW.date()] == 20
    home.now += 5 * HOUR
    home.vendor.synced = home.now
    assert not home.sync(Wish(since=NOW - DAY)).kept
    assert NOW.date() not in home.brisk()


def test_a_day_that_vanishes_and_comes_back_was_never_lost(home: Home):
    home.sync()
    full = dict(home.vendor.minutes)
    home.vendor.minutes = {}
    home.now += HOUR
    home.vendor.synced = home.now
    assert home.sync().kept
    home.vendor.minutes = full
    home.now += HOUR
    home.vendor.synced = home.now
    assert not home.sync().kept
    with home.store.read() as cx:
        assert streams.shrunk_days(cx, home.account_id) == []
    assert home.brisk()[NOW.date()] == 20


def test_two_workers_never_sync_one_account_at_once(home: Home):
    reports: list[SyncReport] = []
    home.vendor.on_request = lambda n: reports.append(home.sync()) if n == 3 else None
    home.sync()
    assert [report.busy for report in reports] == [True]
    assert len(home.brisk()) == LIVED


def test_a_worker_that_slept_past_its_lease_commits_nothing_more(home: Home):
    other: list[SyncReport] = []

    def sleeps(request: int) -> None:
        if request == 3:
            home.vendor.on_request = None
            with home.store.write() as tx:  # PostgreSQL goes by its own clock: let it be over
                tx.execute(t.account.update().values(lease_until=NOW - HOUR))
            other.append(home.sync())

    home.vendor.on_request = sleeps
    zombie = home.sync()
    assert zombie.busy
    assert [report.busy for report in other] == [False]
    assert zombie.pulls < other[0].pulls
    assert len(home.brisk()) == LIVED


def test_a1_a_worker_without_its_lease_does_not_send_a_person_to_sign_in(home: Home):
    def sleeps(request: int) -> None:
        if request == 3:
            home.vendor.on_request = None
            with home.store.write() as tx:
                tx.execute(t.account.update().values(lease_until=NOW - HOUR))
            home.sync()
            home.vendor.faults = [AuthExpired("the old refresh token")]

    home.vendor.on_request = sleeps
    assert home.sync().busy
    assert home.account().state == due.ACTIVE
    assert home.notices() == []


def test_a_person_can_ask_for_more_of_the_past_than_the_first_sync_brought(home: Home):
    home.vendor.history = SHORT * DAY
    home.sync()
    assert len(home.brisk()) == SHORT
    home.vendor.history = 60 * DAY
    home.sync(Wish(since=NOW - LIVED * DAY, slices_most=None))
    assert len(home.brisk()) == LIVED


def test_weeks_between_adding_an_account_and_its_first_sync_are_fetched_too(home: Home):
    home.now = NOW + 20 * DAY
    home.vendor.walk(NOW + 5 * DAY, 31)
    home.vendor.synced = home.now
    home.sync()
    assert (NOW + 5 * DAY).date() in home.brisk()
    with home.store.read() as cx:
        runs = runs_of(cx, home.account_id, Stream.STEPS)
    assert all(a.end == b.start for a, b in pairwise(runs))


def test_half_a_year_of_nothing_ends_a_backfill_without_asking_for_ten(home: Home):
    home.vendor.history = 3000 * DAY
    home.sync()
    steps = [window for stream, window in home.vendor.asked if stream is Stream.STEPS]
    assert min(window.start for window in steps) > NOW - (LIVED + 27 * 7 + 14) * DAY
    with home.store.read() as cx:
        runs = runs_of(cx, home.account_id, Stream.STEPS)
    assert {run.state.value for run in runs} == {"final", "empty"}
    assert runs[0].start == NOW - 3000 * DAY
    home.vendor.asked.clear()
    home.sync(Wish(since=NOW - 400 * DAY, slices_most=None))
    asked = [window for stream, window in home.vendor.asked if stream is Stream.STEPS]
    assert min(window.start for window in asked) == NOW - 400 * DAY
