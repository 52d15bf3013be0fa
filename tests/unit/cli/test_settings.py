from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from syncd import settings
from syncd.contract.errors import ConfigError
from syncd.settings import Settings, check_zone, load, machine_zone, near_zones, search_path
from tests.conftest import ROOT

CONFIG = ROOT / "config"


def written(folder: Path, text: str) -> Path:
    file = folder / "syncd.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, text: str, **env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text), env)
    return str(caught.value)


def test_with_nothing_said_there_is_one_file_in_the_user_s_data_folder(home):
    said = load(None, {})
    assert said.settings == Settings()
    assert said.file is None
    folder = home / ".local" / "share" / "syncd"
    assert said.settings.folder == folder
    assert said.settings.database_url == f"sqlite:///{folder}/syncd.db"


def test_the_environment_says_more_than_the_file(tmp_path):
    file = written(tmp_path, '[person]\nzone = "Europe/Paris"\n[state]\nfolder = "/srv/syncd"\n')
    said = load(file, {"SYNCD_PERSON__ZONE": "Asia/Tokyo", "SYNCD_STATE__FOLDER": ""})
    assert said.settings.person.zone == "Asia/Tokyo"
    assert said.settings.database_url == "sqlite:////srv/syncd/syncd.db"
    assert said.origin == {"person.zone": "SYNCD_PERSON__ZONE", "state.folder": str(file)}


def test_a_file_is_looked_for_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "ETC", tmp_path / "etc")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    for place in reversed(search_path(env)):
        place.parent.mkdir(parents=True)
        place.write_text("")
        assert load(None, env).file == place
    named = written(tmp_path, "")
    assert load(None, {**env, "SYNCD_CONFIG": str(named)}).file == named
    other = tmp_path / "other.toml"
    other.write_text("")
    assert load(other, {**env, "SYNCD_CONFIG": str(named)}).file == other


def test_a_file_that_was_named_must_be_there(tmp_path):
    gone = tmp_path / "gone.toml"
    with pytest.raises(ConfigError, match=r"gone\.toml: --config names this file"):
        load(gone, {})
    with pytest.raises(ConfigError, match=r"gone\.toml: \$SYNCD_CONFIG names this file"):
        load(None, {"SYNCD_CONFIG": str(gone)})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[person]\nzoen = "UTC"', "'zoen' is not a key in [person]. Did you mean 'zone'?"),
        ("[persons]\n", "'persons' is not a section. Did you mean 'person'?"),
        (
            "[rabbit]\n",
            "'rabbit' is not a section. There is: database, state, person, store_lock,",
        ),
        ("person = 3", "person must be a section, written [person]."),
        ("[person]\nzone = 3", "person.zone: Input should be a valid string."),
        (
            '[person]\nzone = "Europe/Pari"',
            "person: 'Europe/Pari' is not a time zone. Did you mean Europe/Paris?",
        ),
        (
            '[database]\nurl = "mysql://x"',
            "database: url must start with sqlite:/// or postgresql://.",
        ),
        (
            '[state]\nfolder = "here"',
            "state: folder must be an absolute path, like /var/lib/syncd.",
        ),
        ('[notify]\nat = "8:30"', "notify: at must be a time of the day, like 08:30."),
        ('[notify]\ndays = "all"', "notify.days: Input should be 'turning', 'each' or 'never'."),
        ("[person\n", "is not valid TOML: Expected ']' at the end of a table declaration"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, sentence):
    said = refused(tmp_path, text)
    assert said.startswith(f"{tmp_path / 'syncd.toml'}: ")
    assert sentence in said


def test_a_wrong_variable_is_named(tmp_path):
    assert refused(tmp_path, "", SYNCD_PERSON__ZON="UTC") == (
        "SYNCD_PERSON__ZON: 'zon' is not a key in [person]. Did you mean 'zone'?"
    )
    assert refused(tmp_path, "", SYNCD_STATE__FOLDER="x").startswith("SYNCD_STATE__FOLDER: ")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "syncd.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load(file, {})


def test_other_variables_of_ours_are_no_settings():
    assert load(None, {"SYNCD_REALDATA": "/data", "PATH": "/bin"}).origin == {}


def test_the_example_file_is_the_one_that_is_generated():
    assert (CONFIG / "syncd.example.toml").read_text(encoding="utf-8") == settings.example_toml()


@pytest.mark.parametrize("file", sorted(CONFIG.glob("syncd.*.toml")), ids=lambda f: f.name)
def test_every_file_in_config_loads(file):
    assert load(file, {}).file == file


def test_every_value_of_the_example_is_right_when_its_sign_is_taken_away(tmp_path):
    live = re.sub(r"^# (\w+ = )", r"\1", settings.example_toml(), flags=re.MULTILINE)
    said = load(written(tmp_path, live), {})
    keys = {f"{name}.{key}" for name, part in tomllib.loads(live).items() for key in part}
    assert set(said.origin) == keys
    assert keys == {f"{name}.{f.name}" for name, _, fields in settings.sections() for f in fields}


def test_every_setting_is_described():
    for name, what, fields in settings.sections():
        assert what.endswith("."), name
        for field in fields:
            assert field.metadata["description"].endswith((".", ").")), field.name
            assert field.metadata["example"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Paris", ["Europe/Paris"]),
        ("europe/paris", ["Europe/Paris"]),
        ("New York", ["America/New_York"]),
        ("Europe/Kiew", ["Europe/Kiev"]),
        ("tokio", ["Asia/Tokyo"]),
        ("rabbit", []),
    ],
)
def test_a_mistyped_zone_finds_the_one_that_was_meant(typed, meant):
    assert near_zones(typed)[: len(meant) or None] == meant


@pytest.mark.parametrize("name", ["", "Europe", "../etc/passwd", "/etc/localtime", "Mars/Base"])
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(ValueError, match="is not a time zone"):
        check_zone(name)


def test_the_zone_of_the_machine_comes_from_tz_then_localtime_then_timezone(tmp_path):
    assert machine_zone({}, tmp_path) == ("UTC", "nothing on this machine, so UTC")
    (tmp_path / "timezone").write_text("Asia/Tokyo\n")
    assert machine_zone({}, tmp_path).name == "Asia/Tokyo"
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/America/New_York")
    assert machine_zone({}, tmp_path) == ("America/New_York", str(tmp_path / "localtime"))
    assert machine_zone({"TZ": ":Europe/Paris"}, tmp_path) == ("Europe/Paris", "$TZ")
    assert machine_zone({"TZ": "CET-1CEST,M3.5.0"}, tmp_path).name == "America/New_York"
