"""What a cohort of 20,000 people costs in memory, above the same command about one of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.measure import Row
from syncd.service.people_file import COLUMNS
from syncd.sim.sample import write_sample
from syncd.store import open_store
from syncd.store import tables as t
from tests.postgres_server import PostgresServer

SYNCD = str(Path(sys.executable).with_name("syncd"))
PEOPLE = 20_000
DAYS = 14
GOAL_MIB = 60
ONE = "study/1"
_WEIGHED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command from a small process: a child's peak begins with that of its parent."""


def run() -> list[Row]:
    """Return a row a command and database."""
    with TemporaryDirectory() as folder, _databases(Path(folder)) as urls:
        return [row for name, url in urls.items() for row in _rows(Path(folder), name, url)]


def _rows(folder: Path, name: str, url: str) -> Iterator[Row]:
    home = {**os.environ, "HOME": str(folder), "SYNCD_DATABASE__URL": url}
    _fill(folder, name, url, home)
    for words in (
        ["days", "--flagged"],
        ["days"],
        ["report"],
        ["export", "days", "--format", "csv", "-o", str(folder / "days.csv")],
        ["export", "days", "--format", "parquet", "-o", str(folder / "days.parquet")],
    ):
        alone = _peak_mib([*words, "--person", ONE], home)
        above = _peak_mib([*words, "--cohort", "study"], home) - alone
        yield Row(
            f"{' '.join(words[:4])}, {PEOPLE:,} people, {name}",
            f"{above:.0f} MiB above",
            f"{alone:.0f} MiB for one person",
            above / GOAL_MIB,
            "<= 1x",
            above <= GOAL_MIB,
        )


def _fill(folder: Path, name: str, url: str, home: dict[str, str]) -> None:
    """Bring in the people from a file, days of one from a tracker, and give them to everybody."""
    file = folder / "cohort.csv"
    lines = (f"{number},study,Europe/Berlin\n" for number in range(1, PEOPLE + 1))
    file.write_text(f"{','.join(COLUMNS)}\n{''.join(lines)}")
    _call(["person", "import", str(file)], home)
    sample = write_sample(
        folder / f"sample-{name}", people=1, days=DAYS, end=date(2026, 11, 22), seed=1
    )
    files = [str(path) for path in sample.people[0].files]
    _call(["import", *files, "--person", ONE, "--tz", "Europe/Berlin"], home)
    names = ", ".join(column.name for column in t.day.c if column.name != "person_id")
    store = open_store(url)
    with store.write() as tx:
        copied = tx.execute(
            text(
                f"INSERT INTO day (person_id, {names}) SELECT p.id, {names} FROM day, person p"
                " WHERE p.id <> day.person_id"
            )
        ).rowcount
    if copied < (PEOPLE - 1) * DAYS:
        raise RuntimeError(f"{copied} days are too few for {PEOPLE} people")
    store.close()


@contextmanager
def _databases(folder: Path) -> Iterator[dict[str, str]]:
    server = PostgresServer.start()
    try:
        yield {"SQLite": f"sqlite:///{folder}/state/syncd.db", "PostgreSQL": server.create()}
    finally:
        server.stop()


def _peak_mib(words: list[str], home: dict[str, str]) -> float:
    command = [sys.executable, "-c", _WEIGHED, SYNCD, *words]
    said = subprocess.run(command, env=home, check=True, capture_output=True, text=True)
    return int(said.stdout) / 1024


def _call(words: list[str], home: dict[str, str]) -> None:
    subprocess.run([SYNCD, *words], env=home, check=True, capture_output=True)
