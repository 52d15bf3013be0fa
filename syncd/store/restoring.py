"""Putting a backup in the place of a database: all of it or nothing, whenever it is interrupted.

On SQLite a whole new file is made beside the old one and takes its name in one step; on PostgreSQL
everything happens in one transaction. Whoever restores has the database alone.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select, text, update

from syncd.contract import StoreError, SyncdError
from syncd.store import channels, copying, due, people, secrets, sqlite_files
from syncd.store import tables as t
from syncd.store.backup_file import BadBackup, Manifest, Progress, opened, verify
from syncd.store.failures import explained_file
from syncd.store.locks_of_server import lock_out_others
from syncd.store.migrations import REVISIONS
from syncd.store.sql import Store, open_store
from syncd.store.store_lock import StoreLock
from syncd.store.table_sums import TableSum, sums_of_file, sums_of_store, tables_of_file
from syncd.store.writing_backups import SIDES, remember_the_names, remove_file, write_rows

_ASIDE = "before-restore"
_OLDER = ".syncd-older-backup"
_SIGNED_OUT = "sealed with another store lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is there now; ``aside`` keeps the old data.

    ``signed_out`` names (person, account), ``shut`` the (person, channel) whose address does not
    open; the address stays, in case that the lock is found again.
    """

    manifest: Manifest
    signed_out: tuple[tuple[str, str], ...]
    shut: tuple[tuple[str, str], ...]
    aside: Path | None


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What the store lock does not open: as in ``Restored``."""

    signed_out: tuple[tuple[str, str], ...]
    shut: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """A verified backup at our schema: a file, and the sums that a copy of it must have."""

    file: Path
    manifest: Manifest
    sums: Mapping[str, TableSum]


def restore_file(
    database: Path,
    backup: Path,
    *,
    replace: bool,
    lock: StoreLock | None,
    now: datetime,
    progress: Progress,
) -> Restored:
    """Put a backup in the place of a SQLite database; raise ``SyncdError`` and change nothing.

    ``replace`` allows it where data is, which is then kept aside.
    """
    manifest = verify(backup)
    was_there = database.exists()
    use = sqlite_files.claim(database, create=True)
    new = _new(database)
    try:
        use.alone()
        holds = _file_holds_data(database)
        _refuse_data(str(database), holds=holds, replace=replace)
        remove_killed(database)
        with _ready(backup, manifest, database.parent) as source:
            sealed = _build(new, source, lock, progress)
        aside = _take_the_place(database, new, now if holds else None)
    except OSError as error:
        raise _refusal(database, error) from error
    finally:
        remove_file(new)
        if not was_there and not database.stat().st_size:
            database.unlink()
        use.end()
    return Restored(manifest=manifest, signed_out=sealed.signed_out, shut=sealed.shut, aside=aside)


def restore_server(
    url: str,
    backup: Path,
    *,
    folder: Path,
    replace: bool,
    lock: StoreLock | None,
    now: datetime,
    progress: Progress,
) -> Restored:
    """Put a backup in the place of what a PostgreSQL database holds, in one transaction.

    Old data goes to a backup in ``folder``. Raises ``SyncdError`` and changes nothing.
    """
    manifest = verify(backup)
    store = open_store(url)
    aside = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _ready(backup, manifest, folder) as source, store.write(durable=True) as tx:
            lock_out_others(tx, store.place)
            holds = tx.execute(select(t.person.c.id).limit(1)).first() is not None
            _refuse_data(store.place, holds=holds, replace=replace)
            if holds:
                aside = _free(folder / f"{_ASIDE}-{_stamp(now)}.backup")
                write_rows(tx, aside, place=store.place, now=now, progress=progress)
            with _unneeded_on_failure(aside):
                _refill(tx, source, progress)
                sealed = _sealed_elsewhere(tx, lock)
    finally:
        store.close()
    return Restored(manifest=manifest, signed_out=sealed.signed_out, shut=sealed.shut, aside=aside)


@contextmanager
def _unneeded_on_failure(aside: Path | None) -> Iterator[None]:
    """Remove what was kept aside where nothing was changed after all.

    Not around the commit: one whose answer was lost on the way may have happened.
    """
    try:
        yield
    except BaseException:
        if aside is not None:
            aside.unlink(missing_ok=True)
        raise


def kept_aside(folder: Path) -> list[Path]:
    """Return the files in a folder that a restore has kept."""
    found = [path for path in folder.glob("*") if _ASIDE in path.name]
    return sorted(path for path in found if path.is_file())


def remove_killed(database: Path) -> None:
    """Remove what a killed restore has left beside a database that the caller has alone."""
    remove_file(_new(database))
    remove_file(database.with_name(_OLDER))


def _new(database: Path) -> Path:
    return database.with_name(f".{database.name}.restoring")


@contextmanager
def _ready(backup: Path, manifest: Manifest, folder: Path) -> Iterator[_Source]:
    """Yield the backup itself, or a copy that went through the migrations it lacks."""
    if manifest.schema == REVISIONS[-1]:
        _refuse_lacking(backup)
        yield _Source(backup, manifest, manifest.tables)
        return
    copy = folder / _OLDER
    remove_file(copy)
    try:
        copy.touch(mode=0o600)
        with explained_file(copy):
            if copying.copy_pages(backup, copy, lambda _done, _total: None) != manifest.tables:
                raise BadBackup(f"{backup} has changed while it was read. Nothing was changed.")
            copying.make_empty(copy)
            with copying.finishing(copy) as db:
                sums = sums_of_file(db)
        _refuse_lacking(copy)
        yield _Source(copy, manifest, sums)
    finally:
        remove_file(copy)


def _refuse_lacking(file: Path) -> None:
    """Raise ``BadBackup`` where a table of ours is no table in the file."""
    with opened(file) as db:
        lacking = set(t.metadata.tables) - set(tables_of_file(db))
    if lacking:
        raise BadBackup(f"{file} lacks the table {min(lacking)}. Nothing was changed.")


def _build(new: Path, source: _Source, lock: StoreLock | None, progress: Progress) -> _Sealed:
    """Make the database that will take the place of the old one; return what does not open."""
    progress(0, 2)
    with explained_file(new):
        copying.make_empty(new)
        copying.fill_file(new, source.file)
        copying.set_serials_of_file(new, source.manifest.serials)
        progress(1, 2)
        with closing(sqlite3.connect(new)) as db:
            _refuse_difference(sums_of_file(db), source)
    store = Store(sqlite_files.engine(str(new)), str(new))
    try:
        with store.write(durable=True) as tx:
            sealed = _sealed_elsewhere(tx, lock)
    finally:
        store.close()
    with explained_file(new), copying.finishing(new):
        progress(2, 2)
    return sealed


def _refill(tx: Connection, source: _Source, progress: Progress) -> None:
    names = ", ".join(f'"{table.name}"' for table in t.metadata.sorted_tables)
    tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    with opened(source.file) as db:
        copying.fill_store(tx, db, progress)
    copying.set_serials_of_store(tx, source.manifest.serials)
    _refuse_difference(sums_of_store(tx), source)


def _refuse_difference(found: Mapping[str, TableSum], source: _Source) -> None:
    different = [name for name in t.metadata.tables if found.get(name) != source.sums.get(name)]
    if different:
        raise StoreError(
            f"What was restored is not what the backup holds ({min(different)}); the disk or the "
            "backup fails. Nothing was changed."
        )


def _sealed_elsewhere(tx: Connection, lock: StoreLock | None) -> _Sealed:
    """Remove sign-ins that this store lock does not open, and find channels that it does not."""
    names = {person.id: person.name for person in people.listing(tx)}
    shut = [(names[one.person_id], one.name) for one in channels.shut(tx, lock)]
    return _Sealed(_sign_out(tx, lock), tuple(shut))


def _sign_out(tx: Connection, lock: StoreLock | None) -> tuple[tuple[str, str], ...]:
    """Remove the secrets that this store lock does not open; return (person, account) of each."""
    ids = secrets.drop_unopened(tx, lock)
    here = t.account.c
    waiting = here.state.in_(due.RUNS)  # what a person paused stays paused
    needs = {"state": "needs_sign_in", "why": _SIGNED_OUT, "waiting_until": None}
    tx.execute(update(t.account).where(here.id.in_(ids), waiting).values(needs))
    named = select(t.person.c.name, here.name).join(t.account).where(here.id.in_(ids))
    return tuple((row[0], row[1]) for row in tx.execute(named.order_by(here.id)))


def _refuse_data(place: str, *, holds: bool, replace: bool) -> None:
    if holds and not replace:
        raise SyncdError(
            f"{place} holds data already. --replace puts the backup in its place and keeps the "
            "old data in a file."
        )


def _file_holds_data(database: Path) -> bool:
    """Return whether there is anything to lose; a damaged file may be all that is left."""
    try:
        with closing(sqlite3.connect(database, timeout=5)) as db:
            tables = tables_of_file(db)
            if "person" not in tables:
                return bool(tables)
            return db.execute("SELECT 1 FROM person LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError as error:
        raise StoreError(_opened_elsewhere(database)) from error
    except sqlite3.DatabaseError:
        return True


def _take_the_place(database: Path, new: Path, kept_at: datetime | None) -> Path | None:
    """Give ``new`` the name of the database; at every moment that name is the old or the new."""
    _settle(database)
    aside = None
    if kept_at is not None:
        aside = _free(database.with_name(f"{database.name}.{_ASIDE}-{_stamp(kept_at)}"))
        _second_name(database, aside)
    for side in SIDES:  # only of a damaged file; beside the new one they would be read as its own
        left = database.with_name(f"{database.name}{side}")
        if left.exists() and aside is not None and side != "-shm":
            left.replace(aside.with_name(f"{aside.name}{side}"))
        left.unlink(missing_ok=True)
    remember_the_names(database.parent)
    new.replace(database)
    remember_the_names(database.parent)
    return aside


def _settle(database: Path) -> None:
    """Bring everything that was committed into the one file; what is too damaged stays as it is."""
    try:
        with closing(sqlite3.connect(database, timeout=5, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreError(_opened_elsewhere(database)) from error
    except sqlite3.DatabaseError:
        return


def _second_name(file: Path, other: Path) -> None:
    try:
        os.link(file, other)
    except OSError:  # a file system without hard links
        shutil.copy2(file, other)


def _free(path: Path) -> Path:
    """Return ``path``, or one like it that nothing has yet."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _opened_elsewhere(database: Path) -> str:
    return f"Another program has {database} open. Close it, then try again."


def _refusal(database: Path, error: OSError) -> SyncdError:
    why = error.strerror or str(error)
    return SyncdError(f"Cannot restore to {database}: {why}. What was there is untouched.")
