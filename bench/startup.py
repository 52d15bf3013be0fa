"""How long a person waits for the first character, against ``python -c pass``."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Row, side_by_side
from syncd.sim.sample import write_sample

SYNCD = Path(sys.executable).with_name("syncd")
GOALS = {"--help": 16.0, "days": 40.0}


def run() -> list[Row]:
    """Return one row a command."""
    with TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "XDG_DATA_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "HOME": folder,
        }
        sample = Path(folder) / "sample"
        manifest = write_sample(sample, people=1, days=42, end=date(2026, 11, 22), seed=1)
        person = manifest.people[0]
        _call([str(SYNCD), "import", *map(str, person.files), "--tz", person.zone], environment)
        rows = []
        for word, goal in GOALS.items():
            took, bare = _timed([str(SYNCD), word], environment)
            rows.append(
                Row(
                    f"syncd {word}",
                    f"{took * 1e3:.0f} ms",
                    f"python -c pass {bare * 1e3:.0f} ms",
                    took / bare,
                    f"<= {goal:g}x",
                    took <= goal * bare,
                )
            )
        return rows


def _call(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True)


def _timed(command: list[str], environment: dict[str, str]) -> list[float]:
    """Return the seconds of a command and of the bare interpreter, by turns."""
    _call(command, environment)  # once for the bytecode
    bare = [sys.executable, "-c", "pass"]
    return side_by_side(
        lambda: _call(command, environment), lambda: _call(bare, environment), repeats=15
    )
