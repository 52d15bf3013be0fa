"""What an account-day costs in bytes when it is asked for every hour."""

from __future__ import annotations

import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.ingest import registry
from syncd.service.housekeeping import Housekeeping
from syncd.service.syncing import Wish
from syncd.store import open_store
from tests.properties.whole_loop import Loop, a_life, loop

SERIES, ARCHIVE = ("series_day",), ("archive", "pull", "pull_payload")
JOURNAL = ("walk_ledger", "day_revision", "notice", "target", "mark")
SERIES_MOST, ARCHIVE_MOST, JOURNAL_MOST = 4_000, 60_000, 2_500
ARCHIVE_DAYS = 90


@pytest.mark.parametrize("days", [1, pytest.param(90, marks=pytest.mark.soak)])
def test_hourly_polls_grow_the_database_by_what_is_new(tmp_path: Path, days: int) -> None:
    file = tmp_path / "syncd.db"
    store = open_store(f"sqlite:///{file}")
    try:
        with loop(store, tmp_path, a_life(1, days, 500)) as one:
            for _ in range(days):
                polled_for_a_day(one)
            fresh = _bytes(file, ARCHIVE) / days
            one.clock.at += timedelta(hours=25)
            tidied(one)
    finally:
        store.close()
    series, kept, journal = (_bytes(file, names) / days for names in (SERIES, ARCHIVE, JOURNAL))
    whole = file.stat().st_size / days
    sys.stdout.write(
        f"bytes an account-day over {days} days of hourly polls: series {series:,.0f}, journal"
        f" {journal:,.0f}, archive {kept:,.0f} ({fresh:,.0f} with the answers of the last 24 h),"
        f" the whole file {whole:,.0f}\n"
    )
    assert series <= SERIES_MOST
    assert journal <= JOURNAL_MOST
    assert kept <= ARCHIVE_MOST


def polled_for_a_day(one: Loop) -> None:
    """Ask every hour, and tidy up at the end of the day."""
    for _ in range(24):
        one.clock.at += timedelta(hours=1)
        one.sync(Wish(slices_most=0))
    tidied(one)


def tidied(one: Loop) -> None:
    """Do to the archive what the daemon does once an hour."""
    Housekeeping(
        store=one.store,
        clock=one.clock,
        find=registry.find,
        archive_days=lambda: ARCHIVE_DAYS,
        stopping=lambda: False,
    ).tidy()


def _bytes(file: Path, tables: tuple[str, ...]) -> int:
    """Return the bytes of everything in some tables, as far as it is content."""
    total = 0
    with sqlite3.connect(file) as cx:
        for table in tables:
            columns = [row[1] for row in cx.execute(f"PRAGMA table_info({table})")]
            size = " + ".join(f'coalesce(length(CAST("{c}" AS BLOB)), 0)' for c in columns)
            total += cx.execute(f"SELECT coalesce(sum({size}), 0) FROM {table}").fetchone()[0]
    cx.close()
    return total
