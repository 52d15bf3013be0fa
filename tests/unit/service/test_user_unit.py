"""The service at home: its unit, and what systemd is asked to do, with a systemd made up."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from syncd.contract import SyncdError
from syncd.service import user_unit
from tests.conftest import ROOT

ANALYZE = shutil.which("systemd-analyze")
UNITS = ["syncd.service", "syncd-worker@.service"]
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here")


@pytest.fixture
def env(home: Path, tmp_path: Path) -> dict[str, str]:
    """Return an environment whose systemctl writes down what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder / "systemctl", f'echo "$@" >> {tmp_path}/asked; exit ${{FAKE_EXIT:-0}}')
    program(folder / "loginctl", "echo no")
    return {"HOME": str(home), "PATH": f"{folder}:/bin:/usr/bin", "XDG_DATA_HOME": "/data home"}


def program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def asked(tmp_path: Path) -> list[str]:
    return (tmp_path / "asked").read_text().splitlines()


def test_install_writes_the_unit_and_starts_it(env, tmp_path):
    env["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    file = user_unit.install(env, Path("/etc/my settings.toml"))
    assert file == tmp_path / "config" / "systemd" / "user" / "syncd.service"
    text = file.read_text()
    assert '--config "/etc/my settings.toml" run\n' in text
    assert 'Environment="XDG_DATA_HOME=/data home"\n' in text
    assert asked(tmp_path) == [
        "--user daemon-reload",
        "--user enable syncd.service",
        "--user restart syncd.service",
    ]
    assert user_unit.lingers(env, "me") is False


def test_remove_ends_it_and_takes_its_unit_away(env, tmp_path):
    file = user_unit.install(env, None)
    assert user_unit.remove(env) == file
    assert not file.exists()
    assert asked(tmp_path)[-2:] == ["--user disable --now syncd.service", "--user daemon-reload"]
    assert user_unit.remove(env) is None


def test_without_systemd_a_sentence_says_what_to_do(env):
    env["PATH"] = "/nowhere"
    with pytest.raises(SyncdError, match=r"no systemctl.*syncd run"):
        user_unit.install(env, None)
    assert not user_unit.unit_file(env).exists()


def test_what_systemd_refuses_is_told_and_the_unit_stays_to_try_again(env):
    env["FAKE_EXIT"] = "1"
    with pytest.raises(SyncdError, match="daemon-reload: systemd says: exit code 1"):
        user_unit.install(env, None)
    assert user_unit.unit_file(env).exists()


def test_signs_with_a_meaning_for_systemd_lose_it():
    text = user_unit.unit_text(["/a b/100%/$HOME/syncd", "run"], {})
    assert 'ExecStart="/a b/100%%/$$HOME/syncd" run\n' in text


@needs_systemd
def test_systemd_understands_the_user_unit(tmp_path):
    unit = tmp_path / "syncd.service"
    unit.write_text(user_unit.unit_text(["/bin/true", "run"], {"XDG_DATA_HOME": "/a b"}))
    verified(unit)


@needs_systemd
@pytest.mark.parametrize("name", UNITS)
def test_the_system_unit_is_clean_and_exposes_little(tmp_path, name):
    text = (ROOT / "systemd" / name).read_text()
    unit = tmp_path / name.replace("@", "@1")
    unit.write_text(text.replace("/usr/bin/syncd", "/bin/true"))
    verified(unit)
    found = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=13", "--no-pager", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Overall exposure level" in found.stdout


def verified(unit: Path) -> None:
    done = subprocess.run(
        [ANALYZE, "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_every_line_of_the_system_unit_is_explained(name):
    page = (ROOT / "systemd" / "README.md").read_text()
    lines = (ROOT / "systemd" / name).read_text().splitlines()
    names = {line.partition("=")[0] for line in lines if "=" in line}
    assert {name for name in names if f"`{name}" not in page} == set()
