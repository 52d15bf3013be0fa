"""Days known over more than a minute: bounds, words, walks, and who speaks where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.walks.by_hand import ByHand
from syncd.walks.coarse_sentences import estimate_words
from syncd.walks.day import Reading
from syncd.walks.facts import DayFacts
from syncd.walks.model import (
    Activity,
    Bucket,
    CountMode,
    Day,
    Outcome,
    Resolution,
    Rules,
    SourceView,
    Why,
)
from syncd.walks.sentences import reason
from tests.unit.walks.coarse_lives import at, buckets_of, coarse_tracker
from tests.unit.walks.lives import DAY, LONG_AFTER, life, outing, tracker, waking


def verdict(reading: Reading) -> Day:
    return reading.judge(DAY, LONG_AFTER).day


def words(reading: Reading) -> str:
    return reason(reading.judge(DAY, LONG_AFTER).facts)


def test_a_bucket_of_1500_steps_is_not_claimed_as_15_brisk_minutes() -> None:
    """Scenario B4: two such buckets do not meet a day of thirty."""
    day = verdict(life(coarse_tracker(waking(at_1800=[100] * 30))))
    assert day.outcome is not Outcome.MET
    assert (day.brisk_min_low, day.brisk_min_high) == (2, 30)
    assert day.brisk_min == 23
    assert day.resolution is Resolution.QUARTER


def test_half_an_hour_in_one_go_in_threes_and_scattered() -> None:
    """Scenario B3, in minutes and in 15-minute steps."""
    one = waking(at_1800=[105] * 31)
    threes = waking(at_0900=[105] * 10, at_1300=[105] * 10, at_1900=[105] * 10)
    scattered = waking()
    for k in range(30):
        scattered[8 * 60 + 20 * k] = 105
    days = [one, threes, scattered]
    assert [verdict(life(tracker([d]))).outcome for d in days] == [Outcome.MET] * 3
    bouts = Rules(count_mode=CountMode.BOUTS)
    fine = [verdict(life(tracker([d]), rules=bouts)).outcome for d in days]
    assert fine == [Outcome.MET, Outcome.MET, Outcome.MISSED]
    coarse = [verdict(life(coarse_tracker(d))) for d in days]
    assert [d.outcome for d in coarse] == [
        Outcome.UNKNOWN,
        Outcome.LIKELY_MISSED,
        Outcome.LIKELY_MISSED,
    ]
    assert all((d.brisk_min_low or 0) <= 30 <= (d.brisk_min_high or 0) for d in coarse)
    in_bouts = [verdict(life(coarse_tracker(d), rules=bouts)).outcome for d in days]
    assert Outcome.MET not in in_bouts
    assert Outcome.MISSED not in in_bouts


def test_a_day_of_zero_buckets_is_unknown_and_never_missed() -> None:
    """Scenario B6: the tracker was probably not worn."""
    reading = life(coarse_tracker([0] * 1440))
    day = verdict(reading)
    assert (day.outcome, day.why) == (Outcome.UNKNOWN, Why.UNSEEN)
    assert (
        words(reading) == "Can't tell: no steps from the watch all day; it was probably not worn."
    )
    assert day.seen_h == 0


def test_a_quiet_day_is_missed_by_its_upper_bound() -> None:
    day = verdict(life(coarse_tracker(waking(at_1000=[40] * 30))))
    assert (day.outcome, day.why) == (Outcome.MISSED, Why.SHORT)
    assert (day.brisk_min, day.brisk_min_low, day.brisk_min_high) == (3, 0, 12)
    assert not day.close_call
    assert day.peak1_spm is None
    reading = life(coarse_tracker(waking(at_1000=[40] * 30)))
    assert words(reading) == "Missed: at most 12 of 30 brisk minutes, from 15-minute steps."


def test_what_cannot_be_otherwise_is_met() -> None:
    reading = life(coarse_tracker(waking(at_1000=[210] * 45)))
    day = verdict(reading)
    assert day.outcome is Outcome.MET
    assert words(reading) == "Met: at least 42 brisk minutes (target 30), from 15-minute steps."


def test_one_walk_on_a_quiet_day_is_probably_met_and_told_by_length_and_start() -> None:
    reading = life(coarse_tracker(waking(at_1805=[108] * 36)))
    day = verdict(reading)
    assert (day.outcome, day.why) == (Outcome.LIKELY_MET, Why.COARSE)
    said = "Probably met: 15-minute steps fit one walk of about 35 minutes at 18:05."
    assert words(reading) == said
    assert not day.flagged


def test_a_short_walk_on_a_quiet_day_is_a_probable_miss_with_its_range() -> None:
    reading = life(coarse_tracker(waking(at_1800=[108] * 20, at_1000=[60] * 30)))
    day = verdict(reading)
    assert day.outcome is Outcome.LIKELY_MISSED
    assert day.flagged
    assert words(reading).startswith("Probably missed: about ")
    assert words(reading).endswith(", from 15-minute steps.")


def test_a_day_that_still_runs_says_about() -> None:
    sources = coarse_tracker(waking(at_0800=[80] * 30))
    facts = life(sources).judge(DAY, LONG_AFTER - timedelta(days=82, hours=10)).facts
    assert reason(facts).startswith("So far about 13 of 30")


def test_walks_that_buckets_show_end_where_the_buckets_end() -> None:
    reading = life(coarse_tracker(waking(at_1805=[108] * 36, at_1000=[108] * 12)))
    (walk,) = reading.sessions([DAY])
    assert (walk.precision, walk.kind, walk.activity) == ("bucket", "inferred", Activity.WALKING)
    assert (walk.start, walk.end) == (at(18), at(18, 45))
    assert walk.steps == 36 * 108 + 5
    assert walk.cadence_spm is None
    five = life(coarse_tracker(waking(at_1800=[108] * 10, at_2000=[50] * 10), 5))
    (short,) = five.sessions([DAY])
    assert (short.start, short.end) == (at(18), at(18, 10))
    assert verdict(five).resolution is Resolution.FIVE_MIN


def test_a_bucket_shorter_than_a_walk_is_none_and_a_row_of_them_is_one() -> None:
    """A counter read twice in two minutes, as watches with monitoring files do."""
    steps = waking(at_1800=[120] * 2, at_2000=[70] * 6)
    (walk,) = life(coarse_tracker(steps, 2)).sessions([DAY])
    assert (walk.start, walk.end) == (at(20), at(20, 6))


def test_minutes_of_a_watch_stand_above_its_buckets_and_buckets_above_a_phone() -> None:
    minutes = waking(at_0900=[110] * 20)
    morning = [v if i < 720 else None for i, v in enumerate(minutes)]
    watch = replace(
        tracker([morning]),
        buckets=tuple(b for b in buckets_of(waking(at_1800=[50] * 30)) if b.start >= at(12)),
    )
    phone = tracker([[120] * 1440], name="the phone", rank=40)
    reading = life(watch, phone)
    day = verdict(reading)
    assert day.brisk_min_low == 20
    assert day.brisk_min_high == 20 + 14  # nothing of the phone: the watch spoke all day
    midday = [m for m in reading.minutes(DAY) if m.start >= at(12)]
    assert {(m.interval_s, m.source, m.brisk_by) for m in midday} == {(900, "the watch", None)}
    assert [m.start for m in midday] == [at(12, 15 * k) for k in range(48)]
    assert sum(m.steps or 0 for m in reading.minutes(DAY)) == day.steps


def test_a_phone_fills_in_where_no_bucket_is() -> None:
    half = [v if i < 720 else None for i, v in enumerate(waking())]
    phone = tracker([waking(at_1500=[110] * 31)], name="the phone", rank=40)
    day = verdict(life(coarse_tracker(half), phone))
    assert (day.outcome, day.brisk_min) == (Outcome.MET, 31)
    assert day.resolution is Resolution.MINUTE


def test_a_phone_s_shape_moves_the_estimate_and_never_makes_a_day_met() -> None:
    walk = waking(at_1800=[106] * 24 + [0] * 6, at_1830=[106] * 12)
    alone = verdict(life(coarse_tracker(walk)))
    phone = tracker([[None if not v else v - 4 for v in walk]], name="the phone", rank=40)
    shaped = verdict(life(coarse_tracker(walk), phone))
    assert shaped.brisk_min == 36
    assert alone.brisk_min != 36
    assert (shaped.brisk_min_low, shaped.brisk_min_high) == (
        alone.brisk_min_low,
        alone.brisk_min_high,
    )
    assert shaped.steps == alone.steps
    assert shaped.outcome is not Outcome.MET
    left_at_home = tracker([[None if not v else v // 2 for v in walk]], name="the phone", rank=40)
    assert verdict(life(coarse_tracker(walk), left_at_home)).brisk_min == alone.brisk_min


def test_a_recorded_walk_replaces_the_buckets_it_overlaps() -> None:
    minutes = waking(at_1805=[110] * 31)
    walk = outing((18 * 60 + 5) * 60, 31 * 60, cadence=110.0)
    day = verdict(life(coarse_tracker(minutes), outings=[walk]))
    assert day.outcome is Outcome.MET
    assert (day.brisk_min_low, day.brisk_min_high) == (31, 31)
    assert day.steps == sum(v or 0 for v in minutes)


def test_a_day_met_in_minutes_does_not_rest_on_its_buckets() -> None:
    minutes = waking(at_1805=[110] * 31, at_1000=[80] * 30)
    walk = outing((18 * 60 + 5) * 60, 31 * 60, cadence=110.0)
    reading = life(coarse_tracker(minutes), outings=[walk])
    assert verdict(reading).resolution is Resolution.MINUTE
    assert words(reading) == "Met: at least 31 brisk minutes (target 30)."


def test_minutes_and_a_walk_in_buckets_together_are_probable_by_their_range() -> None:
    fine: list[int | None] = [None] * 1440
    fine[8 * 60 : 9 * 60] = [110] * 15 + [0] * 45
    rest = waking(at_1810=[108] * 25)
    source = replace(coarse_tracker(rest), minutes=tracker([fine]).minutes)
    source = replace(
        source, buckets=tuple(b for b in source.buckets if not at(8) <= b.start < at(9))
    )
    reading = life(source)
    assert verdict(reading).outcome is Outcome.LIKELY_MET
    assert words(reading).startswith("Probably met: about ")


def test_a_day_judged_in_bouts_says_what_is_certain_and_what_is_possible() -> None:
    rules = Rules(count_mode=CountMode.BOUTS)
    reading = life(coarse_tracker(waking(at_1000=[95] * 60)), rules=rules)
    day = verdict(reading)
    assert (day.outcome, day.bouted_min) == (Outcome.UNKNOWN, None)
    said = "Can't tell: 0 to 56 brisk minutes in walks of 10 or more, from 15-minute steps."
    assert words(reading) == said
    met = life(coarse_tracker(waking(at_1805=[108] * 36)), rules=rules)
    assert verdict(met).outcome is Outcome.LIKELY_MET


def test_a_walk_recorded_as_a_sum_is_a_bucket_of_its_own() -> None:
    minutes = waking(at_1807=[112] * 40)
    walk = outing((18 * 60 + 7) * 60, 40 * 60, cadence=None, speed=None, steps=112 * 40)
    reading = life(coarse_tracker(minutes), outings=[walk.model_copy(update={"track": None})])
    day = verdict(reading)
    assert day.steps == sum(v or 0 for v in minutes)
    assert day.outcome is Outcome.LIKELY_MET
    assert (day.brisk_min_high or 0) <= 40
    (recorded,) = reading.sessions([DAY])
    assert recorded.kind == "recorded"
    assert 30 <= recorded.brisk_min <= 40


def test_a_ride_takes_its_minutes_out_of_the_buckets() -> None:
    minutes = waking(at_0900=[120] * 60)
    ride = outing(9 * 3600, 3600, label="cycling", speed=6.0, cadence=None)
    day = verdict(life(coarse_tracker(minutes), outings=[ride]))
    assert day.brisk_min_high == 0
    assert day.steps == sum(v or 0 for v in minutes)


def test_a_bucket_over_midnight_may_be_on_either_side() -> None:
    watch = replace(
        coarse_tracker(waking()),
        buckets=(*buckets_of(waking())[:-4], Bucket(at(23), 7200, 8000)),
    )
    reading = life(watch)
    first = verdict(reading)
    second = reading.judge(DAY + timedelta(days=1), LONG_AFTER).day
    assert (first.brisk_min_low, first.brisk_min_high) == (0, 60)
    assert (second.brisk_min_low, second.brisk_min_high) == (0, 60)
    assert (first.steps or 0) + (second.steps or 0) == 8000 + sum(
        b.steps for b in watch.buckets[:-1]
    )


@pytest.mark.parametrize("cadence", [60, 79, 121, 160])
def test_far_from_where_the_tables_were_learned_nothing_is_probable(cadence: float) -> None:
    """Only a walk that the buckets fit may still be told."""
    steps = int(cadence * 0.97)
    source = coarse_tracker(waking(at_1000=[steps] * 60))
    day = verdict(life(source, rules=Rules(cadence_min=cadence)))
    assert day.outcome is Outcome.UNKNOWN


def test_a_silent_stretch_before_and_after_the_buckets_is_unseen() -> None:
    half = [v if i < 13 * 60 else None for i, v in enumerate(waking(at_0800=[60] * 30))]
    reading = life(coarse_tracker(half))
    day = verdict(reading)
    assert (day.outcome, day.why, day.longest_unseen_min) == (Outcome.UNKNOWN, Why.UNSEEN, 600)
    assert words(reading).startswith("Can't tell: nothing from the watch after 13:00; about 6")


def test_two_trackers_disagree_only_where_both_are_certain() -> None:
    much = waking(at_0900=[110] * 31)
    little = coarse_tracker(waking(at_0900=[40] * 10), name="the phone", rank=40)
    assert verdict(life(tracker([much]), little)).why is Why.SOURCES_DIFFER
    maybe = coarse_tracker(waking(at_0900=[100] * 60), name="the phone", rank=40)
    assert verdict(life(tracker([much]), maybe)).why is Why.ENOUGH


def test_a_typed_walk_speaks_over_buckets_that_cannot_be_brisk_and_not_over_others() -> None:
    typed = ByHand("t", at(18) // 60, at(18, 30) // 60, 30)

    def day(steps: int) -> Day:
        source = coarse_tracker(waking(at_1800=[steps] * 30))
        history = replace(life(source).history, by_hand=(typed,))
        return verdict(Reading(history))

    few, many = day(3), day(60)
    assert (few.outcome, few.brisk_min) == (Outcome.MET, 30)
    assert many.outcome is not Outcome.MET
    assert many.brisk_min_low == 0


def test_intervals_a_second_longer_than_a_minute_are_nearly_minutes() -> None:
    """As a phone writes them: off the clock's minutes, 61 seconds each."""
    start = at(18) + 17
    buckets = tuple(Bucket(start + 61 * k, 61, 108) for k in range(33))
    day = verdict(life(replace(coarse_tracker([0] * 1440), minutes=None, buckets=buckets)))
    assert (day.outcome, day.brisk_min_low, day.brisk_min_high) == (Outcome.MET, 33, 33)


def test_a_walk_known_as_a_sum_alone_is_probable_and_never_certain() -> None:
    walk = outing(18 * 3600, 45 * 60, cadence=None, speed=None, steps=45 * 111)
    reading = life(outings=[walk.model_copy(update={"track": None})])
    day = verdict(reading)
    assert day.outcome is Outcome.LIKELY_MET
    assert day.resolution is Resolution.RECORDED
    assert words(reading).endswith(", from coarse steps.")


def with_total(source: SourceView, steps: int) -> SourceView:
    return replace(source, minutes=None, totals={DAY: steps})


def test_a_total_bounds_a_day_and_says_nothing_of_when() -> None:
    reading = life(with_total(tracker([[None]]), 2100))
    day = verdict(reading)
    assert (day.outcome, day.why) == (Outcome.UNKNOWN, Why.UNSEEN)
    assert (day.brisk_min, day.brisk_min_low, day.brisk_min_high) == (None, 0, 21)
    assert (day.resolution, day.steps) == (Resolution.TOTAL, 2100)
    assert words(reading).startswith("Can't tell: 2,100 steps cannot hold 30 brisk minutes;")


def test_recorded_walks_and_a_total_bound_a_day_together() -> None:
    walk = outing(9 * 3600, 18 * 60, cadence=110.0)
    reading = life(with_total(tracker([[None]]), 18 * 110 + 900), outings=[walk])
    day = verdict(reading)
    assert (day.brisk_min_low, day.brisk_min_high) == (18, 27)
    assert day.steps == 18 * 110 + 900
    more = life(with_total(tracker([[None]]), 18 * 110 + 2400), outings=[walk])
    said = (
        "Can't tell: 18 brisk minutes in recorded walks; "
        "the day's other 2,400 steps could hold the 12 that are short."
    )
    assert words(more) == said


def test_a_total_counts_nothing_where_minutes_are() -> None:
    source = replace(tracker([waking(at_0900=[110] * 10)]), totals={DAY: 30_000})
    day = verdict(life(source))
    assert (day.outcome, day.brisk_min_high) == (Outcome.MISSED, 10)


def test_a_phone_s_bucket_half_hidden_by_a_watch_may_still_hold_all_its_steps() -> None:
    """The watch's 600 steps are not the phone's: that one may not have been there."""
    covered: list[int | None] = [None] * 1440
    covered[18 * 60 : 18 * 60 + 5] = [120] * 5
    phone = coarse_tracker(waking(at_1805=[100] * 10), name="the phone", rank=40)
    day = verdict(life(tracker([covered]), phone))
    assert (day.brisk_min_low, day.brisk_min_high) == (5, 15)


def test_a_range_of_one_number_is_not_said() -> None:
    facts = DayFacts(brisk=26, target=30, epoch_min=15, estimate=26, low=26, high=26)
    assert estimate_words(facts, 26) == "about 26 brisk minutes, from 15-minute steps"
    ranged = replace(facts, high=31)
    assert estimate_words(ranged, 26) == "about 26 brisk minutes (26-31), from 15-minute steps"


def test_a_table_of_days_alone_is_no_tracker_that_is_out() -> None:
    summed = replace(tracker([[None]], synced=None), minutes=None, totals={DAY: 8000})
    reading = life(summed)
    assert verdict(reading).why is not Why.NOT_SYNCED
    could = "Can't tell: 8,000 steps could hold 30 brisk minutes; only the sum is known."
    assert words(reading) == could
    noon = LONG_AFTER.replace(month=3, day=10, hour=12)
    half_told = life(replace(summed, last_sync=noon))
    assert verdict(half_told).why is Why.NOT_SYNCED  # a watch that synced at noon may have more
