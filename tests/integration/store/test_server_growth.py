"""On PostgreSQL what has not changed is not written: by the server's own counts of tuples."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from syncd.contract import StoreError
from syncd.service.syncing import Engine, sync_account
from syncd.store import Limits, Store, accounts, due, open_store, people
from syncd.store import tables as t
from syncd.store.upserts import COPY_FROM, upsert
from tests.integration.engine.made_up_vendor import DAY, Vendor

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def account_of(store: Store) -> int:
    with store.write() as tx:
        person = people.add(tx, "me", now=NOW)
        account = accounts.add(tx, person.id, "made-up", "made-up", settings={}, now=NOW)
        due.starts(tx, account.id, now=NOW)
    return account.id


def written(url: str) -> dict[str, int]:
    """Return how many tuples were ever written, by table; a server counts when sessions end."""
    store = open_store(url)
    with store.session() as cx:
        while cx.execute(_OTHERS).scalar():
            pass
        counted = cx.execute(
            text("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables")
        )
        found = {name: count for name, count in counted if name in t.metadata.tables}
    store.close()
    return found


def test_an_unchanged_sync_writes_its_schedule_and_nothing_else(new_postgres_url):
    url = new_postgres_url()
    vendor = Vendor(synced=NOW, history=20 * DAY)
    vendor.live(NOW - 20 * DAY, NOW)
    vendor.walk(NOW - 2 * DAY, 35)
    later = [NOW, NOW, NOW + timedelta(hours=1)]
    counts = []
    for now in later:
        store = open_store(url)
        engine = Engine(
            store=store,
            clock=lambda now=now: now,
            open=lambda _account, _adapter: vendor.connected(),
            rng=random.Random(1),
            find=lambda _name: vendor.adapter(),
        )
        with store.read() as cx:
            known = [one.id for p in people.listing(cx) for one in accounts.of_person(cx, p.id)]
        [account_id] = known or [account_of(store)]
        while sync_account(engine, account_id).more:
            pass
        store.close()
        counts.append(written(url))
    assert counts[0]["series_day"] > 15
    soon = {name for name in counts[1] if counts[1][name] != counts[0][name]}
    assert soon <= {"account", "stream_state", "person"}
    an_hour_on = {name for name in counts[2] if counts[2][name] != counts[1][name]}
    assert an_hour_on <= soon | {"gap_run", "stream_state"}  # how far it is known


def test_many_rows_are_merged_as_few_are_and_what_is_there_already_is_not_written(
    new_postgres_url,
):
    url = new_postgres_url()
    store = open_store(url)
    account_id = account_of(store)
    rows = [
        {
            "account_id": account_id,
            "stream": "steps",
            "start_at": NOW + timedelta(hours=number),
            "end_at": NOW + timedelta(hours=number + 1),
            "found_at": NOW,
            "state": "missing",
            "why": None if number % 2 else "it's a \t tab",
        }
        for number in range(COPY_FROM + 1)
    ]
    with store.write() as tx:
        assert upsert(tx, t.gap_run, rows) == len(rows)
        assert upsert(tx, t.gap_run, rows) == 0
        rows[7] = {**rows[7], "state": "final"}
        assert upsert(tx, t.gap_run, [*rows[:7], rows[0], *rows[7:]]) == 1
        assert upsert(tx, t.gap_run, rows[:9]) == 0
        held = tx.execute(t.gap_run.select().order_by(t.gap_run.c.start_at)).mappings().all()
    assert [dict(row) for row in held] == rows
    store.close()
    assert written(url)["gap_run"] == len(rows) + 1


def test_a_statement_that_takes_too_long_is_ended_with_a_sentence(new_postgres_url):
    store = open_store(new_postgres_url(), limits=Limits(connections=2, statement_s=1))
    with pytest.raises(StoreError, match="took too long"), store.read() as cx:
        cx.execute(text("SELECT pg_sleep(30)"))
    with store.read() as cx:
        assert cx.execute(text("SHOW lock_timeout")).scalar() == "30s"
    store.close()


def test_a_process_that_forgets_an_open_transaction_holds_nobody_up(new_postgres_url):
    url = new_postgres_url()
    store = open_store(url, limits=Limits(connections=2, idle_in_transaction_s=1))
    account_id = account_of(store)
    other = open_store(url)
    forgetful = store.write()
    tx = forgetful.__enter__()
    accounts.take_lease(tx, account_id, now=NOW)
    with other.write() as free:  # waits for the row until the server has ended the other
        assert accounts.take_lease(free, account_id, now=NOW) == 1
    with pytest.raises(StoreError, match="Nothing was half stored"):
        forgetful.__exit__(None, None, None)
    with store.read() as cx:
        assert accounts.get(cx, account_id).lease_epoch == 1
    store.close()
    other.close()


def test_a_store_asks_for_no_more_connections_than_its_limit(new_postgres_url):
    store = open_store(new_postgres_url(), limits=Limits(connections=1))
    store._engine.pool._timeout = 0.1
    with store.read(), pytest.raises(StoreError, match="lower the concurrency"), store.read():
        pass
    store.close()
