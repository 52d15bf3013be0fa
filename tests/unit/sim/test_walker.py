"""A life is a pure function of its seed, and its parts agree with one another to the step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from syncd.sim.characters import CHARACTERS, IN_PAIN, OFFICE, STEADY, Character
from syncd.sim.plan import Episode, EpisodeKind
from syncd.sim.truth import DAY_S, MINUTE_S, Kind, Truth
from syncd.sim.walker import Flight, Life, live, wall_clock, zone_runs

FIRST = date(2026, 10, 12)
BERLIN = Life(seed=3, first_day=FIRST, days=28, home="Europe/Berlin", who=STEADY)
DATE_LINE = Life(
    seed=5,
    first_day=date(2026, 10, 1),
    days=30,
    home="Pacific/Auckland",
    who=STEADY,
    flights=(
        Flight(date(2026, 10, 10), time(22, 0), 9, "Pacific/Honolulu"),
        Flight(date(2026, 10, 20), time(22, 15), 9.25, "Pacific/Auckland"),
    ),
)


@pytest.fixture(scope="module")
def berlin() -> Truth:
    return live(BERLIN)


@pytest.fixture(scope="module", params=sorted(CHARACTERS))
def anybody(request: pytest.FixtureRequest) -> Truth:
    return live(replace(BERLIN, who=CHARACTERS[request.param]))


def only(kind: EpisodeKind, day: date, who: Character = OFFICE, **options: time) -> Truth:
    """Return three days with one episode on ``day``, the second of them."""
    life = Life(
        seed=1,
        first_day=day - timedelta(days=1),
        days=3,
        home="Europe/Berlin",
        who=replace(who, watch_off_chance=0.0, battery_chance=0.0),
        episodes=(Episode(kind, day, day, **options),),
    )
    return live(life)


def test_the_same_life_is_lived_twice_the_same_way(berlin: Truth) -> None:
    assert live(BERLIN) == berlin
    assert live(replace(BERLIN, seed=4)).steps != berlin.steps


def test_a_longer_life_begins_like_the_shorter_one(berlin: Truth) -> None:
    longer = live(replace(BERLIN, days=40))
    size = len(berlin.steps)
    assert longer.steps[:size] == berlin.steps
    assert longer.charged[:size] == berlin.charged
    assert longer.walks[: len(berlin.walks)] == berlin.walks


def test_the_minutes_an_outing_touches_hold_its_steps_and_nothing_else(anybody: Truth) -> None:
    zero = anybody.first_minute
    for walk in anybody.walks:
        touched = slice(walk.start // MINUTE_S - zero, -(-walk.end // MINUTE_S) - zero)
        assert sum(anybody.steps[touched]) == walk.steps
        if walk.kind is not Kind.COMMUTE:  # the bus leaves within the minute
            metres = sum(anybody.distance_mm[touched]) / 1000
            assert metres == pytest.approx(walk.distance_m, abs=0.1)


def test_outings_do_not_overlap_and_their_stretches_follow_each_other(anybody: Truth) -> None:
    outings = sorted((*anybody.walks, *anybody.rides), key=lambda o: o.start)
    assert all(a.end <= b.start for a, b in pairwise(outings))
    for outing in outings:
        assert all(a.end <= b.start for a, b in pairwise(outing.stretches))
        assert all(s.start < s.end for s in outing.stretches)


def test_nobody_walks_at_night_or_stands_still_for_hours_by_day(anybody: Truth) -> None:
    for day in anybody.days():
        night = wall_clock("Europe/Berlin", day, 0) // MINUTE_S - anybody.first_minute
        morning = wall_clock("Europe/Berlin", day, 6 * 3600) // MINUTE_S - anybody.first_minute
        assert not any(anybody.steps[night:morning])
        waking = wall_clock("Europe/Berlin", day, 7 * 3600) // MINUTE_S - anybody.first_minute
        assert b"\0" * 100 not in anybody.steps[waking : waking + 15 * 60]


def test_pottering_about_never_looks_like_a_walk(anybody: Truth) -> None:
    out = set[int]()
    for walk in anybody.walks:
        out.update(range(walk.start // MINUTE_S, walk.end // MINUTE_S + 1))
    at_home = [s for m, s in enumerate(anybody.steps, anybody.first_minute) if m not in out]
    assert 0 < max(at_home) < 40
    assert max(anybody.steps) <= 220


def test_a_ride_covers_ground_without_a_step() -> None:
    rides = live(replace(BERLIN, who=OFFICE)).rides
    assert len(rides) > 20
    assert all(ride.steps == 0 and ride.distance_m > 2000 for ride in rides)


def test_walks_for_the_target_are_brisk_from_end_to_end(berlin: Truth) -> None:
    targets = [walk for walk in berlin.walks if walk.kind is Kind.TARGET]
    assert len(targets) > 15
    for walk in targets:
        assert 30 * MINUTE_S <= walk.moving_s <= 46 * MINUTE_S
        assert all(100 < s.cadence_spm < 122 for s in walk.stretches)
    assert any(walk.ascent_m > 15 for walk in targets)


def test_walks_start_at_any_second_of_a_minute(berlin: Truth) -> None:
    assert len({walk.start % MINUTE_S for walk in berlin.walks}) > 25


@pytest.mark.parametrize("life", [BERLIN, DATE_LINE], ids=["clock change", "date line"])
def test_the_days_partition_the_timeline(life: Life) -> None:
    truth = live(life)
    minutes = sorted(m for day in truth.days() for m in truth.spans(day))
    assert minutes[0][0] == truth.first_minute
    assert minutes[-1][1] == truth.end_minute
    assert all(a[1] == b[0] for a, b in pairwise(minutes))
    assert sum(truth.steps_on(day) for day in truth.days()) == sum(truth.steps)


def test_the_night_the_clock_is_set_back_belongs_to_a_day_of_25_hours(berlin: Truth) -> None:
    ((first, end),) = berlin.spans(date(2026, 10, 25))
    assert end - first == 25 * 60
    assert [run.offset_s for run in berlin.offsets] == [7200, 3600]


def test_a_flight_over_the_date_line_lives_one_date_twice_and_shortens_another() -> None:
    truth = live(DATE_LINE)
    length_h = {d: sum(b - a for a, b in truth.spans(d)) / 60 for d in truth.days()}
    assert length_h[date(2026, 10, 10)] == 40
    assert len(truth.spans(date(2026, 10, 10))) == 2
    assert length_h[date(2026, 10, 21)] == 7.5
    assert sum(length_h.values()) == 30 * 24


def test_a_date_that_a_zone_skipped_is_no_day_and_doubles_no_walk() -> None:
    truth = live(replace(BERLIN, home="Pacific/Apia", first_day=date(2011, 12, 26), days=10))
    assert date(2011, 12, 30) not in truth.days()
    assert len(truth.days()) == 9
    assert len(truth.steps) == 9 * 24 * 60
    assert all(a.end <= b.start for a, b in pairwise(truth.walks))


def test_nobody_strolls_off_shortly_before_a_flight_or_in_the_air() -> None:
    truth = live(DATE_LINE)
    for flight, run, zone in zip(
        DATE_LINE.flights, truth.offsets[1:], ("Pacific/Auckland", "Pacific/Honolulu"), strict=True
    ):
        leaves = wall_clock(zone, flight.day, flight.at.hour * 3600 + flight.at.minute * 60)
        assert run.start == leaves + flight.hours * 3600
        assert not [w for w in truth.walks if w.end > leaves - 7200 and w.start < run.start]
        air = truth.steps[leaves // 60 - truth.first_minute : run.start // 60 - truth.first_minute]
        assert 0 < sum(air) < 1000


def test_a_flare_day_has_short_gentle_walks_only() -> None:
    day = date(2026, 11, 3)
    truth = only(EpisodeKind.FLARE, day, who=IN_PAIN)
    walks = [w for w in truth.walks if truth.local(w.start).date() == day]
    assert 2 <= len(walks) <= 3
    assert {w.kind for w in walks} == {Kind.GENTLE}
    assert truth.true_brisk_minutes(day) == 0


def test_a_close_call_misses_at_100_and_reaches_at_95_steps_a_minute() -> None:
    day = date(2026, 11, 1)
    truth = only(EpisodeKind.CLOSE_CALL, day, who=replace(OFFICE, dashes=(0, 0), errands=(0, 0)))
    assert 24 <= truth.true_brisk_minutes(day) <= 28
    assert truth.true_brisk_minutes(day, cadence_min=95) >= 32


def test_a_late_walk_crosses_midnight() -> None:
    day = date(2026, 11, 3)
    truth = only(EpisodeKind.LATE_WALK, day)
    walk = next(w for w in truth.walks if w.kind is Kind.TARGET)
    assert truth.local(walk.start).date() == day
    assert truth.local(walk.end).date() == day + timedelta(days=1)
    assert truth.true_brisk_minutes(day + timedelta(days=1)) >= 10


def test_a_watch_taken_off_at_ten_past_nine_is_off_until_midnight() -> None:
    day = date(2026, 11, 3)
    truth = only(EpisodeKind.WATCH_OFF, day, at=time(9, 10))
    off = [m for m, worn in enumerate(truth.worn, truth.first_minute) if not worn]
    assert truth.local(off[0] * 60).time() == time(9, 10)
    assert off == list(range(off[0], truth.spans(day)[0][1]))
    assert all(truth.charged)


def test_offsets_change_at_the_minute_the_clocks_do() -> None:
    start = wall_clock("Australia/Lord_Howe", date(2026, 1, 1), 0)
    runs = zone_runs("Australia/Lord_Howe", start, start + 365 * DAY_S)
    assert [run.offset_s for run in runs] == [39600, 37800, 39600]
    assert [run.start % 3600 for run in runs[1:]] == [0, 1800]
    assert zone_runs("Asia/Kathmandu", start, start + DAY_S)[0].offset_s == 20700
