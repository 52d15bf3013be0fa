"""Every parser against its own kind of bytes gone wrong: records or ``Malformed``, nothing else.

A few inputs in the normal run, 200,000 a parser in `make soak`, by the seed that it is given.
"""

from __future__ import annotations

import gzip
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from syncd.contract import CanonicalRecord, DailyTotal, Malformed, StepCounter, StepSeries, Workout
from syncd.formats import fit, gpx, minute_csv, tcx
from syncd.formats.fit_monitoring import MOST_STEPS
from syncd.sim.fit_monitoring_writer import RUN, STILL, WALK, Told, monitoring
from syncd.sim.fit_wire import wrap
from syncd.sim.fit_writer import FitWriter, Sample
from tests.adapters.files.reading import read
from tests.properties.mutations import mutants
from tests.properties.test_markup_fuzz import packed
from tests.unit.formats import test_gpx as gpx_files
from tests.unit.formats import test_tcx as tcx_files

FEW, LONG = 400, 200_000
START = datetime(2024, 5, 1, 10, tzinfo=UTC)
BEFORE = datetime(2024, 6, 1, tzinfo=UTC)
ZONE, CARACAS = "Europe/Paris", "America/Caracas"


def _bodies(files: Sequence[bytes]) -> list[bytes]:
    """Return the messages of FIT files, so that a right checksum can be put behind wrong ones."""
    return [whole[14:-2] for whole in files]


def _activities() -> list[bytes]:
    samples = [Sample(i, i * 1.4, 100 + i / 5, 1.4, 55.5, 48.0, 2.0) for i in range(5)]
    return [
        FitWriter(big_endian=odd, compressed_timestamps=odd, developer_fields=odd).activity(
            start=START, samples=samples, pauses=[(1, 3)], total_cycles=5, local_offset_s=7200
        )
        for odd in (False, True)
    ]


def _monitoring() -> list[bytes]:
    told = [
        Told(START.replace(minute=1), STILL),
        Told(START.replace(minute=2), WALK, 110),
        Told(START.replace(minute=3), RUN, 90),
        Told(START.replace(minute=4), WALK),
        Told(START.replace(minute=9), WALK, 600, packed=False),
    ]
    return [
        monitoring(
            told, begins=START, local_offset_s=offset, writer=FitWriter(big_endian=offset is None)
        )
        for offset in (7200, None)
    ]


GPX = [
    gpx_files.document(gpx_files.track(gpx_files.walk(), gpx_files.walk(99), kind="walking")),
    gpx_files.document(
        gpx_files.track(gpx_files.point(0, ele=5.0, more=gpx_files.extension("55"))),
        gpx_files.track(gpx_files.walk(4000)),
    ),
]
TCX = [
    tcx_files.document(
        tcx_files.activity(
            tcx_files.lap(tcx_files.walk(0, 60, tcx_files.tpx(Speed=1.5, RunCadence=55)))
        )
    ),
    tcx_files.document(tcx_files.activity(tcx_files.lap()), tcx_files.activity()),
]
WIDE = "ActivityHour," + ",".join(f"Steps{m:02d}" for m in range(60))
HOURS = "".join(f"11/6/2016 {hour}:00,{','.join(['7'] * 60)}\n" for hour in (1, 1, 2))
NARROW = (
    b'ActivityMinute;Steps\n2016-03-27 02:59:00;5\n2016-11-06 01:30:00;"6"\n11/6/2016 1:30 AM;\n'
)
CSV = [f"{WIDE}\n{HOURS}".encode(), NARROW]
LONGER = [
    b"Id,ActivityHour,StepTotal\n7,11/6/2016 1:00,500\n7,11/6/2016 1:00,60\n7,11/6/2016 2:00,8\n",
    b"time,steps\n2016-03-27 01:45,5\n2016-03-27 03:00,70\n2016-03-27 03:15,9\n",
    b"day,steps\n2016-03-27,7000\n2016-03-28,\n",
]


@dataclass(frozen=True)
class Parser:
    """A parser, what it is fed with, and what it may give."""

    wholes: Sequence[bytes]
    records: Callable[[bytes], Iterator[CanonicalRecord]]


PARSERS = {
    "fit activity": Parser(
        _bodies(_activities()),
        lambda body: fit.records(wrap(body), name="x", before=BEFORE, zone=ZONE),
    ),
    "fit monitoring": Parser(
        _bodies(_monitoring()),
        lambda body: fit.records(wrap(body), name="x", before=BEFORE, zone=ZONE),
    ),
    "gpx": Parser(GPX, lambda data: gpx.workouts(data, name="x", before=BEFORE, zone=ZONE)),
    "tcx": Parser(TCX, lambda data: tcx.workouts(data, name="x", before=BEFORE, zone=ZONE)),
    "minute csv": Parser(
        CSV, lambda data: minute_csv.records(data, name="x", before=BEFORE, zone=ZONE)
    ),
    "interval csv": Parser(
        LONGER, lambda data: minute_csv.records(data, name="x", before=BEFORE, zone=CARACAS)
    ),
}


def sane(record: CanonicalRecord) -> bool:
    """Tell whether a record can be: bounds that every parser promises."""
    match record:
        case Workout():
            return record.start <= record.end <= BEFORE and (record.end - record.start).days <= 7
        case StepCounter():
            return record.day_start < record.at <= BEFORE and record.total <= MOST_STEPS
        case StepSeries():
            return max(v or 0 for v in record.value) <= 24 * 60 * minute_csv.MOST_STEPS
        case DailyTotal():
            return record.day <= BEFORE.date()
        case _:
            return True


def fed(parser: Parser, data: bytes) -> tuple[int, bool]:
    """Return how many records came of an input, and whether anything was wrong with it."""
    count, problems = 0, None
    try:
        for record in parser.records(data):
            assert sane(record), (record, data)
            count += 1
    except Malformed as error:
        problems = (*error.problems, *error.others)
    assert problems is None or 1 <= len(problems) <= 22, data
    return count, problems is not None


def fuzz(name: str, seed: int, inputs: int) -> str:
    """Feed a parser and return what came of it; both good and bad must have come."""
    parser = PARSERS[name]
    return _fuzzed(name, mutants(parser.wholes, seed, inputs), lambda data: fed(parser, data))


def fuzz_archives(folder: Path, seed: int, inputs: int) -> str:
    """Open damaged archives and packed files from a disk, as an import does."""
    path = folder / "file"

    def opened(data: bytes) -> tuple[int, bool]:
        path.write_bytes(data)
        got = read(path, zone=ZONE)
        return len(got.records), got.message is not None

    return _fuzzed("archives", mutants(archives(), seed, inputs), opened)


def _fuzzed(name: str, inputs: Iterator[bytes], feed: Callable[[bytes], tuple[int, bool]]) -> str:
    total = good = bad = records = 0
    began = perf_counter()
    for data in inputs:
        try:
            count, wrong = feed(data)
        except Exception as error:
            raise AssertionError(f"{name}: {error!r} from {data!r}") from error
        total, records, good, bad = total + 1, records + count, good + (count > 0), bad + wrong
    assert good > total / 100
    assert bad > total / 100
    return (
        f"{name}: {total:,} inputs, {good:,} with records ({records:,} of them),"
        f" {bad:,} with something malformed, {total / (perf_counter() - began):,.0f} a second"
    )


def archives() -> list[bytes]:
    """Return small archives: two of recordings, one with an archive inside, one packed file."""
    members = [("a.gpx", GPX[1]), ("b.csv", NARROW)]
    inner = packed(members[1:], zipfile.ZIP_STORED)
    return [
        packed(members, zipfile.ZIP_STORED),
        packed([*members[1:], ("e.zip", inner)], zipfile.ZIP_DEFLATED),
        gzip.compress(NARROW, mtime=0),
    ]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Return the seed of the run; ``make soak SEED=7`` is another one."""
    return int(request.config.getoption("hypothesis_seed", None) or 1)


@pytest.mark.parametrize("name", PARSERS)
def test_bytes_gone_wrong_give_records_or_malformed(name, seed):
    assert fuzz(name, seed, FEW).startswith(f"{name}: {FEW} inputs")


def test_archives_gone_wrong_give_records_or_malformed(tmp_path, seed):
    assert fuzz_archives(tmp_path, seed, FEW).startswith(f"archives: {FEW} inputs")


@pytest.mark.soak
@pytest.mark.parametrize("name", PARSERS)
def test_bytes_gone_wrong_for_long(name, seed):
    sys.stdout.write(f"{fuzz(name, seed, LONG)}, seed {seed}\n")


@pytest.mark.soak
def test_archives_gone_wrong_for_long(tmp_path, seed):
    sys.stdout.write(f"{fuzz_archives(tmp_path, seed, LONG)}, seed {seed}\n")
