"""``show day`` and ``show walk`` say which of several sources spoke where, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from syncd.cli.screens.day import day_screen
from syncd.cli.screens.paper import Paper
from syncd.cli.screens.walk import walk_screen
from syncd.contract import Series, Source, SourceKind, StepSeries, Workout
from syncd.service.show import day_view, walk_view
from syncd.store import Store, derived, people
from tests.integration.service.lives import NOW, keep

DAY = datetime(2026, 5, 5, tzinfo=UTC)
WATCH = Source(key="w", kind=SourceKind.WATCH, whole_day=True, device="Forerunner")
PHONE = Source(key="p", kind=SourceKind.PHONE, whole_day=True, device="Pixel")
STRAVA = Source(key="s", kind=SourceKind.HUB, whole_day=False, device="Strava")


def minutes(source: Source, hour: float, values: Sequence[int]) -> StepSeries:
    first = int((DAY + timedelta(hours=hour)).timestamp())
    return StepSeries(
        source=source,
        series=Series.STEPS,
        start=tuple(first + 60 * i for i in range(len(values))),
        duration=(60,) * len(values),
        value=tuple(values),
    )


def outing(source: Source, label: str, *, late_s: int, seconds: int, steps: int | None) -> Workout:
    start = DAY + timedelta(hours=10, seconds=late_s)
    return Workout(
        source=source,
        key=f"{source.key}:{late_s}",
        label=label,
        start=start,
        end=start + timedelta(seconds=seconds),
        steps=steps,
        distance_m=2500.0 - late_s,
    )


def screens(store: Store) -> tuple[str, list[str]]:
    """Return the screens of the day and of its walks, a line each."""
    with store.read() as cx:
        person = people.find(cx, "me")
        assert person is not None
        day = day_screen(day_view(cx, person, DAY.date(), NOW), Paper(), UTC)
        rows = list(derived.iter_walks(cx, [person.id]))
        walks = [walk_screen(walk_view(cx, row), Paper()) for row in rows]
    assert all(len(line) <= 78 for screen in (day, *walks) for line in screen)
    return " ".join(" ".join(day).split()), [" ".join(" ".join(walk).split()) for walk in walks]


def test_a_day_says_where_the_phone_spoke_for_the_watch_and_what_was_not_added(store: Store):
    watch = [minutes(WATCH, 0, [0] * 600), minutes(WATCH, 12, [0] * 719)]
    keep(store, *watch, minutes(PHONE, 9, [50] * 120))
    day, _ = screens(store)
    assert "Forerunner: 21 h 59 min, 0 steps (ranks first)" in day
    told = "Pixel: 1 h 00 min, 3,000 steps (where Forerunner is silent: 10:00-11:00)"
    assert told in day
    assert "6,000" not in day  # the hour from nine to ten was the watch's


def test_a_day_says_why_a_tracker_that_told_of_it_adds_nothing(store: Store):
    keep(store, minutes(WATCH, 0, [0] * 1440), minutes(PHONE, 9, [50] * 120))
    day, _ = screens(store)
    assert "Pixel: 120 minutes of it not added: Forerunner told them" in day


def test_a_walk_of_two_vendors_says_who_spoke_and_how_the_other_differs(store: Store):
    walk = outing(WATCH, "walking", late_s=0, seconds=1800, steps=3300)
    keep(store, walk, outing(STRAVA, "ride", late_s=20, seconds=2400, steps=None))
    _, (said,) = screens(store)
    assert "From Forerunner: speaks first: its totals are the fullest" in said
    told = (
        "Strava: the same outing: began 20 s later, lasted 10 min longer, went 0.8 %"
        " less far, called ride; not added"
    )
    assert told in said
    assert "3,300" in said


def test_a_walk_that_nobody_recorded_says_whose_minutes_it_is_made_of(store: Store):
    keep(store, minutes(WATCH, 0, [0] * 600 + [110] * 20), minutes(PHONE, 10, [105] * 35))
    _, (said,) = screens(store)
    assert "Forerunner: steps of 20 minutes, ranks first" in said
    assert "Pixel: steps of 15 minutes, where the others are silent" in said
