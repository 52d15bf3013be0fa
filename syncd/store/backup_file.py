"""The backup file: an ordinary SQLite database with a manifest inside, from either database.

Writing one is here, and so is reading one with suspicion: it may be cut off, damaged, written by a
newer syncd, or something else altogether.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from syncd.contract import SyncdError
from syncd.store.migrations import REVISIONS
from syncd.store.table_sums import TableSum, sums_of_file

FORMAT: Final = 1
PAGES_A_STEP = 256
_HEADER = b"SQLite format 3\0"
_NEWER = "{path} was written by a newer syncd ({by}). Upgrade this one, then restore it."
_DAMAGED = "{path} is damaged: {what}. Nothing was changed; use another backup."
_NONE = "{path} is not a backup of syncd."

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


class BadBackup(SyncdError):
    """A file that cannot be restored, in a sentence that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself.

    ``serials`` are the highest ids ever given out, by table; ``database`` the kind it was made of.
    """

    format: int
    schema: str
    syncd: str
    made_at: datetime
    database: str
    serials: Mapping[str, int]
    tables: Mapping[str, TableSum]

    def document(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), default=datetime.isoformat, sort_keys=True)


def write_manifest(db: sqlite3.Connection, manifest: Manifest) -> None:
    """Put the manifest into a file whose content is complete."""
    document = manifest.document()
    db.execute("CREATE TABLE syncd_backup (document TEXT NOT NULL, checksum TEXT NOT NULL)")
    db.execute("INSERT INTO syncd_backup VALUES (?, ?)", (document, _checksum(document)))


def verify(path: Path) -> Manifest:
    """Read all of a backup and return its manifest; raise ``BadBackup`` where anything is wrong."""
    with opened(path) as db:
        manifest = read_manifest(db, path)
        if [row[0] for row in db.execute("PRAGMA integrity_check(1)")] != ["ok"]:
            raise BadBackup(_DAMAGED.format(path=path, what="its pages do not fit together"))
        found = sums_of_file(db)
        for name, said in manifest.tables.items():
            if found.pop(name, None) != said:
                raise BadBackup(_DAMAGED.format(path=path, what=f"{name} is not what was saved"))
        if found:
            raise BadBackup(_DAMAGED.format(path=path, what=f"{min(found)} does not belong in it"))
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a backup to be read, trusting nothing in it; damage becomes ``BadBackup``."""
    if not is_database(path):
        raise BadBackup(_NONE.format(path=path))
    try:
        # Immutable: nothing is made beside a file that may lie on a read-only disk.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA cell_size_check = ON")
            yield db
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BadBackup(_DAMAGED.format(path=path, what=str(error).rstrip("."))) from error


def is_database(path: Path) -> bool:
    """Return whether a file begins as a SQLite file does; raise ``BadBackup`` if unreadable."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror or error}.") from error


def read_manifest(db: sqlite3.Connection, path: Path) -> Manifest:
    """Return what an open backup says of itself; raise ``BadBackup`` for one that says nothing."""
    here = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'syncd_backup'"
    if not db.execute(here).fetchone()[0]:
        raise BadBackup(_NONE.format(path=path))
    row = db.execute("SELECT document, checksum FROM syncd_backup").fetchone()
    if row is None or _checksum(str(row[0])) != row[1]:
        raise BadBackup(_DAMAGED.format(path=path, what="its manifest is not what was saved"))
    try:
        return _manifest(json.loads(row[0]), path)
    except (KeyError, TypeError, ValueError) as error:
        raise BadBackup(_DAMAGED.format(path=path, what="its manifest makes no sense")) from error


def _manifest(said: dict[str, Any], path: Path) -> Manifest:
    if said["format"] > FORMAT or said["schema"] not in REVISIONS:
        raise BadBackup(_NEWER.format(path=path, by=f"{said['syncd']}, schema {said['schema']}"))
    tables = {name: TableSum(**entry) for name, entry in said.pop("tables").items()}
    made_at = datetime.fromisoformat(said.pop("made_at"))
    return Manifest(**said, made_at=made_at, tables=tables)


def _checksum(document: str) -> str:
    return sha256(document.encode()).hexdigest()
