"""What every adapter must do, as a suite: subclass it, say which adapter and which payloads.

    class TestMine(AdapterConformance):
        def adapter(self): return find("mine")
        def payloads(self): return recorded("mine")
        def overlapping(self): return recorded("mine-a-day-later")
        def sandbox(self): ...            # with a vendor: a context manager of a ``Sandbox``

A check that cannot apply raises ``unittest.SkipTest``, which test runners understand.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import traceback
import unittest
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from syncd.contract import (
    Adapter,
    AdapterError,
    AuthExpired,
    CanonicalRecord,
    Forbidden,
    Malformed,
    RateLimited,
    RawPayload,
    Retired,
    StepInterval,
    StepSeries,
    Stream,
    Transient,
    Window,
    Workout,
)
from syncd.sim.faults import WAIT, FaultKind
from syncd.testing.fakes import listening
from syncd.testing.importing import EFFECTS
from syncd.testing.sandbox import Sandbox

EXPECTED: Final[dict[FaultKind, tuple[type[AdapterError], ...]]] = {
    FaultKind.UNAUTHORIZED: (AuthExpired,),
    FaultKind.FORBIDDEN: (Forbidden,),
    FaultKind.GONE: (Retired,),
    FaultKind.TOO_MANY: (RateLimited,),
    FaultKind.TOO_MANY_SECONDS: (RateLimited,),
    FaultKind.TOO_MANY_DATE: (RateLimited,),
    FaultKind.SERVER_ERROR: (Transient,),
    FaultKind.BAD_GATEWAY: (Transient,),
    FaultKind.UNAVAILABLE: (Transient,),
    FaultKind.GATEWAY_TIMEOUT: (Transient,),
    FaultKind.SILENCE: (Transient,),
    FaultKind.CUT_BODY: (Transient,),
    FaultKind.CUT_JSON: (Malformed,),
    FaultKind.PAGE: (Malformed, Transient),
    FaultKind.FORBIDDEN_PAGE: (Forbidden, Transient),
    FaultKind.ELSEWHERE: (Transient,),
}
"""What each fault must become."""

_COORDINATE: Final = re.compile(r"\d{1,3}\.\d{4,}")
_FAR_ZONES: Final = ("Pacific/Kiritimati", "America/St_Johns")


class AdapterConformance(ABC):
    """The suite."""

    @abstractmethod
    def adapter(self) -> Adapter[Any]:
        """Return the adapter under test."""

    @abstractmethod
    def payloads(self) -> Sequence[RawPayload]:
        """Return payloads of every stream, as fetched."""

    def overlapping(self) -> Sequence[RawPayload]:
        """Return payloads of a later look at a span that overlaps the first."""
        return self.payloads()

    def sandbox(self) -> AbstractContextManager[Sandbox]:
        """Return the adapter's vendor; those that ask nobody have none."""
        raise unittest.SkipTest("this adapter asks no vendor")

    def test_it_says_what_it_is(self) -> None:
        adapter = self.adapter()
        assert re.fullmatch(r"[a-z][a-z0-9-]*", adapter.name), f"odd name: {adapter.name!r}"
        assert adapter.summary, "it has no summary"
        assert len(adapter.summary) <= 90, "its summary is too long for a line or two"
        assert adapter.capabilities.streams, "it delivers nothing"
        assert adapter.parser >= 1, "its parser has no version"

    def test_every_payload_gives_records_and_some_stream_gives_many(self) -> None:
        found = [records(self.adapter(), payload) for payload in self.payloads()]
        assert found, "no payloads were given: nothing is tested"
        assert any(found), "no payload gave a record: nothing is tested"

    def test_parsing_again_gives_the_same_records(self) -> None:
        adapter = self.adapter()
        for payload in self.payloads():
            again = replace(payload, token=None, facts=dict(payload.facts))
            assert records(adapter, payload) == records(adapter, again), f"{name(payload)}: differs"

    def test_parsing_does_not_depend_on_the_zone_of_the_machine(self) -> None:
        adapter = self.adapter()
        for payload in self.payloads():
            found = []
            for zone in _FAR_ZONES:
                with local_zone(zone):
                    found.append(records(adapter, payload))
            assert found[0] == found[1], f"{name(payload)}: differs with the machine's zone"

    def test_parsing_does_not_depend_on_what_was_parsed_before(self) -> None:
        adapter, payloads = self.adapter(), list(self.payloads())
        forwards = [records(adapter, payload) for payload in payloads]
        backwards = [records(adapter, payload) for payload in reversed(payloads)]
        assert forwards == backwards[::-1], "the order of payloads changes records"

    def test_keys_are_stable_over_overlapping_payloads(self) -> None:
        first = workouts(self.adapter(), self.payloads())
        later = workouts(self.adapter(), self.overlapping())
        for one in (first, later):
            starts: dict[str, datetime] = {}
            for workout in one:
                begun = starts.setdefault(workout.key, workout.start)
                assert begun == workout.start, f"{workout.key} names two outings"
        by_start = {(w.source.key, w.start): w.key for w in first}
        for workout in later:
            key = by_start.get((workout.source.key, workout.start), workout.key)
            assert key == workout.key, f"an outing is called {key}, and later {workout.key}"

    def test_sources_are_stable_over_overlapping_payloads(self) -> None:
        known: dict[str, object] = {}
        for payload in (*self.payloads(), *self.overlapping()):
            for record in records(self.adapter(), payload):
                told = known.setdefault(record.source.key, record.source)
                assert told == record.source, f"the source {record.source.key} keeps changing"

    def test_every_time_is_aware_and_inside_the_window(self) -> None:
        for payload in self.payloads():
            for record in records(self.adapter(), payload):
                for at in instants(record):
                    assert at.tzinfo is not None, f"{name(payload)}: a time without a zone"
                for start in starts_of(record):
                    assert within(start, payload.covers), f"{name(payload)}: outside its window"

    def test_importing_it_has_no_side_effects(self) -> None:
        package = self.adapter().parse.__module__.partition(".")[0]
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own code
            [sys.executable, "-c", EFFECTS, package],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "[]", f"importing {package} does things: {done.stdout}"

    def test_fetching_is_lazy(self) -> None:
        with self.sandbox() as box, box.connect() as connection:
            for stream, window in box.windows.items():
                before = box.requests()
                answers = connection.fetch(stream, window, box.cursors.get(stream))
                assert box.requests() == before, f"{stream}: asked before anybody wanted an answer"
                for number, payload in enumerate(answers, 1):
                    assert payload.stream is stream, f"{stream}: an answer about {payload.stream}"
                    asked = box.requests() - before
                    assert asked <= number + 1, f"{stream}: {asked} requests for {number} answers"

    def test_every_fault_becomes_the_error_that_says_what_to_do(self) -> None:
        with self.sandbox() as box:
            for kind, expected in EXPECTED.items():
                for stream in box.windows:
                    error = self.suffered(box, stream, kind)
                    assert isinstance(error, expected), f"{stream}, {kind}: became {error!r}"
                    if isinstance(error, RateLimited):
                        wait = None if kind is FaultKind.TOO_MANY else WAIT
                        assert error.retry_after == wait, f"{kind}: waits {error.retry_after}"

    def test_after_a_fault_all_is_well_again(self) -> None:
        with self.sandbox() as box:
            for stream in box.windows:
                before = self.pulled(box, stream)
                self.suffered(box, stream, FaultKind.SERVER_ERROR)
                assert self.pulled(box, stream) == before, f"{stream}: differs after a fault"

    def test_no_secret_and_no_place_is_ever_logged_or_said(self) -> None:
        with self.sandbox() as box, listening() as heard:
            for stream in box.windows:
                self.pulled(box, stream)
                for kind in EXPECTED:
                    if kind is not FaultKind.SILENCE:
                        error = self.suffered(box, stream, kind)
                        heard += ["".join(traceback.format_exception(error))]
            for line in heard:
                assert not [s for s in box.secrets if s in line], f"a secret in: {line[:60]}"
                assert not _COORDINATE.search(line), f"a place, perhaps, in: {line[:60]}"

    def pulled(self, box: Sandbox, stream: Stream) -> list[CanonicalRecord]:
        """Return all records of a stream, over a new connection."""
        adapter = self.adapter()
        with box.connect() as connection:
            answers = connection.fetch(stream, box.windows[stream], box.cursors.get(stream))
            return [record for payload in answers for record in records(adapter, payload)]

    def suffered(self, box: Sandbox, stream: Stream, kind: FaultKind) -> BaseException:
        """Return the error that a fault from now on leads to; fail if there is none."""
        box.faults.add(kind, times=None)
        try:
            self.pulled(box, stream)
        except AdapterError as error:
            return error
        finally:
            box.faults.clear()
        raise AssertionError(f"{stream}: nobody minded {kind}")


def records(adapter: Adapter[Any], payload: RawPayload) -> list[CanonicalRecord]:
    """Return the records of a payload; where a stream keeps what is good, that."""
    found: list[CanonicalRecord] = []
    try:
        for record in adapter.parse(payload):
            found.append(record)  # noqa: PERF402 - what came before a fault must stand
    except Malformed:
        if not adapter.capabilities.streams[payload.stream].keeps_partial:
            raise
    return found


def workouts(adapter: Adapter[Any], payloads: Sequence[RawPayload]) -> list[Workout]:
    """Return all workouts of payloads."""
    found = (record for payload in payloads for record in records(adapter, payload))
    return [record for record in found if isinstance(record, Workout)]


def instants(record: CanonicalRecord) -> Iterator[datetime]:
    """Yield every instant that a record tells."""
    fields = (getattr(record, field) for field in type(record).model_fields)
    yield from (value for value in fields if isinstance(value, datetime))


def starts_of(record: CanonicalRecord) -> Iterator[float]:
    """Yield the Unix seconds at which what a record tells begins."""
    match record:
        case StepSeries():
            yield from record.start
        case StepInterval() | Workout():
            yield record.start.timestamp()
        case _:
            return


def within(start: float, covers: Window | None) -> bool:
    """Tell whether a start lies in the span that its payload speaks for."""
    return covers is None or covers.start.timestamp() <= start < covers.end.timestamp()


def name(payload: RawPayload) -> str:
    """Return what to call a payload in a message: never its content."""
    return f"{payload.stream} #{payload.seq}"


@contextmanager
def local_zone(zone: str) -> Iterator[None]:
    """Let the machine be elsewhere."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
