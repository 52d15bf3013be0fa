"""Moving from one vendor to another: no day lost, none doubled, no earlier outcome changed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from syncd.contract import ConfigError, Password, Retired
from syncd.service.enrolling import Wanted
from syncd.service.handing_over import begin_move
from syncd.service.messages import written
from syncd.service.refreshing import refresh
from syncd.service.syncing import Engine, SyncReport, Wish, sync_account
from syncd.store import Store, accounts, derived, due, logins, people
from syncd.store import tables as t
from syncd.store.notices import Notice
from syncd.walks.model import Outcome, State
from syncd.walks.notices import Kind
from tests.integration.engine.doors import LOGIN, PASSWORD
from tests.integration.engine.doors_home import Person, home_with_doors
from tests.integration.engine.made_up_vendor import DAY, WATCH, Vendor, parse

NOW = datetime(2026, 3, 20, 15, tzinfo=UTC)
FIRST = datetime(2026, 2, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYTHING = Wish(slices_most=None)


class Life:
    """One person who walks; two vendors that are told the same, or not."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.first = store, NOW, "new"
        self.vendors = {name: Vendor(synced=NOW, history=60 * DAY) for name in ("old", "new")}
        for vendor in self.vendors.values():
            for n in range(35):
                self.lives(vendor, FIRST + n * DAY)
        with store.write() as tx:
            self.person_id = people.add(tx, "me", now=NOW).id
            people.set_zone(tx, self.person_id, "Etc/UTC", None, told=True)
        self.old_id = self.adds("old")

    @staticmethod
    def lives(vendor: Vendor, day: datetime) -> None:
        """Walk 35 minutes on every third day, 12 on the others, and sit about."""
        brisk = 35 if day.day % 3 == 0 else 12
        vendor.walk(day + 18 * HOUR, brisk)
        vendor.live(day + 7 * HOUR, day + 22 * HOUR)

    def find(self, name: str):
        """Return an adapter; by its key the source of ``first`` would speak first."""
        made = self.vendors[name].adapter()
        source = WATCH.model_copy(update={"key": "a" if name == self.first else "z"})

        def parsed(payload):
            return [one.model_copy(update={"source": source}) for one in parse(payload)]

        return replace(made, name=name, parse=parsed)

    def adds(self, vendor: str) -> int:
        with self.store.write() as tx:
            return accounts.add(tx, self.person_id, vendor, vendor, settings={}, now=self.now).id

    def sync(self, account_id: int, wish: Wish = EVERYTHING) -> SyncReport:
        engine = Engine(
            store=self.store,
            clock=lambda: self.now,
            open=lambda _account, adapter: adapter.connect(None, None),
            rng=random.Random(1),
            find=self.find,
        )
        return sync_account(engine, account_id, wish)

    def moves(self, **more: object) -> int:
        wanted = Wanted(
            adapter=self.find("new"), name=None, person=None, settings={}, folder=Path(), env={}
        )
        wanted = replace(wanted, **more)
        return begin_move(self.store, self.old_id, wanted, clock=lambda: self.now).new.id

    def turns(self, until: datetime) -> None:
        """Let time pass, and the watch hand everything over to both."""
        self.now = until
        for vendor in self.vendors.values():
            vendor.synced = until

    def account(self, account_id: int) -> accounts.Account:
        with self.store.read() as cx:
            return accounts.get(cx, account_id)

    def is_told(self, words: str) -> bool:
        """Tell whether a message would still say that the old vendor has ended."""
        waits = Notice(Kind.RETIRED, "old", words, self.now)
        with self.store.read() as cx:
            found = written(cx, self.person_id, [waits], now=self.now, local=self.now)
        return found is not None and words in found.message.asks

    def days(self) -> dict[date, derived.DayRow]:
        refresh(self.store, clock=lambda: self.now)
        with self.store.read() as cx:
            return {row.day.day: row for row in derived.iter_days(cx, [self.person_id])}

    def told(self) -> dict[date, tuple[object, ...]]:
        return {
            day: (row.day.outcome, row.day.brisk_min, row.day.steps)
            for day, row in self.days().items()
        }


@pytest.fixture
def life(store: Store) -> Life:
    return Life(store)


def test_a_person_who_moves_loses_no_day_and_doubles_none(life: Life):
    life.sync(life.old_id)
    before = life.told()
    new_id = life.moves()
    assert life.account(new_id).begins_at == datetime(2026, 3, 20, tzinfo=UTC)
    life.sync(new_id)
    moved = life.told()
    assert moved == before
    life.turns(NOW + 3 * DAY)
    life.sync(new_id)
    after = life.told()
    assert {day: after[day] for day in before if day < date(2026, 3, 20)} == {
        day: told for day, told in before.items() if day < date(2026, 3, 20)
    }
    assert [after[date(2026, 3, d)][0] for d in (20, 21, 22)] == [
        Outcome.MISSED,
        Outcome.MET,
        Outcome.MISSED,
    ]
    assert [after[date(2026, 3, d)][2] for d in (20, 21)] == [
        12 * 110 + (15 * 60 - 12) * 3,
        35 * 110 + (15 * 60 - 35) * 3,
    ]


def test_the_new_account_asks_for_a_lookback_before_its_first_day_and_no_further(life: Life):
    life.sync(life.old_id)
    new_id = life.moves()
    life.sync(new_id)
    asked = [window.start for stream, window in life.vendors["new"].asked if stream == "steps"]
    assert min(asked) == datetime(2026, 3, 18, tzinfo=UTC)
    life.turns(NOW + 20 * DAY)
    life.sync(new_id)
    asked = [window.start for stream, window in life.vendors["new"].asked if stream == "steps"]
    assert min(asked) == datetime(2026, 3, 18, tzinfo=UTC)


def test_the_past_is_there_for_whoever_asks_for_it(life: Life):
    life.sync(life.old_id)
    new_id = life.moves()
    life.sync(new_id, Wish(since=FIRST, slices_most=None))
    asked = [window.start for stream, window in life.vendors["new"].asked if stream == "steps"]
    assert min(asked) <= FIRST


def test_what_the_new_vendor_says_otherwise_of_days_before_the_move_does_not_count(life: Life):
    life.sync(life.old_id)
    before = life.told()
    other = life.vendors["new"]
    other.minutes = dict.fromkeys(other.minutes, 120)
    life.sync(life.moves())
    after = life.told()
    changed = {day for day in before if after[day] != before[day]}
    assert changed == {date(2026, 3, 20)}


def test_minutes_that_the_old_vendor_left_open_are_filled_not_added(life: Life):
    gap = datetime(2026, 3, 19, 17, tzinfo=UTC)
    lost = range(int(gap.timestamp()) // 60, int(gap.timestamp()) // 60 + 120)
    for minute in lost:
        del life.vendors["old"].minutes[minute]
    life.sync(life.old_id)
    before = life.days()[date(2026, 3, 19)].day
    life.sync(life.moves())
    after = life.days()[date(2026, 3, 19)].day
    assert before.steps + sum(life.vendors["new"].minutes[m] for m in lost) == after.steps


def test_what_the_old_vendor_had_not_got_yet_on_the_day_of_the_move_hides_nothing(life: Life):
    ten, three = (int((NOW - back).timestamp()) // 60 for back in (5 * HOUR, 0 * HOUR))
    truth, life.first = life.vendors["new"], "old"
    truth.walk(NOW - 4 * HOUR, 40)
    life.vendors["old"].minutes.update(dict.fromkeys(range(ten, three), 0))
    life.sync(life.old_id)
    life.sync(life.moves())
    day = life.days()[date(2026, 3, 20)].day
    assert (day.outcome, day.brisk_min) == (Outcome.MET, 40)


def test_the_old_account_is_waited_for_no_more(life: Life):
    life.sync(life.old_id)
    new_id = life.moves()
    life.turns(NOW + 2 * DAY)
    life.sync(new_id)
    days = life.days()
    assert days[date(2026, 3, 20)].day.state is not State.WAITING
    assert days[date(2026, 3, 21)].day.state is not State.WAITING
    account = life.account(life.old_id)
    assert (account.state, account.moved_to, account.next_sync_at) == (due.RETIRED, new_id, None)
    with life.store.read() as cx:
        assert logins.successor(cx, life.old_id).id == new_id


def test_without_the_move_the_old_account_would_be_waited_for(life: Life):
    life.sync(life.old_id)
    new_id = life.adds("new")
    life.turns(NOW + 2 * DAY)
    life.sync(new_id)
    assert life.days()[date(2026, 3, 21)].day.state is State.WAITING


def test_a_vendor_that_died_weeks_ago_ends_where_its_last_whole_day_ended(life: Life):
    life.sync(life.old_id)
    life.turns(NOW + 10 * DAY)
    life.vendors["old"].faults = [Retired("The vendor has switched this off.")]
    assert life.sync(life.old_id).error is not None
    assert life.account(life.old_id).state == due.RETIRED
    with life.store.read() as cx:
        [words] = [row["words"] for row in cx.execute(t.notice.select()).mappings()
                   if row["kind"] == due.RETIRED]  # fmt: skip
    assert words == (
        "old: The vendor has switched this off. To move on, with its days kept:"
        " syncd account migrate old --to VENDOR"
    )
    assert life.is_told(words)
    new_id = life.moves()
    assert not life.is_told(words)
    assert life.account(new_id).begins_at == datetime(2026, 3, 20, tzinfo=UTC)
    life.sync(new_id)
    after = life.told()
    assert len(after) == 35
    assert {after[date(2026, 3, d)][0] for d in range(20, 27)} <= {Outcome.MET, Outcome.MISSED}


def test_an_account_that_never_brought_a_day_hands_nothing_over(life: Life):
    new_id = life.moves()
    assert life.account(new_id).begins_at is None
    life.sync(new_id)
    assert len(life.told()) > 20


def test_a_tracker_that_was_silent_before_the_move_ends_the_old_account_there(life: Life):
    life.vendors["old"].synced = NOW - 3 * DAY
    life.sync(life.old_id)
    new_id = life.moves()
    assert life.account(new_id).begins_at == datetime(2026, 3, 17, tzinfo=UTC)
    life.sync(new_id)
    assert all(told[0] is not None for day, told in life.told().items() if day.day < 20)


def test_moving_twice_says_where_it_went_and_a_removed_one_may_be_moved_again(life: Life):
    life.sync(life.old_id)
    new_id = life.moves()
    with pytest.raises(ConfigError, match="old was moved to new, which goes on from there"):
        life.moves()
    with life.store.write(durable=True) as tx:
        logins.remove(tx, new_id)
    again = life.moves()
    assert life.account(again).name == "new-2"
    assert life.account(life.old_id).moved_to == again


def test_a_name_that_is_taken_is_told_and_nothing_is_made(life: Life):
    with pytest.raises(ConfigError, match='already is an account "old"'):
        life.moves(name="old")
    with life.store.read() as cx:
        assert [one.name for one in logins.listing(cx)] == ["old"]


def test_until_somebody_has_signed_in_the_old_account_goes_on(store: Store, tmp_path: Path):
    with home_with_doors(store, tmp_path) as home:
        home.doors.asks_code = False
        old_id = home.adds(Password(), "old", "old")
        home.with_password(old_id, Person([LOGIN, PASSWORD]))
        assert home.sync(old_id).error is None
        gates = home.adds(Password(), "spare", "gates")
        wanted = Wanted(
            adapter=home.adapter_of(gates),
            name="new",
            person=None,
            settings={"base_url": home.doors.server.url},
            folder=tmp_path,
            env={},
        )
        made = begin_move(store, old_id, wanted, clock=home.clock)
        assert made.new.state == due.NEEDS_SIGN_IN
        home.clock.now += 2 * HOUR
        assert home.sync(old_id).error is None
        again = begin_move(store, old_id, wanted, clock=home.clock)
        assert (again.new.id, again.resumed) == (made.new.id, True)
        home.with_password(made.new.id, Person([LOGIN, PASSWORD]))
        old, new = home.account(old_id), home.account(made.new.id)
        assert (old.state, old.moved_to, new.state) == (due.RETIRED, new.id, due.ACTIVE)
        with store.read() as cx:
            held = [row.account_id for row in cx.execute(t.secret.select())]
        assert held == [new.id]
        assert home.sync(new.id).error is None
