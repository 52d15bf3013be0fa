"""What tests of the files adapter share: import one file in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from syncd.contract import CanonicalRecord, Context, Malformed, RawPayload, Stream
from syncd_files import adapter
from syncd_files.settings import FilesSettings, Limits

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class Imported:
    payloads: list[RawPayload] = field(default_factory=list)
    records: list[CanonicalRecord] = field(default_factory=list)
    message: str | None = None
    problems: Sequence[str] = ()
    blamed: list[RawPayload | None] = field(default_factory=list)


def fetch(
    path: Path, limits: Limits | None = None, *, beside: Sequence[Path] = (), **facts: str
) -> Imported:
    """Return the payloads of a file, and what was wrong with it."""
    got = Imported()
    context = Context(account="files", now=lambda: NOW, facts=facts)
    settings = FilesSettings(path=path, limits=limits or Limits(), beside=tuple(beside))
    with adapter.connect(settings, context) as connection:
        try:
            for payload in connection.fetch(Stream.FILES, None, None):
                got.payloads.append(payload)
        except Malformed as error:
            got.message, got.problems = str(error), error.problems
    return got


def read(
    path: Path, limits: Limits | None = None, *, beside: Sequence[Path] = (), **facts: str
) -> Imported:
    """Return payloads and records of a file, and what was wrong with it."""
    got = fetch(path, limits, beside=beside, **facts)
    for payload in got.payloads:
        try:
            got.records.extend(adapter.parse(payload))
        except Malformed as error:
            got.blamed.append(error.payload)
            got.message = got.message or str(error)
            got.problems = (*got.problems, *error.problems)
    return got
