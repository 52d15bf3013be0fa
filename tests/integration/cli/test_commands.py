from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from syncd.cli.app import app
from syncd.export import DAY_FIELDS, WALK_FIELDS
from tests.conftest import ROOT
from tests.integration.cli.conftest import Cli, csv_of

COMMANDS = [
    *(["days"], ["walks"], ["import"], ["rebuild"], ["report"], ["adapters"], ["demo"]),
    *(
        ["show", "day"],
        ["show", "walk"],
        ["export", "walks"],
        ["export", "days"],
        ["export", "weeks"],
        ["export", "minutes"],
    ),
    *(["person", "add"], ["person", "list"], ["person", "show"], ["person", "set"]),
    ["person", "import"],
    *(["target", "show"], ["target", "set"], ["excuse"]),
    *(["walk", "add"], ["walk", "drop"]),
    *(["plan", "start"], ["plan", "show"], ["plan", "hold"], ["plan", "stop"]),
    *(["flare", "start"], ["flare", "end"], ["flare", "drop"], ["flare", "list"]),
    *(["notify", "add"], ["notify", "list"], ["notify", "test"], ["notify", "remove"]),
    *(["backup"], ["restore"], ["purge"], ["person", "remove"]),
    *(["config", "show"], ["config", "check"], ["config", "example"]),
    *(["account", name] for name in ("add", "list", "show", "login", "migrate", "pause", "resume")),
    *(["account", "remove"], ["account", "apply"], ["init"], ["sync"]),
    *(["run"], ["status"], ["doctor"], ["service", "install"], ["service", "remove"]),
    *(["simulate"], ["worker"], ["move"]),
]
LISTINGS = [
    *(["days"], ["walks"], ["adapters"], ["person", "list"]),
    *(["notify", "list"], ["account", "list"]),
]


@pytest.fixture
def filled(cli: Cli, history: Path) -> Cli:
    assert cli("import", history, "--tz", "Europe/Paris").code == 0
    return cli


@pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
def test_every_command_explains_itself_within_78_columns(cli, command):
    said = cli(*command, "--help")
    assert said.code == 0
    assert said.err == ""
    assert all(len(line) <= 78 for line in said.lines)
    assert "Usage: syncd" in said.out


def test_every_command_has_a_short_help_that_is_not_cut(cli):
    for group in (
        [],
        ["show"],
        ["export"],
        ["person"],
        ["account"],
        ["target"],
        ["flare"],
        ["walk"],
        ["plan"],
        ["notify"],
        ["config"],
        ["service"],
    ):
        assert "..." not in cli(*group, "--help").out.replace("[ARGS]...", "")


@pytest.mark.parametrize("command", [[], ["days"], ["walks"], ["show", "day", "today"]])
def test_before_there_is_any_data_every_screen_says_what_to_type(cli, home, command):
    said = cli(*command)
    assert said.code == 0
    assert "syncd import PATH" in said.out
    assert not (home / ".local").exists(), "looking made something"


@pytest.mark.parametrize("command", LISTINGS, ids=" ".join)
def test_every_listing_has_a_document_even_when_there_is_nothing(cli, command):
    said = cli(*command, "--json")
    kinds = {"person": "people", "notify": "channels", "account": "accounts"}
    kind = kinds.get(command[0], command[-1])
    assert said.code == 0
    assert list(json.loads(said.out)) == [kind]


def test_a_mistyped_command_finds_the_one_that_was_meant(cli):
    said = cli("dais")
    assert said.code == 2
    assert "Did you mean 'days'?" in said.told
    assert said.out == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["days", "--from", "2026-02-30"], "'2026-02-30' is not a day: write it as 2026-03-06"),
        (["import", "x.fit", "--tz", "Europe/Pariss"], "Did you mean Europe/Paris?"),
        (["import"], "Missing argument"),
        (["days", "--nonsense"], "No such option"),
        (["export", "days", "--format", "xlsx"], "xlsx"),
        (["export", "days", "--format", "csv", "--changed-since", "2026-03-01T08:00"], "no offset"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(cli, words, sentence):
    said = cli(*words)
    assert said.code == 2
    assert sentence in " ".join(said.err.split())
    assert "Traceback" not in said.err


def test_a_wrong_configuration_ends_with_78(cli, tmp_path):
    file = tmp_path / "syncd.toml"
    file.write_text("[databse]\n")
    for words in (["days"], ["config", "check"], ["import", "x.fit"]):
        said = cli(*words, "--config", file)
        assert said.code == 78
        assert "Did you mean 'database'?" in said.told


def test_config_show_tells_where_each_setting_comes_from(cli, tmp_path):
    file = tmp_path / "syncd.toml"
    file.write_text('[person]\nzone = "Asia/Tokyo"\n')
    url = "postgresql+psycopg://me:secret@host/db"
    said = cli("config", "show", "--config", file, SYNCD_DATABASE__URL=url)
    assert f" person.zone Asia/Tokyo ({file}) " in " ".join(said.out.split())
    assert "postgresql+psycopg://me:***@host/db (SYNCD_DATABASE__URL)" in said.out
    assert "secret" not in said.out
    assert cli("config", "check", "--config", file).out == f"{file} is right.\n"


def test_config_example_is_the_file_in_config(cli):
    expected = (ROOT / "config" / "syncd.example.toml").read_text(encoding="utf-8")
    assert cli("config", "example").out == expected


def test_the_version_is_said(cli):
    assert cli("--version").out.startswith("syncd 0.")


def test_an_import_says_what_became_of_it_and_what_to_type_next(cli, history):
    said = cli("import", history, "--tz", "Europe/Paris")
    assert (said.code, said.err) == (0, "")
    words = " ".join(said.out.split())
    assert words.startswith(
        "Imported 1 file for me: 14,400 step intervals. In all: 10 days judged,"
    )
    assert said.lines[-1] == "See them: syncd days"
    again = cli("import", history, "--tz", "Europe/Paris")
    assert again.code == 0
    assert "Nothing new: 1 file was here." in again.out


def test_a_dry_run_keeps_nothing(cli, history, home):
    said = cli("import", history, "--tz", "Europe/Paris", "--dry-run")
    assert said.code == 0
    assert said.out.startswith("Would import 1 file")
    assert not (home / ".local").exists()
    cli("person", "add", "Anna")
    assert cli("import", history, "--tz", "Europe/Paris", "--dry-run").code == 0
    assert json.loads(cli("days", "--json").out) == {"days": []}


def test_minutes_without_a_zone_are_refused_with_the_way_out(cli, history):
    said = cli("import", history)
    assert said.code == 1
    assert "--tz" in said.told
    assert str(history) in said.told


def test_one_bad_file_stops_no_other(cli, history, tmp_path):
    bad = tmp_path / "photo.fit"
    bad.write_bytes(b"\xff\xd8\xff\xe0 no fit")
    said = cli("import", tmp_path, tmp_path / "gone.fit", "--tz", "Europe/Paris")
    assert said.code == 3
    assert "Imported 1 file for me" in said.out
    assert "2 files could not be used." in " ".join(said.out.split())
    assert said.err.count("photo.fit") >= 1
    assert "gone.fit" in said.told
    assert cli("import", bad).code == 1


def test_the_calendar_shows_the_current_month(filled):
    said = filled("days")
    assert said.code == 0
    assert said.lines[0].startswith("March 2026    me    30 brisk minutes a day, 5 days of 7")
    assert said.lines[0].endswith("Europe/Paris")
    row = next(line for line in said.lines if line.startswith(" 12"))
    assert "18 ● 35" in row
    assert "19 ○ 12" in row
    assert all(len(line) <= 78 for line in said.lines)


def test_the_calendar_falls_back_to_the_newest_month_and_says_so(filled):
    said = filled("days", now=datetime(2026, 7, 1, tzinfo=UTC))
    assert said.lines[0].startswith("March 2026")
    assert said.lines[1] == "Nothing in July 2026 yet; March 2026 is the newest month with data."


def test_a_range_is_a_list_with_sentences(filled):
    said = filled("days", "--from", "2026-03-19", "--to", "-7d")
    assert [line[:14] for line in said.lines] == [
        *("2026-03-19 Thu", "2026-03-20 Fri", "2026-03-21 Sat")
    ]
    assert "Missed: 12 of 30 brisk minutes, 18 short." in said.lines[0]
    backwards = filled("days", "--from", "2026-03-19", "--to", "2026-03-01")
    assert backwards.code == 2


def test_flagged_days_are_a_list_of_missed_days(filled):
    said = filled("days", "--flagged")
    assert said.code == 0
    assert all("Missed" in line for line in said.lines)
    assert filled("days", "--flagged", "--to", "2026-03-18").out == "No flagged days.\n"


def test_days_as_json_have_exactly_the_fields_promised(filled):
    days = json.loads(filled("days", "--json").out)["days"]
    assert len(days) == 10
    assert list(days[0]) == [field.name for field in DAY_FIELDS]
    some = json.loads(filled("days", "--json", "--from", "-3d", "--flagged").out)["days"]
    assert {day["outcome"] for day in some} == {"missed"}
    assert min(day["day"] for day in some) >= "2026-03-25"


def test_walks_are_a_table_and_a_document(filled):
    said = filled("walks")
    assert said.lines[0].startswith("date        start   min")
    assert said.lines[1].startswith("2026-03-18  18:05    35")
    assert "10 walks from 2026-03-18 to 2026-03-27" in said.lines[-1]
    walks = json.loads(filled("walks", "--json").out)["walks"]
    assert len(walks) == 10
    assert list(walks[0]) == [field.name for field in WALK_FIELDS]
    assert said.lines[1].split()[-1] == walks[0]["id"][:8]


def test_one_walk_is_shown_by_the_beginning_of_its_id(filled):
    walk = json.loads(filled("walks", "--json").out)["walks"][0]
    said = filled("show", "walk", walk["id"][:8])
    assert said.code == 0
    assert walk["id"] in said.out
    assert said.lines[0].startswith("Wed 18 March 2026, 18:05 to 18:40")
    assert all(len(line) <= 78 for line in said.lines)
    assert filled("show", "walk", "nosuch").code == 2


@pytest.mark.parametrize("typed", ["2026-03-27", "yesterday", "-1d"])
def test_one_day_is_shown_as_a_screen(filled, typed):
    said = filled("show", "day", typed)
    assert said.code == 0
    assert said.lines[0].startswith("Fri 27 March 2026    me")
    assert " Walks 18:05" in said.out
    assert all(len(line) <= 78 for line in said.lines)


def test_a_day_of_which_nothing_is_known_is_said_to_be_so(filled):
    said = filled("show", "day", "2001-01-01")
    assert said.code == 2
    assert "2001-01-01" in said.told


def test_home_is_a_few_lines(filled):
    said = filled()
    assert said.code == 0
    assert said.lines[0].startswith(" Today      ")
    assert [line[:10].strip() for line in said.lines if line[1] != " "] == [
        *("Today", "Waiting", "Needs you", "More")
    ]


def test_an_export_to_a_file_appears_whole_and_opens_in_a_spreadsheet(filled, tmp_path):
    out = tmp_path / "walks.csv"
    said = filled("export", "walks", "--format", "csv", "-o", out)
    assert (said.code, said.out) == (0, "")
    assert said.err == f"10 walks in {out}\n"
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 10
    assert list(rows[0]) == [field.name for field in WALK_FIELDS]


def test_an_export_to_standard_output_is_the_rows_alone(filled):
    week = filled("export", "weeks", "--format", "csv", "-o", "-").out.splitlines()
    assert week[0].startswith("person,iso_year,iso_week,need,met,")
    assert week[1].startswith("me,2026,")
    said = filled("export", "days", "--format", "jsonl", "-o", "-")
    assert said.err == ""
    assert json.loads(said.lines[0])["day"] == "2026-03-18"
    assert len(said.lines) == 10
    later = filled("export", "days", "--format", "jsonl", "--changed-since", "2026-04-01")
    assert later.out == ""


def test_an_export_that_cannot_be_written_says_where(filled, tmp_path):
    said = filled("export", "days", "--format", "csv", "-o", tmp_path / "no" / "days.csv")
    assert said.code == 1
    assert "does not exist" in said.told


def test_people_are_added_listed_shown_and_moved(cli, history):
    assert cli("person", "add", "Anna", "--tz", "Europe/Paris").out == (
        "Added Anna; days run in Europe/Paris.\n"
    )
    assert cli("person", "add", "Anna").code == 2
    assert cli("import", history).code == 0
    assert cli("person", "list").out == " Anna  Europe/Paris\n"
    moved = cli("person", "set", "Anna", "--tz", "Asia/Tokyo", "--from", "2026-03-25")
    assert moved.code == 0
    assert moved.out.startswith("Anna lives in Asia/Tokyo, from 2026-03-25 on.")
    shown = cli("person", "show", "Anna").out
    assert "Europe/Paris, Asia/Tokyo from 2026-03-25" in shown
    assert cli("person", "set", "Ana", "--tz", "UTC").err == (
        "syncd: There is no person 'Ana'. Did you mean Anna?\n"
    )


def test_with_several_people_it_has_to_be_said_whose(cli, history):
    cli("person", "add", "Anna")
    cli("person", "add", "Otto")
    for words in (["days"], ["walks"], ["import", history, "--tz", "UTC"]):
        said = cli(*words)
        assert said.code == 2
        assert "Say whose: --person Anna or --person Otto." in said.told
    assert (
        cli("days", "--person", "Anna").out
        == "No days of Anna yet. Bring some in: syncd import PATH\n"
    )
    assert cli("days", "--person", "Anna", "--cohort", "x").code == 2


def test_a_cohort_is_a_line_a_person(cli, tmp_path):
    one = csv_of(tmp_path / "one.csv", {date(2026, 3, 18): {600: (31, 120)}})
    rows = one.read_text().splitlines()
    both = [f"Id,{rows[0]}", *(f"{who},{row}" for who in (7, 8) for row in rows[1:])]
    one.write_text("\n".join(both) + "\n")
    said = cli("import", one, "--cohort", "study", "--tz", "America/New_York")
    assert said.code == 0
    assert said.lines[-1] == "See them: syncd days --cohort study"
    table = cli("days", "--cohort", "study").lines
    assert table[0] == "study    2 people"
    assert [line.split()[:5] for line in table[2:]] == [
        ["7", "1", "1", "1", "0"],
        ["8", "1", "1", "1", "0"],
        ["all", "2", "2", "2", "2"],
    ]
    assert cli("days", "--cohort", "studi").err.endswith("Did you mean study?\n")
    days = json.loads(cli("days", "--cohort", "study", "--json").out)["days"]
    assert [day["person"] for day in days] == ["study/7", "study/8"]
    assert cli("days").err == "syncd: Say whose: --cohort study.\n"


def test_a_rebuild_says_first_that_nothing_flips(filled):
    before = filled("export", "days", "--format", "jsonl").out
    said = filled("rebuild")
    assert said.code == 0
    assert said.lines[0] == "No day changes its verdict."
    assert "1 import read again" in said.lines[1]
    assert filled("export", "days", "--format", "jsonl").out == before


@pytest.mark.postgres
def test_the_same_commands_work_on_a_server(cli, history, new_postgres_url, home):
    env = {"SYNCD_DATABASE__URL": new_postgres_url()}
    assert cli("days", **env).code == 0
    assert cli("import", history, "--tz", "Europe/Paris", **env).code == 0
    assert "18 ● 35" in cli("days", **env).out
    walk = json.loads(cli("walks", "--json", **env).out)["walks"][0]
    assert walk["id"] in cli("show", "walk", walk["id"][:8], **env).out
    assert len(cli("export", "days", "--format", "jsonl", **env).lines) == 10
    assert cli("rebuild", **env).lines[0] == "No day changes its verdict."
    assert not (home / ".local").exists()


def test_adapters_are_listed_with_what_they_deliver(cli):
    said = json.loads(cli("adapters", "--json").out)["adapters"]
    assert {"name": "files", "available": True, "streams": ["files"], "why": None} in said
    assert " files  " in cli("adapters").out


def test_the_demo_shows_a_calendar_walks_and_what_to_type(cli, home):
    said = cli("demo", "--once", "--days", "7")
    assert said.code == 0
    assert "30 brisk minutes a day, 5 days of 7" in said.out
    assert "So far" in said.out
    assert "an hourly poll        5 when the watch has synced" in said.out
    assert "syncd account login" in said.out
    assert all(len(line) <= 78 for line in said.lines)
    assert not (home / ".local").exists()


def test_signs_are_plain_when_asked_wherever_the_option_stands(filled):
    for words in (["--ascii", "days"], ["days", "--ascii"]):
        screen = filled(*words).out
        assert screen.isascii()
        assert "18 * 35" in screen


def test_a_bug_of_ours_is_a_sentence_and_with_v_says_where(filled, monkeypatch):
    def broken(*_):
        raise RuntimeError("odd")

    monkeypatch.setattr("syncd.cli.month.newest_month", broken)
    said = filled("days")
    assert said.code == 1
    assert said.err.startswith("syncd: This is a bug in syncd: RuntimeError: odd")
    assert "Traceback" not in said.err
    assert "Traceback" in filled("days", "-v").err


def test_stopping_it_ends_with_130(filled, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("syncd.cli.month.newest_month", stopped)
    assert filled("days").code == 130


def test_a_database_that_is_none_is_refused_with_a_sentence(filled, home):
    file = home / ".local" / "share" / "syncd" / "syncd.db"
    for beside in file.parent.glob("syncd.db-*"):
        beside.unlink()
    file.write_bytes(b"this is no database, whatever its name says" * 100)
    said = filled("days")
    assert said.code == 1
    assert str(file) in said.told
    assert "Traceback" not in said.err
    assert "bug" not in said.err


def test_state_is_for_its_owner_only(filled, home):
    folder = home / ".local" / "share" / "syncd"
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (["--help"], ("alembic", "fitdecode", "pydantic", "rich", "sqlalchemy")),
        (["--version"], ("alembic", "fitdecode", "rich", "sqlalchemy")),
        (["days"], ("alembic", "fitdecode", "pydantic_settings", "rich")),
    ],
    ids=" ".join,
)
def test_a_command_loads_only_what_it_needs(filled, words, heavy):
    code = (
        "import sys; from syncd.cli import main; code = main(sys.argv[1:]); "
        "sys.stderr.write(' '.join({m.partition('.')[0] for m in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert set(done.stderr.split()) & set(heavy) == set()


def test_nothing_of_ours_is_lost_in_a_closed_pipe(filled, home):
    code = "import sys; from syncd.cli import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "export", "days", "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_every_command_is_tested_here():
    groups = {info.name: info.typer_instance for info in app.registered_groups}
    typed = [[command.name] for command in app.registered_commands]
    for name, group in groups.items():
        typed += [[name, command.name] for command in group.registered_commands]
    assert sorted(typed) == sorted(COMMANDS)
