"""Whatever bytes come in, only records or ``Malformed`` come out of the file readers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.contract import CanonicalRecord, Malformed, Workout
from syncd.formats import fit, minute_csv
from syncd.formats.columns import never_falling
from syncd.formats.fit_container import segments
from syncd.sim.fit_wire import Field, Value, fit_seconds, wrap
from syncd.sim.fit_writer import FitWriter, Lap, Sample, Totals
from tests.adapters.files.reading import read

BEFORE = datetime(2024, 6, 1, tzinfo=UTC)
START = datetime(2024, 5, 1, 10, tzinfo=UTC)
FIELDS = [253, *range(11), 22, 23, 25, 53, 59, 73, 78, 94]
WIDE = "ActivityHour," + ",".join(f"Steps{m:02d}" for m in range(60))

FEW = settings(max_examples=200)
MANY = settings(max_examples=5_000, suppress_health_check=list(HealthCheck))


def _activities() -> list[bytes]:
    samples = [Sample(i, i * 1.4, 100 + i / 5, 1.4, 55.5, 48.0, 2.0) for i in range(12)]
    laps = [Lap(0, 12, Totals(elapsed_s=12, distance_m=16, cycles=11))]
    return [
        FitWriter(big_endian=odd, compressed_timestamps=odd, developer_fields=odd).activity(
            start=START,
            samples=samples,
            laps=laps,
            pauses=[(3, 5)],
            total_cycles=11,
            local_offset_s=7200,
            with_session=with_session,
        )
        for odd in (False, True)
        for with_session in (False, True)
    ]


ACTIVITIES = _activities()
CSV = (
    WIDE
    + "\n"
    + "".join(f"11/6/2016 {h}:00," + ",".join(["7"] * 60) + "\n" for h in (0, 1, 1, 2, 23))
).encode()


def mutated(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return whole files with bytes replaced, cut out and put in."""

    @st.composite
    def strategy(draw: st.DrawFn) -> bytes:
        data = bytearray(draw(whole))
        for _ in range(draw(st.integers(1, 8))):
            at = draw(st.integers(0, len(data)))
            match draw(st.sampled_from("rdi")):
                case "r":
                    data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
                case "d":
                    del data[at : at + draw(st.integers(1, 20))]
                case _:
                    data[at:at] = draw(st.binary(max_size=8))
        return bytes(data)

    return strategy()


def taken(records: Iterator[CanonicalRecord]) -> tuple[list[CanonicalRecord], Malformed | None]:
    """Return what a reader yields, and the one error that it may raise."""
    found: list[CanonicalRecord] = []
    try:
        found.extend(records)
    except Malformed as error:
        return found, error
    return found, None


def said(error: Malformed) -> bool:
    return str(error).startswith("x: ") and 1 <= len(error.problems) + len(error.others) <= 22


def only_records_or_malformed_from_fit(data: bytes) -> None:
    found, error = taken(fit.records(data, name="x", before=BEFORE, zone="Europe/Paris"))
    assert error is None or said(error)
    for workout in found:
        assert isinstance(workout, Workout)
        assert workout.start <= workout.end <= BEFORE
        assert (workout.end - workout.start).days <= 7


def only_records_or_malformed_from_csv(data: bytes) -> None:
    found, error = taken(minute_csv.records(data, name="x", zone="America/New_York", before=BEFORE))
    assert error is None or said(error)
    assert {record.source.key for record in found} <= {"csv"}


MOMENTS = st.integers(fit_seconds(START), fit_seconds(START) + 7200)
VALUES = st.integers(0, 300) | st.integers(0, 2**32 - 1) | MOMENTS
TYPES = st.sampled_from(["uint32", "uint32", "uint32", "float64", "byte", "string"])


@st.composite
def any_field(draw: st.DrawFn) -> Field:
    number, base = draw(st.sampled_from(FIELDS)), draw(TYPES)
    value: Value = draw(VALUES)
    if base == "byte":
        value = draw(st.binary(min_size=1, max_size=6))
    elif base == "string":
        value = draw(st.text(max_size=4))
    elif base == "float64":
        value = draw(st.floats())
    return Field(number, base, value)


@st.composite
def well_formed(draw: st.DrawFn) -> bytes:
    """Draw a recording of right frames whose fields hold anything, in any type."""
    writer = FitWriter(big_endian=draw(st.booleans()))
    if draw(st.booleans()):
        writer.file_id(START)
    for _ in range(draw(st.integers(1, 12))):
        fields = draw(st.lists(any_field(), max_size=6))
        for number in (253, 2):  # mostly a time that can be, or little else would be looked at
            if draw(st.integers(0, 9)):
                fields.append(Field(number, "uint32", draw(MOMENTS)))
        writer.message(draw(st.sampled_from([12, 18, 19, 20, 20, 20, 21, 34])), *fields)
    return writer.finish()


BODIES = mutated(st.sampled_from([whole[14:-2] for whole in ACTIVITIES]))
CSVS = mutated(st.just(CSV))
CELLS = st.text(alphabet='0123456789-/: TAPM,;"\n\r\tsxé_.', max_size=40)


@FEW
@given(well_formed())
def test_well_formed_messages_that_hold_anything(data):
    only_records_or_malformed_from_fit(data)


@FEW
@given(BODIES)
def test_messages_gone_wrong_behind_a_right_checksum(body):
    only_records_or_malformed_from_fit(wrap(body))


@FEW
@given(mutated(st.sampled_from(ACTIVITIES)))
def test_recordings_gone_wrong(data):
    only_records_or_malformed_from_fit(data)


@FEW
@given(st.binary(max_size=300))
def test_random_bytes_as_recording_and_as_its_messages(data):
    only_records_or_malformed_from_fit(data)
    only_records_or_malformed_from_fit(wrap(data))


@FEW
@given(CSVS)
def test_minute_csvs_gone_wrong(data):
    only_records_or_malformed_from_csv(data)


@FEW
@given(st.binary(max_size=300), st.lists(CELLS, max_size=6), st.booleans())
def test_random_text_under_a_right_header(noise, cells, narrow):
    header = b"ActivityMinute,Steps\n" if narrow else WIDE.encode() + b"\n"
    only_records_or_malformed_from_csv(noise)
    only_records_or_malformed_from_csv(header + noise)
    only_records_or_malformed_from_csv(header + "\n".join(cells).encode())


@given(st.lists(st.integers(0, 1440 * 60), unique=True, min_size=1, max_size=40), st.randoms())
def test_the_order_of_samples_in_a_recording_changes_nothing(moments, random):
    samples = [Sample(at, at * 1.4) for at in sorted(moments)]
    shuffled = samples[:]
    random.shuffle(shuffled)
    one, other = (
        list(fit.records(FitWriter().activity(start=START, samples=s), name="x.fit", before=BEFORE))
        for s in (samples, shuffled)
    )
    assert one == other


@given(st.lists(st.none() | st.floats(0, 1e6), max_size=60))
def test_a_cumulative_column_never_falls_and_loses_as_little_as_can_be(values):
    kept = never_falling(values)
    known = [v for v in kept if v is not None]
    assert known == sorted(known)
    assert all(b is None or b == a for a, b in zip(values, kept, strict=True))
    numbers = [v for v in values if v is not None]
    best = [0] * len(numbers)
    for i, value in enumerate(numbers):
        best[i] = 1 + max((best[j] for j in range(i) if numbers[j] <= value), default=0)
    assert len(known) == max(best, default=0)


@given(st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=4))
def test_a_chain_is_cut_where_its_files_were_joined(files):
    assert [s.data for s in segments(b"".join(files))] == files


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated(st.sampled_from([*ACTIVITIES, CSV, gzip.compress(CSV, mtime=0)])))
def test_files_gone_wrong_on_disk(tmp_path: Path, data: bytes):
    path = tmp_path / "file"
    path.write_bytes(data)
    read(path, zone="America/New_York")


@pytest.mark.soak
@MANY
@given(well_formed())
def test_well_formed_messages_that_hold_anything_for_long(data):
    only_records_or_malformed_from_fit(data)


@pytest.mark.soak
@MANY
@given(BODIES)
def test_messages_gone_wrong_behind_a_right_checksum_for_long(body):
    only_records_or_malformed_from_fit(wrap(body))


@pytest.mark.soak
@MANY
@given(CSVS)
def test_minute_csvs_gone_wrong_for_long(data):
    only_records_or_malformed_from_csv(data)
