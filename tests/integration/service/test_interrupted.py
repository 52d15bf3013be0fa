"""Killed in the middle: nothing lost, nothing doubled, no half day."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from syncd.service import derive
from syncd.service.refreshing import refresh
from syncd.store import Store, open_store
from tests.integration.service.lives import NOW, at, bring, meaning, minutes_csv, published

MONDAY = date(2026, 3, 9)
KILLED_AT = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from syncd.service import {module} as module
from syncd.service.importing import import_paths
from syncd.store import open_store

calls, real = 0, module.{function}

def counted(*args, **kwargs):
    global calls
    calls += 1
    if calls == {count}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)

module.{function} = counted
import_paths(
    open_store(sys.argv[1]),
    [Path(sys.argv[2])],
    person=None,
    cohort=None,
    zone="Europe/Paris",
    machine_zone="UTC",
    clock=lambda: datetime.fromisoformat(sys.argv[3]),
)
"""


def waking(brisk: int) -> list[int]:
    day = [0] * 1440
    for hour in range(7, 23):
        day[hour * 60] = 6
    day[600 : 600 + brisk] = [105] * brisk
    return day


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    minutes_csv(files / "a.csv", MONDAY, [waking(n) for n in (34, 19, 31)])
    minutes_csv(files / "b.csv", date(2026, 4, 20), [waking(n) for n in (12, 30)])
    return files


@pytest.mark.parametrize(
    ("module", "function", "count"),
    [
        pytest.param("importing", "store_parsed", 1, id="before the first file is stored"),
        pytest.param("importing", "store_parsed", 2, id="after one file of two"),
        pytest.param("importing", "derive_person", 1, id="before anything is judged"),
        pytest.param("derive", "derive_days", 1, id="while the first days are judged"),
        pytest.param("derive", "derive_days", 2, id="after some days are judged"),
    ],
)
def test_an_import_killed_anywhere_ends_as_if_it_had_not_been(
    store_url: str, store_two: Store, folder: Path, module: str, function: str, count: int
) -> None:
    script = KILLED_AT.format(module=module, function=function, count=count)
    killed = subprocess.run(
        [sys.executable, "-c", script, store_url, str(folder), NOW.isoformat()],
        check=False,
        capture_output=True,
        env={**os.environ},
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    store = open_store(store_url)
    bring(store, folder)
    bring(store_two, folder)
    assert meaning(store) == meaning(store_two)
    assert len(published(store)[0]) == 44
    store.close()


def test_what_an_interrupted_run_left_is_judged_by_the_next_look(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(derive, "derive_days", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bring(store, folder)
    assert published(store)[0] == []
    refresh(store, clock=at())
    assert len(published(store)[0]) == 44
