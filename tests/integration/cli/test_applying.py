"""People and accounts from a file, and a machine set up once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from syncd_google_health.simulated.profile import client_file
from tests.conftest import ROOT
from tests.integration.cli.conftest import Cli

EXAMPLE = ROOT / "config" / "accounts.example.toml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the example beside a client file."""
    import json

    said = client_file("me", "hush", "https://example.org")
    (tmp_path / "client.json").write_text(json.dumps(said))
    path = tmp_path / "accounts.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_the_example_applies_and_a_second_time_changes_nothing(cli: Cli, file: Path):
    said = cli("account", "apply", file)
    assert (said.code, said.lines) == (
        0,
        [
            "Added me; days run in Europe/Paris.",
            "Added the account google-health. Sign in: syncd account login google-health",
        ],
    )
    before = cli("account", "show", "google-health", "--json").out
    assert str(file.parent / "client.json") in before
    assert "hush" not in before
    said = cli("account", "apply", file)
    assert said.out == "Everything is as the file says; nothing was changed.\n"
    assert cli("account", "show", "google-health", "--json").out == before


def test_members_of_a_cohort_and_their_accounts_are_made_under_their_whole_name(
    cli: Cli, file: Path
):
    file.write_text(file.read_text().replace('"me"', '"trial/1"'))
    said = cli("account", "apply", file)
    assert said.lines[0] == "Added trial/1; days run in Europe/Paris."
    assert cli("account", "apply", file).out.startswith("Everything is as the file says")
    assert cli("account", "pause", "--cohort", "trial").code == 0
    assert '"state":"paused"' in cli("account", "list", "--json").out
    file.write_text(file.read_text().replace("trial/1", "trial/"))
    assert cli("account", "apply", file).code == 78


def test_a_changed_file_changes_only_that_and_names_what_it_leaves_alone(cli: Cli, file: Path):
    cli("account", "apply", file)
    cli("account", "add", "google-health", "--set", f"client_file={file.parent}/client.json")
    text = file.read_text().replace("paused = false", "paused = true")
    file.write_text(text.replace("Europe/Paris", "Europe/Rome"))
    said = cli("account", "apply", file)
    assert said.lines == [
        "me lives in Europe/Rome.",
        "Paused google-health.",
        "Not in the file, left alone: google-health-2.",
    ]
    assert '"state":"paused"' in cli("account", "list", "--json").out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "me"', 'nmae = "me"', "person 1 name: is missing."),
        ("Europe/Paris", "Europe/Pari", "'Europe/Pari' is not a time zone. Did you mean"),
        ('vendor = "google-health"', 'vendor = "nobodys"', 'no adapter called "nobodys"'),
        ('client_file = "client.json"', 'client_file = "no.json"', "no.json could not be read"),
        ('client_file = "client.json"', 'client_secret = "hush"', "client_secret holds a secret"),
        ('person = "me"', 'person = "Ada"', 'There is no person "Ada"'),
        ("paused = false", 'paused = "no"', "account 1 paused: Input should be a valid boolean."),
        ("[[person]]", "[[person]", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_a_sentence_and_nothing_is_written(
    cli: Cli, file: Path, old: str, new: str, words: str
):
    file.write_text(file.read_text().replace(old, new))
    said = cli("account", "apply", file)
    assert (said.code, said.out) == (78, "")
    assert words in said.told
    assert "hush" not in said.err
    assert "Nobody yet" in cli("person", "list").out
    assert cli("account", "list", "--json").out == '{"accounts": []}\n'


def test_init_makes_everything_once_with_the_safety_text(cli: Cli, home: Path):
    first = cli("init")
    assert (first.code, first.err) == (0, "")
    assert first.out.count("(made)") == 4
    assert "syncd is not a medical device" in first.out
    assert "Days run in Asia/Kathmandu ($TZ)" in first.out
    config = home / ".config" / "syncd"
    folder = home / ".local" / "share" / "syncd"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in config.iterdir()}
    assert modes == {"syncd.toml": 0o600, "store-lock": 0o600}
    kept = {f: f.read_bytes() for f in config.iterdir()}
    again = cli("init")
    assert again.out == first.out.replace("(made)", "(was there)")
    assert {f: f.read_bytes() for f in config.iterdir()} == kept
    assert cli("config", "check").code == 0


def test_init_with_a_file_named_makes_that_one(cli: Cli, tmp_path: Path):
    named = tmp_path / "here" / "my.toml"
    assert cli("--config", named, "init").code == 0
    assert named.read_text().startswith("# The settings of syncd.")
    assert cli("--config", named, "days").code == 0
