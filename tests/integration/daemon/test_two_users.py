"""Two users of one machine: nobody opens the other's state folder, and each is told the way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from syncd.store import open_store
from tests.conftest import ROOT
from tests.integration.daemon.conftest import PATIENCE_S, Machine

OTHER = 12345
"""A user that no machine has."""
COMMANDS = (
    [],
    ["account", "list"],
    ["account", "login", "made-up"],
    ["backup", "here.backup"],
    ["days"],
    ["doctor"],
    ["init"],
    ["run"],
    ["status"],
    ["sync"],
    ["sync", "made-up"],
)
AS_OTHER = """
import contextlib, importlib, io, json, os, pkgutil, sys

import sqlalchemy.dialects.sqlite  # all that is needed is loaded first: a home may be closed
import syncd

for module in pkgutil.walk_packages(syncd.__path__, "syncd."):
    if "migrations" not in module.name:
        importlib.import_module(module.name)
run = importlib.import_module("syncd.cli.app").run
os.setgroups([])
os.setgid(int(sys.argv[1]))
os.setuid(int(sys.argv[1]))
for words in json.loads(sys.argv[2]):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(words)
    print(json.dumps([code, said.getvalue()]))
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="takes two users, so it needs root")


@pytest.fixture
def state(machine: Machine) -> Path:
    """Return the state folder that holds the machine's database."""
    if not machine.url.startswith("sqlite"):
        pytest.skip("a PostgreSQL has users of its own")
    return Path(machine.url.removeprefix("sqlite:///")).parent


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_uid, p.stat().st_mtime_ns) for p in folder.iterdir()}


@pytest.mark.parametrize(
    "words",
    [["days"], ["run"], ["status"], ["sync"], ["account", "login", "made-up"]],
    ids=" ".join,
)
def test_a_state_folder_of_another_user_is_refused_with_the_way_out(
    machine: Machine, state: Path, words: list[str]
):
    for path in (state, *state.iterdir()):
        os.chown(path, OTHER, OTHER)
    before = files(state)
    done = machine.call(*words)
    assert done.returncode == 1
    assert "belongs to user 12345, and you are root" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert files(state) == before  # above all, nothing that its owner could not open any more


@pytest.fixture
def passable() -> Iterator[Path]:
    """Return a folder that every user may pass through, as pytest's own are not."""
    with TemporaryDirectory(prefix="syncd-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_every_command_of_another_user_is_refused_though_the_folder_is_closed_to_them(
    passable: Path,
):
    url = f"sqlite:///{passable / 'state' / 'syncd.db'}"
    open_store(url).close()
    home = passable / "their-home"
    home.mkdir()
    os.chown(home, OTHER, OTHER)
    folders = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    theirs = {name: str(home / name) for name in ("HOME", *folders)}
    before = files(passable / "state")
    done = subprocess.run(
        [sys.executable, "-c", AS_OTHER, str(OTHER), json.dumps(COMMANDS)],
        env={**os.environ, **theirs, "PYTHONPATH": str(ROOT), "SYNCD_DATABASE__URL": url},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
        cwd=home,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(COMMANDS)
    for words, (code, said) in zip(COMMANDS, answers, strict=True):
        assert code == 1, (words, said)
        assert "belongs to root, and you are user 12345. Run this as root" in " ".join(said.split())
    assert files(passable / "state") == before
