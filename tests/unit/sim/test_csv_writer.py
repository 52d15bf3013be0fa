"""The minute CSVs look like the ones people download, clock changes included."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from syncd.sim.csv_writer import write_narrow, write_wide
from syncd.sim.devices import UNSEEN, Log
from syncd.sim.truth import DAY_S, MINUTE_S
from syncd.sim.walker import wall_clock

ZONE = "Europe/Paris"


def a_day(day: date, hours: int = 24) -> Log:
    """Return a day of ``hours`` with the hour's number as the steps of each minute."""
    first = wall_clock(ZONE, day, 0) // MINUTE_S
    return Log(first, bytes(hour for hour in range(hours) for _ in range(60)))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("us", "first", "afternoon"),
    [
        (False, "2026-03-10 00:00:00", "2026-03-10 13:05:00"),
        (True, "3/10/2026 12:00:00 AM", "3/10/2026 1:05:00 PM"),
    ],
)
def test_a_narrow_file_has_a_row_a_minute(
    tmp_path: Path, us: bool, first: str, afternoon: str
) -> None:
    write_narrow(tmp_path / "day.csv", a_day(date(2026, 3, 10)), ZONE, us=us)
    found = rows(tmp_path / "day.csv")
    assert len(found) == 1440
    assert found[0] == {"ActivityMinute": first, "Steps": "0"}
    assert found[13 * 60 + 5] == {"ActivityMinute": afternoon, "Steps": "13"}


def test_a_wide_file_has_a_row_an_hour_and_an_empty_cell_where_nothing_was_seen(
    tmp_path: Path,
) -> None:
    log = a_day(date(2026, 3, 10))
    steps = bytearray(log.steps)
    steps[60:120] = bytes((UNSEEN,)) * 60
    steps[125] = UNSEEN
    write_wide(tmp_path / "day.csv", Log(log.first, bytes(steps)), ZONE, subject="42")
    found = rows(tmp_path / "day.csv")
    assert len(found) == 23
    assert found[1]["ActivityHour"] == "3/10/2026 2:00"
    assert (found[1]["Steps04"], found[1]["Steps05"], found[1]["Steps06"]) == ("2", "", "2")
    assert {row["Id"] for row in found} == {"42"}


@pytest.mark.parametrize("wide", [False, True])
def test_an_hour_lived_twice_stands_in_the_file_twice(tmp_path: Path, wide: bool) -> None:
    write, column = (write_wide, "ActivityHour") if wide else (write_narrow, "ActivityMinute")
    write(tmp_path / "day.csv", a_day(date(2026, 10, 25), 25), ZONE, us=False)
    stamps = [row[column] for row in rows(tmp_path / "day.csv")]
    hours = [stamp[11:13] for stamp in stamps]
    from_one_to_three = hours[hours.index("01") : hours.index("04")]
    assert len(from_one_to_three) == (4 if wide else 240)
    assert from_one_to_three == sorted(from_one_to_three)
    assert len(stamps) - len(set(stamps)) == (1 if wide else 60)


def test_an_hour_that_nobody_lived_is_not_in_the_file(tmp_path: Path) -> None:
    write_narrow(tmp_path / "day.csv", a_day(date(2026, 3, 29), 23), ZONE)
    hours = [row["ActivityMinute"][11:13] for row in rows(tmp_path / "day.csv")]
    assert sorted(set(hours)) == [f"{hour:02}" for hour in range(24) if hour != 2]


def test_a_compressed_file_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one.csv.gz", "two.csv.gz"):
        write_wide(tmp_path / name, a_day(date(2026, 3, 10)), ZONE)
    one = (tmp_path / "one.csv.gz").read_bytes()
    assert one == (tmp_path / "two.csv.gz").read_bytes()
    assert gzip.decompress(one).startswith(b"ActivityHour,Steps00,Steps01")


def test_a_life_that_ends_at_midnight_ends_with_its_last_minute(tmp_path: Path) -> None:
    log = a_day(date(2026, 3, 10))
    assert log.end * MINUTE_S == log.first * MINUTE_S + DAY_S
    write_narrow(tmp_path / "day.csv", log, ZONE)
    assert rows(tmp_path / "day.csv")[-1]["ActivityMinute"] == "2026-03-10 23:59:00"
