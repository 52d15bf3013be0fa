"""Messages: written with the days, sent once a day, each where and as often as it may be."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from syncd.contract import AuthExpired, ConfigError
from syncd.daemon_settings import NotifySettings
from syncd.service.courier import Became, Courier
from syncd.service.owing import account_notices, owe_daily
from syncd.service.reaching import add_channel
from syncd.service.sending import Sent, send_due
from syncd.service.whereabouts import local_now
from syncd.store import Store, channels, due, journal, logins, notices, offsets, people
from syncd.store import tables as t
from syncd.store.channels import Channel
from syncd.store.offsets import OffsetRow
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock
from syncd.walks.model import Mark
from syncd.walks.notices import When
from tests.integration.engine.made_up_vendor import DAY
from tests.integration.service.home import Home
from tests.integration.service.receiver import Receiver, receiving

pytestmark = pytest.mark.usefixtures("one_courier")
LOCK = StoreLock(bytes(range(32)), "the lock")
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def wearer(store: Store) -> Home:
    """Return a wearer whose account was added on Monday morning; nothing is walked by itself."""
    return Home.begun(store, MONDAY + 9 * HOUR)


def channel(wearer: Home, address: str, name: str | None = None) -> Channel:
    with wearer.store.write(durable=True) as tx:
        return channels.add(
            tx, LOCK, wearer.person_id, Secret(address), scheme="json", name=name, now=wearer.now
        )


def look(wearer: Home, at: datetime, **said) -> Sent:
    """Send what is due at a moment."""
    wearer.now = at
    return send_due(wearer.store, LOCK, lambda: at, **said)


def kinds(wearer: Home) -> list[str]:
    with wearer.store.read() as cx:
        rows = cx.execute(select(t.notice.c.kind).order_by(t.notice.c.kind, t.notice.c.subject))
        return list(rows.scalars())


def morning(days: int, hour: float = 8.5) -> datetime:
    """Return a time of the day so many days after the first Monday."""
    return MONDAY + days * DAY + hour * HOUR


def test_the_second_missed_day_is_told_in_the_morning_and_once(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.sync_at(morning(1, 7))
    assert look(wearer, morning(1)) == Sent()
    wearer.sync_at(morning(2, 7))
    assert kinds(wearer) == ["missed", "missed"]
    assert look(wearer, morning(2, 8)) == Sent()
    assert receiver.got == []
    assert look(wearer, morning(2)) == Sent(messages=1)
    [message] = receiver.got
    assert message["title"] == "syncd: me"
    lines = message["message"].splitlines()
    assert lines[0] == "Two days in a row:"
    assert lines[1].startswith("Mon 16: Missed: 0 of 30 brisk minutes")
    assert lines[2].startswith("Tue 17: Missed: 0 of 30 brisk minutes")
    for later in (morning(2, 8.6), morning(2, 20), morning(3)):
        assert look(wearer, later) == Sent()
    assert len(receiver.got) == 1


def test_what_comes_after_the_message_of_a_day_waits_for_the_next(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    look(wearer, morning(2))
    wearer.sync_at(morning(2, 9))
    assert look(wearer, morning(2, 10)) == Sent()
    assert look(wearer, morning(3)) == Sent(messages=1)


def test_each_missed_day_is_told_where_that_is_set_and_none_where_never(
    wearer: Home, receiver: Receiver
):
    channel(wearer, receiver.address)
    wearer.when = When.NEVER
    wearer.sync_at(morning(1, 7))
    assert kinds(wearer) == []
    wearer.when = When.EACH
    wearer.sync_at(morning(2, 7))
    assert kinds(wearer) == ["missed"]
    assert look(wearer, morning(2)) == Sent(messages=1)
    assert receiver.bodies[0].startswith("Tue 17: Missed: 0 of 30")


def test_a_first_sync_and_its_past_weeks_tell_nothing(store: Store):
    wearer = Home.begun(store, MONDAY + 9 * HOUR, days_before=20)
    wearer.sync_at(MONDAY + 9 * HOUR)
    with wearer.store.read() as cx:
        rows = cx.execute(select(t.day.c.flagged).where(t.day.c.flagged)).all()
    assert len(rows) > 10
    assert kinds(wearer) == []


def test_a_burst_of_late_days_is_one_message_and_says_nothing_of_old_ones(
    wearer: Home, receiver: Receiver
):
    channel(wearer, receiver.address)
    wearer.sync_at(MONDAY + 10 * HOUR)
    wearer.sync_at(morning(10, 7))
    days = [s for k, s in wearer.owed() if k == "missed"]
    assert min(days) >= "2026-03-19"
    assert max(days) == "2026-03-25"
    assert look(wearer, morning(10)) == Sent(messages=1)
    assert look(wearer, morning(10, 9)) == Sent()
    assert receiver.bodies[0].count("Missed:") == len(days)
    assert receiver.bodies[0].startswith("Seven days in a row:")


def test_a_target_said_for_the_past_tells_nothing(wearer: Home):
    wearer.vendor.walk(morning(0, 10), 40)
    wearer.vendor.walk(morning(1, 10), 40)
    wearer.sync_at(morning(2, 7))
    with wearer.store.write() as tx:
        journal.set_target(tx, wearer.person_id, {"day_target": 60}, date(2026, 3, 1), wearer.now)
    wearer.judge_again()
    wearer.sync_at(morning(2, 8))
    assert kinds(wearer) == []


def test_late_data_before_the_message_take_it_back_and_after_it_correct_it(
    wearer: Home, receiver: Receiver
):
    channel(wearer, receiver.address)
    wearer.when = When.EACH
    wearer.sync_at(morning(1, 7))
    assert kinds(wearer) == ["missed"]
    wearer.vendor.walk(morning(0, 10), 40)
    wearer.sync_at(morning(2, 7))
    assert look(wearer, morning(2)) == Sent(messages=1)
    wearer.vendor.walk(morning(1, 10), 40)
    wearer.vendor.walk(morning(2, 10), 40)
    wearer.sync_at(morning(3, 8))
    assert look(wearer, morning(3)) == Sent(messages=1)
    assert receiver.bodies[0].startswith("Tue 17: Missed:")
    assert receiver.bodies[1].startswith("Judged again:\nTue 17: Met, after late data: 4")
    assert kinds(wearer) == ["corrected", "missed", "missed"]


def test_the_week_that_ended_is_told_on_monday_even_when_no_days_are(
    wearer: Home, receiver: Receiver
):
    channel(wearer, receiver.address)
    wearer.when = When.NEVER
    for day in range(7):
        wearer.vendor.walk(morning(day, 10), 40)
    wearer.sync_at(morning(7, 7))
    assert look(wearer, morning(6)) == Sent()
    assert look(wearer, morning(7)) == Sent(messages=1)
    assert receiver.bodies[0].startswith("Week 12, 16 to 22 March 2026.\nReached: 7 days met")
    assert all(len(line) <= 78 for line in receiver.bodies[0].splitlines())
    wearer.sync_at(morning(8, 7))
    assert look(wearer, morning(8)) == Sent()


def test_a_sign_in_is_told_while_it_is_needed(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.now = morning(1, 7)
    wearer.vendor.faults = [AuthExpired("The vendor no longer accepts this sign-in.")]
    wearer.sync()
    assert look(wearer, morning(1)) == Sent(messages=1)
    assert "Sign in again: syncd account login made-up" in " ".join(receiver.bodies[0].split())
    assert look(wearer, morning(2)) == Sent()


def test_a_sign_in_that_came_in_time_is_not_asked_for(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.now = morning(1, 7)
    wearer.vendor.faults = [AuthExpired("The vendor no longer accepts this sign-in.")]
    wearer.sync()
    with wearer.store.write() as tx:
        due.starts(tx, wearer.account_id, now=wearer.now)
    assert look(wearer, morning(1)) == Sent()


def test_a_silent_and_a_failing_account_are_told_once(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.when = When.NEVER
    wearer.sync_at(morning(0, 10))
    for day in (1, 2, 3, 4):
        wearer.now = morning(day, 8)
        wearer.sync()  # the vendor answers, the watch does not sync
        look(wearer, morning(day))
    assert receiver.bodies == [
        "made-up: no data since Mon 16 March 10:00. Open the tracker's app, so that it\n  syncs."
    ]
    for day in (5, 6):
        look(wearer, morning(day))
    [_, failing] = receiver.bodies
    assert failing.startswith("made-up: no sync has worked since Fri 20 March 08:00.")


@pytest.mark.parametrize(("lives", "told_days_before"), [(30, 7), (14, 1)])
def test_a_sign_in_that_ends_by_itself_is_told_in_time(
    wearer: Home, lives: int, told_days_before: int
):
    ends = wearer.now + lives * DAY
    with wearer.store.write() as tx:
        logins.signed_in(tx, wearer.account_id, user=None, ends_at=ends, now=wearer.now)
        due.succeeded(tx, wearer.account_id, now=ends, device_sync=None)

    def told(at: datetime) -> list[str]:
        with wearer.store.read() as cx:
            local = local_now(cx, wearer.person_id, at)
            found = account_notices(cx, wearer.person_id, local)
        return [words for one, words in found if one.kind == "sign_in_ends"]

    first = ends - told_days_before * DAY
    assert told(first - MINUTE) == []
    [words] = told(first)
    assert words == (
        f"made-up: the sign-in ends on {ends:%a} {ends.day} {ends:%B}. Sign in before that:"
        " syncd account login made-up"
    )


def test_a_sign_in_that_ends_soon_is_sent_once(wearer: Home, receiver: Receiver):
    wearer.when = When.NEVER
    with wearer.store.write() as tx:
        ends = wearer.now + 2 * DAY
        logins.signed_in(tx, wearer.account_id, user=None, ends_at=ends, now=wearer.now)
    channel(wearer, receiver.address)
    for day in (1, 2):
        wearer.sync_at(morning(day, 9))
        look(wearer, morning(day, 9))
    [body] = [body for body in receiver.bodies if "sign-in" in body]
    assert body.startswith("made-up: the sign-in ends on Wed 18 March. Sign in before that:")


def test_a_sign_in_that_was_renewed_in_time_is_not_spoken_of(wearer: Home, receiver: Receiver):
    wearer.when = When.NEVER
    ends = wearer.now + 30 * DAY
    with wearer.store.write() as tx:
        logins.signed_in(tx, wearer.account_id, user=None, ends_at=ends, now=wearer.now)
    channel(wearer, receiver.address)
    wearer.sync_at(morning(24, 8))
    with wearer.store.write() as tx:
        owe_daily(tx, wearer.person_id, wearer.now, wearer.now)
        logins.signed_in(tx, wearer.account_id, user=None, ends_at=ends + 90 * DAY, now=wearer.now)
    look(wearer, morning(24))
    assert [body for body in receiver.bodies if "sign-in" in body] == []


def test_a_first_target_is_hinted_at_once(store: Store, receiver: Receiver):
    wearer = Home.begun(store, MONDAY + 9 * HOUR, days_before=20)
    channel(wearer, receiver.address)
    wearer.sync_at(morning(1, 7))
    assert look(wearer, morning(1)) == Sent(messages=1)
    assert receiver.bodies[0].startswith("Your usual day has no brisk minutes. A first target")
    wearer.when = When.NEVER
    wearer.sync_at(morning(2, 7))
    assert look(wearer, morning(2)) == Sent()


def test_a_flare_is_asked_after_on_its_fourth_day(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    with wearer.store.write() as tx:
        journal.add_mark(tx, wearer.person_id, Mark.FLARE, MONDAY.date(), None, now=wearer.now)
    for day in range(1, 6):
        wearer.sync_at(morning(day, 7))
        look(wearer, morning(day))
    assert receiver.bodies == ["Day 4 of the flare. Over? syncd flare end says so."]


def test_a_flare_is_asked_after_once_on_the_day_of_the_digest(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.when = When.NEVER
    with wearer.store.write() as tx:
        first = (MONDAY + 4 * DAY).date()
        journal.add_mark(tx, wearer.person_id, Mark.FLARE, first, None, now=wearer.now)
    for day in (5, 6, 7, 8):
        wearer.sync_at(morning(day, 7))
        look(wearer, morning(day))
    [body] = receiver.bodies
    assert body.startswith("Week 12")
    assert body.count("flare end") == 1


def test_a_failing_channel_is_tried_again_later_and_stops_no_other(
    wearer: Home, receiver: Receiver
):
    with receiving() as other:
        broken = channel(wearer, receiver.address, "broken")
        channel(wearer, other.address, "good")
        receiver.answers = [500, 503]
        wearer.sync_at(morning(2, 7))
        assert look(wearer, morning(2)) == Sent(messages=1, failed=1)
        assert (len(receiver.got), len(other.got)) == (0, 1)
        assert look(wearer, morning(2) + MINUTE) == Sent()
        assert look(wearer, morning(2) + 2 * MINUTE) == Sent(failed=1)
        with wearer.store.read() as cx:
            [held, _] = channels.of_person(cx, wearer.person_id)
        assert (held.id, held.attempts, held.why) == (broken.id, 2, "it was refused (HTTP 503)")
        assert look(wearer, morning(2) + 6 * MINUTE) == Sent(messages=1)
        assert (len(receiver.got), len(other.got)) == (1, 1)


def test_without_an_answer_days_are_not_told_twice_but_a_sign_in_is(
    wearer: Home, receiver: Receiver
):
    channel(wearer, receiver.address)
    wearer.sync_at(morning(2, 7))
    wearer.vendor.faults = [AuthExpired("The vendor no longer accepts this sign-in.")]
    wearer.sync()
    receiver.answers = [0]
    assert look(wearer, morning(2)) == Sent(failed=1)
    assert look(wearer, morning(2) + 2 * MINUTE) == Sent(messages=1)
    first, second = receiver.bodies
    assert "Missed:" in first
    assert "Missed:" not in second
    assert "Sign in again" in first
    assert "Sign in again" in second


def test_nobody_is_at_an_address(wearer: Home):
    channel(wearer, "json://127.0.0.1:1/in")
    wearer.sync_at(morning(2, 7))
    assert look(wearer, morning(2)) == Sent(failed=1)
    with wearer.store.read() as cx:
        [held] = channels.of_person(cx, wearer.person_id)
    assert held.why == "nobody could be reached at its address"


def test_a_channel_that_does_not_open_waits_and_the_notices_stay(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.sync_at(morning(2, 7))
    assert send_due(wearer.store, None, lambda: morning(2)) == Sent(failed=1)
    other = StoreLock(bytes(range(1, 33)), "another")
    later = morning(2) + 2 * MINUTE
    assert send_due(wearer.store, other, lambda: later) == Sent(failed=1)
    assert look(wearer, later + 4 * MINUTE) == Sent(messages=1)


def test_what_waited_for_more_than_a_week_is_never_sent(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    with wearer.store.write() as tx:
        for kind in ("missed", "needs_sign_in"):
            notices.owe(tx, wearer.person_id, kind, "2026-03-16", words="x", now=morning(0, 10))
    wearer.when = When.NEVER
    look(wearer, morning(9))
    assert not any("Mon 16" in body or body == "x" for body in receiver.bodies)


def test_a_new_channel_does_not_get_what_was_before_it(wearer: Home, receiver: Receiver):
    wearer.sync_at(morning(2, 7))
    wearer.now = morning(2, 8)
    channel(wearer, receiver.address)
    assert look(wearer, morning(2)) == Sent()


def test_the_morning_is_the_wearer_s(store: Store, receiver: Receiver):
    tokyo = Home.begun(store, MONDAY - 8 * HOUR, zone="Asia/Tokyo")
    channel(tokyo, receiver.address)
    tokyo.sync_at(datetime(2026, 3, 17, 20, tzinfo=UTC))
    before = datetime(2026, 3, 17, 23, 29, tzinfo=UTC)
    assert look(tokyo, before) == Sent()
    assert look(tokyo, before + MINUTE) == Sent(messages=1)
    assert receiver.bodies[0].startswith("Two days in a row:\nMon 16: Missed")


def test_a_wearer_is_where_the_tracker_was_last_and_home_when_it_is_silent(store: Store):
    london = Home.begun(store, MONDAY + 9 * HOUR, zone="Europe/London")
    london.sync_at(morning(9, 7))

    def hour(at: datetime, offset_h: int) -> int:
        with store.write() as tx:
            runs = [OffsetRow(0, 3600 * offset_h, None, "phone")]
            offsets.replace_runs(tx, london.person_id, runs)
            return local_now(tx, london.person_id, at).hour

    noon = morning(10, 12)
    assert hour(noon, 9) == 21
    assert hour(noon, 0) == 12
    assert hour(noon + 5 * DAY, 0) == 13  # the clocks of London went forward
    assert hour(noon + 8 * DAY, 9) == 13


def test_another_time_of_the_day_may_be_set(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.sync_at(morning(2, 7))
    evening = NotifySettings(at="19:00")
    assert look(wearer, morning(2), notify=evening) == Sent()
    assert look(wearer, morning(2, 19), notify=evening) == Sent(messages=1)


def test_two_senders_at_once_send_a_message_once(wearer: Home, receiver: Receiver):
    channel(wearer, receiver.address)
    wearer.sync_at(morning(2, 7))
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(look, wearer, morning(2), courier=Courier()) for _ in range(2)]
        sent = [job.result().messages for job in jobs]
    assert sum(sent) == len(receiver.got) == 1


KILLED = """
import os, signal, sys
from datetime import datetime
from syncd.service.sending import send_due
from syncd.store import open_store
from syncd.store.sql import Store
from syncd.store.store_lock import StoreLock
from contextlib import contextmanager

real, commits, count = Store.write, 0, int(sys.argv[3])

@contextmanager
def counted(self, **said):
    global commits
    commits += 1
    if commits == count and sys.argv[4] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    with real(self, **said) as tx:
        yield tx
    if commits == count:
        os.kill(os.getpid(), signal.SIGKILL)

store = open_store(sys.argv[1])
Store.write = counted
send_due(store, StoreLock(bytes(range(32)), "x"), lambda: datetime.fromisoformat(sys.argv[2]))
print("ended")
"""


def killed_at(store_url: str, count: int, side: str) -> bool:
    """Send in a process that dies at a commit; ``False`` when it ended before that."""
    words = [store_url, morning(2).isoformat(), str(count), side]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_killed_at_any_commit_days_arrive_once_at_most_and_a_sign_in_at_least_once(
    wearer: Home, store_url: str, receiver: Receiver, count: int, side: str
):
    channel(wearer, receiver.address)
    wearer.sync_at(morning(2, 7))
    wearer.vendor.faults = [AuthExpired("The vendor no longer accepts this sign-in.")]
    wearer.sync()
    assert killed_at(store_url, count, side)
    for minutes in (1, 2, 5, 9, 11, 12, 25, 50):
        look(wearer, morning(2) + minutes * MINUTE)
    missed = sum("Missed:" in body for body in receiver.bodies)
    sign_in = sum("Sign in again" in body for body in receiver.bodies)
    # the commits are: what the day owes, the claim, the mark
    claimed = (count, side) in {(2, "after"), (3, "before")}
    sent = (count, side) in {(3, "before"), (3, "after")}
    assert missed == (0 if claimed and not sent else 1)
    assert sign_in == (2 if (count, side) == (3, "before") else 1)


def test_a_child_that_does_not_answer_is_ended_and_nobody_knows():
    sleeper = (sys.executable, "-c", "import sys, time; sys.stdin.readline(); time.sleep(60)")
    with Courier(limit_s=0.2, child=sleeper) as courier:
        answer = courier.send(Secret("json://127.0.0.1"), "t", "b")
    assert answer.became is Became.UNSURE
    dead = (sys.executable, "-c", "pass")
    with Courier(limit_s=20, child=dead) as courier:
        assert courier.send(Secret("json://127.0.0.1"), "t", "b").became is Became.UNSURE


def test_a_child_knows_neither_our_secrets_nor_shows_the_address(receiver, monkeypatch):
    monkeypatch.setenv("SYNCD_STORE_LOCK", "hidden")
    show = "import os,sys,json; sys.stdin.readline(); print(json.dumps({'became':'sent','said':"
    told = f"{show}' '.join([*os.environ, *sys.orig_argv])}}), flush=True); sys.stdin.read()"
    with Courier(child=(sys.executable, "-c", told)) as courier:
        answer = courier.send(Secret(receiver.address), "t", "b")
    assert answer.became is Became.SENT
    assert "PATH" in answer.said
    assert "SYNCD_STORE_LOCK" not in answer.said
    assert "very-hidden" not in answer.said


def test_an_address_that_nobody_could_send_to_is_refused_without_being_shown(store: Store):
    with store.write() as tx:
        person = people.add(tx, "me", now=MONDAY)
    for typed in ("nonsense://very-hidden", "very-hidden", "json://a,json://very-hidden", ""):
        with pytest.raises(ConfigError) as refused:
            add_channel(store, LOCK, person.id, typed, name=None, clock=lambda: MONDAY)
        assert "very-hidden" not in str(refused.value)
    found = add_channel(store, LOCK, person.id, "ntfy://a-topic", name=None, clock=lambda: MONDAY)
    assert (found.name, found.shown) == ("ntfy", "ntfy://***")
