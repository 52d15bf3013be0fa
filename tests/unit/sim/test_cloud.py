"""What a vendor knows of a life, and when: merged, late, cut by syncs, edited afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from syncd.sim.cloud import EditKind
from syncd.sim.devices import UNSEEN
from syncd.sim.truth import MINUTE_S, Kind
from syncd.sim.weeks import EPISODES, Eventful, eventful


@pytest.fixture(scope="module")
def weeks() -> Eventful:
    return eventful()


@pytest.fixture(scope="module")
def end(weeks: Eventful) -> int:
    return weeks.truth.end_minute * MINUTE_S


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_the_weeks_hold_everything_that_is_promised(weeks):
    kinds = {walk.kind for walk in weeks.truth.walks} | {r.kind for r in weeks.truth.rides}
    assert {Kind.TARGET, Kind.COMMUTE, Kind.RIDE, Kind.GENTLE} <= kinds
    offsets = [run.offset_s // 3600 for run in weeks.truth.offsets]
    assert offsets == [1, 2, 11, 10, 2]  # forward in Berlin, east, back in Sydney, west
    assert sum(walk.ascent_m > 10 for walk in weeks.truth.walks) >= 5
    assert {edit.kind for edit in weeks.cloud.edits} == set(EditKind)
    assert 0 in weeks.truth.worn
    assert 0 in weeks.truth.charged
    spans = [weeks.truth.spans(day) for day in weeks.truth.days()]
    hours = {sum(b - a for a, b in span) / 60 for span in spans}
    assert {23.0, 25.0} <= hours
    assert max(hours) > 30


def test_on_a_dead_battery_the_watch_neither_counts_nor_syncs(weeks):
    dead = next(e for e in EPISODES if e.kind == "battery_dead")
    first, last = unix(f"{dead.first}T12:00:00"), unix(f"{dead.last}T12:00:00")
    assert not [at for at in weeks.cloud.syncs if first < at < last]
    told = list(weeks.cloud.watch_minutes(last + 20 * 86_400, first, last))
    assert told == []
    assert list(weeks.cloud.minutes(last + 20 * 86_400, first, last))  # the phone was carried


def test_l2_a_silent_watch_counts_on_and_tells_all_in_one_burst(weeks):
    first, last = weeks.silent
    before = sum(m.steps for m in weeks.cloud.watch_minutes(last - 60, first + 3600, last))
    after = sum(m.steps for m in weeks.cloud.watch_minutes(last, first + 3600, last))
    assert before == 0
    assert after > 10_000
    assert weeks.cloud.last_sync(last - 60) < first
    assert weeks.cloud.last_sync(last) == last


def test_merged_minutes_are_the_watchs_where_it_was_seen_and_the_phones_elsewhere(weeks, end):
    cloud = weeks.cloud
    for minute in cloud.minutes(end, unix("2026-03-17T00:00:00"), unix("2026-03-18T00:00:00")):
        index = minute.at - weeks.truth.first_minute
        watch = cloud.watch.steps[index]
        assert minute.steps == (watch if watch != UNSEEN else cloud.phone.steps[index])
        assert (minute.climb_mm is None) == (watch == UNSEEN)


def test_a_minute_that_a_sync_cut_is_told_whole_by_the_next(weeks):
    cloud = weeks.cloud
    start, end = unix("2026-03-10T06:00:00"), unix("2026-03-16T20:00:00")
    cut = [m for m, _ in cloud.cut_minutes(end, start, end) if m.steps]
    assert cut
    whole = {m.at: m.steps for m in cloud.minutes(end, start, end)}
    assert all(minute.steps <= whole[minute.at] for minute in cut)
    assert any(minute.steps < whole[minute.at] for minute in cut)


def test_l4_an_outing_is_made_longer_or_taken_away_after_the_fact(weeks, end):
    for edit in weeks.cloud.edits:
        before = {o.start: o for o in weeks.cloud.outings(edit.at - 1)}
        after = {o.start: o for o in weeks.cloud.outings(edit.at)}
        if edit.start not in before:
            continue  # it was not synced in time to be edited
        if edit.kind is EditKind.DELETED:
            assert edit.start not in after
        else:
            assert after[edit.start].end == before[edit.start].end + edit.by_s
            assert after[edit.start].updated == edit.at


def test_steps_of_a_day_add_up_to_the_days_merged_minutes(weeks, end):
    day = date(2026, 3, 29)
    spans = weeks.truth.spans(day)
    assert sum(b - a for a, b in spans) == 23 * 60
    total = sum(m.steps for a, b in spans for m in weeks.cloud.minutes(end, a * 60, b * 60))
    assert weeks.cloud.steps_on(end, day) == total > 3000
