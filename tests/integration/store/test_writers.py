"""Who may write: leases, marks, several writers at once, and a writer that is killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.contract import StoreError
from syncd.store import Store, accounts, dirty, locks, open_store, people, sqlite_files
from tests.conftest import ROOT
from tests.integration.store.made import NOW, account_of

LATER = NOW + timedelta(seconds=accounts.LEASE_S + 1)


def expire(store: Store, account_id: int) -> None:
    """Let the lease run out on either database's clock."""
    if store.dialect == "postgresql":
        with store.write() as tx:
            tx.exec_driver_sql(
                "UPDATE account SET lease_until = now() - INTERVAL '1 s' WHERE id = %s",
                (account_id,),
            )


def test_of_two_takers_one_gets_the_lease(store: Store):
    account = account_of(store)
    with store.write() as tx:
        epoch = accounts.take_lease(tx, account.id, now=NOW)
    with store.write() as tx:
        assert accounts.take_lease(tx, account.id, now=NOW) is None
    assert epoch == 1


def test_a_lease_that_ran_out_can_be_taken_and_the_old_holder_cannot_commit(store: Store):
    account = account_of(store)
    with store.write() as tx:
        old = accounts.take_lease(tx, account.id, now=NOW)
    expire(store, account.id)
    with store.write() as tx:
        new = accounts.take_lease(tx, account.id, now=LATER)
    assert (old, new) == (1, 2)
    with store.write() as tx:
        assert not accounts.assert_lease(tx, account.id, old)
        assert not accounts.renew_lease(tx, account.id, old, now=LATER)
        assert not accounts.release_lease(tx, account.id, old)
        assert accounts.assert_lease(tx, account.id, new)


def test_a_renewed_lease_is_held_on(store: Store):
    account = account_of(store)
    with store.write() as tx:
        epoch = accounts.take_lease(tx, account.id, now=NOW)
        assert accounts.renew_lease(tx, account.id, epoch, now=LATER)
        assert accounts.take_lease(tx, account.id, now=LATER) is None


def test_a_lease_given_back_is_free_at_once(store: Store):
    account = account_of(store)
    with store.write() as tx:
        epoch = accounts.take_lease(tx, account.id, now=NOW)
        assert accounts.release_lease(tx, account.id, epoch)
        assert accounts.take_lease(tx, account.id, now=NOW) == epoch + 1


def test_takers_at_the_same_moment_get_one_lease_between_them(store: Store):
    account = account_of(store)
    start = threading.Barrier(4)
    got: list[int | None] = []

    def take() -> None:
        start.wait()
        with store.write() as tx:
            got.append(accounts.take_lease(tx, account.id, now=NOW))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=str) == [1, None, None, None]


def test_a_zombie_that_woke_up_stores_nothing(store: Store):
    account = account_of(store)
    with store.write() as tx:
        epoch = accounts.take_lease(tx, account.id, now=NOW)
    expire(store, account.id)
    with store.write() as tx:
        accounts.take_lease(tx, account.id, now=LATER)
    with store.write() as tx:
        if accounts.assert_lease(tx, account.id, epoch):
            dirty.mark(tx, account.person_id, [1])
    with store.read() as cx:
        assert dirty.read(cx, account.person_id) == []


def test_only_marks_that_were_read_are_cleared(store: Store):
    person = account_of(store).person_id
    with store.write() as tx:
        dirty.mark(tx, person, [7, 5, 5])
    with store.read() as cx:
        seen = dirty.read(cx, person)
    with store.write() as tx:
        dirty.mark(tx, person, [5])
    with store.write() as tx:
        dirty.clear(tx, person, seen)
        assert [mark.utc_day for mark in dirty.read(tx, person)] == [5]
        assert dirty.people_with_marks(tx) == [person]
    assert [mark.utc_day for mark in seen] == [5, 7]


def test_a_mark_is_never_mistaken_for_an_earlier_one(store: Store):
    person = account_of(store).person_id
    with store.write() as tx:
        dirty.mark(tx, person, [5])
        first = dirty.read(tx, person)
        dirty.clear(tx, person, first)
        dirty.mark(tx, person, [5])
        dirty.clear(tx, person, first)
        assert len(dirty.read(tx, person)) == 1


def test_locking_a_person_counts_and_nobody_cannot_be_locked(store: Store):
    person = account_of(store).person_id
    with store.write() as tx:
        assert locks.lock_person(tx, person) + 1 == locks.lock_person(tx, person)
        with pytest.raises(StoreError, match="removed"):
            locks.lock_person(tx, person + 1000)


def test_an_error_inside_a_transaction_takes_everything_back(store: Store):
    def fail() -> None:
        with store.write() as tx:
            people.add(tx, "me", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as cx:
        assert people.listing(cx) == []


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(store: Store):
    account_of(store, "a")
    with store.read() as cx:
        assert len(people.listing(cx)) == 1
        account_of(store, "b")
        assert len(people.listing(cx)) == 1
    with store.read() as cx:
        assert len(people.listing(cx)) == 2


def test_a_reader_cannot_write(store: Store):
    with pytest.raises(StoreError), store.read() as cx:
        people.add(cx, "me", now=NOW)


def test_a_writer_inside_a_writer_is_a_mistake_and_not_a_standstill(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'syncd.db'}")
    with store.write(), pytest.raises(RuntimeError), store.write():
        pass
    store.close()


def test_a_database_held_by_another_program_is_a_sentence(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sqlite_files, "BUSY_S", 0)
    url = f"sqlite:///{tmp_path / 'syncd.db'}"
    one, other = open_store(url), open_store(url)
    other._writer = sqlite_files.WriterLock()  # as another process would have one of its own
    with one.write(), pytest.raises(StoreError, match="Another program"), other.write():
        pass
    one.close()
    other.close()


WRITER = """
import sys
from datetime import UTC, datetime
from syncd.store import open_store, people
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(60):
    with store.write() as tx:
        people.add(tx, f"{sys.argv[2]} {number}", now=datetime(2026, 3, 1, tzinfo=UTC))
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_open_and_write_at_once_all_get_their_turn(new_url: str):
    writers = [start(WRITER, new_url, name) for name in "abc"]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n", writer.communicate()
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert (writer.returncode, said) == (0, "")
    store = open_store(new_url)
    with store.read() as cx:
        assert len(people.listing(cx)) == 180
    store.close()


VICTIM = """
import sys
from datetime import UTC, datetime
from syncd.store import dirty, open_store, people
store = open_store(sys.argv[1])
with store.write() as tx:
    person = people.add(tx, "kept", now=datetime(2026, 3, 1, tzinfo=UTC))
with store.write() as tx:
    dirty.mark(tx, person.id, range(20_000))
    people.add(tx, "half", now=datetime(2026, 3, 1, tzinfo=UTC))
    print("mid", flush=True)
    sys.stdin.readline()
"""


def test_a_writer_killed_in_the_middle_leaves_no_half(store_url: str):
    victim = start(VICTIM, store_url)
    assert victim.stdout.readline() == "mid\n", victim.communicate()
    victim.kill()
    victim.communicate()
    store = open_store(store_url)
    with store.read() as cx:
        assert [person.name for person in people.listing(cx)] == ["kept"]
        assert dirty.people_with_marks(cx) == []
        if store.dialect == "sqlite":
            assert cx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    with store.write() as tx:
        people.add(tx, "half", now=NOW)
    store.close()
