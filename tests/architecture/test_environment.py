"""Making the environment on a stranger's machine: which Python is taken, what is said if none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("sh"), reason="needs a shell")


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "venv", tmp_path / ".ci" / "venv")
    return tmp_path


def interpreter(folder, name, script):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


def make(checkout, *interpreters):
    return subprocess.run(
        [checkout / ".ci" / "venv"],
        env={"PATH": os.defpath, "PYTHON": " ".join(interpreters)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_shim_without_its_version_is_passed_over(checkout):
    shim = interpreter(checkout, "shim", "exit 127")
    done = make(checkout, shim, "/nowhere/python")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer" in done.stderr


def test_a_python_without_venv_is_told_in_one_line(checkout):
    bare = interpreter(checkout, "bare", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = make(checkout, bare)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt install python3-venv" in done.stderr


def test_a_complete_python_is_preferred_to_one_without_venv(checkout):
    bare = interpreter(checkout, "bare", 'case "$2" in *ensurepip*) exit 1;; esac')
    whole = interpreter(checkout, "whole", 'case "$1" in -m) echo "made $*" >&2; exit 9;; esac')
    done = make(checkout, bare, whole)
    assert done.stderr == "made -m venv .venv\n"


def test_the_environment_is_made_again_when_the_lock_or_the_metadata_change():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^\$\(READY\): requirements\.lock pyproject\.toml", makefile, re.MULTILINE)
