"""The queue's own worker inside of a worker: what it could not write down runs again."""

from __future__ import annotations

import threading

import pytest
from procrastinate.manager import JobManager
from sqlalchemy import text

from syncd.service.engine import LoopThread
from syncd.service.shares import Shares
from syncd.store import open_store
from syncd.store.store_clock import StoreClock
from tests.integration.workers.crowd import Crowd

pytestmark = pytest.mark.postgres
PATIENCE_S = 60


@pytest.mark.parametrize(("written", "fault"), [("finish_job", None), ("retry_job", OSError)])
def test_a_job_whose_end_could_not_be_written_down_runs_again_while_its_worker_lives(
    new_postgres_url, monkeypatch, written, fault
):
    store = open_store(new_postgres_url())
    crowd = Crowd(store, StoreClock(store), fitbit=1)
    handing_out, runs, twice = crowd.handing_out(), [], threading.Event()
    theirs, lost = getattr(JobManager, written), []

    async def away_once(*arguments, **options):
        if not lost:
            lost.append(written)
            raise OSError("the server is being restarted")
        await theirs(*arguments, **options)

    def work(account_id: int, _vendor: str) -> None:
        runs.append(account_id)
        if len(runs) > 1:
            twice.set()
        elif fault is not None:
            raise fault("the server went away")

    monkeypatch.setattr(JobManager, written, away_once)
    shares = Shares(2, lambda: handing_out.vendors)
    loop = LoopThread(store.address(), threads=2, work=work, shares=shares)
    handing_out.tick()
    loop.start()
    try:
        for _ in range(10 * PATIENCE_S):
            if twice.wait(0.1):
                break
            handing_out.tick()
    finally:
        assert loop.stop(PATIENCE_S)
        store.close()
    assert runs == crowd.ids["fitbit"] * 2
    assert lost == [written]


def test_taking_a_job_does_not_compare_all_that_wait_with_each_other(new_postgres_url):
    store, jobs = open_store(new_postgres_url()), 300
    crowd = Crowd(store, StoreClock(store), fitbit=jobs)
    with store.session() as cx:
        cx.execute(text("ANALYZE"))  # the server believes from now on that the queue is empty
    handing_out, done = crowd.handing_out(), threading.Semaphore(0)
    assert handing_out.tick() == jobs
    shares = Shares(2, lambda: handing_out.vendors)
    loop = LoopThread(
        store.address(), threads=2, work=lambda _id, _vendor: done.release(), shares=shares
    )
    loop.start()
    try:
        assert all(done.acquire(timeout=PATIENCE_S) for _ in range(jobs))
    finally:
        assert loop.stop(PATIENCE_S)
    with store.read() as cx:
        cx.execute(text("SELECT pg_stat_clear_snapshot()"))
        read = cx.execute(
            text(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables"
                " WHERE relname = 'procrastinate_jobs'"
            )
        ).scalar_one()
    store.close()
    assert read < 5 * jobs * jobs, read  # and 95 where they are compared
