"""What the engine remembers between runs: who is due, how far each stream came, what it doubts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from syncd.contract import Stream
from syncd.store import Store, accounts, due, open_store, people, sql, streams
from syncd.store.accounts import Account
from syncd.store.migrations import REVISIONS, to_head
from syncd.store.streams import GapRow, ShrunkDay, StreamRow
from tests.integration.store.made import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def vendor_account(store: Store, name: str = "google-health", *, at=NOW) -> Account:
    with store.write() as tx:
        person = people.find(tx, "me") or people.add(tx, "me", now=NOW)
        account = accounts.add(tx, person.id, "google-health", name, settings={}, now=NOW)
        due.scheduled(tx, account.id, at)
        return accounts.get(tx, account.id)


def account_now(store: Store, account: Account) -> Account:
    with store.read() as cx:
        return accounts.get(cx, account.id)


def claimed(store: Store, now=NOW, most=10) -> list[int]:
    with store.write() as tx:
        return due.claim(tx, now=now, most=most, hold=HOUR)


def test_the_schema_before_the_engine_is_brought_up_to_date_with_what_it_held(new_url):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sql, "to_head", partial(to_head, revision="0002"))
        patch.setattr(sql, "REVISIONS", ("0001", "0002"))
        old = open_store(new_url)
        with old.write() as tx:
            person = people.add(tx, "me", now=NOW)
            held = "INSERT INTO account (person_id, vendor, name, created_at) VALUES (?, ?, ?, ?)"
            if tx.dialect.name == "sqlite":
                tx.exec_driver_sql(held, (person.id, "files", "files", 0))
            else:
                whose = (person.id, "files", "files", NOW)
                tx.exec_driver_sql(held.replace("?", "%s"), whose)
        old.close()
    store = open_store(new_url)
    assert REVISIONS.index("0003") > REVISIONS.index("0002")
    with store.read() as cx:
        [account] = accounts.of_person(cx, person.id)
        assert (account.paused_at, account.attempts) == (None, 0)
    store.close()


def test_the_longest_due_account_is_claimed_first_and_once(store: Store):
    late = vendor_account(store, "late", at=NOW - 2 * HOUR)
    due_now = vendor_account(store, "due", at=NOW)
    vendor_account(store, "later", at=NOW + HOUR)
    assert claimed(store, most=1) == [late.id]
    assert claimed(store) == [due_now.id]
    assert claimed(store) == []


def test_a_claim_that_nobody_came_back_from_ends_by_itself(store: Store):
    account = vendor_account(store)
    assert claimed(store) == [account.id]
    assert claimed(store, NOW + HOUR - timedelta(seconds=1)) == []
    assert claimed(store, NOW + HOUR) == [account.id]


def test_two_ticks_at_once_never_claim_one_account_twice(store: Store):
    wanted = {vendor_account(store, f"a{i}").id for i in range(12)}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: claimed(store, most=5), range(4)))
    ids = [i for part in found for i in part]
    assert sorted(ids) == sorted(wanted)


def test_files_and_paused_and_stopped_accounts_are_never_due(store: Store):
    paused, stopped = vendor_account(store, "paused"), vendor_account(store, "stopped")
    with store.write() as tx:
        files = accounts.files_account(tx, paused.person_id, now=NOW)
        due.scheduled(tx, files.id, NOW - HOUR)
        assert due.pause(tx, paused.id, NOW)
        assert not due.pause(tx, paused.id, NOW + HOUR)
        assert due.stops(tx, stopped.id, state=due.NEEDS_SIGN_IN, why="ended")
        assert not due.stops(tx, stopped.id, state=due.NEEDS_SIGN_IN, why="ended")
    assert claimed(store, NOW + DAY) == []
    with store.read() as cx:
        assert due.next_due(cx) is None


def test_resume_ends_the_pause_and_nothing_else(store: Store):
    account = vendor_account(store)
    with store.write() as tx:
        due.stops(tx, account.id, state=due.NEEDS_SIGN_IN, why="ended")
        due.pause(tx, account.id, NOW)
        assert due.resume(tx, account.id)
        assert not due.resume(tx, account.id)
    after = account_now(store, account)
    assert (after.state, after.paused_at, after.why) == (due.NEEDS_SIGN_IN, None, "ended")


def test_a_wait_survives_a_restart_and_failures_count_up_until_a_success(store: Store):
    account = vendor_account(store)
    with store.write() as tx:
        due.waits(tx, account.id, until=NOW + HOUR, why="asked too often")
        due.waits(tx, account.id, until=NOW + 2 * HOUR, why="asked too often")
    after = account_now(store, account)
    assert (after.state, after.attempts) == (due.WAITING, 2)
    assert after.waiting_until == after.next_sync_at == NOW + 2 * HOUR
    assert claimed(store, NOW + HOUR) == []
    with store.write() as tx:
        due.succeeded(tx, account.id, now=NOW + 2 * HOUR, device_sync=NOW)
        due.scheduled(tx, account.id, NOW + 3 * HOUR)
    after = account_now(store, account)
    assert (after.state, after.attempts, after.why) == (due.ACTIVE, 0, None)
    assert (after.device_sync_at, after.synced_ok_at) == (NOW, NOW + 2 * HOUR)


def test_a_late_success_does_not_undo_that_a_person_must_sign_in(store: Store):
    account = vendor_account(store)
    with store.write() as tx:
        due.stops(tx, account.id, state=due.NEEDS_SIGN_IN, why="ended")
        due.succeeded(tx, account.id, now=NOW, device_sync=None)
        due.waits(tx, account.id, until=NOW + HOUR, why="busy")
    after = account_now(store, account)
    assert (after.state, after.why) == (due.NEEDS_SIGN_IN, "ended")
    with store.write() as tx:
        due.starts(tx, account.id, now=NOW)
    assert claimed(store) == [account.id]


def test_a_watermark_never_moves_backwards(store: Store):
    account = vendor_account(store)
    row = StreamRow(account_id=account.id, stream=Stream.STEPS, watermark=NOW, token="t1")
    with store.write() as tx:
        assert streams.get(tx, account.id, Stream.STEPS).cursor is None
        streams.put(tx, row)
        streams.put(tx, replace(row, watermark=NOW - DAY, token="t2", asked_at=NOW))
        after = streams.get(tx, account.id, Stream.STEPS)
        assert after == replace(row, token="t2", asked_at=NOW)
        streams.put(tx, replace(row, watermark=None))
        assert streams.get(tx, account.id, Stream.STEPS).watermark == NOW
        assert [r.stream for r in streams.of_account(tx, account.id)] == [Stream.STEPS]


def test_gaps_are_replaced_as_a_whole_and_remember_when_they_were_first_found(store: Store):
    account = vendor_account(store)

    def gap(start, end, state="missing", found=NOW) -> GapRow:
        at = NOW + start * DAY
        return GapRow(start_at=at, end_at=NOW + end * DAY, state=state, why=None, found_at=found)

    with store.write() as tx:
        streams.put_gaps(tx, account.id, Stream.STEPS, [gap(0, 10), gap(10, 12, "final")])
        later = [gap(0, 8, found=NOW + HOUR), gap(8, 12, "final", NOW + HOUR)]
        streams.put_gaps(tx, account.id, Stream.STEPS, later)
        assert streams.gaps(tx, account.id, Stream.STEPS) == [
            gap(0, 8, found=NOW),
            gap(8, 12, "final", NOW + HOUR),
        ]
        assert streams.gaps(tx, account.id, Stream.DAILY) == []
        streams.put_gaps(tx, account.id, Stream.STEPS, [])
        assert streams.gaps(tx, account.id, Stream.STEPS) == []


def test_a_shrunk_day_keeps_the_moment_it_was_first_seen_so(store: Store):
    account = vendor_account(store)
    day = ShrunkDay(
        account_id=account.id,
        stream=Stream.STEPS,
        source_key="watch",
        utc_day=20000,
        held=9000,
        came=0,
        seen_at=NOW,
        synced_at=NOW - HOUR,
    )
    with store.write() as tx:
        streams.hold_back(tx, [day])
        streams.hold_back(tx, [replace(day, seen_at=NOW + HOUR)])
        assert streams.shrunk_days(tx, account.id) == [day]
        other = replace(day, came=100, seen_at=NOW + HOUR)
        streams.hold_back(tx, [other])
        assert streams.shrunk_days(tx, account.id) == [other]
        streams.let_go(tx, [other])
        assert streams.shrunk_days(tx, account.id) == []
