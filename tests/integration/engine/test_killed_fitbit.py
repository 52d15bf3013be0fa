"""Fitbit's refresh token serves once: no kill around a renewal may lose it for no reason.

The renewal is made by the package ``fitbit`` itself, and kept through its callback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from syncd.service.demo import DemoClock
from syncd.sim.weeks import lately
from syncd.store import failpoint
from syncd_fitbit.simulator import GRACE, LIFE, FitbitVendor
from tests.integration.engine.killing import (
    ANSWER,
    KILLED,
    LAST,
    NIGHT,
    REQUEST,
    Yard,
    contents,
    set_up,
    stands,
)
from tests.integration.engine.test_killed import BETWEEN, killed_until_done

DAYS = 2
AN_AGE = LIFE + timedelta(hours=16)


@contextmanager
def fitbit_yard(folder: Path, *, grace: timedelta | None, days: int = DAYS) -> Iterator[Yard]:
    clock = DemoClock(NIGHT - LIFE)
    with FitbitVendor(lately(5, "Europe/Berlin", LAST, days), clock) as vendor:
        vendor.sign_in.rules.grace = grace
        vendor.quirks.zone = "Europe/Berlin"
        vendor.quirks.limit = 10_000
        yield set_up(folder, vendor, "fitbit", vendor.settings(folder), clock)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param((failpoint.BEFORE_DURABLE,), id="1"),
        pytest.param(
            (REQUEST, *BETWEEN, failpoint.AFTER_DURABLE) * 50, id="200", marks=pytest.mark.soak
        ),
    ],
)
def test_within_the_grace_no_kill_around_a_renewal_loses_a_sign_in(
    tmp_path: Path, points: tuple[str, ...]
) -> None:
    with fitbit_yard(tmp_path, grace=GRACE) as place:
        folder = place.copy(tmp_path / "one")
        for number, point in enumerate(points):
            place.clock.at = NIGHT + number * AN_AGE  # the token is over again
            assert place.run(folder, "-", (point, 1))[0] == KILLED, point
            assert place.run(folder, "-", None)[0] == 0, point
            assert stands(folder) == ("active", 0)


@pytest.mark.parametrize(
    ("point", "lost"),
    [
        (failpoint.BEFORE_DURABLE, True),
        pytest.param(failpoint.AFTER_DURABLE, False, marks=pytest.mark.soak),
        pytest.param(REQUEST, False, marks=pytest.mark.soak),
        pytest.param(ANSWER, True, marks=pytest.mark.soak),
    ],
)
def test_without_a_grace_only_a_kill_between_answer_and_commit_needs_a_person_once(
    tmp_path: Path, point: str, lost: bool
) -> None:
    with fitbit_yard(tmp_path, grace=None) as place:
        folder = place.copy(tmp_path / "one")
        assert place.run(folder, "-", (point, 1))[0] == KILLED
        for _ in range(2):
            assert place.run(folder, "-", None)[0] == (77 if lost else 0)
            assert stands(folder) == (("needs_sign_in", 1) if lost else ("active", 0))


@pytest.mark.soak
def test_a_backfill_killed_anywhere_ends_as_if_nobody_had(tmp_path: Path) -> None:
    runs, days = 60, 20
    rng, since = Random(11), (NIGHT - timedelta(days=days)).isoformat()
    with fitbit_yard(tmp_path, grace=GRACE, days=days) as place:
        undisturbed = place.copy(tmp_path / "undisturbed")
        counts = place.counted(undisturbed, since)
        wanted = contents(undisturbed)
        assert len(wanted["day"]) >= days - 1
        for number in range(runs):
            place.clock.at = NIGHT
            folder = place.copy(tmp_path / f"run-{number}")
            killed_until_done(place, folder, counts, rng, 3, since=since)
            assert contents(folder) == wanted
