"""A synthetic cohort for the benchmarks, the same in every run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from syncd.contract import StepSeries
from syncd.sim.characters import IN_PAIN, OFFICE, STEADY
from syncd.sim.devices import WATCH, phone_series, step_series, watch_log, watch_series
from syncd.sim.truth import Truth
from syncd.sim.walker import Life, live

FIRST = date(2026, 1, 5)
DAYS = 120
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1)
def truths() -> tuple[Truth, ...]:
    """Return three lives of four months."""
    return tuple(
        live(Life(seed=seed, first_day=FIRST, days=DAYS, home="Europe/Berlin", who=who))
        for seed, who in enumerate((STEADY, OFFICE, IN_PAIN))
    )


@lru_cache(maxsize=1)
def watches() -> tuple[StepSeries, ...]:
    """Return what each one's watch saw."""
    return tuple(watch_series(truth) for truth in truths())


@lru_cache(maxsize=1)
def logs() -> tuple[StepSeries, ...]:
    """Return what each one's watch says if it cannot tell whether it is worn: whole days."""
    return tuple(step_series(watch_log(t), WATCH, t.offsets) for t in truths())


@lru_cache(maxsize=1)
def phones() -> tuple[StepSeries, ...]:
    """Return what each one's phone saw."""
    return tuple(phone_series(truth) for truth in truths())


def dates() -> list[date]:
    """Return the days that were lived."""
    return [FIRST + timedelta(days=n) for n in range(DAYS)]
