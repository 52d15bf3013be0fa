"""Any minutes, reduced to any buckets: what may never be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.day import Reading
from syncd.walks.minutes import cut, from_values
from syncd.walks.model import Bucket, Day, Outcome, Rules, SourceView
from tests.unit.walks.lives import DAY, FIRST, LONG_AFTER, MIDNIGHT, life, outing

Values = list[int | None]


@st.composite
def days(draw: st.DrawFn) -> list[int]:
    """Return a day of stillness with stretches of any steps in it."""
    day = [0] * 1440
    for _ in range(draw(st.integers(0, 8))):
        at, length = draw(st.integers(0, 1439)), draw(st.integers(1, 90))
        low = draw(st.integers(0, 220))
        high = draw(st.integers(low, 220))
        for i in range(at, min(1440, at + length)):
            day[i] = low + (i * 37) % (high - low + 1)
    return day


@st.composite
def views(draw: st.DrawFn, minutes: Sequence[int], rank: int, *, gaps: bool = False) -> SourceView:
    """Return a source that tells ``minutes`` partly as minutes, partly as buckets, or not."""
    kinds = ["minutes", "buckets", "nothing"] if gaps else ["minutes", "buckets"]
    fine: Values = [None] * 1440
    buckets: list[Bucket] = []
    cuts = draw(st.lists(st.tuples(st.integers(0, 1439), st.sampled_from(kinds)), max_size=8))
    steps = draw(st.lists(st.integers(2, 75), min_size=1, max_size=4))
    edges = [(0, draw(st.sampled_from(kinds))), *sorted(cuts), (1440, "")]
    for n, ((at, kind), (until, _)) in enumerate(pairwise(edges)):
        step = steps[n % len(steps)]
        for i in range(at, until, step):
            end = min(until, i + step)
            if kind == "minutes" or (kind == "buckets" and end - i == 1):
                fine[i:end] = minutes[i:end]
            elif kind == "buckets":
                start = MIDNIGHT + 60 * i
                buckets.append(Bucket(start, 60 * (end - i), sum(minutes[i:end])))
    return SourceView(
        id=rank,
        name=f"source {rank}",
        rank=rank,
        whole_day=True,
        minutes=cut(from_values(FIRST, fine), FIRST - 8 * 1440, FIRST + 12 * 1440),
        buckets=tuple(buckets),
        last_sync=LONG_AFTER,
        key=f"{rank}",
    )


def told_by(view: SourceView) -> list[bool]:
    """Return for each minute of DAY whether the source says anything of it."""
    assert view.minutes is not None
    told = [s != 255 for s in cut(view.minutes, FIRST, FIRST + 1440).steps]
    for bucket in view.buckets:
        first = (bucket.start - MIDNIGHT) // 60
        for i in range(first, first + bucket.seconds // 60):
            told[i] = True
    return told


def verdict(reading: Reading) -> Day:
    return reading.judge(DAY, LONG_AFTER).day


def within(day: Day, brisk: int) -> bool:
    """Tell whether a count lies in the bounds of a day, and the day's own about in them, too."""
    low, high = day.brisk_min_low, day.brisk_min_high
    assert low is not None
    assert high is not None
    assert day.brisk_min is not None
    return low <= brisk <= high and low <= day.brisk_min <= high


knobs = st.builds(
    Rules,
    day_target=st.integers(1, 120),
    cadence_min=st.integers(60, 160),
    edge_credit=st.just(value=False),
)


@given(st.data(), days(), knobs)
def test_the_bounds_contain_the_truth(data: st.DataObject, minutes: list[int], rules: Rules):
    day = verdict(life(data.draw(views(minutes, 20)), rules=rules))
    brisk = sum(v >= rules.cadence_min for v in minutes)
    assert within(day, brisk)
    assert day.steps == sum(minutes)
    if day.outcome is Outcome.MET:
        assert brisk >= rules.day_target
    if day.outcome is Outcome.MISSED:
        assert brisk < rules.day_target


@given(st.data(), days(), days(), knobs)
def test_the_bounds_contain_what_the_first_of_two_sources_would_say_in_minutes(
    data: st.DataObject, first: list[int], second: list[int], rules: Rules
):
    """Minutes of a lower rank give shape at most; a cut bucket claims nothing for its parts."""
    high, low = data.draw(views(first, 20, gaps=True)), data.draw(views(second, 40, gaps=True))
    day = verdict(life(high, low, rules=rules))
    if day.brisk_min is None:
        return
    above, below = told_by(high), told_by(low)
    truth = [
        a if t else b if u else 0 for a, b, t, u in zip(first, second, above, below, strict=True)
    ]
    assert within(day, sum(v >= rules.cadence_min for v in truth))
    seen = sum(a for a, t in zip(first, above, strict=True) if t)
    assert (day.steps or 0) >= seen


@given(st.data(), days(), st.integers(0, 1380), st.integers(2, 59), st.integers(60, 200))
def test_the_bounds_hold_around_a_walk_recorded_by_the_same_watch(
    data: st.DataObject, minutes: list[int], start: int, length: int, spm: int
):
    minutes[start : start + length] = [spm] * length
    walk = outing(60 * start, 60 * length, cadence=float(spm), speed=None)
    day = verdict(life(data.draw(views(minutes, 20)), outings=[walk]))
    assert within(day, sum(v >= 100 for v in minutes))
    assert day.steps == sum(minutes)


@given(st.data(), days(), st.integers(-12, 14))
def test_a_bucket_cut_at_midnight_holds_for_both_days(
    data: st.DataObject, minutes: list[int], hours: int
):
    reading = life(data.draw(views(minutes, 20)), offsets=((0, hours),))
    steps = 0
    for shift in (-1, 0, 1):
        on = DAY + timedelta(days=shift)
        day = reading.judge(on, LONG_AFTER).day
        steps += day.steps or 0
        inside = [v for i, v in enumerate(minutes) if (i + 60 * hours) // 1440 == shift]
        if day.brisk_min is not None:
            assert within(day, sum(v >= 100 for v in inside))
    assert steps == sum(minutes)


@given(st.data(), days(), st.integers(1, 100), st.integers(0, 100))
def test_a_higher_target_never_turns_a_miss_into_a_hit(
    data: st.DataObject, minutes: list[int], target: int, more: int
):
    view = data.draw(views(minutes, 20))
    easy, hard = (verdict(life(view, rules=Rules(day_target=t))) for t in (target, target + more))
    order = list(Outcome)
    assert easy.outcome is not None
    assert hard.outcome is not None
    assert order.index(easy.outcome) <= order.index(hard.outcome)


@given(st.data(), days(), st.integers(0, 400), st.integers(0, 2000))
def test_more_steps_in_a_bucket_never_lower_the_upper_bound(
    data: st.DataObject, minutes: list[int], which: int, steps: int
):
    view = data.draw(views(minutes, 20))
    if not view.buckets:
        return
    held = list(view.buckets)
    at = which % len(held)
    held[at] = held[at]._replace(steps=held[at].steps + steps)
    before, after = verdict(life(view)), verdict(life(replace(view, buckets=tuple(held))))
    assert (before.brisk_min_high or 0) <= (after.brisk_min_high or 0)
    assert (before.brisk_min_low or 0) <= (after.brisk_min_low or 0)


@given(st.data(), days())
def test_a_source_beside_itself_or_beside_an_empty_one_changes_nothing(
    data: st.DataObject, minutes: list[int]
):
    view = data.draw(views(minutes, 20, gaps=True))
    again = replace(view, id=21, key="21")
    empty = replace(view, id=22, key="19", minutes=None, buckets=())
    alone = verdict(life(view))
    assert verdict(life(view, again)) == alone
    assert verdict(life(view, replace(again, rank=40))) == alone
    assert verdict(life(empty, view)) == alone


@given(st.data(), days())
def test_the_rows_of_an_export_tile_the_day_and_hold_all_its_steps(
    data: st.DataObject, minutes: list[int]
):
    reading = life(data.draw(views(minutes, 20, gaps=True)))
    rows = list(reading.minutes(DAY))
    assert rows[0].start == MIDNIGHT
    assert all(a.start + a.interval_s == b.start for a, b in pairwise(rows))
    assert rows[-1].start + rows[-1].interval_s == MIDNIGHT + 86_400
    assert sum(row.steps or 0 for row in rows) == (verdict(reading).steps or 0)
