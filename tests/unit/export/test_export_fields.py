"""The list of fields is the one in the product's description, and rows follow it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.export import (
    DAY_FIELDS,
    FIELDS,
    WALK_FIELDS,
    Field,
    Kind,
    Row,
    day_fields,
    row_fields,
    walk_fields,
)
from syncd.export.instants import rfc3339, utc_text
from syncd.store.derived import RetiredWalk
from tests.unit.export.rows_of_any_kind import DAY_ROW, WALK_ROW, day_rows, walk_rows

WALKS = """
id person start end kind detected activity label precision steps distance_m moving_time_s
pace_s_per_km speed_mps cadence_spm elevation_gain_m elevation_loss_m elevation_source
gain_device_m grade_max brisk_min uphill_min downhill_min sources revision changed_at
"""
DAYS = """
person day tz utc_offset_start_min utc_offset_end_min length_h outcome state mark flagged
close_call why reason brisk_min edge_min brisk_min_low brisk_min_high bouted_min target_min
target_id walking_min steps seen_h longest_unseen_min resolution peak1_spm peak30_spm rules
revision changed_at
"""
TYPES = {
    "text": str,
    "date": str,
    "time": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "list": list,
}


def test_walks_have_exactly_the_promised_fields_in_order() -> None:
    assert [field.name for field in WALK_FIELDS] == WALKS.split()
    assert list(walk_fields(WALK_ROW)) == WALKS.split()


def test_days_have_exactly_the_promised_fields_in_order() -> None:
    assert [field.name for field in DAY_FIELDS] == DAYS.split()
    assert list(day_fields(DAY_ROW)) == DAYS.split()


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_is_explained(kind: Kind) -> None:
    for field in FIELDS[kind]:
        assert field.meaning.endswith(".")
        assert field.label
        assert (field.type == "number") <= (field.unit is not None)


def test_a_walk_is_told_in_its_own_local_time() -> None:
    told = walk_fields(WALK_ROW)
    assert told["start"] == "2026-03-10T17:30:00+01:00"
    assert told["end"] == "2026-03-10T19:01:22+02:00"
    assert told["changed_at"] == "2026-03-14T06:30:05+00:00"
    assert told["sources"] == ["fit:garmin:245:1", "csv"]
    assert told["elevation_loss_m"] is None


def test_of_a_retired_walk_only_its_end_is_told() -> None:
    assert row_fields(RetiredWalk("0b5c2a", "me")) == {"id": "0b5c2a", "deleted": True}


def _agrees(field: Field, value: object) -> bool:
    if value is None:
        return field.nullable
    if isinstance(value, bool) and field.type != "boolean":
        return False
    allowed = not field.values or value in field.values
    return isinstance(value, TYPES[field.type]) and allowed  # type: ignore[arg-type]


@given(st.one_of(st.tuples(st.just("days"), day_rows), st.tuples(st.just("walks"), walk_rows)))
def test_values_are_of_the_type_that_the_list_names(drawn: tuple[Kind, Row]) -> None:
    kind, row = drawn
    values = row_fields(row)
    assert [field.name for field in FIELDS[kind] if not _agrees(field, values[field.name])] == []


@given(st.integers(-62_000_000_000, 250_000_000_000), st.integers(-18 * 60, 18 * 60))
def test_an_instant_reads_as_the_standard_library_writes_it(unix_s: int, offset_min: int) -> None:
    zone = timezone(timedelta(minutes=offset_min))
    expected = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=unix_s)).astimezone(zone)
    assert rfc3339(unix_s, 60 * offset_min) == expected.isoformat()


@given(st.integers(-2_000_000_000, 4_000_000_000), st.integers(-18 * 3600, 18 * 3600))
def test_an_offset_with_odd_seconds_keeps_the_instant(unix_s: int, offset_s: int) -> None:
    assert datetime.fromisoformat(rfc3339(unix_s, offset_s)).timestamp() == unix_s


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    at = datetime(2026, 3, 14, 8, 0, 5, 900_000, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(at) == "2026-03-14T06:00:05+00:00"
