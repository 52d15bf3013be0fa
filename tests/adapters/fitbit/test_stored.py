"""Fitbit's answers in the store: a second look writes nothing, and no stream harms another."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syncd.contract import Stream
from syncd.ingest.pull import parsed, store_parsed
from syncd.store import Store, accounts, open_store, people, records
from syncd.store import tables as t
from syncd_fitbit import STREAMS, adapter
from tests.adapters.fitbit.vendor import MID_MARCH, window

ASKED = window("2026-03-12", "2026-03-14")
HELD = (Stream.STEPS, Stream.WORKOUTS, Stream.ROUTES, Stream.DAILY)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path / 'state' / 'syncd.db'}")
    yield opened
    opened.close()


def pull(store: Store, account, stream: Stream) -> set[int]:
    spec = STREAMS[stream]
    found = parsed(adapter, account.fetched(stream, ASKED), spec)
    with store.write() as tx:
        person = people.find(tx, "me") or people.add(tx, "me", now=MID_MARCH)
        return store_parsed(
            tx,
            accounts.files_account(tx, person.id, now=MID_MARCH),
            records.prepare(found.records),
            spec,
            stream=stream,
            covers=ASKED,
            now=MID_MARCH,
        )


def test_a_second_look_after_another_sync_writes_nothing(account, store: Store):
    assert [bool(pull(store, account, one)) for one in HELD] == [True] * 4
    with store.read() as cx:
        before = cx.execute(t.series_day.select()).all()
    assert {row.series for row in before} == {"steps", "distance", "climb"}
    account.clock.move(timedelta(hours=5))
    assert {pull(store, account, one) == set() for one in HELD} == {True}
    for stream in (Stream.DEVICES, Stream.PROFILE):
        pull(store, account, stream)
    with store.read() as cx:
        assert cx.execute(t.series_day.select()).all() == before


def test_a_past_day_is_the_same_answer_with_the_same_facts_after_another_sync(account):
    first = account.fetched(Stream.STEPS, ASKED)
    account.clock.move(timedelta(hours=5))
    again = account.fetched(Stream.STEPS, ASKED)
    assert [(p.body, p.facts) for p in first] == [(p.body, p.facts) for p in again]
