"""Minutes packed and stored on SQLite, against a row a minute; and the same again, unchanged."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.lives import NOW, logs
from bench.measure import Row, best_of
from syncd.contract import OnConflict, Write
from syncd.store import Store, accounts, open_store, people, records

GOAL_RATIO = 10e6 / 935e3
"""10 M minutes/s where SQLite takes 935 k rows/s, the machine that the goal was set on."""
GOAL_BYTES = 0.1


def run() -> list[Row]:
    """Return the rows: rate, bytes, and what an unchanged second time writes."""
    count = sum(len(w.start) for w in logs())
    with TemporaryDirectory() as folder:
        ours, store_bytes, again = _ours(Path(folder))
        reference, plain_bytes = _plain(Path(folder))
    rate, plain_rate = count / ours, count / reference
    return [
        Row(
            "minutes packed and stored",
            f"{rate / 1e6:.1f} M/s",
            f"a row a minute {plain_rate / 1e6:.2f} M/s",
            rate / plain_rate,
            f">= {GOAL_RATIO:.1f}x",
            rate >= GOAL_RATIO * plain_rate,
        ),
        Row(
            "bytes a stored minute",
            f"{store_bytes / count:.2f} B",
            f"a row a minute {plain_bytes / count:.1f} B",
            store_bytes / plain_bytes,
            f"<= {GOAL_BYTES:g} of it",
            store_bytes <= GOAL_BYTES * plain_bytes,
        ),
        Row("unchanged again, rows written", str(again), "first time: all", 0.0, "0", again == 0),
    ]


def _ours(folder: Path) -> tuple[float, int, int]:
    store = open_store(f"sqlite:///{folder / 'ours' / 'syncd.db'}")
    empty = _size(folder / "ours")
    times = iter(range(1000))
    now = NOW

    def stored() -> None:
        _store_all(store, f"run {next(times)}", now)

    best = best_of(stored, repeats=3)
    before = _size(folder / "ours")
    with store.write() as tx:
        person = people.find(tx, "run 0")
        assert person is not None
        account = accounts.files_account(tx, person.id, now=now)
        changed = sum(
            len(
                records.put_records(
                    tx,
                    account,
                    [w],
                    write=Write.UPSERT,
                    on_conflict=OnConflict.RICHEST,
                    covers=None,
                    now=now,
                )
            )
            for w in logs()[:1]
        )
    store.close()
    return best, (before - empty) // 3, changed


def _store_all(store: Store, name: str, now: datetime) -> None:
    """Pack and store every watch's minutes for people of their own."""
    for i, series in enumerate(logs()):
        prepared = records.prepare([series])
        with store.write() as tx:
            person = people.add(tx, name if i == 0 else f"{name} {i}", now=now)
            account = accounts.files_account(tx, person.id, now=now)
            records.put_records(
                tx,
                account,
                prepared,
                write=Write.UPSERT,
                on_conflict=OnConflict.RICHEST,
                covers=None,
                now=now,
            )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _plain(folder: Path) -> tuple[float, int]:
    path = folder / "plain.db"
    rows = [
        (i, start, value)
        for i, w in enumerate(logs())
        for start, value in zip(w.start, w.value, strict=True)
    ]

    def stored() -> None:
        path.unlink(missing_ok=True)
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(
            "CREATE TABLE minute (source INT, at INT, steps INT, PRIMARY KEY (source, at))"
            " WITHOUT ROWID"
        )
        db.executemany("INSERT INTO minute VALUES (?, ?, ?)", rows)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()

    return best_of(stored, repeats=3), path.stat().st_size
