from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncd.cli.screens.day import day_screen
from syncd.cli.screens.days import cohort_table, day_list
from syncd.cli.screens.home import Standing, empty_screen, home_screen
from syncd.cli.screens.paper import ASCII, Paper
from syncd.cli.screens.walk import walk_screen
from syncd.cli.screens.walks import walk_table
from syncd.service.views import (
    DayView,
    DeviceTotals,
    HalfHour,
    SourceShare,
    WalkMinute,
    WalkView,
)
from syncd.store.journal import DayRevision
from syncd.walks.counted import Counting
from syncd.walks.model import Activity, Mark, Resolution, State
from syncd.walks.week import judge_week
from tests.unit.cli.made import (
    MET,
    MISSED,
    PROBABLY_MISSED,
    UNKNOWN,
    day,
    day_row,
    march,
    walk_row,
)


def brisk(_: int) -> Counting:
    """Return that all days of somebody are judged on brisk minutes."""
    return Counting()


PARIS = ZoneInfo("Europe/Paris")
SIX = date(2026, 3, 6)


def half_hours() -> tuple[HalfHour, ...]:
    walked = {16: (20, 4), 17: (12, 0), 36: (30, 30)}
    return tuple(
        HalfHour(
            start_local=time(i // 2, 30 * (i % 2)),
            seen_min=0 if 18 < i < 30 else 30,
            walking_min=walked.get(i, (0, 0))[0],
            brisk_min=walked.get(i, (0, 0))[1],
            steps=None if 18 < i < 30 else 100,
        )
        for i in range(48)
    )


def day_view(**said) -> DayView:
    told = {"target_id": 0, "rules": 1, "hash": b""}
    first, second = datetime(2026, 3, 7, 8, tzinfo=UTC), datetime(2026, 3, 14, 7, tzinfo=UTC)
    revisions = [
        DayRevision(SIX, 1, first, UNKNOWN, 4, State.JUDGED, **told),
        DayRevision(SIX, 2, second, MET, 34, State.FINAL, **told),
    ]
    reason = 'Met, after late data: 34 brisk minutes. It read "can\'t tell" until 14 March.'
    view = DayView(
        row=day_row("me", SIX, MET, 34, reason=reason, seen_h=9.5, longest_unseen_min=330),
        strip=half_hours(),
        walks=(
            walk_row(distance_m=2840.0, elevation_gain_m=12.4),
            walk_row("9f8e7d6c-0000-5000-8000-000000000000", steps=None, cadence_spm=None),
        ),
        sources=(
            SourceShare(name="the watch", minutes=840, steps=9120, why="ranks first"),
            SourceShare(name="the phone", minutes=45, steps=None, why=""),
        ),
        revisions=tuple(revisions),
        rule="30 brisk minutes anywhere in the day (100 steps a minute or more).",
        week=judge_week([march()[SIX]], 5, today=date(2026, 3, 28)),
    )
    return replace(view, **said)


DAY_SCREEN = """\
Fri 6 March 2026    me                                            Europe/Paris

 Met, after late data: 34 brisk minutes. It read "can't tell" until 14 March.

 00    03    06    09    12    15    18    21
 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▄▃▁           ▁▁▁▁▁▁█▁▁▁▁▁▁▁▁▁▁▁
                 ▔                   ▔
 bars are walking by half hours, brisk ones underlined, unseen time blank

 Walks 18:05  34 min   2.84 km  103/min   30 brisk  inferred   +12 m  1a2b3c4d
       18:05  34 min                      30 brisk  inferred          9f8e7d6c
 Seen  9 h 30 min of the waking hours, longest gap 5 h 30 min
 Week  week 10: 0-7 of 5
 From  the watch: 14 h 00 min, 9,120 steps (ranks first)
       the phone: 45 min
 Sure  final; only a new file or a rebuild changes it; from minute steps
       on 7 March 2026 09:00 it read: can't tell, 4
       on 14 March 2026 08:00 it read: met, 34
 Rule  30 brisk minutes anywhere in the day (100 steps a minute or more).

 Is something missing? syncd import PATH brings it in; the day is then judged
 again."""


def test_a_day_is_one_screen():
    screen = "\n".join(day_screen(day_view(), Paper(), PARIS))
    assert screen == DAY_SCREEN


def test_minutes_beside_buckets_that_leave_something_open_are_not_called_minutes_alone():
    row = day_row("me", SIX, MET, 34, brisk_min_low=31, brisk_min_high=50)
    screen = " ".join(" ".join(day_screen(day_view(row=row), Paper(), PARIS)).split())
    assert "from minute steps and coarser ones: 31 to 50 brisk minutes are possible" in screen


@pytest.mark.parametrize("width", [40, 48, 59, 60, 66, 77, 78])
def test_no_screen_is_wider_than_the_terminal(width):
    paper = Paper(width=width)
    long = "Can't tell: " + "a very long reason " * 7
    rows = [day_row("cohort/1503960366", SIX, UNKNOWN, 4, reason=long)] * 2
    walks = [walk_row(person="cohort/" + "x" * 70, distance_m=12345.0, steps=20000)]
    screens = [
        day_screen(day_view(), paper, PARIS),
        list(day_list(rows, paper, brisk, names=True)),
        list(cohort_table("cohort", rows, paper)),
        list(walk_table(walks, paper, names=True)),
        walk_screen(walk_view(), paper),
        empty_screen(paper),
        home_screen([Standing(person="me", today=SIX, recent=[rows[0].day])], paper),
    ]
    for line in (line for screen in screens for line in screen):
        assert len(line) <= width, line


def test_a_day_in_two_zones_offers_to_correct_the_zone():
    row = day_row(
        "me", SIX, MET, 34, reason="Met.", length_h=30.0, tz=None, utc_offset_end_min=-300
    )
    screen = "\n".join(day_screen(day_view(row=row, revisions=()), Paper(), PARIS))
    assert screen.split("\n")[0].endswith(" UTC+1, then UTC-5")
    assert "syncd person set NAME --tz ZONE --from DATE" in " ".join(screen.split())
    assert "it read:" not in screen


def test_a_day_without_anything_is_still_a_screen():
    row = day_row("me", SIX, UNKNOWN, None, seen_h=None, reason="Can't tell: no data.", tz=None)
    empty = day_view(row=row, strip=(), walks=(), sources=(), revisions=(), week=None)
    screen = "\n".join(day_screen(empty, Paper(), PARIS))
    assert screen.split("\n")[0].endswith(" UTC+1")
    assert " Walks none found" in screen
    assert " Seen  nothing" in screen
    assert " From  no tracker" in screen


def test_a_day_of_which_a_sum_is_all_there_is_says_so():
    row = day_row(
        "me", SIX, MISSED, None, reason="Missed.", resolution=Resolution.TOTAL, steps=1788
    )
    of_sum = day_view(row=row, strip=(), walks=(), sources=(), revisions=(), week=None)
    screen = "\n".join(day_screen(of_sum, Paper(), PARIS))
    assert " From  a total for the day, 1,788 steps" in screen


def test_days_as_a_list_have_sign_number_and_sentence():
    rows = [
        day_row("me", date(2026, 3, 3), MISSED, 19, reason="Missed: 19 of 30, 11 short."),
        day_row(
            "me", date(2026, 3, 10), PROBABLY_MISSED, 12, reason="Probably missed: " + "x " * 30
        ),
        day_row("me", date(2026, 3, 17), MISSED, 6, mark=Mark.FLARE, reason="Flare day."),
    ]
    assert list(day_list(rows, Paper(), brisk)) == [
        "2026-03-03 Tue  ○  19  Missed: 19 of 30, 11 short.",
        "2026-03-10 Tue  ○~ 12  Probably missed: x x x x x x x x x x x x x x x x x x x",
        "                       x x x x x x x x x x x",
        "2026-03-17 Tue  ▲   6  Flare day.",
    ]


def test_a_cohort_is_a_line_a_person_and_one_for_all():
    rows = [
        *(day_row("mturk/7", SIX + timedelta(days=i), MET, 40) for i in range(3)),
        *(day_row("mturk/7", SIX + timedelta(days=3 + i), MISSED, 10) for i in range(2)),
        day_row("mturk/7", SIX + timedelta(days=6), UNKNOWN, None),
        day_row("mturk/8", SIX, PROBABLY_MISSED, 12),
        day_row("mturk/8", SIX + timedelta(days=1), MISSED, 1, mark=Mark.EXCUSED),
    ]
    assert list(cohort_table("mturk", rows, Paper())) == [
        " person                        days  judged   met  missed  can't tell  min/day",
        " 7                                6       5     3       2           1       28",
        " 8                                2       1     0       1           0       12",
        " all 2                            8       6     3       3           1       25",
    ]


def test_an_empty_cohort_has_a_head_only():
    assert len(list(cohort_table("mturk", [], Paper()))) == 1


def test_walks_are_a_table_in_the_local_time_of_the_walker():
    recorded = walk_row(
        "9f8e7d6c-0000-5000-8000-000000000000",
        kind="recorded",
        distance_m=2840.4,
        pace_s_per_km=718.2,
        utc_offset_start_s=-6 * 3600,
    )
    run = walk_row("00000000-0000-5000-8000-000000000000", activity=Activity.RUNNING)
    assert list(walk_table([walk_row(), recorded, run], Paper())) == [
        "date        start   min    km   steps  /min  min/km  brisk  found     id",
        "2026-03-04  18:05    34          3512   103             30  inferred  1a2b3c4d",
        "2026-03-04  11:05    34  2.84    3512   103   11:58     30  recorded  9f8e7d6c",
        "2026-03-04  18:05    34          3512   103             30  running   00000000",
    ]


def test_walks_of_several_people_have_a_heading_each():
    rows = [walk_row(person="mturk/7"), walk_row(person="mturk/8")]
    lines = list(walk_table(rows, Paper(), names=True))
    assert [lines[0], lines[3]] == ["mturk/7", "mturk/8"]


def walk_view(**said) -> WalkView:
    start = 1_772_643_900
    steps = [60, 105, 110, None, 0, 130, 131, 40]
    row = walk_row(
        kind="recorded",
        detected="person",
        label="running",
        distance_m=2840.4,
        pace_s_per_km=718.2,
        elevation_gain_m=12.8,
        elevation_loss_m=6.4,
        elevation_source="barometric",
        grade_max=0.052,
        uphill_min=3,
        precision="second",
    )
    view = WalkView(
        row=row,
        minutes=tuple(
            WalkMinute(
                start=start + 60 * i,
                utc_offset_s=3600,
                steps=count,
                distance_m=None,
                brisk_by="cadence" if count is not None and count >= 100 else None,
            )
            for i, count in enumerate(steps)
        ),
        pauses=((start + 200, start + 209),),
        device=DeviceTotals(steps=3138, distance_m=2440.57, timer_s=1873.1, ascent_m=19.0),
        sources=("Garmin Forerunner 245",),
    )
    return replace(view, **said)


WALK_SCREEN = """\
Wed 4 March 2026, 18:05 to 18:39    me                                   UTC+1

 Recorded, started by a person. Labelled running; walked.

                       here     the device says
 Time                34 min       31 min 13 s
 Moving              34 min
 Distance           2.84 km           2.44 km
 Steps                3,512             3,138
 Cadence      103 steps/min
 Pace          11:58 min/km
 Up                   +13 m             +19 m
 Down                  -6 m
 Brisk               30 min

 18:05 ▃▆▆ ▁██▃
        ▔▔  ▔▔
 bars are steps a minute (tallest 130 and more), brisk minutes underlined

 Climb   by the barometer; steepest 5 %, 3 min uphill
 Paused  1 x, 9 s
 From    Garmin Forerunner 245
 Data    known to the second
 Id      1a2b3c4d-0000-5000-8000-000000000000"""


def test_a_walk_is_one_screen_with_ours_beside_the_device_s():
    screen = [" ".join(line.split()) for line in walk_screen(walk_view(), Paper())]
    assert screen == [" ".join(line.split()) for line in WALK_SCREEN.split("\n")]


def test_the_strip_of_a_walk_underlines_brisk_minutes_and_leaves_unseen_ones_blank():
    lines = walk_screen(walk_view(), Paper())
    at = next(i for i, line in enumerate(lines) if line.startswith(" 18:05"))
    assert lines[at : at + 2] == [" 18:05 ▃▆▆ ▁██▃", "        ▔▔  ▔▔"]


def test_an_inferred_walk_says_that_nobody_pressed_a_button():
    view = walk_view(row=walk_row(), device=None, pauses=())
    screen = "\n".join(walk_screen(view, Paper(glyphs=ASCII)))
    assert "Found in minute steps; nobody pressed a button." in screen
    assert "the device says" not in screen
    assert screen.isascii()


def test_a_walk_in_buckets_is_brisk_for_about_so_long():
    screen = walk_screen(walk_view(row=walk_row(precision="bucket"), minutes=()), Paper())
    (brisk,) = (line for line in screen if line.startswith(" Brisk"))
    assert "about " in brisk
    exact = walk_screen(walk_view(row=walk_row()), Paper())
    assert "about" not in next(line for line in exact if line.startswith(" Brisk"))


def test_the_strip_of_a_walk_by_hand_says_what_its_marks_are():
    by_hand = tuple(replace(m, steps=None, brisk_by="hand") for m in walk_view().minutes)
    screen = "\n".join(
        walk_screen(walk_view(row=walk_row(kind="manual"), minutes=by_hand), Paper())
    )
    assert "the minutes that were entered as brisk are underlined" in screen
    assert "dots" not in screen


def test_what_a_file_says_cannot_act_on_the_terminal():
    view = walk_view(row=walk_row(kind="recorded", label="wal\x1b[31mking\n"))
    assert "\x1b" not in "".join(walk_screen(view, Paper()))


def test_home_is_four_lines():
    recent = [march()[date(2026, 3, n)] for n in (26, 27, 28)]
    assert home_screen(
        [Standing(person="me", today=date(2026, 3, 28), recent=recent)], Paper()
    ) == [
        " Today      So far 2 of 30 brisk minutes.",
        " Waiting    Fri 27: a tracker has not synced. Open its app.",
        " Needs you  Nothing.",
        " More       syncd days, syncd walks, syncd show day DATE, syncd --help",
    ]


def test_home_without_data_of_today_tells_the_newest_day():
    old = day(date(2016, 5, 12), MET, 34, reason="Met: 34 brisk minutes (target 30).")
    lines = home_screen([Standing(person="me", today=SIX, recent=[old])], Paper())
    assert lines[0] == (
        " Today      No data of today. Thu 12 May 2016: Met: 34 brisk minutes (target"
    )
    assert " Needs you  No data in the last week. Bring newer files in: syncd import PATH" in lines


def test_home_of_a_few_people_names_them_and_of_many_counts_them():
    few = [Standing(person=name, today=SIX, recent=[day(SIX, reason="Met.")]) for name in "ab"]
    assert home_screen(few, Paper())[0] == " Today      a: Met. b: Met."
    many = [Standing(person=str(i), today=SIX, recent=[day(SIX)]) for i in range(20)]
    assert home_screen(many, Paper())[0] == (
        " Today      20 people, 20 with data of today. Newest day: Fri 6 March 2026."
    )


def test_home_without_anything_says_what_to_type():
    assert any("syncd import PATH" in line for line in empty_screen(Paper()))
    assert any("syncd demo" in line for line in empty_screen(Paper()))
