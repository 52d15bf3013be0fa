"""A cohort's minutes reduced to buckets against themselves (walking-rules 2.3).

The figures are printed: ``pytest tests/accuracy -s``; docs/explanation/coarse-data.md has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from syncd.walks.model import Outcome, Rules
from tests.accuracy.reduced import Minutes, Pair, cohort, pairs

pytestmark = pytest.mark.realdata
People = Mapping[str, Mapping[date, Minutes]]
DECIDED = {Outcome.MET, Outcome.MISSED}
HIT = {Outcome.MET, Outcome.LIKELY_MET}


@pytest.fixture(scope="module")
def people(realdata: Path) -> People:
    return cohort(realdata / "cohort-fitbit-mturk-2016" / "minuteStepsWide.csv.gz")


def long(value: int) -> Any:
    return pytest.param(value, marks=pytest.mark.soak)


def errors(days: Sequence[Pair]) -> list[int]:
    return [(p.coarse.brisk_min or 0) - (p.fine.brisk_min or 0) for p in days]


def right(days: Sequence[Pair], outcome: Outcome) -> tuple[int, int]:
    """Return how many days of an outcome are right, and how many there are."""
    said = [p for p in days if p.coarse.outcome is outcome]
    hit = outcome in HIT
    return sum((p.fine.outcome in HIT) == hit for p in said), len(said)


def told(name: str, days: Sequence[Pair]) -> str:
    """Return one line of figures."""
    decided = [p for p in days if p.fine.outcome in DECIDED]
    off = errors(days)
    unknown = sum(p.coarse.outcome is Outcome.UNKNOWN for p in decided)
    line = [f"{name}: {len(days)} days, bias {mean(off):+.2f}, MAE {mean(map(abs, off)):.2f}"]
    line.append(f"of {len(decided)} decided {unknown} ({unknown / len(decided):.1%}) unknown")
    for outcome in (Outcome.MET, Outcome.LIKELY_MET, Outcome.LIKELY_MISSED, Outcome.MISSED):
        good, all_ = right(decided, outcome)
        line.append(f"{outcome} {good}/{all_}")
    return "; ".join(line)


def test_quarters_of_an_hour_say_what_the_minutes_say(people: People) -> None:
    days = pairs(people, 15, Rules())
    print(f"\n{told('15 min', days)}")
    assert abs(mean(errors(days))) <= 1
    assert mean(map(abs, errors(days))) <= 6
    decided = [p for p in days if p.fine.outcome in DECIDED]
    for outcome in (Outcome.MET, Outcome.MISSED):
        good, all_ = right(decided, outcome)
        assert good >= 0.97 * all_
    likely = [right(decided, o) for o in (Outcome.LIKELY_MET, Outcome.LIKELY_MISSED)]
    assert sum(g for g, _ in likely) >= 0.9 * sum(n for _, n in likely)
    unknown = sum(p.coarse.outcome is Outcome.UNKNOWN for p in decided)
    assert unknown <= 0.2 * len(decided)


@pytest.mark.parametrize("epoch_min", [5, 60, *map(long, (2, 3, 10, 15, 20, 30))])
def test_the_bounds_hold_at_every_length(people: People, epoch_min: int) -> None:
    days = pairs(people, epoch_min, Rules())
    print(f"\n{told(f'{epoch_min} min', days)}")
    for p in days:
        low, high = p.coarse.brisk_min_low, p.coarse.brisk_min_high
        assert low is not None
        assert high is not None
        assert low <= (p.fine.brisk_min or 0) <= high
        assert low <= (p.coarse.brisk_min or 0) <= high
    assert abs(mean(errors(days))) <= 2.5


@pytest.mark.parametrize("cadence", [110, *map(long, (80, 90, 95, 105, 120))])
def test_other_cadences_stay_near(people: People, cadence: int) -> None:
    days = pairs(people, 15, Rules(cadence_min=cadence))
    print(f"\n{told(f'{cadence} spm', days)}")
    assert abs(mean(errors(days))) <= 2.5
    counts = Counter(p.coarse.outcome for p in days)
    assert counts[Outcome.MET] + counts[Outcome.MISSED] > 0
