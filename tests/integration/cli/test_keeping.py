"""``syncd backup``, ``restore`` and ``purge`` as they are typed."""

from __future__ import annotations

import io
import json

import pytest

from syncd_google_health.simulated.profile import client_file
from tests.integration.cli.conftest import Cli


@pytest.fixture
def filled(cli: Cli, history) -> Cli:
    assert cli("import", history, "--tz", "Europe/Paris").code == 0
    return cli


def test_what_was_saved_comes_back_and_the_days_read_the_same(filled, tmp_path):
    days, walks = filled("days").out, filled("walks", "--json").out
    said = filled("backup", tmp_path / "b")
    assert said.code == 0
    assert said.lines[0].startswith("Saved 1 person, 10 days and 10 walks, read back and")
    assert said.lines[-1] == f"  {tmp_path / 'b'}"
    fresh = {"SYNCD_STATE__FOLDER": str(tmp_path / "elsewhere")}
    said = filled("restore", tmp_path / "b", **fresh)
    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == (
        "Restored the backup of 2026-03-28 15:00 UTC: 1 person, 10 days and 10 walks."
    )
    assert filled("days", **fresh).out == days
    assert filled("walks", "--json", **fresh).out == walks
    assert filled("rebuild", **fresh).lines[0] == "No day changes its verdict."


def test_data_that_is_there_is_kept_aside(filled, tmp_path):
    filled("backup", tmp_path / "b")
    refused = filled("restore", tmp_path / "b")
    assert refused.code == 1
    assert "--replace" in refused.told
    said = filled("restore", tmp_path / "b", "--replace")
    assert said.lines[-2] == "What was there before is kept in:"
    assert ".before-restore-20260328T150000Z" in said.lines[-1]


def test_what_is_no_backup_is_a_sentence(filled, history, tmp_path):
    for path, why in ((history, "is not a backup"), (tmp_path / "absent", "cannot be read")):
        said = filled("restore", path, "--replace")
        assert said.code == 1
        assert said.err.startswith(f"syncd: {path} ")
        assert why in said.told
        assert said.err.count("\n") == 1
    assert "10 walks" in filled("walks").lines[-1]


def test_a_broken_store_lock_stops_a_restore_before_it_begins(filled, tmp_path):
    filled("backup", tmp_path / "b")
    said = filled("restore", tmp_path / "b", "--replace", SYNCD_STORE_LOCK="rubbish-here")
    assert said.code == 78
    assert "$SYNCD_STORE_LOCK holds no store lock" in said.told
    assert "rubbish" not in said.err
    absent = {"SYNCD_STORE_LOCK__FILE": str(tmp_path / "lock")}
    assert filled("restore", tmp_path / "b", "--replace", **absent).code == 78


def test_there_is_nothing_to_back_up_on_an_empty_home(cli, tmp_path):
    said = cli("backup", tmp_path / "b")
    assert said.code == 1
    assert "nothing to back up yet" in said.told
    assert list(tmp_path.glob("b")) == []


def test_a_person_is_purged_when_their_name_is_typed_again(filled, monkeypatch):
    filled("person", "add", "Bo", "--tz", "Europe/Paris")
    assert filled("purge").code == 2
    assert filled("purge", "--person", "nobody").code == 2
    refused = filled("purge", "--person", "me")
    assert (refused.code, "--yes me" in refused.told) == (2, True)
    assert filled("purge", "--person", "me", "--yes", "Bo").code == 2
    monkeypatch.setattr("sys.stdin", TypedIn("Bo\n"))
    asked = filled("purge", "--person", "me")
    assert asked.code == 2
    assert "Nothing was removed" in asked.told
    assert asked.lines[0] == (
        "This removes me for good: 10 days, 10 walks, 1 kept original and 1 account."
    )
    monkeypatch.setattr("sys.stdin", TypedIn("me\n"))
    said = filled("purge", "--person", "me")
    assert (said.code, said.err) == (0, "")
    assert "Removed me: 10 days, 10 walks, 1 kept original and 1 account." in said.out
    assert "Not reached: backups and exports that were made earlier." in said.out
    assert [line.split()[0] for line in filled("person", "list").lines] == ["Bo"]
    assert filled("purge", "--sweep").code == 0


def test_removing_a_person_is_the_same_as_a_purge(filled):
    assert filled("person", "remove", "me").code == 2
    said = filled("person", "remove", "me", "--yes", "me")
    assert "Removed me: 10 days" in said.out
    assert filled("person", "list").out.startswith("Nobody yet")


def test_a_cohort_is_purged_when_its_name_is_typed_again(filled, monkeypatch, tmp_path):
    file = tmp_path / "cohort.csv"
    file.write_text("person,cohort\n1,trial\n2,trial\n")
    assert filled("person", "import", file).lines == ["2 people added. Cohorts: trial."]
    assert "Did you mean trial?" in filled("purge", "--cohort", "trail").told
    assert filled("purge", "--cohort", "trial", "--person", "me").code == 2
    refused = filled("purge", "--cohort", "trial")
    assert (refused.code, "--yes trial" in refused.told) == (2, True)
    monkeypatch.setattr("sys.stdin", TypedIn("yes\n"))
    asked = filled("purge", "--cohort", "trial")
    assert (asked.code, "Nothing was removed" in asked.told) == (2, True)
    assert asked.lines[0].startswith("This removes trial (2 people) for good: 0 days, 0 walks, ")
    monkeypatch.setattr("sys.stdin", TypedIn("trial\n"))
    said = filled("purge", "--cohort", "trial")
    assert (said.code, said.err) == (0, "")
    assert "Removed trial (2 people): 0 days, " in said.out
    assert [line.split()[0] for line in filled("person", "list").lines] == ["me"]


def test_a_cohorts_accounts_are_paused_and_resumed_in_a_line_each(filled, tmp_path):
    file = tmp_path / "cohort.csv"
    file.write_text("person,cohort\n1,trial\n")
    filled("person", "import", file)
    assert filled("account", "pause").code == 2
    assert filled("account", "pause", "x", "--cohort", "trial").code == 2
    assert "There is no cohort 'trail'" in filled("account", "resume", "--cohort", "trail").told
    said = filled("account", "pause", "--cohort", "trial")
    assert said.out == "Nobody of trial has an account.\n"
    client = tmp_path / "client.json"
    client.write_text(json.dumps(client_file("me", "hush", "https://example.org")))
    add = ("account", "add", "google-health", "--set", f"client_file={client}")
    assert filled(*add, "--person", "trial/1").code == 0
    assert filled(*add, "--person", "me").code == 0
    on = "To go on: syncd account resume --cohort trial"
    said = filled("account", "pause", "--cohort", "trial")
    assert said.told == ""
    assert " ".join(said.lines) == f"Paused 1 of 1 account of trial. {on}"
    said = filled("account", "pause", "--cohort", "trial")
    assert "Paused 0 of 1 account of trial (the others were paused already)." in said.lines[0]
    listed = json.loads(filled("account", "list", "--json").out)["accounts"]
    assert [one["state"] for one in listed] == ["paused", "needs_sign_in"]
    said = filled("account", "resume", "--cohort", "trial")
    assert said.out == "1 of 1 account of trial go on.\n"
    listed = json.loads(filled("account", "list", "--json").out)["accounts"]
    assert [one["state"] for one in listed] == ["needs_sign_in"] * 2


class TypedIn(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.postgres
def test_a_move_says_what_is_there_and_what_to_do_next(filled, new_postgres_url):
    days = filled("days").out
    target = new_postgres_url()
    said = filled("move", "--to", target)
    assert (said.code, said.err) == (0, "")
    assert said.lines[0].startswith("Copied 1 person, 10 days, 10 walks:")
    told = " ".join(said.out.split())
    assert "set url in [database]" in told
    assert "The store lock stays" in told
    assert max(map(len, said.lines[3:])) <= 78
    assert filled("days", SYNCD_DATABASE__URL=target).out == days
    assert filled("days").out == days
