"""What is said fits on a line of 78 columns, and names whom it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli


@pytest.fixture
def filled(cli: Cli, history: Path) -> Cli:
    assert cli("import", history, "--tz", "Europe/Paris").code == 0
    return cli


@pytest.mark.parametrize(
    "typed",
    [
        ("target", "set", "height_adjust=on"),
        ("export", "minutes", "--format", "gpx"),
        ("walk", "drop", "no-walk-has-an-id-like-this-one"),
    ],
)
def test_a_complaint_is_no_wider_than_the_screen(filled, typed):
    said = filled(*typed)
    assert said.code == 2
    assert said.err.startswith("syncd: ")
    assert all(len(line) <= 78 for line in said.err.splitlines())


def test_a_complaint_never_cuts_a_path(filled, tmp_path):
    path = tmp_path / ("x" * 90)
    said = filled("restore", path)
    assert said.code == 1
    assert str(path) in said.err


def test_an_import_says_whose_days_to_look_at_where_there_are_several(cli: Cli, history):
    assert cli("person", "add", "Anna B", "--tz", "Europe/Paris").code == 0
    assert cli("person", "add", "Otto", "--tz", "Europe/Paris").code == 0
    said = cli("import", history, "--person", "Anna B")
    assert said.lines[-1] == "See them: syncd days --person 'Anna B'"
    assert cli("days", "--person", "Anna B").code == 0
