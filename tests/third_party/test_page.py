"""The page for writers of adapters shows the worked example as it is, and names what exists."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

import syncd.contract
from syncd.contract import Adapter, Capabilities, Context, RawPayload, StreamSpec
from syncd.sim import cloud, faults
from syncd.testing import conformance, recorder, road
from tests.architecture.test_rooms import imports, modules, simulates, within
from tests.conftest import ROOT
from tests.third_party.scratch import EXAMPLE

PAGE = (ROOT / "docs" / "howto" / "write-an-adapter.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^From \[(.+?)\]\((.+?)\):\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(?:python|toml)\n", re.MULTILINE)
INLINE = re.compile(r"`([A-Z][A-Za-z]+)(?:[.(][^`]*)?`")
CELL = re.compile(r"^\| `(\w+)` \| ", re.MULTILINE)
ELSEWHERE = (cloud, faults, conformance, recorder, road)


def plain(text: str) -> str:
    """Return code without its indentation, which a page takes back."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


@pytest.mark.parametrize(("name", "link", "block"), BLOCK.findall(PAGE))
def test_a_block_of_code_is_in_the_file_that_it_says(name, link, block):
    assert (ROOT / "docs" / "howto" / link).resolve() == (EXAMPLE / name).resolve()
    assert f"\n{plain(block)}\n" in f"\n{plain((EXAMPLE / name).read_text())}\n"


def test_every_block_of_code_says_where_it_is_from():
    assert len(BLOCK.findall(PAGE)) == len(FENCE.findall(PAGE)) >= 12


def test_a_block_that_is_no_longer_true_is_seen():
    name, _, block = BLOCK.findall(PAGE)[1]
    assert plain(block.replace('"pedometer"', '"watch"')) not in plain((EXAMPLE / name).read_text())


def test_every_name_that_the_page_tells_exists():
    told = set(INLINE.findall(PAGE)) - {"None", "REPLACE", "UPSERT"}
    there = {*syncd.contract.__all__, *(n for room in ELSEWHERE for n in vars(room))}
    assert {"AdapterConformance", "Road", "Scrubber", "Keeper"} <= told
    assert told - there == set()


def test_the_table_of_a_spec_leaves_out_only_what_files_need():
    known = {field.name for field in fields(StreamSpec)}
    assert known - set(CELL.findall(PAGE)) == {"on_conflict", "keeps_partial"}


def test_every_error_of_an_adapter_has_its_line():
    errors = {kind.__name__ for kind in syncd.contract.AdapterError.__subclasses__()}
    assert errors <= set(CELL.findall(PAGE))


@pytest.mark.parametrize("name", ["covers", "facts", "token", "freshness", "parser", "exchange"])
def test_a_member_that_the_page_tells_exists(name):
    assert f"`{name}`" in PAGE
    kinds = (Adapter, Capabilities, Context, RawPayload)
    assert name in {field.name for kind in kinds for field in fields(kind)}


def test_the_example_keeps_to_what_an_adapter_may_see():
    package = EXAMPLE / "syncd_pedometer"
    outside = [
        f"{file.name}: {name}"
        for file in modules(package)
        for name in imports(file)
        if name.startswith("syncd")
        and not within(name, "syncd.contract", "syncd.formats", package.name)
        and not (simulates(file) and within(name, "syncd.sim"))
    ]
    assert outside == []
