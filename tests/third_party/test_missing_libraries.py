"""A missing library makes its one adapter unavailable, with a sentence, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HIDDEN = """
import sys
sys.modules[sys.argv[1]] = None  # as if it were not installed: nobody finds it
from syncd.cli import main
for command in sys.argv[2:]:
    code = main(command.split())
    print(f"= {code}", flush=True)
"""
LIBRARIES = {"fitbit": "fitbit", "garminconnect": "garmin-connect"}
"""Library -> the adapter that needs it, and the extra of the same name."""


def typed(hidden: str, *commands: str) -> list[tuple[str, int]]:
    """Return what commands say and their exit codes, where a library is not installed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", HIDDEN, hidden, *commands],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    said: list[tuple[str, int]] = []
    lines: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith("= "):
            said.append(("\n".join(lines), int(line.removeprefix("= "))))
            lines.clear()
        else:
            lines.append(line)
    return said


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_missing_library_takes_one_adapter_away_and_no_other_command(library):
    (told, code), (_, days), (_, status) = typed(library, "adapters --json", "days", "status")
    assert (code, days, status) == (0, 0, 0)
    by_name = {row["name"]: row for row in json.loads(told)["adapters"]}
    lost = by_name.pop(LIBRARIES[library])
    assert lost["why"] == (
        f'The adapter "{LIBRARIES[library]}" needs the library "{library}", which is not'
        f" installed. Install it with: pip install 'syncd[{LIBRARIES[library]}]'"
    )
    assert lost["available"] is False
    assert [row["name"] for row in by_name.values() if not row["available"]] == []
    assert {"files", "garmin", "google-health"} < by_name.keys()


RUNNABLE = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))  # as if they were not installed
from syncd.service.demo import runnable
print(*sorted(one.name for one in runnable()))
"""


def test_the_demo_needs_no_library_of_an_extra():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNABLE, *LIBRARIES],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["garmin", "google-health"]
