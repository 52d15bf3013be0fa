"""An archive of gigabytes is imported in little memory, whatever lies in it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

MIB = 1 << 20
LAST_MONTH = 2026 * 12 + 9
"""October 2026, counted in months."""
MOST_ABOVE_IDLE_MIB = 100
CHILD = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from syncd.formats import fit
from syncd.service.importing import import_paths
from syncd.store import open_store
from syncd_files import client, evidence, parse
from syncd.formats import takeout_csv, takeout_exercises, takeout_json
now = datetime(2026, 11, 23, tzinfo=UTC)
store = open_store("sqlite:///" + sys.argv[1])
report = import_paths(
    store, [Path(p) for p in sys.argv[2:]], person=None, cohort=None, zone=None,
    machine_zone="Europe/Berlin", clock=lambda: now,
)
assert all(not f.problems for f in report.files), report.files[0].problems
store.close()
lines = open("/proc/self/status")
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print(peak, sum(f.minutes for f in report.files))
"""


def _minutes(month: date, random: Random) -> Iterator[tuple[datetime, int]]:
    """Yield sixteen waking hours of minutes a day, in UTC."""
    at = datetime(month.year, month.month, 1, 5, tzinfo=UTC)
    while at.month == month.month:
        for minute in range(16 * 60):
            yield at + timedelta(minutes=minute), random.choice((0, 0, 0, 7, 22, 104))
        at += timedelta(days=1)


def write_large(path: Path, months: int, heart_rate_mib: int) -> int:
    """Write a Takeout and return how many bytes it unpacks to."""
    random, size = Random(5), 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(months):
            year, before = divmod(LAST_MONTH - months + 1 + number, 12)
            month = date(year, before + 1, 1)
            told = list(_minutes(month, random))
            rows = ["timestamp,steps,data source"]
            rows += [f"{at:%Y-%m-%dT%H:%M:%SZ},{steps},Some Band" for at, steps in told]
            rows += [f"{at:%Y-%m-%dT%H:%M}:37Z,{s},MobileTrack" for at, s in told if s]
            table = "\n".join(rows).encode()
            entries = [{"dateTime": f"{at:%m/%d/%y %H:%M:%S}", "value": str(s)} for at, s in told]
            listed = json.dumps(entries, indent=1).encode()
            root = "Takeout/Google Health"
            archive.writestr(f"{root}/Physical Activity_GoogleData/steps_{month}.csv", table)
            archive.writestr(f"{root}/Global Export Data/steps-{month}.json", listed)
            size += len(table) + len(listed)
        line = b"".join(
            b"%s,101,Some Band\n" % random.randbytes(9).hex().encode() for _ in range(30_000)
        )
        with archive.open(f"{root}/Physical Activity_GoogleData/heart_rate.csv", "w") as out:
            out.write(b"timestamp,beats per minute,data source\n")
            for _ in range(heart_rate_mib * MIB // len(line)):
                out.write(line)
                size += len(line)
    return size


def _peak_mib(folder: Path, name: str, *paths: Path) -> tuple[float, int]:
    said = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder / name), *map(str, paths)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return int(said[0]) / 1024, int(said[1])


def _check(folder: Path, months: int, heart_rate_mib: int) -> None:
    size = write_large(folder / "takeout-20261123T000000Z-001.zip", months, heart_rate_mib)
    idle, _ = _peak_mib(folder, "idle.db")
    path = folder / "takeout-20261123T000000Z-001.zip"
    peak, minutes = _peak_mib(folder, "full.db", path)
    print(  # noqa: T201 - what a long run is for
        f"\n{months} months, {size / MIB:,.0f} MiB unpacked, {path.stat().st_size / MIB:,.0f} MiB"
        f" packed, {minutes:,} step intervals: peak {peak:.0f} MiB, idle {idle:.0f} MiB"
    )
    assert minutes > months * 28 * 960
    assert peak - idle <= MOST_ABOVE_IDLE_MIB


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read there")
def test_an_archive_of_a_gigabyte_is_imported_in_little_memory(tmp_path: Path) -> None:
    _check(tmp_path, months=96, heart_rate_mib=760)
