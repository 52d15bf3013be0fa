"""Writing a backup: whole, read back and compared, or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from syncd import __version__
from syncd.contract import StoreError, SyncdError
from syncd.store import copying
from syncd.store.backup_file import FORMAT, BadBackup, Manifest, Progress, verify, write_manifest
from syncd.store.failures import explain
from syncd.store.migrations import REVISIONS
from syncd.store.sql import Store
from syncd.store.table_sums import TableSum

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PLACE_FAILED = {
    sqlite3.SQLITE_FULL: "no space is left there",
    sqlite3.SQLITE_CANTOPEN: "no file can be made there",
    sqlite3.SQLITE_READONLY: "no file can be written there",
    sqlite3.SQLITE_IOERR: "the disk fails there",
}
SIDES = ("-wal", "-shm", "-journal")
_Copy = Callable[[Path], tuple[Mapping[str, TableSum], Mapping[str, int]]]


def write_backup(store: Store, path: Path, *, now: datetime, progress: Progress) -> Manifest:
    """Write all of a database into one new file while others go on using it.

    The file appears, readable by its owner only, when it has been read back and is the same.
    Raises ``SyncdError`` with the place that refused; what was at ``path`` then stays.
    """
    if store.dialect == "sqlite":

        def copy(half: Path) -> tuple[Mapping[str, TableSum], Mapping[str, int]]:
            sums = copying.copy_pages(Path(store.place), half, progress)
            with closing(sqlite3.connect(half)) as db:
                return sums, copying.serials_of_file(db)

        return _write(path, copy, place=store.place, database=store.dialect, now=now)
    with store.read() as cx:
        cx.execute(text("SELECT 1"))  # the snapshot begins here
        return write_rows(cx, path, place=store.place, now=now, progress=progress)


def write_rows(
    cx: Connection, path: Path, *, place: str, now: datetime, progress: Progress
) -> Manifest:
    """Write what a transaction on PostgreSQL sees; otherwise as ``write_backup``."""

    def copy(half: Path) -> tuple[Mapping[str, TableSum], Mapping[str, int]]:
        return copying.copy_rows(cx, half, progress), copying.serials_of_store(cx)

    return _write(path, copy, place=place, database=cx.dialect.name, now=now)


def _write(path: Path, copy: _Copy, *, place: str, database: str, now: datetime) -> Manifest:
    with _explained(path, place), _half_of(path) as half:
        sums, serials = copy(half)
        manifest = Manifest(
            format=FORMAT,
            schema=REVISIONS[-1],
            syncd=__version__,
            made_at=now.replace(microsecond=0),
            database=database,
            serials=dict(serials),
            tables=dict(sums),
        )
        with copying.finishing(half) as db:
            write_manifest(db, manifest)
        _read_back(half, manifest, place)
        half.replace(path)
        remember_the_names(path.parent)
    return manifest


def _read_back(half: Path, manifest: Manifest, place: str) -> None:
    """Raise ``StoreError`` unless the file on the disk holds what the database said."""
    try:
        same = verify(half) == manifest
    except BadBackup:
        same = False
    if not same:
        raise StoreError(
            f"The copy is not what the database at {place} holds, so no backup was written. "
            "The database or a disk is damaged: restore the last backup, or check the disks."
        )


@contextmanager
def _half_of(path: Path) -> Iterator[Path]:
    """Yield the name of a file in the making, which the next backup to ``path`` takes over."""
    half = path.with_name(f".{path.name}.partial")
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(half, flags, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SyncdError(f"Another syncd is just writing {path}. Let it finish.") from None
        _remove_sides(half)  # of an attempt that was killed: SQLite would read them
        os.ftruncate(handle, 0)
        os.fchmod(handle, 0o600)
        try:
            yield half
        except BaseException:
            remove_file(half)
            raise
    finally:
        os.close(handle)


def remove_file(database: Path) -> None:
    """Remove a SQLite file that nobody uses, and what may lie beside it."""
    database.unlink(missing_ok=True)
    _remove_sides(database)


def _remove_sides(database: Path) -> None:
    for side in SIDES:
        database.with_name(f"{database.name}{side}").unlink(missing_ok=True)


def remember_the_names(folder: Path) -> None:
    """Make new names survive a power cut; not every file system can, and that is fine."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _explained(path: Path, place: str) -> Iterator[None]:
    stays = "What was there before is untouched."
    try:
        yield
    except sqlite3.Error as error:
        # The low byte says what failed, the others where in SQLite.
        failed = _PLACE_FAILED.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if failed is None:
            raise explain(error, place) from error
        raise SyncdError(f"Cannot write {path}: {failed}. {stays}") from error
    except OSError as error:
        if error.errno in _FULL:
            raise SyncdError(f"Cannot write {path}: no space is left there. {stays}") from error
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise SyncdError(
                f"Cannot write {path}: there is no folder {path.parent}. Create it first."
            ) from error
        if isinstance(error, PermissionError):
            raise SyncdError(
                f"Cannot write {path}: you may not write to {path.parent}. Choose another place."
            ) from error
        raise SyncdError(f"Cannot write {path}: {error.strerror or error}. {stays}") from error
