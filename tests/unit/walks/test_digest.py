"""The weekly digest, and the words of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.digest import digest
from syncd.walks.flares import flare_question
from syncd.walks.model import Mark, Why
from syncd.walks.report import Marked, Promise, figures, newest_untold
from syncd.walks.report_sentences import (
    best_words,
    change_words,
    comparison_words,
    marked_words,
    rate_words,
    reached_words,
    share_words,
    span_words,
    untold_words,
    week_result,
)
from syncd.walks.safety import SAFETY
from tests.conftest import ROOT
from tests.unit.walks.reports import MONDAY, PROMISE, RULE, days, report, walk, weeks

FIVE = "mmmmmmm" * 3 + "mmmmmxx" + "m"
CHANGE = (MONDAY + timedelta(days=23), "Charge 2", "vivosmart 5")


def test_a_plain_week_says_result_minutes_longest_walk_and_what_this_week_needs():
    held = days(FIVE)
    told = MONDAY + timedelta(days=21)
    lines = digest(report(held, walks=(walk(told, 41), walk(MONDAY, 90))))
    assert lines == [
        "Week 13, 23 to 29 March 2026.",
        "Reached: 5 days met, 5 needed. 4 weeks in a row reached.",
        "210 brisk minutes; 210 on average in the 3 weeks before.",
        "Longest walk: 41 minutes, Mon 23 March.",
        "This week 1 of 5. Four of Tue, Wed, Thu, Fri, Sat, Sun would do it.",
    ]


def test_a_longest_walk_that_is_seen_in_buckets_only_is_about():
    coarse = walk(MONDAY + timedelta(days=21), 45, precision="bucket")
    assert "Longest walk: about 45 minutes, Mon 23 March." in digest(
        report(days(FIVE), walks=(coarse,))
    )


def test_a_first_week_that_still_runs_is_told_as_far_as_it_is():
    assert digest(report(days("mx?"))) == [
        "Week 10, 2 to 8 March 2026.",
        "This week 1 or 2 of 5. All of Thu, Fri, Sat and Sun would do it.",
        "90 brisk minutes so far.",
        "Longest walk: 34 minutes, Mon 2 March.",
    ]


def test_a_week_with_few_judged_days_is_not_compared():
    lines = digest(report(days("mmmmmmm" + "mm?????")))
    assert lines[1].startswith("Can't tell: 2 to 7 days met, 5 needed.")
    assert lines[2] == "210 brisk minutes, with 2 days judged: too few to compare."


def test_what_changed_and_what_needs_somebody_is_said():
    held = days(FIVE + "w")
    held[22] = replace(held[22], reason="Met, after late data: 32 brisk minutes.")
    later = Promise(MONDAY + timedelta(days=25), RULE.replace("30", "20"), 20, 4)
    flare = Marked(Mark.FLARE, MONDAY + timedelta(days=27), None)
    lines = digest(
        report(held, changes=(CHANGE,), promises=(PROMISE, later), marks=(flare,), walks=())
    )
    text = "\n".join(lines)
    assert "Changed: vivosmart 5 instead of Charge 2 since Wed 25 March." in text
    assert "Changed: since Fri 27 March: 20 brisk minutes" in text
    assert "was judged again" not in text, "the newest two"
    assert "the tracker changed, so earlier weeks do not compare" in text
    assert "Tue 31: a tracker has not synced. Open its app." in text
    assert "Day 4 of the flare. Over? syncd flare end says so." in text


@pytest.mark.parametrize("length", range(1, 17))
@pytest.mark.parametrize("letters", ["xx", "mm"])
def test_a_digest_asks_about_a_flare_just_what_the_home_screen_asks(length, letters):
    held = days(FIVE + letters)
    today = held[-1].day + timedelta(days=1)
    flare = Marked(Mark.FLARE, today - timedelta(days=length - 1), None)
    outcomes = [day.outcome for day in held if day.day >= flare.first]
    asked = flare_question(flare.first, today, outcomes)
    lines = " ".join(" ".join(digest(report(held, marks=(flare,)))).split())
    assert ("flare" in lines) == (asked is not None)
    assert asked is None or asked in lines


def test_old_data_ask_for_newer_ones_and_for_nothing_else():
    held = days(FIVE + "w")
    lines = digest(report(held, today=date(2026, 9, 1)))
    assert (
        lines[-1] == "The newest data are of Tue 31 March 2026. Bring newer in: syncd import PATH"
    )
    assert "has not synced" not in "\n".join(lines)


@given(
    letters=st.text("mMxX?few", min_size=1, max_size=60),
    names=st.tuples(st.text(max_size=80), st.text(max_size=80)),
    hints=st.lists(st.text("abc def", max_size=200), max_size=5),
)
def test_a_digest_always_fits_twelve_lines_of_78_columns(letters, names, hints):
    held = days(letters)
    change = (held[-1].day, *names)
    later = Promise(held[-1].day, RULE * 3, 20, 4)
    flare = Marked(Mark.FLARE, held[0].day, None)
    facts = report(
        held, changes=(change,), promises=(PROMISE, later), marks=(flare,), hints=tuple(hints)
    )
    lines = digest(facts)
    assert 1 <= len(lines) <= 12
    assert all(len(line) <= 78 for line in lines)
    waits = sum(1 for line in lines if "has not synced" in line)
    assert waits == any(day.outcome is None for day in held), "what needs somebody is never cut"
    assert not any("!" in line for line in digest(replace(facts, changes=(), hints=())))


def test_weeks_say_what_they_had_and_needed():
    said = ["mmmmmxx", "mmmmxxx", "mmmm?xx", "ffmmmmx", "fffffmm", "mmmMMxx", "mmmmXXX"]
    results = [week_result(week) for week in weeks(days("".join(said)))]
    assert results == [
        "Reached: 5 days met, 5 needed.",
        "Not reached: 4 days met, 5 needed.",
        "Can't tell: 4 or 5 days met, 5 needed.",
        "Reached: 4 days met, 3 needed (two flare days).",
        "Not judged (five flare days).",
        "Probably reached: 5 days met, 5 needed.",
        "Probably not reached: 4 days met, 5 needed.",
    ]


def test_figures_are_said_with_their_counts():
    held = days("m" * 14 + "x" * 8 + "?" * 6)
    f = figures(report(held))
    assert rate_words(f.rate) == "14 of 22 days, 6 can't tell"
    assert reached_words(f) == "2 of 3"
    assert comparison_words(f.comparison) == "210 on average over 3 whole weeks"
    assert best_words(f.best) == "90 steps a minute in the best 30 minutes, Sun 29 March"
    assert best_words(None).startswith("not known")
    assert change_words(CHANGE) == (
        "vivosmart 5 since Wed 25 March, Charge 2 before; their figures do not compare."
    )


def test_likely_days_could_be_judged_and_are_named():
    held = days("mMXx?")
    f = figures(report(held))
    assert share_words(f.judged_days, f.over_days, f.probably_days) == (
        "4 of 5 days (80 %), 2 of them probably"
    )
    assert share_words(4, 5, 0) == "4 of 5 days (80 %)"


def test_the_newest_days_that_nobody_can_tell_are_told_with_their_reason():
    held = days("??e?m?")
    held[1] = replace(held[1], reason="Can't tell: about 26 brisk minutes (15-33), from ...")
    held[3] = replace(held[3], why=Why.NO_DATA)
    said = [untold_words(day) for day in newest_untold(report(held))]
    assert said == [
        "Mon 2 March 2026: day 2026-03-02",
        "Tue 3 March 2026: Can't tell: about 26 brisk minutes (15-33), from ...",
        "Sat 7 March 2026: day 2026-03-07",
    ]


def test_spans_name_month_and_year_once():
    assert span_words(date(2026, 3, 2), date(2026, 3, 8)) == "2 to 8 March 2026"
    assert span_words(date(2026, 3, 30), date(2026, 4, 5)) == "30 March to 5 April 2026"
    assert span_words(date(2025, 12, 29), date(2026, 1, 4)) == "29 December 2025 to 4 January 2026"
    assert span_words(date(2025, 3, 2), date(2026, 3, 1)) == "2 March 2025 to 1 March 2026"


def test_a_mark_is_told_without_anybodys_own_words():
    mark = Marked(Mark.EXCUSED, date(2026, 3, 2), date(2026, 3, 6), "a secret")
    assert marked_words(mark) == "Excused, 2 to 6 March 2026"


def test_the_safety_text_is_the_one_of_the_readme():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert SAFETY.startswith("syncd is not a medical device")
    assert " ".join(SAFETY.split()) in readme
