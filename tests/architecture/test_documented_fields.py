"""The list of fields, the models, the promised list and the generated page agree, both ways."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_args

import pytest

from syncd.export import FIELDS, Kind
from syncd.export.formulas import FORMULAS
from syncd.walks.model import (
    Activity,
    Day,
    Mark,
    MergedMinute,
    Outcome,
    Resolution,
    State,
    WalkSession,
    Why,
)
from syncd.walks.week import Week, WeekOutcome
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "fields.md").read_text(encoding="utf-8")
PROMISED: dict[Kind, str] = {
    "walks": """id person start end kind detected activity label precision steps distance_m
        moving_time_s pace_s_per_km speed_mps cadence_spm elevation_gain_m elevation_loss_m
        elevation_source gain_device_m grade_max brisk_min uphill_min downhill_min sources
        revision changed_at""",
    "days": """person day tz utc_offset_start_min utc_offset_end_min length_h outcome state mark
        flagged close_call why reason brisk_min edge_min brisk_min_low brisk_min_high bouted_min
        target_min target_id walking_min steps seen_h longest_unseen_min resolution peak1_spm
        peak30_spm rules revision changed_at""",
    "weeks": """person iso_year iso_week need met likely_met missed likely_missed unknown flare
        excused brisk_min walking_min outcome""",
    "minutes": """person minute_utc minute_local utc_offset_min day steps distance_m interval_s
        source brisk_by walk_id""",
}
MODELS: dict[Kind, type] = {
    "walks": WalkSession,
    "days": Day,
    "weeks": Week,
    "minutes": MergedMinute,
}
LEFT_OUT: dict[Kind, dict[str, str]] = {
    "walks": {
        "recorded_key": "how the store finds the recording again; id is what is published",
        "utc_offset_start_s": "stands in start",
        "utc_offset_end_s": "stands in end",
    },
    "days": {},
    "weeks": {
        "probably": "is the likely_ of outcome",
        "low": "is met + likely_met",
        "high": "is low + unknown",
        "undecided": "days to come, for sentences; their rows say so themselves",
    },
    "minutes": {
        "start": "is minute_utc and minute_local",
        "utc_offset_s": "is utc_offset_min",
    },
}
ADDED: dict[Kind, dict[str, str]] = {
    "walks": {"id": "of the ledger", "person": "whose", "revision": "row", "changed_at": "row"},
    "days": {"person": "whose", "revision": "row", "changed_at": "row"},
    "weeks": {"person": "whose"},
    "minutes": {
        "person": "whose",
        "minute_utc": "start",
        "minute_local": "start",
        "utc_offset_min": "utc_offset_s",
        "interval_s": "a merged minute is a minute",
        "walk_id": "of the walk that holds it",
    },
}
ALLOWED: dict[tuple[Kind, str], tuple[str, ...]] = {
    ("walks", "activity"): tuple(Activity),
    ("days", "outcome"): tuple(Outcome),
    ("days", "state"): tuple(State),
    ("days", "mark"): tuple(Mark),
    ("days", "why"): tuple(Why),
    ("days", "resolution"): tuple(Resolution),
    ("weeks", "outcome"): get_args(WeekOutcome),
    ("walks", "kind"): ("recorded", "inferred", "manual"),
    ("walks", "detected"): ("person", "device", "syncd"),
    ("walks", "precision"): ("second", "minute", "bucket"),
    ("walks", "elevation_source"): ("barometric", "gnss", "terrain"),
    ("minutes", "brisk_by"): ("cadence", "speed", "uphill"),
}


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def documented(title: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE)


@pytest.mark.parametrize("kind", FIELDS)
def test_the_fields_are_the_promised_ones_in_order_and_all_are_explained(kind):
    assert [field.name for field in FIELDS[kind]] == PROMISED[kind].split()
    assert documented(kind.capitalize()) == PROMISED[kind].split()


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_of_a_model_is_exported_or_left_out_for_a_reason(kind):
    exported = {field.name for field in FIELDS[kind]}
    model = {field.name for field in fields(MODELS[kind])}
    assert exported == (model - LEFT_OUT[kind].keys()) | ADDED[kind].keys()
    assert LEFT_OUT[kind].keys() <= model
    assert all([*LEFT_OUT[kind].values(), *ADDED[kind].values()])


def test_what_a_field_may_hold_is_what_the_models_have():
    listed = {(kind, f.name): f.values for kind in FIELDS for f in FIELDS[kind] if f.values}
    assert listed == ALLOWED
    for (kind, _), words in ALLOWED.items():
        assert all(f"`{word}`" in section(kind.capitalize()) for word in words)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_formula_is_of_a_field_and_explained(kind):
    names = {field.name for field in FIELDS[kind]}
    assert FORMULAS[kind].keys() <= names
    for formula in FORMULAS[kind].values():
        assert formula in section(kind.capitalize())


def test_what_is_worked_out_has_its_formula():
    for kind, names in {
        "walks": "moving_time_s pace_s_per_km speed_mps cadence_spm elevation_gain_m grade_max",
        "days": "brisk_min edge_min brisk_min_low brisk_min_high bouted_min peak1_spm peak30_spm"
        " seen_h length_h flagged close_call",
        "weeks": "need outcome brisk_min",
        "minutes": "brisk_by steps",
    }.items():
        assert set(names.split()) <= FORMULAS[kind].keys()
