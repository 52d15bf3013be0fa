from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import Cursor, StreamSpec, Window
from syncd.ingest.plan import (
    FIRST_DAYS,
    Moment,
    advanced,
    cut,
    fresh_windows,
    history_window,
    is_due,
    knows_no_window,
    nothing_new,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 19, 23, 0, tzinfo=UTC)
SPEC = StreamSpec(
    epoch=timedelta(minutes=1),
    longest_window=5 * DAY,
    lookback=3 * DAY,
    history=365 * DAY,
    poll_every=HOUR,
)
POLL = Moment(
    now=NOW,
    midnight=MIDNIGHT,
    synced=NOW - HOUR,
    synced_then=NOW - 2 * HOUR,
    asked_full=NOW - 5 * HOUR,
)


def test_a_new_account_begins_with_its_newest_two_weeks():
    windows = fresh_windows(SPEC, None, replace(POLL, asked_full=None))
    assert windows[0].start == NOW - FIRST_DAYS
    assert windows[-1].end == NOW


def test_an_hourly_poll_reads_from_local_midnight_only():
    assert fresh_windows(SPEC, Cursor(NOW - HOUR), POLL) == [Window(MIDNIGHT, NOW)]


def test_a_poll_after_days_of_darkness_reads_from_the_watermark():
    dark = Cursor(NOW - 2 * DAY)
    assert fresh_windows(SPEC, dark, POLL)[0].start == NOW - 2 * DAY


def test_once_a_day_the_whole_lookback_is_read_again():
    due = replace(POLL, asked_full=NOW - DAY)
    assert fresh_windows(SPEC, Cursor(NOW - HOUR), due)[0].start == NOW - HOUR - 3 * DAY


def test_l2_a_watch_that_was_offline_for_four_days_is_read_over_the_lookback():
    silent = replace(POLL, synced_then=NOW - 4 * DAY)
    cursor = Cursor(NOW - 4 * DAY)  # the watermark had stayed at the last sync
    assert fresh_windows(SPEC, cursor, silent)[0].start == NOW - 7 * DAY


def test_nothing_is_asked_further_back_than_the_vendor_keeps():
    old = Cursor(NOW - 3000 * DAY)
    first = fresh_windows(SPEC, old, replace(POLL, asked_full=None))[0]
    assert first.start == NOW - 365 * DAY
    assert history_window(SPEC, NOW, None).start == NOW - 365 * DAY
    assert history_window(SPEC, NOW, NOW - 10 * DAY).start == NOW - 10 * DAY


def test_a_poll_asks_nothing_more_when_no_device_has_synced():
    still = replace(POLL, synced=NOW - 2 * HOUR, synced_then=NOW - 2 * HOUR)
    assert nothing_new(still)
    assert not nothing_new(replace(still, synced=NOW - HOUR))
    assert not nothing_new(replace(still, asked_full=NOW - DAY))
    assert not nothing_new(replace(still, synced=None))


def test_v10_a_long_window_is_cut_to_what_the_vendor_takes():
    assert [w.end - w.start for w in cut(Window(NOW - 12 * DAY, NOW), 5 * DAY)] == [
        5 * DAY,
        5 * DAY,
        2 * DAY,
    ]


def test_a_stream_that_knows_no_window_is_asked_whole_and_has_no_past():
    timeless = replace(SPEC, longest_window=timedelta.max, history=None)
    assert knows_no_window(timeless)
    assert not knows_no_window(SPEC)
    assert fresh_windows(timeless, Cursor(NOW - 90 * DAY), POLL) == [Window(NOW - DAY, NOW)]


def test_a_stream_is_asked_as_often_as_it_wants_and_jitter_does_not_skip_a_poll():
    assert is_due(SPEC, None, NOW)
    assert is_due(SPEC, NOW - timedelta(minutes=54), NOW)
    assert not is_due(SPEC, NOW - timedelta(minutes=50), NOW)
    assert not is_due(replace(SPEC, poll_every=DAY), NOW - 20 * HOUR, NOW)


SPANS = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(
    lambda p: Window(NOW + min(p) * HOUR, NOW + max(p) * HOUR)
)


@given(SPANS, st.integers(1, 100))
def test_pieces_fill_their_window_side_by_side(window, hours):
    pieces = cut(window, hours * HOUR)
    assert sum((p.end - p.start for p in pieces), timedelta()) == window.end - window.start
    assert all(a.end == b.start for a, b in pairwise(pieces))


@given(st.lists(st.tuples(SPANS, st.integers(0, 600)), max_size=10))
def test_a_watermark_never_moves_backwards_nor_past_what_a_device_handed_over(pulls):
    cursor: Cursor | None = None
    for window, synced in pulls:
        before = cursor
        at = advanced(cursor, window, NOW + synced * HOUR)
        assert before is None or at >= before.watermark
        assert at <= max(NOW + synced * HOUR, before.watermark if before else window.start)
        cursor = Cursor(at)
