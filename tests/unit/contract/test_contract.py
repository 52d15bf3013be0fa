"""What crosses the door between adapters and the core, and what the door refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from syncd import contract
from syncd.contract import (
    Cursor,
    DeviceSync,
    Malformed,
    OffsetRun,
    RawPayload,
    Series,
    Source,
    SourceKind,
    StepInterval,
    StepSeries,
    Stream,
    Track,
    Window,
    Workout,
    units,
)

WATCH = Source(key="watch", kind=SourceKind.WATCH, whole_day=True)
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def series(**changes: Any) -> StepSeries:
    columns: dict[str, Any] = {"start": (0, 60), "duration": (60, 60), "value": (10, None)}
    return StepSeries(source=WATCH, series=Series.STEPS, **{**columns, **changes})


def test_every_name_of_the_contract_is_there_and_listed_once() -> None:
    assert sorted(contract.__all__) == sorted(contract._HOME)
    assert all(getattr(contract, name) is not None for name in contract.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = contract.Nothing  # type: ignore[attr-defined]


def test_a_series_keeps_missing_apart_from_zero() -> None:
    assert series(value=(0, None)).value == (0.0, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": (1,)}, "differ in length"),
        ({"start": (60, 0)}, "overlap or are out of order"),
        ({"start": (0, 30)}, "overlap"),
        ({"duration": (60, 0)}, "lasts no time"),
        ({"duration": (60, 51 * 3600)}, "more than 50 hours"),
        ({"value": (-1, 0)}, "negative"),
        ({"value": (float("nan"), 0)}, "finite"),
        ({"offsets": (OffsetRun(start=30, offset_s=0),)}, "starts after the first interval"),
        ({"start": (), "duration": (), "value": ()}, "at least 1"),
    ],
)
def test_a_series_whose_columns_disagree_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        series(**changes)


def test_records_are_frozen_and_closed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        WATCH.key = "other"
    with pytest.raises(ValidationError, match="Extra inputs"):
        Source(key="x", kind=SourceKind.WATCH, whole_day=True, colour="red")  # type: ignore[call-arg]


def test_a_naive_time_is_refused_everywhere() -> None:
    naive = datetime(2026, 3, 9, 12)  # noqa: DTZ001
    with pytest.raises(ValidationError, match="timezone"):
        DeviceSync(source=WATCH, at=naive)
    with pytest.raises(ValidationError, match="timezone"):
        StepInterval(source=WATCH, start=naive, duration_s=60, value=1)
    with pytest.raises(ValueError, match="UTC offset"):
        Window(naive, NOON)
    with pytest.raises(ValueError, match="UTC offset"):
        Cursor(naive)
    with pytest.raises(ValueError, match="UTC offset"):
        payload(naive)


def payload(at: datetime = NOON) -> RawPayload:
    return RawPayload("files", Stream.FILES, None, 0, at, "text/csv", b"secret body", {"name": "a"})


def test_a_payload_is_closed_and_does_not_print_its_body() -> None:
    found = payload()
    assert "secret" not in repr(found)
    with pytest.raises(TypeError):
        found.facts["zone"] = "UTC"  # type: ignore[index]


def test_what_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Window(NOON, NOON - timedelta(seconds=1))
    with pytest.raises(ValidationError, match="ends before"):
        Workout(source=WATCH, key="k", label=None, start=NOON, end=NOON - timedelta(seconds=1))
    with pytest.raises(ValidationError, match="out of order"):
        Track(at=(5, 5))


def test_the_sentence_of_malformed_content_names_each_place() -> None:
    assert Malformed("broken").problems == ("broken",)
    assert Malformed("two things", problems=["line 1", "line 2"]).problems == ("line 1", "line 2")


def test_units_go_there_and_back() -> None:
    assert units.mps_to_kmh(units.kmh_to_mps(4.8)) == pytest.approx(4.8)
    assert units.mps_to_pace_s_per_km(1.25) == 800.0
    assert units.mps_to_pace_s_per_km(0.0) is None
    assert units.per_leg_to_spm(55.5) == 111.0
    assert units.strides_to_steps(1569) == 3138
    assert units.semicircles_to_degrees(2**30) == 90.0
