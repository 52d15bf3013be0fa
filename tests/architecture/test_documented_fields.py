"""The codebook names every field that the model has, and no other."""

from __future__ import annotations

import re
from dataclasses import fields

from syncd.walks.model import Day, Mark, Outcome, Resolution, State, WalkSession, Why
from syncd.walks.week import Week
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "fields.md").read_text(encoding="utf-8")
OF_THE_ROW = {"person", "revision", "changed_at"}
INSIDE_ONLY = {"recorded_key", "utc_offset_start_s", "utc_offset_end_s"}


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def documented(title: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE))


def test_every_field_of_a_walk_is_explained():
    names = {field.name for field in fields(WalkSession)} - INSIDE_ONLY
    assert documented("Walks") == names | OF_THE_ROW | {"id"}


def test_every_field_of_a_day_is_explained():
    assert documented("Days") == {field.name for field in fields(Day)} | OF_THE_ROW


def test_every_field_of_a_week_is_explained():
    names = {field.name for field in fields(Week)} - {"probably", "low", "high", "undecided"}
    assert documented("Weeks") == names | {"person"}


def test_every_word_that_a_field_may_hold_is_named():
    for word in (*Outcome, *State, *Mark, *Why, *Resolution):
        assert f"`{word.value}`" in section("Days")
