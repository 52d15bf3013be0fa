from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from syncd.cli.screens.calendar import Month, Rule, calendar
from syncd.cli.screens.paper import ASCII, Paper
from syncd.walks.counted import Counting
from syncd.walks.model import CountMode, Mark, State, Why
from syncd.walks.week import mondays
from tests.unit.cli.made import MET, MISSED, UNKNOWN, day, march

MARCH = Month(
    year=2026,
    month=3,
    person="me",
    zone="Europe/Paris",
    rule=Rule(),
    days=march(),
    today=date(2026, 3, 28),
)
SCREEN = """\
March 2026    me    30 brisk minutes a day, 5 days of 7        Europe/Paris

 wk Mon      Tue      Wed      Thu      Fri      Sat      Sun      days met
 10  2 ● 33   3 ○ 19   4 ● 30   5 ● 38   6 ?  4   7 ● 52   8 ○  4  4 or 5 of 5
 11  9 ● 31  10 ●~33  11 ○ 19  12 ● 35  13 ● 36  14 ● 47  15 ○  0  ~5 of 5
 12 16 ● 30  17 ▲  6  18 ▲  8  19 ▲  5  20 ○ 12  21 ● 31  22 ○ 22  2 of 2
 13 23 ● 32  24 ○~22  25 ● 34  26 – 18  27 …  8  28 …  2  29       2 of 4

 ● met   ○ missed   ? can't tell   ~ probably   ▲ flare   – excused   … not in
 the number is brisk minutes                     why: syncd show day DATE

 Fri  6  Can't tell: nothing from the watch after 09:10; 4 brisk minutes
         until then.
 Fri 27  Waiting: the watch last synced Fri 12:10. Open its app; the day
         is then judged by itself.
 Sat 28  So far 2 of 30 brisk minutes.

 This week 2 of 4 (one day excused). Two of Fri, Sat, Sun would do it.
 Brisk minutes a week   180 ▆   201 █   114 ▄ (flare)   116 ▄ so far"""  # noqa: RUF001


def month(*days, today=date(2026, 3, 28), **said) -> Month:
    held = {one.day: one for one in days}
    return replace(MARCH, days=held, today=today, **said)


def full_week(*outcomes) -> list:
    return [day(date(2026, 3, 2) + timedelta(days=i), o) for i, o in enumerate(outcomes)]


def test_the_calendar_is_the_one_of_the_design_to_the_letter():
    assert "\n".join(calendar(MARCH, Paper())) == SCREEN


def test_with_plain_signs_everything_is_ascii():
    screen = "\n".join(calendar(MARCH, Paper(glyphs=ASCII)))
    assert screen.isascii()
    assert " 10  2 * 33   3 o 19   4 * 30   5 * 38   6 ?  4   7 * 52   8 o  4" in screen
    assert "* met   o missed   ? can't tell   ~ probably   ^ flare   - excused" in screen


def test_colours_are_green_amber_grey_blue_and_never_red():
    screen = "\n".join(calendar(MARCH, Paper(colour=True)))
    assert "\x1b[32m● 33\x1b[0m" in screen
    assert "\x1b[33m○ 19\x1b[0m" in screen
    assert "\x1b[90m?  4\x1b[0m" in screen
    assert "\x1b[34m▲  6\x1b[0m" in screen
    assert "\x1b[31m" not in screen


def test_colour_changes_no_letter():
    plain = calendar(MARCH, Paper())
    coloured = "\n".join(calendar(MARCH, Paper(colour=True)))
    for code in ("1", "32", "33", "34", "90", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured.split("\n") == plain


@pytest.mark.parametrize("width", range(40, 79))
def test_no_line_is_wider_than_the_terminal(width):
    odd = replace(
        MARCH,
        person="a person with a rather long name/0123456789",
        zone="America/Argentina/ComodRivadavia",
        note="Nothing in April 2026 yet; March 2026 is the newest month with data.",
        days={at: replace(one, brisk_min=133) for at, one in MARCH.days.items()},
    )
    for shown in (MARCH, odd):
        for line in calendar(shown, Paper(width=width)):
            assert len(line) <= width
            assert line == line.rstrip()


def test_a_narrow_terminal_gets_a_line_a_day():
    screen = calendar(MARCH, Paper(width=40))
    assert " Mon  2  ● 33  met" in screen
    assert " Tue 10  ●~33  probably met" in screen
    assert " Sat 28  …  2  so far" in screen
    assert " week 11: ~5 of 5" in screen


def test_a_week_that_lies_in_two_months_is_shown_whole_and_counted_whole():
    days = [day(date(2026, 2, 23) + timedelta(days=i)) for i in range(7)]
    lines = calendar(month(*days), Paper())
    assert "  9 23 ● 30  24 ● 30  25 ● 30  26 ● 30  27 ● 30  28 ● 30   1 ● 30  7 of 5" in lines


def test_weeks_without_any_day_of_the_month_are_left_out():
    assert [monday.day for monday in mondays(2026, 3)] == [23, 2, 9, 16, 23, 30]
    lines = calendar(month(day(date(2026, 2, 28)), day(date(2026, 3, 4))), Paper())
    assert [line[:3] for line in lines if line[:3].strip().isdigit()] == [" 10"]


def test_three_figures_fit_into_a_cell():
    lines = calendar(month(*full_week(MET), day(date(2026, 3, 3), MET, 133)), Paper())
    assert any("  3 ●133   4" in line for line in lines)


def test_the_number_is_the_one_the_day_is_judged_on():
    edged = replace(day(date(2026, 3, 3), MET, 29), edge_min=1.0)
    assert any(" 3 ● 30" in line for line in calendar(month(edged), Paper()))
    counting = Counting([(None, CountMode.BOUTS)])
    bouts = calendar(month(edged, rule=Rule(mode=CountMode.BOUTS), counting=counting), Paper())
    assert any(" 3 ● 20" in line for line in bouts)
    assert any("the number is brisk minutes in bouts" in line for line in bouts)


def test_a_day_of_which_nothing_is_known_has_no_number():
    unseen = day(date(2026, 3, 3), UNKNOWN, None, edge_min=None, reason="Can't tell: no data.")
    assert any(" 3 ?      4 " in line for line in calendar(month(unseen), Paper()))


def test_only_days_that_need_a_sentence_get_one_and_only_the_newest_five():
    unknown = [
        day(date(2026, 3, n), UNKNOWN, 4, reason=f"Can't tell: reason {n}.") for n in range(2, 9)
    ]
    missed = day(date(2026, 3, 9), MISSED, 4, reason="Missed: 4 of 30 brisk minutes, 26 short.")
    flare = day(date(2026, 3, 10), MISSED, 4, mark=Mark.FLARE, reason="Flare day, not counted.")
    screen = "\n".join(calendar(month(*unknown, missed, flare), Paper()))
    assert [n for n in range(2, 11) if f"reason {n}." in screen] == [4, 5, 6, 7, 8]
    assert "26 short" not in screen
    assert "not counted" not in screen


def test_days_in_a_row_that_say_the_same_share_one_sentence():
    silent = [
        day(date(2026, 2, 28) + timedelta(days=i), UNKNOWN, None, reason="Can't tell: no data.")
        for i in range(4)
    ]
    again = day(date(2026, 3, 9), UNKNOWN, None, reason="Can't tell: no data.")
    lines = calendar(month(*silent, again), Paper())
    assert " Tue  3  Can't tell: no data. The same since Sat 28 February." in lines
    assert " Mon  9  Can't tell: no data." in lines


@pytest.mark.parametrize(
    "said",
    [
        {"why": Why.TRAVEL, "reason": "Met: 36 brisk minutes. Travel day of 30 hours."},
        {"reason": 'Met, after late data: 32 brisk minutes. It read "missed, 19" before.'},
        {"state": State.OPEN, "reason": "Met: 31 brisk minutes (target 30)."},
    ],
)
def test_a_day_that_changed_or_runs_or_was_odd_gets_its_sentence(said):
    screen = " ".join(" ".join(calendar(month(day(date(2026, 3, 9), **said)), Paper())).split())
    assert said["reason"] in screen


@pytest.mark.parametrize(
    ("outcomes", "today", "line"),
    [
        ([MET, MET], date(2026, 3, 4), "This week 2 of 5. Three of Wed, Thu, Fri, Sat, Sun"),
        ([MET] * 4, date(2026, 3, 6), "This week 4 of 5. One of Fri, Sat, Sun would do it."),
        (
            [MET] * 3 + [MISSED] * 2,
            date(2026, 3, 7),
            "This week 3 of 5. Both Sat and Sun would do it.",
        ),
        ([MET] * 4 + [MISSED] * 2, date(2026, 3, 8), "This week 4 of 5. Sun would do it."),
        ([MET] * 5, date(2026, 3, 7), "This week 5 of 5: reached."),
        (
            [MISSED] * 4,
            date(2026, 3, 6),
            "This week 0 of 5: no longer in reach. Mon starts a new one.",
        ),
    ],
)
def test_the_running_week_says_what_would_do_it(outcomes, today, line):
    screen = " ".join(
        " ".join(calendar(month(*full_week(*outcomes), today=today), Paper())).split()
    )
    assert line in screen


def test_a_week_of_flares_is_not_judged():
    flares = [replace(one, mark=Mark.FLARE) for one in full_week(*[MISSED] * 4)]
    screen = "\n".join(calendar(month(*flares, today=date(2026, 3, 6)), Paper()))
    assert "not judged" in screen
    assert "This week is not judged (four flare days)." in screen


def test_a_past_month_has_no_line_about_this_week():
    screen = "\n".join(calendar(replace(MARCH, today=date(2026, 5, 1)), Paper()))
    assert "This week" not in screen
    assert "so far" not in screen.replace("So far", "")


def test_in_a_plan_the_number_is_minutes_in_walks_and_the_legend_says_so():
    held = [replace(day(date(2026, 3, d), MET, 4), walking_min=50) for d in (2, 3, 10, 11)]
    counting = Counting(
        [(None, CountMode.MINUTES), (date(2026, 3, 9), CountMode.WALKING)],
        {date(2026, 3, 2): 40, date(2026, 3, 10): 17},
    )
    screen = "\n".join(calendar(month(*held, counting=counting), Paper()))
    assert "  2 ●  4   3 ●  4" in screen
    assert "10 ● 17  11 ●  0" in screen, "not the minutes that lie in no walk"
    assert " the number is brisk minutes, in the plan minutes in walks\n why: syncd" in screen
    planned = calendar(month(*held[2:], counting=counting), Paper())
    assert any(line.startswith(" the number is minutes in walks   ") for line in planned)
