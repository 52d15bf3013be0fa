"""The versions of the package: what is said of them, and another one where it can be had.

``OTHER_GARMINCONNECT`` names a folder with another version unpacked in it (``pip download`` and
``unzip``); everything is then asked through that one too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from syncd_garmin.app import adapter, library
from tests.conftest import ROOT

OTHER = os.environ.get("OTHER_GARMINCONNECT")
HERE = Path(__file__).parent


def test_the_current_version_needs_no_word(monkeypatch):
    assert adapter.note is not None
    for said in ("0.3.20", "0.3.21", "0.4", "1.0.0"):
        monkeypatch.setattr(library, "installed", lambda said=said: said)
        assert adapter.note() is None


def test_an_older_version_is_told_with_what_it_means(monkeypatch):
    monkeypatch.setattr(library, "installed", lambda: "0.3.2")
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    told = adapter.note()
    assert told == (
        "garminconnect 0.3.2 works, but is not the current 0.3.20: Garmin may change its sign-in"
        " and only newer versions follow. It needs Python 3.12."
    )
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    assert adapter.note().endswith("Upgrade it.")


@pytest.mark.skipif(OTHER is None, reason="OTHER_GARMINCONNECT names no other version")
def test_another_version_of_the_package_does_all_the_same():
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(HERE / "test_signing_in.py", HERE / "test_fetch.py"),
            ROOT / "tests" / "conformance" / "test_garmin_connect.py",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(OTHER)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:]
