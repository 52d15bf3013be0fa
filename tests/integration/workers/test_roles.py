"""The roles of config/postgres-roles.sql, on a real server: each may do its work and no more."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import make_url

from syncd.contract import StoreError
from syncd.service.handing_out import HandingOut
from syncd.store import due, open_store, queue_schema
from syncd.store.store_clock import StoreClock
from syncd.store.worker_place import WorkerPlace, workers
from tests.conftest import ROOT
from tests.integration.workers.crowd import NOW, Crowd

pytestmark = pytest.mark.postgres


def give(url: str) -> None:
    """Run the file as the superuser."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as superuser:
        superuser.execute((ROOT / "config" / "postgres-roles.sql").read_bytes())


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


@pytest.fixture
def url(new_postgres_url) -> str:
    made = new_postgres_url()
    give(made)
    owner = open_store(as_role(made, "syncd_owner"))
    queue_schema.install(owner)
    owner.close()
    give(made)
    return made


def test_the_service_syncs_and_hands_out_and_changes_no_table(url):
    store = open_store(as_role(url, "syncd_service"))
    crowd = Crowd(store, StoreClock(store), fitbit=2)
    handing_out: HandingOut = crowd.handing_out(a_minute={"fitbit": 5})
    place = WorkerPlace(store)
    assert len(workers(store)) == 1
    assert place.leads()
    assert handing_out.tick() == 2
    crowd.sql("UPDATE procrastinate_jobs SET status = 'doing'")
    handing_out.tick()
    with store.write() as tx:
        due.pause(tx, crowd.ids["fitbit"][0], NOW)
    for statement in (
        "DROP TABLE day",
        "ALTER TABLE person ADD COLUMN x int",
        "CREATE TABLE x (y int)",
        "TRUNCATE person CASCADE",
        "CREATE SCHEMA x",
    ):
        with pytest.raises(StoreError, match=r"may not do that|must be owner"):
            crowd.sql(statement)
    place.end()
    store.close()


def test_a_reader_sees_days_and_walks_and_no_sign_in_and_writes_nothing(url):
    address = as_role(url, "syncd_reader").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as reader:
        for name in ("days_v", "walks_v", "person", "target"):
            assert reader.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)
        for statement in (
            "SELECT * FROM secret",
            "SELECT * FROM channel",
            "SELECT settings FROM account",
            "SELECT body FROM archive",
            "DELETE FROM day",
            "INSERT INTO mark SELECT * FROM mark",
            "SELECT * FROM syncd_queue.procrastinate_jobs",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement)


def test_a_service_before_its_owner_is_told_who_must_come_first(new_postgres_url):
    url = new_postgres_url()
    give(url)
    with pytest.raises(StoreError, match="may not do that"):
        open_store(as_role(url, "syncd_service"))
