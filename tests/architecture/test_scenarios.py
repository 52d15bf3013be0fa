"""The table of scenarios names tests that exist, each with the scenario's number in its name."""

from __future__ import annotations

import re

from tests.conftest import ROOT

TABLE = ROOT / "docs" / "explanation" / "scenarios.md"
ROW = re.compile(r"^\| ([A-Z]\d+) \| .+? \| (.+) \|$", re.MULTILINE)
ENGINE = {
    *(f"V{n}" for n in (1, 2, 4, 5, 6, 7)),
    *(f"T{n}" for n in (2, 6, 8, 9)),
    *(f"L{n}" for n in (1, 2, 4, 5, 10)),
    *(f"A{n}" for n in (1, 3, 4, 9, 10, 11, 12)),
    *(f"O{n}" for n in (1, 2, 3, 5, 6)),
}
"""What the engine and its first vendor must hold to."""


def named() -> dict[str, list[str]]:
    """Return the tests that the table names, by scenario."""
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {number: re.findall(r"`(test_\w+)`", cell) for number, cell in rows}


def test_every_scenario_of_the_engine_is_in_the_table():
    assert named().keys() >= ENGINE


def test_every_test_that_the_table_names_is_there():
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    heads = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
    defined = {name for text in files for name in heads.findall(text)}
    lost = {name for names in named().values() for name in names} - defined
    assert not lost


def test_every_test_in_the_table_has_the_number_in_its_name():
    for number, names in named().items():
        assert names, number
        for name in names:
            assert f"_{number.lower()}_" in name, (number, name)
