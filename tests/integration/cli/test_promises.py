"""Targets, flares and excuses, as they are typed and read."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import typer

from tests.integration.cli.conftest import Cli


@pytest.fixture
def filled(cli: Cli, history: Path) -> Cli:
    assert cli("import", history, "--tz", "Europe/Paris").code == 0
    return cli


def test_the_target_is_shown_before_there_is_any_data(cli, home):
    said = cli("target", "show")
    assert said.code == 0
    assert said.lines[0].startswith(" Rule   30 brisk minutes anywhere in the day")
    assert not (home / ".local").exists(), "looking made something"
    every = cli("target", "show", "--all").out
    assert " sync_wait_h=36 " in every
    assert " sync_wait_h" not in said.out


def test_a_target_from_today_on_leaves_earlier_days_alone(filled):
    before = filled("days", "--json").out
    said = filled("target", "set", "day_target=12", "cadence_min=102.5")
    assert said.code == 0
    assert said.out.startswith("From today on: 12 brisk minutes anywhere in the day (102.5 steps")
    assert filled("days", "--json").out == before
    shown = filled("target", "show").out
    assert " Since  2026-03-28" in shown
    assert " day_target=12" in shown
    assert " Before  30 brisk minutes" in shown
    again = filled("target", "set", "day_target=12")
    assert again.out == "That is the rule already; nothing was changed.\n"


def test_a_target_in_the_past_says_what_flips_and_needs_a_yes(filled):
    before = filled("days", "--json").out
    words = ("target", "set", "day_target=12", "--from", "2026-03-18")
    said = filled(*words)
    assert said.code == 2
    flips = "10 days from 2026-03-18 on are judged again; 6 change their verdict: 6 from missed to"
    assert " ".join(said.out.split()).startswith(flips)
    assert said.err == "syncd: Nobody can be asked here. Say --yes to go ahead.\n"
    assert filled("days", "--json").out == before
    agreed = filled(*words, "--yes")
    assert agreed.code == 0
    assert " ".join(agreed.out.split()).endswith("10 days judged again.")
    assert filled("days", "--flagged").out == "No flagged days.\n"
    assert "late data" not in filled("days", "--from", "2026-03-18").out


@pytest.mark.parametrize("answer", [True, False])
def test_at_a_terminal_a_person_is_asked(filled, monkeypatch, answer):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", lambda _: answer)
    said = filled("target", "set", "day_target=12", "--from", "-10d")
    assert said.code == 0
    assert ("Nothing was changed." in said.out) is not answer
    assert (" day_target=12" in filled("target", "show").out) is answer


def test_the_weeks_before_a_target_need_what_they_needed(filled):
    filled("target", "set", "most_days=2", "--from", "2026-03-23", "--yes")
    weeks = [line.split("  ")[-1].strip() for line in filled("days").lines]
    assert "2-4 of 5" in weeks
    assert "2 of 2" in weeks


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["day_traget=20"], "There is no knob 'day_traget'. Did you mean day_target"),
        (["day_target=900"], "day_target is a whole number from 1 to 600, not 900."),
        (["waking_from_h=23"], "waking_from_h=23 must be below waking_to_h=23."),
        ([], "Missing argument"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused(filled, words, sentence):
    said = filled("target", "set", *words)
    assert said.code == 2
    assert sentence in " ".join(said.err.split())


def test_a_flare_is_started_listed_and_ended(filled):
    said = filled("flare", "start", "-2d")
    assert said.code == 0
    assert said.out.startswith("Flare since 2026-03-26; its days do not count.")
    assert " ".join(said.out.split()).endswith("syncd flare end says when it is over.")
    assert "26 ▲ 12  27 ▲ 35" in filled("days").out
    assert filled("flare", "start").code == 2
    assert filled("flare", "list").out == " 2026-03-26.. (running)  3 days\n"
    ended = filled("flare", "end", "2026-03-26")
    assert ended.out.startswith("Flare 2026-03-26. The day does not count.")
    assert "27 ● 35" in filled("days").out
    document = json.loads(filled("flare", "list", "--json").out)
    row = {"person": "me", "first_day": "2026-03-26", "last_day": "2026-03-26"}
    assert document == {"flares": [row]}
    assert filled("flare", "drop", "2026-03-26").code == 0
    assert filled("flare", "list").out == "No flares.\n"


def test_days_are_excused_listed_and_taken_back(filled):
    said = filled("excuse", "2026-03-19..2026-03-20", "--why", "travel")
    assert said.code == 0
    assert said.out.startswith("Excused 2026-03-19..2026-03-20. They do not count.")
    shown = filled("show", "day", "2026-03-19").out
    assert " Excused (travel), not counted: 12 brisk minutes." in shown
    assert filled("excuse", "list").out == " 2026-03-19..2026-03-20  2 days  travel\n"
    assert json.loads(filled("excuse", "list", "--json").out)["excuses"][0]["why"] == "travel"
    assert filled("excuse", "drop", "2026-03-19").code == 0
    assert "Missed: 12 of 30" in filled("show", "day", "2026-03-19").out
    assert filled("excuse", "list").out == " 2026-03-20  1 day  travel\n"


def test_a_reason_leaves_the_machine_in_no_export(filled):
    filled("excuse", "2026-03-19", "--why", "hospital")
    for words in (
        ["days", "--json"],
        ["export", "days", "--format", "csv", "-o", "-"],
        ["export", "days", "--format", "jsonl", "-o", "-"],
    ):
        said = filled(*words)
        assert "Excused, not counted" in said.out
        assert "hospital" not in said.out


def test_a_missed_day_says_how_to_excuse_it(filled):
    shown = " ".join(filled("show", "day", "2026-03-19").out.split())
    assert "syncd excuse 2026-03-19 --why TEXT" in shown
    assert "syncd excuse" not in filled("show", "day", "2026-03-18").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["excuse", "2026-03-19"], "Say one of: syncd excuse 2026-03-02..2026-03-06 --why travel"),
        (["excuse", "drop"], "Say one of"),
        (["excuse", "list", "--why", "x"], "Say one of"),
        (["excuse", "yesterday..", "--why", "x"], "'' is not a day: write it as 2026-03-06"),
        (["excuse", "2026-03-20..2026-03-19", "--why", "x"], "2026-03-20 is after 2026-03-19."),
        (["excuse", "drop", "2026-03-19"], "2026-03-19 is not excused."),
        (["excuse", "today", "--why", " "], "--why is one line of up to 200 characters."),
        (["flare", "end"], "No flare is running."),
        (["flare", "start", "2026-04-01"], "2026-04-01 has not come yet."),
        (["flare", "start", "--person", "Anna"], "There is no person 'Anna'."),
    ],
)
def test_a_mark_that_cannot_be_meant_is_refused(filled, words, sentence):
    said = filled(*words)
    assert said.code == 2
    assert sentence in " ".join(said.err.replace("│", " ").split())
    assert filled("days", "--json", "--from", "2026-03-19").out.count('"mark":null') == 9


@pytest.mark.parametrize("command", [["flare", "list"], ["excuse", "list"]], ids=" ".join)
def test_marks_are_listed_before_there_is_any_data(cli, home, command):
    name = f"{command[0]}s"
    assert cli(*command).out == f"No {name}.\n"
    assert json.loads(cli(*command, "--json").out) == {name: []}
    assert not (home / ".local").exists(), "looking made something"


def test_a_walk_is_entered_by_hand_shown_and_taken_back(filled):
    said = filled("walk", "add", "2026-03-19 13:01", "20min", "--brisk", 20, "--why", "treadmill")
    assert said.code == 0
    walk_id = said.out.split("id ")[1][:8]
    assert said.out == f"Walk of 20 min added, id {walk_id}; 20 of them brisk.\n"
    assert "Met: 32 brisk minutes" in filled("show", "day", "2026-03-19").out
    table = filled("walks").out
    assert f"by hand   {walk_id}" in table
    assert " Entered by hand: treadmill\n" in filled("show", "walk", walk_id).out
    assert "treadmill" not in filled("walks", "--json").out
    assert filled("walk", "drop", walk_id).out == "Walk of 20 min is taken back.\n"
    assert "Missed: 12 of 30" in filled("show", "day", "2026-03-19").out


def test_a_walk_by_hand_says_why_fewer_of_its_minutes_are_brisk(filled):
    said = filled("walk", "add", "2026-03-19 12:50", "20min", "--brisk", 20, "--why", "treadmill")
    assert " ".join(said.out.split()).endswith(
        "; 19 of them brisk: trackers counted steps in the others."
    )


def test_a_walk_by_hand_is_not_brisk_unless_that_is_said(filled):
    said = filled("walk", "add", "2026-03-19 9:05", "1h5min", "--why", "watch forgotten")
    assert " ".join(said.out.split()).endswith(
        "none of it counts as brisk. If it was brisk, drop it and add it with --brisk N."
    )
    assert "Missed: 12 of 30" in filled("show", "day", "2026-03-19").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["yesterday", "20min"], "'yesterday' is not a start: write it as \"2026-03-06 13:00\"."),
        (["2026-03-19 25:00", "20min"], "is not a start"),
        (["2026-03-19 13:00", "soon"], "'soon' is not a duration: write it as 20min or 1h20min."),
        (["2026-03-19 13:00", "20"], "is not a duration"),
        (["2026-03-28 15:50", "20min"], "--brisk is 0 to 20"),
        (["2025-03-30 02:30", "20min"], "was left out there: the clock went forward."),
    ],
)
def test_a_walk_that_cannot_be_meant_is_refused(filled, words, sentence):
    said = filled("walk", "add", *words, "--brisk", 21, "--why", "x")
    assert said.code == 2
    assert sentence in " ".join(said.err.replace("│", " ").split())
    assert filled("walk", "drop", "nosuch").code == 2


def test_a_height_is_asked_for_and_then_decides(filled):
    refused = filled("target", "set", "height_adjust=on")
    assert refused.code == 2
    assert "syncd target set height_adjust=on height_cm=170" in " ".join(refused.err.split())
    alone = " ".join(filled("target", "set", "height_cm=190").out.split())
    assert alone.endswith("height_cm says nothing until height_adjust=on.")
    said = " ".join(filled("target", "set", "height_adjust=on").out.split())
    assert "94 steps a minute or more at 190 cm" in said
    assert " height_cm=190" in filled("target", "show").out
    assert filled("target", "set", "height_cm=off").code == 2
    assert " height_cm=off" in (
        filled("target", "set", "height_adjust=off", "height_cm=off")
        and filled("target", "show", "--all").out
    )
