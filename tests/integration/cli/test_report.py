"""``syncd report``, as it is typed and read."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from syncd_google_health.simulated.profile import client_file
from tests.integration.cli.conftest import Cli, csv_of
from tests.unit.export.printed import sheets

FIRST = date(2026, 3, 2)


@pytest.fixture
def filled(cli: Cli, tmp_path: Path) -> Cli:
    """Return a command line with four weeks until 27 March, two days of three reaching 30."""
    days = {
        FIRST + timedelta(days=i): {18 * 60: (12 if i % 3 == 2 else 35, 110)} for i in range(26)
    }
    path = csv_of(tmp_path / "steps.csv", days)
    assert cli("import", path, "--tz", "Europe/Paris").code == 0
    return cli


def test_before_there_is_any_data_it_says_how_to_begin_and_makes_nothing(cli, home, tmp_path):
    said = cli("report")
    assert said.code == 0
    assert "syncd import PATH" in said.out
    assert cli("report", "--json").out == '{"report": null}\n'
    page = cli("report", "-o", tmp_path / "r.html")
    assert (page.code, page.out) == (2, "")
    assert page.err == ("syncd: There is nothing to report yet. Bring some in: syncd import PATH\n")
    assert not (tmp_path / "r.html").exists()
    assert not (home / ".local").exists(), "looking made something"


def test_somebody_without_days_is_told_kindly(cli, tmp_path):
    cli("person", "add", "Ann")
    said = cli("report", "--person", "Ann")
    assert said.out == ("There is nothing to report of Ann yet. Bring some in: syncd import PATH\n")
    assert cli("report", "--person", "Ann", "--week").out == said.out
    page = cli("report", "--person", "Ann", "-o", tmp_path / "r.html")
    assert page.code == 2
    assert not (tmp_path / "r.html").exists()


def test_the_weeks_are_a_bar_each_with_the_figures_below(filled):
    lines = filled("report").lines
    assert lines[0] == "me    4 weeks, 2 to 28 March 2026"
    assert lines[1].startswith("30 brisk minutes anywhere in the day")
    assert lines[4] == " wk from    brisk minutes                    days met"
    assert lines[5] == " 10  2 Mar  ██████████████████████████  199  5 of 5"
    assert lines[8].startswith(" 13 23 Mar ")
    assert lines[8].endswith("so far")
    assert lines[10:] == [
        " Weeks reached    2 of 3",
        " Last 26 days     18 of 26 days",
        " Minutes a week   191 on average over 3 whole weeks",
        " Best effort      110 steps a minute in the best 30 minutes, Fri 27 March",
        " Longest walk     35 minutes, Fri 27 March",
        " Could be judged  26 of 26 days (100 %)",
        " This week        4 of 5. One of Sat, Sun would do it.",
        "",
        " As a page to print: syncd report -o report.html",
    ]


def test_no_line_is_wider_than_the_terminal(filled):
    filled("flare", "start", "2026-03-20")
    filled("excuse", "2026-03-10..2026-03-12", "--why", "travel")
    for columns in (40, 59, 66, 78, 200):
        for words in ((), ("--week",), ("--ascii",)):
            said = filled("report", *words, COLUMNS=str(columns))
            assert said.code == 0
            assert max(map(len, said.lines)) <= min(columns, 78), (columns, words)
            assert "\x1b" not in said.out
            assert "--ascii" not in words or said.out.isascii()


def test_the_newest_week_is_the_digest(filled):
    lines = filled("report", "--week").lines
    assert lines[0] == "Week 12, 16 to 22 March 2026."
    assert lines[1] == "Not reached: 4 days met, 5 needed."
    assert lines[-1].startswith("This week ")
    assert len(lines) <= 12
    document = json.loads(filled("report", "--json").out)["report"]
    assert document["digest"] == lines
    assert document["over_days"] == 26
    assert [week["iso_week"] for week in document["weeks"]] == [10, 11, 12, 13]


def test_fewer_weeks_can_be_asked_for(filled):
    assert filled("report", "--weeks", "2").lines[0] == "me    2 weeks, 16 to 28 March 2026"
    for wrong in ("0", "54", "x"):
        assert filled("report", "--weeks", wrong).code == 2


def test_a_page_is_written_whole_and_holds_no_reason_unless_asked(filled, tmp_path):
    filled("excuse", "2026-03-10", "--why", "knee <b>clinic</b>")
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    said = filled("report", "-o", target)
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith(f"The report is in {target}.")
    page = target.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "knee" not in page
    assert target.stat().st_mode & 0o777 == 0o600
    assert filled("report", "-o", "-").out == page
    noted = filled("report", "-o", "-", "--with-notes").out
    assert "Excused, 10 March 2026: knee &lt;b&gt;clinic&lt;/b&gt;" in noted


def test_a_page_that_cannot_be_written_is_a_sentence_and_leaves_the_old_one(
    filled, tmp_path, monkeypatch
):
    nowhere = filled("report", "-o", tmp_path / "no" / "r.html")
    assert nowhere.code == 1
    assert "does not exist. Create it first." in nowhere.told
    old = tmp_path / "r.html"
    old.write_text("old", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said = filled("report", "-o", old)
    assert said.code == 1
    assert " ".join(said.err.split()) == (
        "syncd: The page needs a charting library that is not installed. Install it with: "
        'pip install "syncd[report]"'
    )
    assert old.read_text(encoding="utf-8") == "old"
    assert filled("report").code == 0, "the terminal needs no such library"


def test_what_cannot_be_meant_is_a_sentence(filled):
    for words, sentence in (
        (("--cohort", "c", "-o", "r.html"), "A page is about one person"),
        (("--json", "-o", "r.html"), "-o writes a page of weeks"),
        (("--week", "-o", "r.html"), "-o writes a page of weeks"),
        (("--week", "--cohort", "c"), "--week is about one person"),
        (("--with-notes",), "--with-notes is for a page"),
        (("--person", "nobody"), "There is no person 'nobody'"),
        (("--cohort", "nobody"), "There is no cohort 'nobody'"),
    ):
        said = filled("report", *words)
        assert said.code == 2, words
        assert sentence in said.told


def test_data_that_end_long_ago_end_the_report_and_it_says_so(filled):
    later = datetime(2026, 9, 1, tzinfo=UTC)
    text = filled("report", now=later).out
    assert text.startswith("me    4 weeks, 2 to 29 March 2026")
    assert "The newest data are of Fri 27 March 2026." in text
    assert "Bring newer in" in filled("report", "--week", now=later).out


@pytest.mark.realdata
def test_a_cohort_is_a_line_a_week_and_small_groups_are_left_out(cli, realdata):
    minutes = realdata / "cohort-fitbit-mturk-2016" / "minuteStepsWide.csv.gz"
    if not minutes.exists():
        pytest.skip("the cohort's minutes are not here")
    assert cli("import", minutes, "--cohort", "c", "--tz", "America/New_York").code == 0
    lines = cli("report", "--cohort", "c").lines
    assert lines[0] == "c    20 people, by week"
    assert lines[2].split() == [
        *("week", "people", "judged", "met", "missed"), "can't", "tell", "marked", "no", "data",
        "reached",
    ]  # fmt: skip
    weeks = json.loads(cli("report", "--cohort", "c", "--json").out)["cohort_weeks"]
    assert [week["iso_week"] for week in weeks] == [15, 16, 17, 18, 19]
    assert sum(week["judged"] for week in weeks) == 384
    assert sum(week["met"] for week in weeks) == 125
    assert max(map(len, lines)) <= 78
    assert max(map(len, cli("report", "--cohort", "c", COLUMNS="50").lines)) <= 50


@pytest.mark.realdata
def test_the_page_of_the_busiest_person_prints_on_two_sheets(cli, realdata, tmp_path):
    minutes = realdata / "cohort-fitbit-mturk-2016" / "minuteStepsWide.csv.gz"
    if not minutes.exists():
        pytest.skip("the cohort's minutes are not here")
    assert cli("import", minutes, "--cohort", "c", "--tz", "America/New_York").code == 0
    page = cli("report", "--person", "c/8053475328", "-o", "-").out
    assert "<dt>Weeks reached</dt><dd>4 of 4</dd>" in page
    assert "The newest 12 of 82 walks" in page
    assert not re.search("https?:", page)
    assert sheets(page, tmp_path) == 2


def test_a_small_cohort_is_not_shown_at_all(cli, tmp_path):
    path = tmp_path / "steps.csv"
    rows = ["Id,ActivityMinute,Steps"]
    day = datetime(2026, 3, 2)  # noqa: DTZ001 - a file's local time
    for person in (1, 2):
        rows += [
            f"{person},{day + timedelta(minutes=m)},{110 * (m % 40 == 0)}" for m in range(1440)
        ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert cli("import", path, "--cohort", "c", "--tz", "Europe/Paris").code == 0
    said = cli("report", "--cohort", "c")
    assert "Weeks with fewer than 5 people are not shown" in said.out
    assert " 10" not in said.out
    [week] = json.loads(cli("report", "--cohort", "c", "--json").out)["cohort_weeks"]
    assert (week["hidden"], week["people"], week["met"]) == (True, None, None)


def test_a_cohort_that_is_not_heard_of_is_named_under_its_weeks(cli, tmp_path):
    file, client = tmp_path / "cohort.csv", tmp_path / "client.json"
    file.write_text("person,cohort\n" + "".join(f"{n},c\n" for n in range(14)))
    client.write_text(json.dumps(client_file("me", "hush", "https://example.org")))
    cli("person", "import", file)
    for n in range(12):
        words = ("--person", f"c/{n}", "--set", f"client_file={client}")
        assert cli("account", "add", "google-health", *words).code == 0
    said = cli("report", "--cohort", "c")
    assert said.code == 0
    text = " ".join(said.out.split())
    assert "There are no days of c yet" in text
    assert "12 people need a sign-in: c/0, c/1, c/10, c/11, " in text
    assert text.endswith("and 2 more (--json names all).")
    assert max(map(len, said.lines)) <= 78
    document = json.loads(cli("report", "--cohort", "c", "--json").out)
    assert document["cohort_weeks"] == []
    assert len(document["absent"]) == 12
    assert document["absent"][0] == {"person": "c/0", "lacks": "sign_in", "last_sync_at": None}


def test_a_first_target_is_hinted_at_in_report_digest_and_page_and_told_for_a_week(cli, tmp_path):
    days = {FIRST + timedelta(days=i): {18 * 60: (12, 110)} for i in range(26)}
    cli("import", csv_of(tmp_path / "steps.csv", days), "--tz", "Europe/Paris")
    hint = "A first target of 15 is often wiser than 30"
    assert hint in " ".join(cli("report").out.split())
    assert hint in " ".join(cli("report", "--week").out.split())
    assert hint in cli("report", "-o", "-").out
    late = datetime(2026, 4, 5, 15, tzinfo=UTC)
    assert "first target" not in cli("report", now=late).out, "it was told a week ago"


def test_on_a_plan_the_number_of_a_day_is_minutes_in_walks_everywhere(cli, tmp_path):
    days = {FIRST + timedelta(days=i): {18 * 60: (20, 80)} for i in range(26)}
    cli("import", csv_of(tmp_path / "steps.csv", days), "--tz", "Europe/Paris")
    assert cli("plan", "start", now=datetime(2026, 3, 23, 15, tzinfo=UTC)).code == 0
    page = cli("report", "-o", "-").out
    assert 'aria-label="22 March: missed, 0 brisk minutes"' in page
    assert 'aria-label="24 March: met, 20 minutes in walks"' in page
    assert "the number is brisk minutes, in the plan minutes in walks" in page
    assert "The plan this week: 16 minutes on three days" in page
    assert "plan: 100 in walks, so far" in cli("report").out
    listed = cli("days", "--from", "2026-03-22", "--to", "2026-03-24").out
    assert "2026-03-22 Sun  ○   0" in listed
    assert "2026-03-24 Tue  ●  20" in listed
    assert "23 ● 20  24 ● 20" in cli("days").out
    assert "The plan this week: " in " ".join(cli("report", "--week").out.split())
