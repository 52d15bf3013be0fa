"""No adapter that is installed goes without the conformance suite."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncd.contract import Adapter, DailyTotal, Malformed, RawPayload, Source, SourceKind, Transient
from syncd.ingest.registry import listing
from syncd.testing.conformance import AdapterConformance
from tests.conformance import test_files, test_google_health

HERE = Path(__file__).parent


def adapters_under_test() -> set[str]:
    found = set()
    for file in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "find":
                found |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    return found


def test_every_installed_adapter_is_held_to_the_suite():
    assert {info.name for info in listing()} == adapters_under_test()


def test_the_kit_needs_no_test_runner():
    code = "import syncd.testing.conformance, sys; assert 'pytest' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


class _Spoiled(test_files.TestFiles):
    """The files adapter with a parser that breaks one rule after another."""

    __test__ = False
    rule = ""
    calls = 0

    def adapter(self) -> Adapter[Any]:
        good = super().adapter()
        return replace(good, parse=lambda p: self.parse(good, p))

    def parse(self, good: Adapter[Any], payload: RawPayload):
        self.calls += 1
        found = list(good.parse(payload))
        if self.rule == "moody" and self.calls % 2:
            return found[:-1]
        if self.rule == "local":
            import time
            from datetime import date

            source = Source(key="x", kind=SourceKind.FILE, whole_day=True)
            return [DailyTotal(source=source, day=date(2026, 1, 1), steps=abs(time.timezone))]
        if self.rule == "wandering":
            return [
                r.model_copy(update={"source": Source(
                    key="x", kind=SourceKind.FILE, whole_day=True, device=str(self.calls))})
                for r in found
            ]  # fmt: skip
        if self.rule == "silent":
            return []
        raise Malformed("nothing is understood", payload=payload)


@pytest.mark.parametrize(
    ("rule", "check"),
    [
        ("moody", "test_parsing_again_gives_the_same_records"),
        ("local", "test_parsing_does_not_depend_on_the_zone_of_the_machine"),
        ("wandering", "test_sources_are_stable_over_overlapping_payloads"),
        ("silent", "test_every_payload_gives_records_and_some_stream_gives_many"),
    ],
)
def test_an_adapter_that_breaks_a_rule_is_caught(rule, check):
    spoiled: AdapterConformance = _Spoiled()
    spoiled.rule = rule
    with pytest.raises(AssertionError):
        getattr(spoiled, check)()


class _Sloppy:
    """A connection that breaks a rule, around one that keeps them all."""

    def __init__(self, good, rule: str) -> None:
        self.good, self.rule = good, rule

    def fetch(self, stream, window, cursor):
        if self.rule == "eager":
            return iter(list(self.good.fetch(stream, window, cursor)))
        return self._fetch(stream, window, cursor)

    def _fetch(self, stream, window, cursor):
        if self.rule == "talkative":
            logging.getLogger("sloppy").debug("asking with %s", "Bearer sim-access-123")
        if self.rule == "tracking":
            logging.getLogger("sloppy").debug("at", extra={"place": (52.516275, 13.377704)})
        try:
            yield from self.good.fetch(stream, window, cursor)
        except Transient as error:
            if self.rule == "gruff":
                raise Malformed(str(error)) from None
            if self.rule != "swallowing":
                raise


class _SloppyVendor(test_google_health.TestGoogleHealth):
    __test__ = False
    rule = ""

    @contextmanager
    def sandbox(self):
        with super().sandbox() as box:

            @contextmanager
            def connect():
                with box.connect() as good:
                    yield _Sloppy(good, self.rule)

            yield replace(box, connect=connect)


@pytest.mark.parametrize(
    ("rule", "check"),
    [
        ("eager", "test_fetching_is_lazy"),
        ("gruff", "test_every_fault_becomes_the_error_that_says_what_to_do"),
        ("swallowing", "test_every_fault_becomes_the_error_that_says_what_to_do"),
        ("talkative", "test_no_secret_and_no_place_is_ever_logged_or_said"),
        ("tracking", "test_no_secret_and_no_place_is_ever_logged_or_said"),
    ],
)
def test_a_road_to_a_vendor_that_breaks_a_rule_is_caught(rule, check):
    sloppy = _SloppyVendor()
    sloppy.rule = rule
    with pytest.raises(AssertionError):
        getattr(sloppy, check)()
