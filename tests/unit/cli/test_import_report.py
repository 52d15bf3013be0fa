"""The sentence of an import names everything that came, and counts a day's steps once."""

from __future__ import annotations

from pathlib import Path

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.reports import import_lines
from syncd.service.views import FileReport, ImportReport


def said(*files: FileReport) -> str:
    report = ImportReport(files=files, people=1, days_judged=3, walks_found=1, person="me")
    return " ".join(import_lines(report, Paper()))


def one(**told: object) -> FileReport:
    return FileReport(path=Path("x"), imported=True, people=("me",), **told)  # type: ignore[arg-type]


def test_counter_readings_are_told_with_the_steps_they_came_to():
    words = said(one(readings=25, counted={"walking": 1650}))
    assert words.startswith(
        "Imported 1 file for me: 1,650 steps in 25 counter readings. In all: 3 days"
    )


def test_two_files_of_one_day_are_not_added_up():
    halves = [one(readings=20, counted={"mon": 1000}), one(readings=5, counted={"mon": 1650})]
    assert "1,650 steps in 25 counter readings" in said(*halves)


def test_all_kinds_are_named_in_one_sentence():
    words = said(one(walks=1), one(minutes=96), one(readings=1, counted={"a": 1}), one(totals=2))
    assert ": 1 recorded workout, 96 step intervals, 1 step in 1 counter reading and 2 day" in words
