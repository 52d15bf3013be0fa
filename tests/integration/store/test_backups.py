"""Backup and restore: the same store again, or nothing has happened."""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from syncd.cli.screens.keeping import restore_lines
from syncd.cli.screens.paper import Paper
from syncd.contract import StoreError, SyncdError
from syncd.service.backup import BackupReport, backup
from syncd.service.restore import restore
from syncd.store import (
    accounts,
    backup_file,
    channels,
    copying,
    open_store,
    people,
    restoring,
    secrets,
)
from syncd.store import tables as t
from syncd.store.backup_file import BadBackup, read_manifest, verify, write_manifest
from syncd.store.restoring import Restored
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock
from syncd.store.table_sums import TableSum, sums_of_file, sums_of_store
from tests.conftest import ROOT
from tests.integration.store.every_table import fill
from tests.integration.store.made import NOW
from tests.postgres_server import PostgresServer

LOCK = StoreLock(b"k" * 32, "the first lock")
OTHER = StoreLock(b"o" * 32, "another lock")
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def clock() -> datetime:
    return NOW


def seal_again(tx: Connection) -> None:
    """Put a token that the first lock opens in the place of every made-up secret."""
    tx.execute(t.secret.delete())
    for row in tx.execute(t.account.select()).all():
        secrets.put_token(tx, LOCK, row.id, Secret("t"), after=row.token_generation, now=NOW)


@pytest.fixture
def url_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str], str]:
    """Return a function that gives the URL of a database which nobody has opened yet."""

    def made(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name / 'syncd.db'}"
        url: str = request.getfixturevalue("new_postgres_url")()
        return url

    return made


@pytest.fixture(scope="module")
def filled_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite store with rows of two people in every table; copy it."""
    path = tmp_path_factory.mktemp("filled") / "syncd.db"
    shutil.copy(migrated_file, path)
    fill_all(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def filled_postgres_url(postgres_server: PostgresServer, migrated_postgres_url: str) -> str:
    """Return the URL of the same on PostgreSQL; copy it."""
    url = postgres_server.create(migrated_postgres_url)
    fill_all(url)
    return url


def fill_all(url: str) -> None:
    store = open_store(url)
    with store.write(durable=True) as tx:
        fill(tx, "Ada", 3)
        fill(tx, "Bo", 4)
        seal_again(tx)
    store.close()


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a store with rows of two people in every table."""
    if request.param == "sqlite":
        path = tmp_path / "here" / "syncd.db"
        path.parent.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("filled_file"), path)
        return f"sqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.create(request.getfixturevalue("filled_postgres_url"))


def test_a_channel_that_the_store_lock_opens_is_not_named(url, tmp_path):
    store = open_store(url)
    with store.write(durable=True) as tx:
        tx.execute(t.channel.delete())
        for person in people.listing(tx):
            address = Secret("json://127.0.0.1/x")
            channels.add(tx, LOCK, person.id, address, scheme="json", name="mine", now=NOW)
    store.close()
    save(url, tmp_path / "b")
    there = f"sqlite:///{tmp_path / 'there' / 'syncd.db'}"
    assert put_back(there, tmp_path / "b").shut == ()
    other = f"sqlite:///{tmp_path / 'other' / 'syncd.db'}"
    shut = put_back(other, tmp_path / "b", lock=OTHER).shut
    assert [channel for _, channel in shut] == ["mine", "mine"]


def save(url: str, path: Path, **options: bool) -> BackupReport:
    store = open_store(url)
    try:
        return backup(
            store, path, state_folder=path.parent / "here", clock=clock, force=False, **options
        )
    finally:
        store.close()


def put_back(
    url: str, path: Path, *, replace: bool = False, lock: StoreLock | None = LOCK
) -> Restored:
    return restore(url, path, folder=path.parent / "kept", replace=replace, lock=lock, clock=clock)


def sums(url: str) -> dict[str, TableSum]:
    store = open_store(url)
    try:
        with store.read() as cx:
            return sums_of_store(cx)
    finally:
        store.close()


def change(url: str) -> None:
    store = open_store(url)
    with store.write() as tx:
        people.add(tx, "someone new", now=NOW)
    store.close()


@pytest.mark.parametrize("target", KINDS)
def test_a_backup_restores_to_the_same_rows_on_either_database(url, url_of, target, tmp_path):
    report = save(url, tmp_path / "b")
    assert (report.people, report.days, report.walks, report.secrets) == (2, 2, 2, 2)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    there = url_of(target, "there")
    restored = put_back(there, tmp_path / "b")
    assert (restored.aside, restored.signed_out) == (None, ())
    assert sums(there) == sums(url)
    assert all(entry.rows == 2 for entry in sums(there).values())
    left = {file.name for file in tmp_path.rglob("*") if file.is_file()}
    assert left <= {"b", "syncd.db", "syncd.db-lock"}


@pytest.mark.parametrize("target", KINDS)
def test_an_id_that_was_given_out_once_is_not_given_out_again(url, url_of, target, tmp_path):
    store = open_store(url)
    with store.write() as tx:
        gone = people.add(tx, "gone", now=NOW)
        tx.execute(t.person.delete().where(t.person.c.id == gone.id))
    store.close()
    save(url, tmp_path / "b")
    there = url_of(target, "there")
    put_back(there, tmp_path / "b")
    store = open_store(there)
    with store.write() as tx:
        assert people.add(tx, "new", now=NOW).id == gone.id + 1
    store.close()


def test_the_store_lock_is_not_in_the_backup(url, tmp_path):
    save(url, tmp_path / "b")
    assert LOCK.key not in (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("lock", [None, OTHER], ids=["no lock", "another lock"])
def test_without_the_store_lock_everything_is_kept_but_sign_ins(url, url_of, tmp_path, lock):
    save(url, tmp_path / "b")
    there = url_of("sqlite", "there")
    restored = put_back(there, tmp_path / "b", lock=lock)
    assert [person for person, _ in restored.signed_out] == [
        "Ada of person.name",
        "Bo of person.name",
    ]
    assert {account for _, account in restored.signed_out} == {
        "Ada of account.name",
        "Bo of account.name",
    }
    store = open_store(url)
    with store.read() as cx:
        everyone = [c for p in people.listing(cx) for c in channels.of_person(cx, p.id)]
    store.close()
    assert [channel for _, channel in restored.shut] == [c.name for c in everyone] != []
    said = " ".join(" ".join(restore_lines(restored, Paper())).split())
    assert f"{everyone[0].name} of Ada of person.name" in said
    before, after = sums(url), sums(there)
    assert after.pop("secret").rows == 0
    assert after.pop("account") != before.pop("account")
    before.pop("secret")
    assert after == before
    store = open_store(there)
    with store.read() as cx:
        for row in cx.execute(t.account.select()).all():
            account = accounts.get(cx, row.id)
            assert (account.state, account.why) == (
                "needs_sign_in",
                "sealed with another store lock",
            )
    store.close()


def test_a_paused_account_stays_paused_without_its_sign_in(url, tmp_path):
    store = open_store(url)
    with store.write() as tx:
        tx.execute(t.account.update().values(state="paused"))
    store.close()
    save(url, tmp_path / "b")
    there = f"sqlite:///{tmp_path / 'there' / 'syncd.db'}"
    assert len(put_back(there, tmp_path / "b", lock=None).signed_out) == 2
    store = open_store(there)
    with store.read() as cx:
        assert {row.state for row in cx.execute(t.account.select())} == {"paused"}
    store.close()


def test_data_that_is_there_is_replaced_only_when_asked_and_kept_aside(url, tmp_path):
    save(url, tmp_path / "b")
    before = sums(url)
    change(url)
    changed = sums(url)
    with pytest.raises(SyncdError, match=r"holds data already.*--replace"):
        put_back(url, tmp_path / "b")
    assert sums(url) == changed
    restored = put_back(url, tmp_path / "b", replace=True)
    assert sums(url) == before
    assert restored.aside is not None
    assert stat.S_IMODE(restored.aside.stat().st_mode) == 0o600
    with closing(sqlite3.connect(restored.aside)) as db:
        assert sums_of_file(db) == changed
    again = put_back(url, tmp_path / "b", replace=True)
    assert again.aside is not None
    assert again.aside != restored.aside


def test_a_database_that_another_syncd_uses_is_not_replaced(url, tmp_path):
    save(url, tmp_path / "b")
    before = sums(url)
    other = open_store(url)
    with other.read() as cx:
        people.listing(cx)
    with pytest.raises(StoreError, match=r"Another syncd is .*Stop it, then try again"):
        put_back(url, tmp_path / "b", replace=True)
    other.close()
    assert sums(url) == before
    put_back(url, tmp_path / "b", replace=True)


def test_the_process_that_uses_a_file_is_named(tmp_path):
    url = f"sqlite:///{tmp_path / 'here' / 'syncd.db'}"
    save(url, tmp_path / "b")
    code = "import sys; from syncd.store import open_store; s = open_store(sys.argv[1])"
    code += "; print('in', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(StoreError, match=rf"process {other.pid}\)"):
            put_back(url, tmp_path / "b")
        other.kill()
    put_back(url, tmp_path / "b")  # the system lets go for a process that was killed


def test_a_program_that_is_not_ours_keeps_a_file_from_being_replaced(tmp_path, url_of):
    url = url_of("sqlite", "here")
    save(url, tmp_path / "b")
    change(url)
    with closing(sqlite3.connect(tmp_path / "here" / "syncd.db", isolation_level=None)) as shell:
        shell.execute("BEGIN")
        shell.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(StoreError, match=r"Another program has .* open"):
            put_back(url, tmp_path / "b", replace=True)
    put_back(url, tmp_path / "b", replace=True)


def test_nobody_comes_in_while_a_file_is_being_replaced(tmp_path, url_of):
    url = url_of("sqlite", "here")
    store = open_store(url)
    store.alone()
    with pytest.raises(StoreError, match="is being replaced or cleaned"):
        open_store(url)
    store.close()
    open_store(url).close()


def test_a_backup_is_a_snapshot_while_others_write(url, tmp_path, monkeypatch):
    monkeypatch.setattr(copying, "PAGES_A_STEP", 16)
    before = sums(url)
    seen: list[tuple[int, int]] = []
    writer, store = open_store(url), open_store(url)

    def write_on(done: int, total: int) -> None:
        seen.append((done, total))
        with writer.write() as tx:
            people.add(tx, f"someone {len(seen)}", now=NOW)

    backup(
        store,
        tmp_path / "b",
        state_folder=tmp_path / "x",
        force=False,
        clock=clock,
        progress=write_on,
    )
    store.close()
    writer.close()
    assert len(seen) > 3
    assert verify(tmp_path / "b").tables == before
    assert sums(url)["person"].rows == before["person"].rows + len(seen)


def test_a_backup_is_refused_where_it_makes_no_sense(tmp_path, url_of):
    url = url_of("sqlite", "here")
    change(url)
    (tmp_path / "letter").write_text("dear")
    (tmp_path / "link").symlink_to(tmp_path / "here" / "syncd.db")
    cases = {
        tmp_path / "here" / "b": "lost with it",
        tmp_path / "here" / "deeper" / "b": "lost with it",
        tmp_path / "here" / "syncd.db": "lost with it",
        tmp_path / "link": "lost with it",
        tmp_path: "is a folder",
        Path(os.devnull): "is not a file",
        tmp_path / "letter": "there already",
        tmp_path / "nowhere" / "b": "no folder",
        tmp_path / "letter" / "b": "no folder",
    }
    store = open_store(url)
    for path, why in cases.items():
        with pytest.raises(SyncdError, match=why):
            backup(store, path, state_folder=tmp_path / "here", force=False, clock=clock)
    with pytest.raises(SyncdError, match="replaces only those"):
        backup(store, tmp_path / "letter", state_folder=tmp_path / "here", force=True, clock=clock)
    assert (tmp_path / "letter").read_text() == "dear"
    for _ in range(2):
        backup(store, tmp_path / "b", state_folder=tmp_path / "here", force=True, clock=clock)
    store.close()
    assert verify(tmp_path / "b").tables == sums(url)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 200 kB; skip where that is not allowed."""
    disk, mount = tmp_path / "disk", shutil.which("mount")
    disk.mkdir()
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("no small disk can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_a_sentence_and_the_old_backup_stays(url, tmp_path, small_disk):
    store = open_store(url)
    (small_disk / "b").touch()
    with pytest.raises(SyncdError, match=r"Cannot write .*no space is left there.*untouched"):
        backup(store, small_disk / "b", state_folder=tmp_path / "x", force=True, clock=clock)
    store.close()
    assert {file.name for file in small_disk.iterdir()} == {"b"}
    assert (small_disk / "b").stat().st_size == 0


def test_a_full_disk_stops_a_restore_and_nothing_is_lost(tmp_path, url_of, small_disk):
    url = url_of("sqlite", "here")
    store = open_store(url)
    with store.write() as tx:
        for number in range(1, 9):
            fill(tx, "Ada " * number * 99, number)
    store.close()
    save(url, tmp_path / "b")
    there = f"sqlite:///{small_disk / 'state' / 'syncd.db'}"
    with pytest.raises(SyncdError, match=r"disk is full"):
        put_back(there, tmp_path / "b")
    assert [f.name for f in (small_disk / "state").iterdir()] == ["syncd.db-lock"]


def test_a_disk_that_cannot_be_written_is_a_sentence(good, tmp_path, small_disk):
    there = small_disk / "state" / "syncd.db"
    open_store(f"sqlite:///{tmp_path / 'here' / 'syncd.db'}").close()
    there.parent.mkdir(mode=0o700)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(SyncdError, match=r"Cannot write .*Read-only.*untouched"):
        save(f"sqlite:///{tmp_path / 'here' / 'syncd.db'}", small_disk / "b")
    with pytest.raises(SyncdError, match=r"Cannot open .*Read-only"):
        put_back(f"sqlite:///{there}", good)


@pytest.mark.postgres
def test_a_restore_that_fails_on_a_server_keeps_nothing_aside(url_of, tmp_path, monkeypatch):
    url = url_of("postgresql", "here")
    change(url)
    save(url, tmp_path / "b")
    monkeypatch.setattr(restoring, "sums_of_store", lambda _cx: {})
    with pytest.raises(StoreError, match="Nothing was changed"):
        put_back(url, tmp_path / "b", replace=True)
    assert list((tmp_path / "kept").iterdir()) == []
    monkeypatch.undo()
    assert sums(url)["person"].rows == 1


@pytest.fixture
def good(tmp_path: Path, url_of) -> Path:
    """Return a backup of a store with something in every table."""
    url = url_of("sqlite", "good")
    store = open_store(url)
    with store.write(durable=True) as tx:
        fill(tx, "Ada", 3)
        seal_again(tx)
    backup(store, tmp_path / "good.backup", state_folder=tmp_path / "x", force=False, clock=clock)
    store.close()
    return tmp_path / "good.backup"


def test_a_backup_that_was_cut_off_is_refused_wherever_it_was(good, url_of, tmp_path):
    there = url_of("sqlite", "there")
    whole = good.read_bytes()
    for share in (0.0, 0.1, 0.5, 0.99):
        good.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BadBackup, match=r"is damaged|is not a backup"):
            put_back(there, good)
    assert not (tmp_path / "there").exists()


def test_a_changed_byte_is_found_or_changes_nothing(good):
    with closing(sqlite3.connect(good)) as db:
        right = sums_of_file(db)
    whole = good.read_bytes()
    draw, found = random.Random(5), 0
    for _ in range(300):
        changed = bytearray(whole)
        changed[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        good.write_bytes(changed)
        try:
            verify(good)
        except BadBackup:
            found += 1
            continue
        with closing(sqlite3.connect(good)) as db:
            assert sums_of_file(db) == right  # it hit space that holds nothing
    assert found > 5


def test_a_changed_word_is_named_with_its_table(good):
    whole = good.read_bytes()
    assert whole.count(b"Ada of mark.why") == 1
    good.write_bytes(whole.replace(b"Ada of mark.why", b"Ida of mark.why"))
    with pytest.raises(BadBackup, match="mark is not what was saved"):
        verify(good)


def test_other_files_are_not_backups(good, tmp_path, url_of):
    change(url_of("sqlite", "plain"))
    (tmp_path / "text").write_text("steps,1\n" * 99)
    for path in (tmp_path / "plain" / "syncd.db", tmp_path / "text"):
        with pytest.raises(BadBackup, match="is not a backup of syncd"):
            verify(path)
    with pytest.raises(BadBackup, match="cannot be read"):
        verify(tmp_path / "absent")


def rewritten(path: Path, **changes: object) -> None:
    """Write another manifest into a backup."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        manifest = dataclasses.replace(read_manifest(db, path), **changes)  # type: ignore[arg-type]
        db.execute("DROP TABLE syncd_backup")
        write_manifest(db, manifest)


@pytest.mark.parametrize("changes", [{"schema": "9999"}, {"format": 99}])
def test_a_backup_of_a_newer_program_is_refused(good, url_of, changes):
    rewritten(good, **changes, syncd="7.0")
    with pytest.raises(BadBackup, match=r"newer syncd \(7\.0, schema .*Upgrade this one"):
        put_back(url_of("sqlite", "there"), good)


@pytest.mark.parametrize("target", KINDS)
def test_a_backup_of_an_older_program_is_brought_forward(
    good, url_of, target, tmp_path, monkeypatch
):
    there = url_of(target, "there")
    open_store(there).close()
    real = copying.to_head

    def step(tx) -> None:
        if tx.dialect.has_table(tx, "alembic_version"):
            tx.exec_driver_sql("UPDATE person SET cohort = 'brought forward'")
            tx.exec_driver_sql(
                f"UPDATE alembic_version SET version_num = '{restoring.REVISIONS[-1]}'"
            )
        else:
            real(tx)

    for module in (backup_file, restoring):
        monkeypatch.setattr(module, "REVISIONS", ("0000", *module.REVISIONS))
    monkeypatch.setattr(copying, "to_head", step)
    with closing(sqlite3.connect(good)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '0000'")
    rewritten(good, schema="0000")
    before = good.read_bytes()
    put_back(there, good)
    assert good.read_bytes() == before
    store = open_store(there)
    with store.read() as cx:
        assert [person.cohort for person in people.listing(cx)] == ["brought forward"]
        assert set(sums_of_store(cx)) == set(t.metadata.tables)
    store.close()
    assert {f.name for f in tmp_path.rglob(".*")} == set()


def test_a_damaged_database_can_be_replaced_and_is_kept_aside_as_it_is(good, tmp_path):
    (tmp_path / "there").mkdir()
    broken = tmp_path / "there" / "syncd.db"
    broken.write_bytes(b"SQLite format 3\0" + b"rubbish" * 999)
    (tmp_path / "there" / "syncd.db-wal").write_bytes(b"its log")
    with pytest.raises(SyncdError, match="--replace"):
        put_back(f"sqlite:///{broken}", good)
    restored = put_back(f"sqlite:///{broken}", good, replace=True)
    assert restored.aside is not None
    assert b"rubbish" in restored.aside.read_bytes()
    assert sums(f"sqlite:///{broken}") == verify(good).tables


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from syncd.store import {module} as module

calls, real = 0, module.{function}

def counted(*args, **kwargs):
    global calls
    calls += 1
    if calls == {count}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)

module.{function} = counted
from syncd.service.backup import backup
from syncd.service.restore import restore
from syncd.store import open_store
url, path, folder = sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
clock = lambda: datetime(2026, 3, 2, tzinfo=UTC)
if sys.argv[1] == "backup":
    backup(open_store(url), path, state_folder=folder, force=True, clock=clock)
else:
    restore(url, path, folder=folder, replace=True, lock=None, clock=clock)
"""


def killed(act: str, url: str, path: Path, point: tuple[str, str, int]) -> None:
    module, function, count = point
    code = KILLED.format(module=module, function=function, count=count)
    done = subprocess.run(
        [sys.executable, "-c", code, act, url, str(path), str(path.parent / "kept")],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


FILE_POINTS = [
    ("restoring", "_file_holds_data", 1),
    ("copying", "fill_file", 1),
    ("restoring", "sums_of_file", 1),
    ("restoring", "_sign_out", 1),
    ("restoring", "_take_the_place", 1),
    ("restoring", "_second_name", 1),
    ("restoring", "remember_the_names", 1),
    ("restoring", "remember_the_names", 2),
]
SERVER_POINTS = [
    ("restoring", "lock_out_others", 1),
    ("restoring", "write_rows", 1),
    ("copying", "fill_store", 1),
    ("copying", "set_serials_of_store", 1),
    ("restoring", "_sign_out", 1),
]


KILLS = [
    *(pytest.param("sqlite", p, id=f"{p[1]}-{p[2]}") for p in FILE_POINTS),
    *(
        pytest.param("postgresql", p, id=f"{p[1]}-server", marks=pytest.mark.postgres)
        for p in SERVER_POINTS
    ),
]


@pytest.mark.parametrize(("kind", "point"), KILLS)
def test_a_restore_killed_anywhere_leaves_the_old_store_or_the_new(url_of, tmp_path, kind, point):
    url = url_of(kind, "here")
    store = open_store(url)
    with store.write(durable=True) as tx:
        fill(tx, "Ada", 3)
        seal_again(tx)
    store.close()
    save(url, tmp_path / "b")
    change(url)
    old = sums(url)
    killed("restore", url, tmp_path / "b", point)
    after_replacing = point == ("restoring", "remember_the_names", 2)
    now = sums(url)
    if after_replacing:
        assert now["person"].rows == 1
    else:
        assert now == old
    put_back(url, tmp_path / "b", replace=True)
    assert sums(url) == verify(tmp_path / "b").tables


@pytest.mark.parametrize(
    "point",
    [
        ("copying", "sums_of_file", 1),
        ("copying", "finishing", 1),
        ("writing_backups", "write_manifest", 1),
        ("writing_backups", "verify", 1),
    ],
    ids=lambda p: p[1],
)
def test_a_backup_killed_anywhere_leaves_the_one_of_before(url_of, tmp_path, point):
    url = url_of("sqlite", "here")
    change(url)
    save(url, tmp_path / "b")
    before = (tmp_path / "b").read_bytes()
    store = open_store(url)
    with store.write() as tx:
        fill(tx, "Ada", 3)
    store.close()
    killed("backup", url, tmp_path / "b", point)
    assert (tmp_path / "b").read_bytes() == before
    store = open_store(url)
    backup(store, tmp_path / "b", state_folder=tmp_path / "x", force=True, clock=clock)
    store.close()
    assert verify(tmp_path / "b").tables == sums(url)
    assert [f.name for f in tmp_path.iterdir() if "partial" in f.name] == []
