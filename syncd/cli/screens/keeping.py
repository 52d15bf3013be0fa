"""What was saved, put back or removed, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from syncd.cli.screens.paper import Paper
from syncd.service.backup import BackupReport
from syncd.service.purge import PurgeReport
from syncd.store.backup_file import Manifest
from syncd.store.restoring import Restored
from syncd.walks.phrases import plural_s

_KIB = 1024


def backup_lines(report: BackupReport, paper: Paper) -> list[str]:
    """Return what a backup holds and what it does not."""
    what = _content(report.people, report.days, report.walks)
    lines = paper.wrap(f"Saved {what}, read back and compared ({_size(report.size)}):")
    lines.append(f"  {report.path}")
    if report.secrets:
        lines += paper.wrap("Sign-ins are in it, sealed. Keep the store lock apart from it.")
    return lines


def restore_lines(restored: Restored, paper: Paper) -> list[str]:
    """Return what is there now, who must sign in again, and where the old data is."""
    manifest = restored.manifest
    rows = _rows(manifest)
    when = manifest.made_at.strftime("%Y-%m-%d %H:%M UTC")
    what = _content(rows["person"], rows["day"], rows["walk"])
    lines = paper.wrap(f"Restored the backup of {when}: {what}.")
    if restored.signed_out:
        named = ", ".join(f"{account} of {person}" for person, account in restored.signed_out)
        lines += paper.wrap(
            "The store lock here does not open these sign-ins, so they were left out; sign in "
            f"again: {named}."
        )
    if restored.shut:
        named = ", ".join(f"{channel} of {person}" for person, channel in restored.shut)
        lines += paper.wrap(
            f"Nor does it open these channels, so nothing goes out on them: {named}. Remove each"
            " and add it again: syncd notify remove, syncd notify add URL."
        )
    if restored.aside is not None:
        lines += ["What was there before is kept in:", f"  {restored.aside}"]
    return lines


def known_sentence(name: str, rows: Mapping[str, int]) -> str:
    """Return what would go with a person."""
    return f"This removes {name} for good: {_known(rows)}."


def purge_lines(report: PurgeReport, paper: Paper) -> list[str]:
    """Return what went, and what could not be reached."""
    lines = paper.wrap(f"Removed {report.name}: {_known(report.rows)}.")
    lines += paper.wrap("Not reached: backups and exports that were made earlier.")
    if report.on_a_server:
        lines += paper.wrap(
            "The server clears the freed space when it vacuums (VACUUM FULL does it at once); "
            "its own logs, copies and backups are its administrator's."
        )
    if report.out_of_reach:
        lines += paper.wrap("These hold older data and may hold theirs; remove them yourself:")
        lines += [f"  {file}" for file in report.out_of_reach]
    return lines


def _known(rows: Mapping[str, int]) -> str:
    said = [
        _count(rows["day"], "day"),
        _count(rows["walk"], "walk"),
        _count(rows["archive"], "kept original"),
        _count(rows["account"], "account"),
    ]
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _content(people: int, days: int, walks: int) -> str:
    who = f"{people:,} {'person' if people == 1 else 'people'}"
    return f"{who}, {_count(days, 'day')} and {_count(walks, 'walk')}"


def _rows(manifest: Manifest) -> dict[str, int]:
    return {name: entry.rows for name, entry in manifest.tables.items()}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{plural_s(number)}"


def _size(number: int) -> str:
    if number < _KIB * _KIB:
        return f"{max(1, round(number / _KIB)):,} kB"
    return f"{number / _KIB / _KIB:,.1f} MB"
