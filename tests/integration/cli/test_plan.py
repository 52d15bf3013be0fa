"""The graded plan, as it is typed and read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.integration.cli.conftest import NOW, Cli, csv_of

BEGUN = NOW - timedelta(days=5)


@pytest.fixture
def filled(cli: Cli, history: Path) -> Cli:
    assert cli("import", history, "--tz", "Europe/Paris").code == 0
    return cli


def test_a_plan_is_begun_shown_held_and_stopped(filled):
    assert filled("plan", "show").out == "No plan is running. syncd plan start begins one.\n"
    begun = filled("plan", "start", now=BEGUN)
    assert begun.code == 0
    assert begun.out.startswith("syncd is not a medical device and gives no diagnosis")
    assert max(map(len, begun.lines)) <= 78
    shown = filled("plan", "show").out
    assert begun.out.endswith(filled("plan", "show", now=BEGUN).out)
    assert (
        " This week  10 minutes on three days, about 29 in all: where the plan begins.\n" in shown
    )
    assert " So far     106 of 29 minutes, 5 of 3 days (Mon 12, Tue 35, Wed 12, Thu 12," in shown
    held = filled("plan", "hold")
    assert held.out.startswith("The week of 2026-03-30 repeats this one.")
    assert "the same again, as you said" in " ".join(held.out.split())
    assert "was held already" in filled("plan", "hold").out
    assert "plan: 10 minutes in walks on 3 days of 7" in filled("days").out
    rule = "10 minutes in walks, at any pace: the graded plan's."
    shown = filled("target", "show").out
    assert rule in shown
    assert "minutes in walks that a day needs (default 30)" in shown
    assert "brisk minutes that a day needs" not in shown
    assert "Met: 12 walking minutes (target 10)." in filled("show", "day", "2026-03-25").out
    refused = filled("target", "set", "day_target=20")
    assert (refused.code, "plan stop" in refused.told) == (2, True)
    assert filled("plan", "start").code == 2
    assert filled("plan", "start", "--from", "yesterday").code == 2
    stopped = filled("plan", "stop")
    assert stopped.out.startswith("The plan has ended. From today on: 30 brisk minutes")
    assert filled("plan", "stop").code == 2


def test_looking_on_a_later_day_tells_the_next_week(filled):
    filled("plan", "start", "--minutes", "12.5", now=BEGUN)
    later = filled("plan", "show", now=NOW + timedelta(days=3)).out
    assert (
        " This week  11 minutes on three days, about 33 in all: walks a little longer.\n" in later
    )


def test_a_hold_in_the_days_before_the_first_whole_week_names_the_week_that_is_repeated(filled):
    wednesday = BEGUN + timedelta(days=2)
    filled("plan", "start", "--minutes", "12.5", now=wednesday)
    held = filled("plan", "hold", now=wednesday)
    assert held.out.startswith("The week of 2026-04-06 repeats that of 2026-03-30.")
    assert "the same, in its first whole week" in " ".join(held.out.split())


def test_a_plan_without_a_usual_walk_asks_for_one(cli):
    cli("person", "add", "me")
    said = cli("plan", "start")
    assert said.code == 2
    assert "syncd plan start --minutes 10" in " ".join(said.err.split())


def home(cli: Cli, days_on: int = 0) -> str:
    return " ".join(cli(now=NOW + timedelta(days=days_on)).out.split())


def test_the_home_screen_hints_at_a_first_target_for_a_week_and_asks_about_a_flare(cli, tmp_path):
    first = date(2026, 3, 10)
    walk = {18 * 60 + 5: (12, 110)}
    days = {first + timedelta(days=i): walk for i in range(18)}
    cli("import", csv_of(tmp_path / "minuteSteps.csv", days), "--tz", "Europe/Paris")
    hint = "Hint Your usual day has 12 brisk minutes. A first target of 15 is often wiser than 30"
    assert hint in home(cli)
    assert hint in home(cli, 6)
    assert "Hint" not in home(cli, 8)
    cli("flare", "start", "-3d")
    asked = "Day 4 of the flare. Over? syncd flare end says so."
    assert f"Needs you {asked}" in home(cli)
    assert asked in " ".join(cli("flare", "list").out.split())
    assert "please let a doctor or physiotherapist look at it" in home(cli, 11)


def test_a_plan_is_told_to_machines(filled):
    assert filled("plan", "show", "--json").out == '{"plan": null}\n'
    filled("plan", "start", "--minutes", "12.5", now=BEGUN)
    plan = json.loads(filled("plan", "show", "--json").out)["plan"]
    assert (plan["first_day"], plan["usual_walk_min"], plan["held"]) == ("2026-03-23", 12.5, False)
    assert plan["week"] == {
        "monday": "2026-03-23",
        "first_day": "2026-03-23",
        "day_min": 10,
        "days": 3,
        "week_min": 30.0,
        "kind": "begun",
    }
    assert (plan["following"]["kind"], plan["following"]["week_min"]) == ("longer", 33.0)
    assert plan["walked_min"]["2026-03-24"] == 35.0
    assert (plan["flare_first_day"], plan["waits"], plan["stood"]) == (None, False, False)
    filled("flare", "start")
    plan = json.loads(filled("plan", "show", "--json").out)["plan"]
    assert (plan["flare_first_day"], plan["following"]) == ("2026-03-28", None)
