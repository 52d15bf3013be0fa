from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import Window
from syncd.ingest.gaps import Known, Run, given_up, newest_missing, painted, wanted

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def at(hour: int) -> datetime:
    return DAY + timedelta(hours=hour)


def span(start: int, end: int) -> Window:
    return Window(at(start), at(end))


WINDOWS = st.tuples(st.integers(0, 100), st.integers(1, 50)).map(lambda p: span(p[0], p[0] + p[1]))
PAINTINGS = st.lists(st.tuples(WINDOWS, st.sampled_from(Known)), max_size=12)


def state_of(runs: list[Run], hour: int) -> Known | None:
    return next((run.state for run in runs if run.start <= at(hour) < run.end), None)


@given(PAINTINGS)
def test_the_last_word_on_every_hour_stands_and_runs_never_overlap(paintings):
    runs: list[Run] = []
    for window, state in paintings:
        runs = painted(runs, window, state)
    for hour in range(150):
        said = [s for w, s in paintings if w.start <= at(hour) < w.end]
        assert state_of(runs, hour) == (said[-1] if said else None)
    assert all(a.end <= b.start for a, b in pairwise(runs))
    assert all((a.end, a.state) != (b.start, b.state) for a, b in pairwise(runs))


@given(PAINTINGS, WINDOWS)
def test_wanting_a_window_adds_what_nobody_knows_and_changes_nothing_else(paintings, window):
    runs: list[Run] = []
    for painted_window, state in paintings:
        runs = painted(runs, painted_window, state)
    after = wanted(runs, window)
    for hour in range(150):
        before = state_of(runs, hour)
        inside = window.start <= at(hour) < window.end
        expected = Known.MISSING if before is None and inside else before
        assert state_of(after, hour) == expected


@given(WINDOWS, st.integers(1, 30))
def test_a_backfill_ends_newest_first_and_asks_for_every_hour_once(window, hours):
    runs = wanted([], window)
    asked: list[Window] = []
    while (piece := newest_missing(runs, timedelta(hours=hours))) is not None:
        asked.append(piece)
        runs = painted(runs, piece, Known.FINAL)
    assert [run.state for run in runs] == [Known.FINAL]
    assert asked[0].end == window.end
    assert asked[-1].start == window.start
    assert all(later.start == earlier.end for later, earlier in pairwise(asked))
    assert all(piece.end - piece.start <= timedelta(hours=hours) for piece in asked)


def test_a_killed_backfill_goes_on_where_it_was():
    runs = painted(wanted([], span(0, 100)), span(80, 100), Known.FINAL)
    assert newest_missing(runs, timedelta(hours=20)) == span(60, 80)


def test_l10_what_the_vendor_purged_is_not_asked_again():
    runs = painted(wanted([], span(0, 100)), span(0, 60), Known.PURGED, "older than it keeps")
    assert newest_missing(runs, timedelta(hours=500)) == span(60, 100)
    done = painted(runs, span(60, 100), Known.FINAL)
    assert newest_missing(done, timedelta(hours=500)) is None


def test_l10_what_was_asked_for_while_the_vendor_had_it_is_not_purged_afterwards():
    runs = painted(wanted([], span(40, 100)), span(60, 80), Known.FINAL)
    found = given_up(runs, span(0, 70).end, span(20, 30).start, "too old")
    assert [(run.state, run.start, run.end) for run in found] == [
        (Known.PURGED, span(20, 60).start, span(20, 60).end),
        (Known.FINAL, span(60, 80).start, span(60, 80).end),
        (Known.MISSING, span(80, 100).start, span(80, 100).end),
    ]
    assert given_up(found, span(0, 70).end, span(20, 30).start, "too old") == found
