"""A tick: what is due becomes jobs, once each, in order, within every vendor's limits."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from syncd.contract import RateLimited, StoreError, Stream, Window
from syncd.service.budgets import Budgets
from syncd.service.shares import Shares
from syncd.store import Store, accounts, due, job_queue, open_store, queue_schema
from syncd.store.queue_schema import SCHEMA
from syncd.store.store_clock import StoreClock
from tests.integration.engine.made_up_vendor import DAY
from tests.integration.workers.crowd import NOW, Crowd

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(new_postgres_url):
    opened = open_store(new_postgres_url())
    yield opened
    opened.close()


@pytest.fixture
def clock(store: Store) -> StoreClock:
    return StoreClock(store)


def test_what_is_due_becomes_a_job_once_and_longest_due_first(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=3)
    handing_out = crowd.handing_out()
    assert handing_out.tick() == 3
    assert [job.account_id for job in crowd.jobs()] == crowd.ids["fitbit"][::-1]
    assert {job.priority for job in crowd.jobs()} == {job_queue.FRESH}
    assert handing_out.tick() == 0
    crowd.sql("UPDATE account SET queued_until = NULL")  # somebody lets go of what is in the queue
    assert handing_out.tick() == 0


def test_a_claim_and_its_job_come_together_or_not_at_all(store: Store, clock, monkeypatch):
    crowd = Crowd(store, clock, fitbit=2)

    def broken(*_arguments, **_options):
        raise StoreError("the server went away")

    monkeypatch.setattr(job_queue, "defer", broken)
    with pytest.raises(StoreError, match="went away"):
        crowd.handing_out().tick()
    monkeypatch.undo()
    assert crowd.handing_out().tick() == 2


def test_paused_stopped_and_later_accounts_are_left_alone(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=4)
    paused, stopped, later, due_now = crowd.ids["fitbit"]
    with store.write() as tx:
        due.pause(tx, paused, NOW)
        due.stops(tx, stopped, state=due.NEEDS_SIGN_IN, why="x")
        due.scheduled(tx, later, clock() + timedelta(minutes=1))
    crowd.handing_out().tick()
    assert [job.account_id for job in crowd.jobs()] == [due_now]


def test_fresh_days_go_before_the_past_but_no_past_waits_for_ever(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=3)
    fresh, past, long_past = crowd.ids["fitbit"]
    with store.write() as tx:
        due.scheduled(tx, past, clock() - timedelta(minutes=9), only_past=True)
        due.scheduled(tx, long_past, clock() - timedelta(hours=2), only_past=True)
        due.scheduled(tx, fresh, clock() - timedelta(minutes=1))
    crowd.handing_out().tick()
    taken = [(job.account_id, job.priority) for job in crowd.jobs()]
    expected = [(long_past, job_queue.FRESH), (fresh, job_queue.FRESH), (past, job_queue.PAST)]
    assert taken == expected


def test_a_vendor_with_a_limit_has_no_more_jobs_and_the_next_as_one_ends(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=5, garmin=5)
    handing_out = crowd.handing_out(side_by_side={"fitbit": 2})
    assert handing_out.tick() == 7
    assert handing_out.tick() == 0
    assert handing_out.refill("garmin") == 0
    crowd.sql(
        "UPDATE procrastinate_jobs SET status = 'doing' WHERE id ="
        " (SELECT min(id) FROM procrastinate_jobs WHERE queue_name = 'fitbit')"
    )
    assert handing_out.refill("fitbit") == 1  # as that one ends, but is still there
    assert sum(job.vendor == "fitbit" for job in crowd.jobs()) == 3


def test_jobs_of_a_worker_that_fell_silent_run_again_and_those_of_a_living_one_do_not(
    store: Store, clock
):
    crowd = Crowd(store, clock, fitbit=3)
    crowd.handing_out().tick()
    crowd.sql(
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now()), (now() - interval '26 seconds')"
    )
    crowd.sql(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id ="
        " CASE id % 3 WHEN 0 THEN 1 WHEN 1 THEN 2 END"
    )
    crowd.handing_out().tick()
    with store.read() as cx:
        assert job_queue.outstanding(cx) == {"fitbit": {"todo": 2, "doing": 1}}


def test_an_account_that_ends_every_worker_is_given_a_rest(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=1)
    crowd.handing_out().tick()
    crowd.sql("UPDATE procrastinate_jobs SET status = 'doing', attempts = 9")
    crowd.handing_out().tick()
    assert crowd.jobs() == []
    with store.read() as cx:
        account = accounts.get(cx, crowd.ids["fitbit"][0])
    assert (account.state, account.queued_until) == (due.WAITING, None)
    assert account.next_sync_at > clock() + timedelta(minutes=50)


def test_a_job_whose_account_somebody_else_has_synced_has_nothing_to_do(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=3)
    crowd.handing_out().tick()
    mine, synced, paused = crowd.ids["fitbit"]
    with store.write() as tx:
        due.scheduled(tx, synced, clock() + timedelta(hours=1))
        due.pause(tx, paused, clock())
    with store.read() as cx:
        wanted = {one for one in crowd.ids["fitbit"] if job_queue.still_claimed(cx, one)}
    assert wanted == {mine}


def test_a_daemon_that_starts_leaves_the_claims_of_workers_alone(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=2)
    with store.write() as tx:
        assert len(due.claim(tx, now=clock(), most=1, hold=timedelta(minutes=5))) == 1
    crowd.handing_out().tick()
    with store.write() as tx:
        assert due.unclaimed(tx) == 1
        assert len(due.claim(tx, now=clock(), most=9, hold=timedelta(minutes=5))) == 1


def test_only_one_worker_fills_the_queue_at_a_time(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=2)
    with store.write() as tx:
        assert job_queue.enter(tx)
        assert crowd.handing_out().tick() == 0
    assert crowd.handing_out().tick() == 2


def test_requests_a_minute_are_shared_by_all_workers_and_the_rest_waits(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=1)
    now = clock().replace(second=30, microsecond=0)
    workers = [
        Budgets(store=store, clock=lambda: now, a_minute={"fitbit": 45}, opened=crowd.engine.open)
        for _ in range(2)
    ]
    taken: list[Budgets] = []

    def draw_in_turns() -> None:
        for worker in workers * 45:
            worker.draw("fitbit")
            taken.append(worker)

    with pytest.raises(RateLimited, match="All 45 requests") as refused:
        draw_in_turns()
    assert refused.value.retry_after == timedelta(seconds=31)
    assert 44 <= len(taken) <= 45  # the other may hold one that it did not need
    assert crowd.handing_out(a_minute={"fitbit": 45}).tick() == 0
    workers[0].draw("fitbit", under_way=True)
    workers[0].draw("garmin")


def test_every_answer_of_a_fetch_is_paid_for(store: Store, clock):
    crowd = Crowd(store, clock, fitbit=1)
    budgets = Budgets(store=store, clock=clock, a_minute={"fitbit": 20}, opened=crowd.engine.open)
    with store.read() as cx:
        account = accounts.get(cx, crowd.ids["fitbit"][0])
    with budgets.open(account, crowd.vendor.adapter()) as road:
        assert len(list(road.fetch(Stream.STEPS, Window(NOW - DAY, NOW), None))) == 1
    with store.read() as cx:
        used = cx.execute(text(f"SELECT used FROM {SCHEMA}.budget")).scalar_one()
    assert used == 1


def test_one_slow_vendor_never_has_all_threads_unless_it_is_the_only_one():
    vendors = ["fitbit"]
    shares = Shares(4, lambda: vendors)
    assert shares.open() is None
    vendors.append("garmin")
    for _ in range(3):
        assert shares.open() == ["fitbit", "garmin"]
        shares.begun("fitbit")
    assert shares.open() == ["garmin"]
    shares.ended("fitbit")
    assert shares.open() == ["fitbit", "garmin"]
    assert shares.running == 2


def test_workers_go_by_the_databases_clock_read_now_and_then(store: Store):
    counted = [5.0]
    clock = StoreClock(store, lambda: counted[0])
    begun = clock()
    counted[0] += 100
    assert clock() - begun == timedelta(seconds=100)
    clock.read()
    assert clock() - begun < timedelta(seconds=99)


def test_the_queue_is_made_once_even_by_many_at_a_time(new_postgres_url):
    url = new_postgres_url()
    stores = [open_store(url) for _ in range(4)]
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda one=one: made.append(queue_schema.install(one)))
        for one in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    with stores[0].read() as cx:
        assert queue_schema.is_installed(cx)
    assert not queue_schema.install(stores[0])
    for one in stores:
        one.close()


def test_a_queue_of_an_older_procrastinate_is_brought_up_to_date_and_a_newer_one_refused(
    store: Store,
):
    queue_schema.install(store)
    with store.write() as tx:
        retry = f"DROP FUNCTION {SCHEMA}.procrastinate_retry_job_v2"
        tx.execute(text(retry))
        event = f"ALTER TYPE {SCHEMA}.procrastinate_job_event_type RENAME VALUE 'retried' TO 'x'"
        tx.execute(text(event))
        mark = f"COMMENT ON SCHEMA {SCHEMA} IS '03.03.00_01_pre_priority_lock_fetch_job'"
        tx.execute(text(mark))
    assert queue_schema.install(store)
    with store.write() as tx:
        found = tx.execute(
            text("SELECT count(*) FROM pg_proc WHERE proname = 'procrastinate_retry_job_v2'")
        )
        assert found.scalar_one() == 1
        tx.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS '99.00.00_01_other'"))
    with pytest.raises(StoreError, match="newer Procrastinate"):
        queue_schema.install(store)
