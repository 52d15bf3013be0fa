"""A command line on an empty home, with a clock of its own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from syncd.cli.app import run
from syncd.store import migrations, sql

NOW = datetime(2026, 3, 28, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def told(self) -> str:
        """Return what went to standard error on one line: where it wraps depends on paths."""
        return " ".join(self.err.split())


Cli = Callable[..., Said]


@pytest.fixture(scope="session")
def schema(migrated_file: Path) -> list[str]:
    """Return the statements that make what the migrations made."""
    with closing(sqlite3.connect(migrated_file)) as db:
        return [s for s in db.iterdump() if not s.startswith(("BEGIN", "COMMIT"))]


@pytest.fixture
def cli(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    schema: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Cli:
    """Return what runs a command line; a new SQLite file gets its schema without the history."""

    def to_head(tx: Connection) -> None:
        if tx.dialect.name != "sqlite" or tx.exec_driver_sql("SELECT 1 FROM sqlite_master").first():
            migrations.to_head(tx)
            return
        for statement in schema:
            tx.exec_driver_sql(statement)

    monkeypatch.setattr(sql, "to_head", to_head)

    def typed(*words: object, now: datetime = NOW, **env: str) -> Said:
        code = run([str(word) for word in words], env={**os.environ, **env}, clock=lambda: now)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return typed


def minutes_of_day(day: date, walks: dict[int, tuple[int, int]]) -> Iterator[str]:
    """Yield rows of a worn day; ``walks`` maps the minute of a day to (minutes, steps each)."""
    steps = dict.fromkeys(range(1440), 0)
    for hour in range(8, 22):
        steps[hour * 60] = 12  # worn: a few steps each hour
    for start, (length, cadence) in walks.items():
        steps.update(dict.fromkeys(range(start, start + length), cadence))
    for minute, count in steps.items():
        clock = f"{minute // 60 % 12 or 12}:{minute % 60:02d}:00 {'AM' if minute < 720 else 'PM'}"
        yield f"{day:%m/%d/%Y} {clock},{count}"


def csv_of(path: Path, days: dict[date, dict[int, tuple[int, int]]]) -> Path:
    rows = [row for day, walks in days.items() for row in minutes_of_day(day, walks)]
    path.write_text("\n".join(["ActivityMinute,Steps", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a file of ten worn days until 27 March 2026; every third day reaches the target."""
    first = date(2026, 3, 18)
    days = {
        first + timedelta(days=i): {18 * 60 + 5: (35 if i % 3 == 0 else 12, 110)} for i in range(10)
    }
    return csv_of(tmp_path / "minuteSteps.csv", days)
