"""The worked example, installed as a stranger would: found, held to the suite, used end to end."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import ROOT
from tests.third_party.scratch import EXAMPLE, Scratch, copied, install, made

EXTRAS = {"fitbit": "fitbit", "garmin-connect": "garminconnect"}
"""Adapter and extra -> the library that they bring."""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    made_here = made(tmp_path_factory.mktemp("scratch"), "pytest")
    install(made_here, ROOT, copied(EXAMPLE, made_here.folder / "example"))
    return made_here


@pytest.fixture(scope="module")
def adapters(scratch: Scratch) -> dict[str, dict[str, object]]:
    done = scratch.run("syncd", "adapters", "--json")
    assert done.returncode == 0, done.stderr
    return {told["name"]: told for told in json.loads(done.stdout)["adapters"]}


def test_syncd_there_is_the_installed_one_and_knows_nothing_of_this_checkout(scratch: Scratch):
    code = "import syncd, syncd_pedometer, sys; print(syncd.__file__, syncd_pedometer.__file__)"
    done = scratch.run("python", "-c", code)
    assert [str(scratch.libraries) in file for file in done.stdout.split()] == [True, True]


def test_a_third_partys_adapter_is_found_beside_syncds_own(adapters):
    assert adapters["pedometer"] == {
        "name": "pedometer",
        "available": True,
        "streams": ["devices", "profile", "steps"],
        "why": None,
    }
    assert {name for name, told in adapters.items() if told["available"]} == {
        "files", "garmin", "google-health", "pedometer",
    }  # fmt: skip


@pytest.mark.parametrize(("adapter", "library"), EXTRAS.items())
def test_without_extras_an_adapter_says_which_one_it_needs(adapters, adapter, library):
    assert not adapters[adapter]["available"]
    assert adapters[adapter]["why"] == (
        f'The adapter "{adapter}" needs the library "{library}", which is not installed.'
        f" Install it with: pip install 'syncd[{adapter}]'"
    )


def test_without_extras_days_are_shown_as_ever(scratch: Scratch):
    done = scratch.run("syncd", "days")
    assert (done.returncode, done.stderr) == (0, "")


def test_its_own_tests_pass_where_it_is_installed_the_conformance_suite_among_them(
    scratch: Scratch,
):
    tests = scratch.folder / "example" / "tests"
    quiet = ("-q", "-p", "no:cacheprovider", "-W", "error", "--rootdir", tests)
    done = scratch.run("python", "-m", "pytest", *quiet, tests)
    assert done.returncode == 0, done.stdout + done.stderr
    [said] = re.findall(r"^(\d+) passed in", done.stdout, re.MULTILINE)  # and none skipped
    assert int(said) >= 28


@contextmanager
def simulated(scratch: Scratch) -> Iterator[str]:
    """Run the vendor in a process of its own; yield its address."""
    command = [scratch.folder / "bin" / "syncd", "simulate", "pedometer"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as vendor:
        try:
            assert vendor.stdout is not None
            yield next(line.strip() for line in vendor.stdout if "http://" in line)
        finally:
            vendor.kill()


@pytest.mark.soak  # six processes, one after the other: ten seconds on a busy machine
def test_a_person_adds_it_signs_in_and_sees_days(scratch: Scratch):
    since = datetime.now(UTC).date() - timedelta(days=13)
    with simulated(scratch) as url:
        for words in (
            ("account", "add", "pedometer", "--set", f"base_url={url}"),
            ("account", "login", "pedometer"),
            ("sync", "--since", since),
        ):
            done = scratch.run("syncd", *words, PEDOMETER_KEY="sim-pedometer-key")
            assert done.returncode == 0, done.stdout + done.stderr
    done = scratch.run("syncd", "days", "--json")
    days = json.loads(done.stdout)["days"]
    assert {"met", "missed"} & {day["outcome"] for day in days}
