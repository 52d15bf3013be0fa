"""A backup to a place that makes sense: somewhere else, and over nothing that is not a backup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syncd.contract import SyncdError
from syncd.store import Store
from syncd.store.backup_file import Manifest, Progress, is_database, opened, read_manifest
from syncd.store.writing_backups import write_backup

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What was saved where; ``size`` in bytes, ``secrets`` the sealed ones inside."""

    path: Path
    size: int
    people: int
    days: int
    walks: int
    secrets: int
    made_at: datetime


def backup(
    store: Store,
    path: Path,
    *,
    state_folder: Path,
    force: bool,
    clock: Clock,
    progress: Progress = lambda _done, _total: None,
) -> BackupReport:
    """Write a backup of everything but the store lock to ``path``.

    Raises ``SyncdError`` for a place that is refused or cannot be written.
    """
    target = path.resolve()
    if store.dialect == "sqlite":
        _refuse_nearby(path, target, Path(store.place).resolve().parent, state_folder.resolve())
    _refuse_occupied(path, target, force=force)
    manifest = write_backup(store, target, now=clock(), progress=progress)
    return report_of(target, manifest)


def report_of(path: Path, manifest: Manifest) -> BackupReport:
    """Return what a written backup holds."""
    rows = {name: entry.rows for name, entry in manifest.tables.items()}
    return BackupReport(
        path=path,
        size=path.stat().st_size,
        people=rows.get("person", 0),
        days=rows.get("day", 0),
        walks=rows.get("walk", 0),
        secrets=rows.get("secret", 0),
        made_at=manifest.made_at,
    )


def _refuse_nearby(path: Path, target: Path, database_folder: Path, state_folder: Path) -> None:
    """Refuse the folder of the database; deeper in, only where syncd owns the folder."""
    inside = target.parent == database_folder
    if database_folder == state_folder:
        inside = target.is_relative_to(state_folder)
    if inside:
        raise SyncdError(
            f"{path} is in the folder of the database itself and would be lost with it. "
            "Choose another folder, best on another disk."
        )


def _refuse_occupied(path: Path, target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise SyncdError(f"{path} is a folder. Add a file name, like {path / 'syncd.backup'}.")
    if not target.exists():
        return
    if not target.is_file():
        raise SyncdError(f"{path} is not a file. A backup is one.")
    if not force:
        raise SyncdError(f"{path} is there already. Choose another name, or say --force.")
    if target.stat().st_size and not _is_backup(target):
        raise SyncdError(f"{path} is not a backup of syncd, and --force replaces only those.")


def _is_backup(path: Path) -> bool:
    try:
        if not is_database(path):
            return False
        with opened(path) as db:
            read_manifest(db, path)
    except SyncdError:
        return False
    return True
