"""Purging a person: no row of any table, no byte of the file."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime

import pytest
from sqlalchemy import select

from syncd.contract import StoreError
from syncd.service import marks
from syncd.service.purge import purge, sweep
from syncd.store import Store, open_store, people, purging
from syncd.store import tables as t
from syncd.store.people import Person
from tests.conftest import ROOT
from tests.integration.service.lives import NOW, bring, minutes_csv
from tests.integration.store.every_table import fill

MONDAY = date(2026, 3, 9)
TODAY = date(2026, 3, 20)
PATTERN = [137, 141, 139, 149, 151, 157, 163, 167]


def person_of(store: Store, name: str) -> Person:
    with store.read() as cx:
        found = people.find(cx, name)
    assert found is not None
    return found


def two_in_every_table(store: Store) -> tuple[Person, Person]:
    with store.write() as tx:
        fill(tx, "Ada", 3)
        fill(tx, "Bo", 4)
    return person_of(store, "Ada of person.name"), person_of(store, "Bo of person.name")


def test_every_table_leads_to_a_person():
    for table in t.metadata.sorted_tables:
        assert table is t.person or {"person_id", "account_id"} & set(table.c.keys()), (
            f"{table.name} leads to nobody: a purge would forget its rows"
        )
        for key in table.foreign_key_constraints:
            assert key.ondelete == "CASCADE", f"{table.name} keeps rows of people who are gone"


def test_a_purge_leaves_no_row_of_a_person_and_every_row_of_another(store, tmp_path):
    ada, bo = two_in_every_table(store)
    report = purge(store, ada, folder=tmp_path)
    assert report.rows == dict.fromkeys(t.metadata.tables, 1)
    with store.read() as cx:
        for table in t.metadata.sorted_tables:
            rows = cx.execute(select(table)).all()
            assert len(rows) == 1, table.name
            assert "Ada" not in repr(rows[0])
        assert purging.rows_of(cx, bo.id) == dict.fromkeys(t.metadata.tables, 1)
    assert report.on_a_server == (store.dialect == "postgresql")


def test_a_row_that_a_purge_would_forget_undoes_it(store, tmp_path, monkeypatch):
    ada, _ = two_in_every_table(store)
    monkeypatch.setattr(purging, "delete", lambda table: select(table.c.id))
    with pytest.raises(RuntimeError, match="a purge forgets rows in"):
        purge(store, ada, folder=tmp_path)
    with store.read() as cx:
        assert purging.rows_of(cx, ada.id)["day"] == 1


def test_no_byte_of_a_person_is_left_in_the_files(tmp_path):
    state = tmp_path / "state"
    store = open_store(f"sqlite:///{state / 'syncd.db'}")
    theirs = tmp_path / "Zaphodsday.csv"
    minutes_csv(theirs, MONDAY, [[*PATTERN * 9, *[0] * 1368]] * 3)
    with store.write() as tx:
        for name in ("Zaphod", "Trillian"):
            added = people.add(tx, name, now=people_now())
            people.set_zone(tx, added.id, "Europe/Paris", None)
    bring(store, theirs, person="Zaphod")
    bring(
        store,
        minutes_csv(tmp_path / "hers.csv", MONDAY, [[100] * 40 + [0] * 1400]),
        person="Trillian",
    )
    zaphod = person_of(store, "Zaphod")
    marks.excuse(
        store, zaphod.id, (MONDAY, MONDAY), "a quiet improbability", today=TODAY, clock=people_now
    )
    with store.read() as cx:
        series = [
            bytes(b)
            for (b,) in cx.execute(
                select(t.series_day.c.body).where(purging.belongs_to(t.series_day, zaphod.id))
            )
        ]
        kept = [
            bytes(b)
            for (b,) in cx.execute(
                select(t.archive.c.body).where(purging.belongs_to(t.archive, zaphod.id))
            )
        ]
    traces = [b"Zaphod", b"improbability", zaphod.uid.encode(), *(b[-24:] for b in series + kept)]

    def found() -> set[bytes]:
        bytes_there = b"".join(file.read_bytes() for file in state.iterdir())
        return {trace for trace in traces if trace in bytes_there}

    assert len(traces) > 4
    assert found() == set(traces)
    purge(store, zaphod, folder=state)
    assert found() == set()
    store.close()
    assert found() == set()
    store = open_store(f"sqlite:///{state / 'syncd.db'}")
    with store.read() as cx:
        assert [person.name for person in people.listing(cx)] == ["Trillian"]
        assert cx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert cx.execute(select(t.day.c.brisk_min)).scalars().all() == [40]
    store.close()


def people_now() -> datetime:
    return NOW


def test_a_file_that_others_use_is_not_purged(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'state' / 'syncd.db'}"
    store, other = open_store(url), open_store(url)
    ada, _ = two_in_every_table(store)
    with pytest.raises(StoreError, match="Another syncd is using"):
        purge(store, ada, folder=tmp_path)
    other.close()
    with closing(sqlite3.connect(tmp_path / "state" / "syncd.db", isolation_level=None)) as shell:
        shell.execute("BEGIN")
        shell.execute("SELECT count(*) FROM person").fetchone()
        with store.write() as tx:
            people.add(tx, "new", now=people_now())
        monkeypatch.setattr(purging.sqlite_files, "BUSY_S", 0.1)
        with pytest.raises(StoreError, match=r"has .* open"):
            purge(store, ada, folder=tmp_path)
        monkeypatch.undo()
    assert person_of(store, ada.name) == ada
    purge(store, ada, folder=tmp_path)
    store.close()


def test_a_file_that_cannot_be_cleared_says_so_and_how_to_do_it_later(tmp_path, monkeypatch):
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'syncd.db'}")
    ada, _ = two_in_every_table(store)

    def full(_store: Store) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(purging, "sweep", full)
    with pytest.raises(StoreError, match=r"is removed, but traces may stay.*syncd purge --sweep"):
        purge(store, ada, folder=tmp_path)
    monkeypatch.undo()
    sweep(store)
    store.close()
    assert b"Ada" not in (tmp_path / "state" / "syncd.db").read_bytes()


KILLED = """
import os, signal, sys
from pathlib import Path
from syncd.service.purge import purge
from syncd.store import open_store, people, purging

real = purging.{function}
calls = 0
def counted(*args):
    global calls
    calls += 1
    if calls == {count}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args)
purging.{function} = counted
store = open_store(sys.argv[1])
with store.read() as cx:
    ada = people.find(cx, "Ada of person.name")
purge(store, ada, folder=Path(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("function", "count", "is_gone"),
    [("_refuse_leftovers", 1, False), ("sweep", 1, True), ("_empty_the_log", 3, True)],
)
def test_a_purge_killed_anywhere_has_removed_a_person_or_not(tmp_path, function, count, is_gone):
    url = f"sqlite:///{tmp_path / 'state' / 'syncd.db'}"
    store = open_store(url)
    ada, _ = two_in_every_table(store)
    store.close()
    code = KILLED.format(function=function, count=count)
    done = subprocess.run(
        [sys.executable, "-c", code, url, str(tmp_path)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    store = open_store(url)
    with store.read() as cx:
        rows = purging.rows_of(cx, ada.id)
    assert set(rows.values()) == ({0} if is_gone else {1})
    if is_gone:
        sweep(store)
    else:
        purge(store, ada, folder=tmp_path)
    store.close()
    assert b"Ada" not in (tmp_path / "state" / "syncd.db").read_bytes()


def test_what_a_killed_restore_left_goes_and_what_one_kept_is_named(tmp_path):
    state = tmp_path / "state"
    store = open_store(f"sqlite:///{state / 'syncd.db'}")
    ada, _ = two_in_every_table(store)
    kept = state / "syncd.db.before-restore-20260301T120000Z"
    for file in (kept, state / ".syncd.db.restoring", state / ".syncd-older-backup"):
        file.write_bytes(b"Ada")
    assert purge(store, ada, folder=state).out_of_reach == (kept,)
    store.close()
    assert {f.name for f in state.iterdir()} == {"syncd.db", "syncd.db-lock", kept.name}
    assert kept.read_bytes() == b"Ada"
