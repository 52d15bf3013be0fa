"""Whole days: seen time, waiting, travel, several trackers, marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from syncd.walks.day import JudgedDay, Reading
from syncd.walks.model import CountMode, Mark, Outcome, Resolution, Rules, State, Why
from syncd.walks.sentences import reason
from tests.unit.walks.lives import DAY, LONG_AFTER, life, outing, tracker, waking

EVENING = datetime(2026, 3, 10, 20, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 3, 11, 8, tzinfo=UTC)


def judged(reading: Reading, now: datetime = LONG_AFTER, day: int = 0) -> JudgedDay:
    return reading.judge(DAY + timedelta(days=day), now)


def test_thirty_brisk_minutes_meet_the_target_wherever_they_are() -> None:
    day = judged(life(tracker([waking(at_0900=[104] * 15, at_1700=[130] * 15)]))).day
    assert (day.outcome, day.state, day.why) == (Outcome.MET, State.FINAL, Why.ENOUGH)
    assert (day.brisk_min, day.bouted_min, day.walking_min) == (30, 30, 30)
    assert day.resolution is Resolution.MINUTE
    assert day.flagged is False


def test_a_seen_day_that_is_short_is_missed_and_flagged() -> None:
    j = judged(life(tracker([waking(at_0900=[104] * 19)])))
    assert (j.day.outcome, j.day.flagged, j.day.brisk_min) == (Outcome.MISSED, True, 19)
    assert reason(j.facts) == "Missed: 19 of 30 brisk minutes, 11 short."


def test_the_edge_minute_carries_a_walk_of_thirty_over_the_target() -> None:
    day = judged(life(tracker([waking(at_0900=[53, *[105] * 29, 53])]))).day
    assert (day.brisk_min, day.edge_min, day.outcome) == (29, 1.0, Outcome.MET)
    off = Rules(edge_credit=False)
    day = judged(life(tracker([waking(at_0900=[53, *[105] * 29, 53])]), rules=off)).day
    assert day.outcome is Outcome.MISSED


def test_counting_bouts_judges_only_stretches_of_ten() -> None:
    scattered = waking(**{f"at_{h:02}30": [105] * 4 for h in range(8, 20)})
    assert judged(life(tracker([scattered]))).day.outcome is Outcome.MET
    strict = judged(life(tracker([scattered]), rules=Rules(count_mode=CountMode.BOUTS)))
    assert strict.day.outcome is Outcome.MISSED
    assert strict.day.bouted_min == 0


def test_a_day_without_a_step_is_unknown_and_never_missed() -> None:
    day = judged(life(tracker([waking(), [0] * 1440, waking()])), day=1).day
    assert (day.outcome, day.why, day.flagged) == (Outcome.UNKNOWN, Why.UNSEEN, False)
    assert (day.brisk_min, day.steps, day.seen_h) == (0, 0, 0.0)


def test_a_watch_that_stops_at_ten_past_nine_leaves_the_day_unknown() -> None:
    flat: list[int | None] = waking(at_0800=[110] * 4)
    flat[550:] = [None] * (1440 - 550)
    j = judged(life(tracker([waking(), flat, waking()])), day=1)
    assert j.day.why is Why.UNSEEN
    expected = "Can't tell: nothing from the watch after 09:10; 4 brisk minutes until then."
    assert reason(j.facts) == expected


def test_three_still_hours_are_seen_and_a_minute_more_is_not() -> None:
    def still(minutes: int) -> list[int | None]:
        day = waking(at_0700=[5] * 960)
        day[720 : 720 + minutes] = [0] * minutes
        return day

    assert judged(life(tracker([still(180)]))).day.longest_unseen_min == 0
    assert judged(life(tracker([still(181)]))).day.longest_unseen_min == 181
    assert judged(life(tracker([still(181)]))).day.outcome is Outcome.UNKNOWN


def test_a_hole_of_two_hours_makes_a_miss_probable() -> None:
    hole = waking(at_0900=[105] * 10)
    hole[720:840] = [None] * 120
    day = judged(life(tracker([waking(), hole, waking()])), day=1).day
    assert (day.outcome, day.flagged) == (Outcome.LIKELY_MISSED, True)


def test_an_open_day_has_no_outcome_until_it_is_met() -> None:
    short = judged(life(tracker([waking(at_0900=[105] * 12)])), EVENING)
    assert (short.day.outcome, short.day.state) == (None, State.OPEN)
    assert reason(short.facts) == "So far 12 of 30 brisk minutes."
    met = judged(life(tracker([waking(at_0900=[105] * 31)])), EVENING)
    assert (met.day.outcome, met.day.state) == (Outcome.MET, State.OPEN)


def test_a_day_waits_for_its_tracker_and_then_nobody_can_tell() -> None:
    synced = datetime(2026, 3, 10, 12, 10, tzinfo=UTC)
    reading = life(tracker([waking()], synced=synced))
    waiting = judged(reading, NEXT_MORNING)
    assert (waiting.day.state, waiting.day.outcome) == (State.WAITING, None)
    late = judged(reading, NEXT_MORNING + timedelta(hours=36))
    assert (late.day.outcome, late.day.why) == (Outcome.UNKNOWN, Why.NOT_SYNCED)
    assert late.day.flagged is False


def test_a_tracker_silent_for_a_week_is_no_longer_waited_for() -> None:
    old = tracker([waking()], synced=datetime(2026, 3, 11, tzinfo=UTC))
    assert judged(life(old), day=6).day.why is Why.NOT_SYNCED
    assert judged(life(old), day=8).day.why is Why.NO_DATA


def test_an_export_is_not_waited_for_where_another_tracker_has_told_of_the_day() -> None:
    made = datetime(2026, 3, 11, tzinfo=UTC)
    export = replace(tracker([waking()], name="the file", synced=made), snapshot=True)
    alone = life(export)
    assert judged(alone, day=1).day.why is Why.NOT_SYNCED
    goes_on = tracker([waking(), waking(at_0900=[105] * 9)], name="the watch")
    assert judged(life(export, goes_on), day=1).day.outcome is Outcome.MISSED
    behind = replace(goes_on, last_sync=datetime(2026, 3, 11, 12, tzinfo=UTC))
    assert judged(life(export, behind), day=1).day.why is Why.NOT_SYNCED
    coming = replace(export, snapshot=False)
    assert judged(life(coming, goes_on), day=1).day.why is Why.NOT_SYNCED


def test_recorded_walks_alone_can_meet_a_day_but_never_miss_it() -> None:
    met = judged(life(outings=[outing(36000, 1860)]))
    assert (met.day.outcome, met.day.brisk_min) == (Outcome.MET, 31)
    short = judged(life(outings=[outing(36000, 1080)]))
    assert (short.day.outcome, short.day.why) == (Outcome.UNKNOWN, Why.RECORDED_ONLY)
    assert short.day.resolution is Resolution.RECORDED


def test_the_phone_fills_only_what_the_watch_does_not_cover() -> None:
    watch: list[int | None] = waking(at_0900=[105] * 20)
    watch[1000:1100] = [None] * 100
    phone = waking(at_0900=[90] * 20, at_1700=[110] * 12)
    both = judged(life(tracker([watch]), tracker([phone], name="the phone", rank=40)))
    assert both.day.brisk_min == 32
    assert both.day.outcome is Outcome.MET
    swapped = judged(life(tracker([phone], name="the phone", rank=40), tracker([watch])))
    assert swapped.day == both.day


def test_trackers_that_disagree_on_the_verdict_are_told() -> None:
    watch = waking(at_0900=[105] * 33)
    phone = waking(at_0900=[105] * 24)
    phone[13 * 60 : 14 * 60] = [70] * 60
    j = judged(life(tracker([watch]), tracker([phone], name="the phone", rank=40)))
    assert (j.day.outcome, j.day.why) == (Outcome.MET, Why.SOURCES_DIFFER)
    said = "Met by the watch: 33 brisk minutes. The phone says 24; the watch counts first."
    assert reason(j.facts) == said


def test_a_second_tracker_that_would_have_met_the_day_is_told() -> None:
    watch, phone = waking(at_0900=[105] * 24), waking(at_0900=[105] * 33)
    j = judged(life(tracker([watch]), tracker([phone], name="the phone", rank=40)))
    assert (j.day.outcome, j.day.why) == (Outcome.MISSED, Why.SOURCES_DIFFER)
    assert "The phone says 33" in reason(j.facts)
    agrees = tracker([waking(at_0900=[105] * 29)], name="the phone", rank=40)
    assert judged(life(tracker([waking(at_0900=[105] * 20)]), agrees)).day.why is Why.SHORT


def test_a_close_call_says_what_another_cadence_would_have_given() -> None:
    j = judged(life(tracker([waking(at_0900=[105] * 27, at_1500=[97] * 4)])))
    assert j.day.close_call is True
    said = "Missed, a close call: 27 of 30 brisk minutes; at 95 steps a minute it would be 31."
    assert reason(j.facts) == said


def test_a_marked_day_keeps_its_outcome_and_is_not_flagged() -> None:
    marks = {DAY: Mark.EXCUSED}
    j = judged(life(tracker([waking(at_0900=[105] * 12)]), marks=marks))
    assert (j.day.outcome, j.day.mark, j.day.flagged) == (Outcome.MISSED, Mark.EXCUSED, False)
    assert reason(j.facts) == "Excused, not counted: 12 brisk minutes."


def test_a_flare_day_tells_its_walks_and_keeps_its_outcome() -> None:
    watch = tracker([waking(at_0900=[80] * 8, at_1500=[75] * 6, at_1700=[150] * 6)])
    j = judged(life(watch, marks={DAY: Mark.FLARE}))
    assert (j.day.outcome, j.day.mark, j.day.flagged) == (Outcome.MISSED, Mark.FLARE, False)
    assert reason(j.facts) == "Flare day, not counted: two easy walks, 14 minutes."
    rest = judged(life(tracker([waking()]), marks={DAY: Mark.FLARE}))
    assert reason(rest.facts) == "Flare day, not counted. Rest is fine."


def test_a_short_travel_day_can_be_met_and_is_never_missed() -> None:
    east = [(0, 0), (600, 8)]
    values = [waking(), waking(), waking()]
    short = judged(life(tracker(values), offsets=east)).day
    assert short.length_h == 16.0
    assert (short.outcome, short.why) == (Outcome.UNKNOWN, Why.TRAVEL)


def test_a_long_travel_day_is_one_day_with_all_its_minutes() -> None:
    west = [(0, 0), (600, -6)]
    busy = waking(at_0900=[105] * 18, at_2200=[105] * 18)
    j = judged(life(tracker([busy, waking()]), offsets=west))
    assert (j.day.length_h, j.day.brisk_min, j.day.outcome) == (30.0, 36, Outcome.MET)
    said = "Met: 36 brisk minutes. Travel day of 30 hours (clock back 6 h)."
    assert reason(j.facts) == said


def test_the_peaks_are_the_best_minutes_of_a_day_that_was_seen() -> None:
    day = judged(life(tracker([waking(at_0900=[120] * 10, at_1700=[90] * 20)]))).day
    assert (day.peak1_spm, day.peak30_spm) == (120.0, 100.0)
    unseen = judged(life(tracker([waking(), [0] * 1440, waking()])), day=1).day
    assert unseen.peak30_spm is None


def test_many_short_gaps_are_told_by_the_hours_seen_and_not_by_one_of_them() -> None:
    day: list[int | None] = waking()
    for hour in range(7, 23):
        day[hour * 60 + 30 : hour * 60 + 60] = [None] * 30
    day[12 * 60 : 13 * 60 + 50] = [None] * 110
    j = judged(life(tracker([waking(), day, waking()])), day=1)
    assert (j.day.outcome, j.day.why) == (Outcome.UNKNOWN, Why.UNSEEN)
    assert "of 16 waking hours, the longest gap from 11:30 to 14:00" in reason(j.facts)
