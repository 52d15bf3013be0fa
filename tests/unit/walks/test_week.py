"""The ISO week: need, outcome, words; walking rules 0.3 and their test vectors 42 to 48."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.model import Mark, Outcome
from syncd.walks.sentences import week_outlook, week_words
from syncd.walks.week import MARKED_NOT_JUDGED, Week, iso_week_of, judge_week, need

MONDAY = date(2026, 3, 9)
RANK = {"missed": 0, "likely_missed": 1, "unknown": 2, "likely_met": 3, "met": 4}


@dataclass(frozen=True)
class OneDay:
    day: date
    outcome: Outcome | None
    mark: Mark | None = None
    brisk_min: int | None = None
    walking_min: int | None = None


LETTERS = {
    "M": (Outcome.MET, None),
    "m": (Outcome.LIKELY_MET, None),
    "?": (Outcome.UNKNOWN, None),
    "o": (Outcome.LIKELY_MISSED, None),
    "O": (Outcome.MISSED, None),
    "F": (Outcome.MISSED, Mark.FLARE),
    "E": (Outcome.MISSED, Mark.EXCUSED),
    ".": (None, None),
}


def days(letters: str) -> list[OneDay]:
    """Return a day a letter from Monday on; a space is a date without a row."""
    return [
        OneDay(MONDAY + timedelta(days=i), *LETTERS[letter])
        for i, letter in enumerate(letters)
        if letter != " "
    ]


def week(letters: str, most_days: int = 5, *, today: date | None = None) -> Week:
    return judge_week(days(letters), most_days, today=today)


VECTORS = [
    pytest.param("MMMMMOO", 5, "met", "5 of 5", id="42"),
    pytest.param("MMMMOOO", 5, "missed", "4 of 5", id="43"),
    pytest.param("MMMMOOO", 4, "met", "4 of 4", id="43, literal majority"),
    pytest.param("MMMM?OO", 5, "unknown", "4 or 5 of 5", id="44"),
    pytest.param("FFMMMMO", 5, "met", "4 of 3", id="45"),
    pytest.param("FFFFOOO", 5, "not_judged", "not judged", id="45a"),
    pytest.param("MMMmmOO", 5, "likely_met", "~5 of 5", id="45b"),
    pytest.param("FMMMMOO", 5, "met", "4 of 4", id="45c"),
    pytest.param("FFFFFFF", 5, "not_judged", "not judged", id="46"),
    pytest.param("MMM????", 5, "unknown", "3-7 of 5", id="47"),
    pytest.param("MMMMM?O", 5, "met", "5 of 5", id="an unknown day beyond need"),
    pytest.param("OOOOOO?", 5, "missed", "0 or 1 of 5", id="unknown, out of reach"),
    pytest.param("MMMMoOO", 5, "likely_missed", "~4 of 5", id="one leaning day decides"),
    pytest.param("MMMmooo", 5, "likely_missed", "~4 of 5", id="leaning both ways"),
    pytest.param("MMMMMmO", 5, "met", "6 of 5", id="a leaning day beyond need"),
    pytest.param("MMOoOOO", 5, "missed", "2 of 5", id="a leaning day that changes nothing"),
    pytest.param("MMMm?OO", 5, "unknown", "4 or 5 of 5", id="leaning and unknown"),
    pytest.param("MMM?ooO", 5, "likely_missed", "~3-4 of 5", id="leaning, beside an unknown"),
    pytest.param("EEEOOOO", 3, "missed", "0 of 1", id="need is never below one"),
]


@pytest.mark.parametrize(("letters", "most_days", "outcome", "words"), VECTORS)
def test_a_week_is_judged_by_the_table(
    letters: str, most_days: int, outcome: str, words: str
) -> None:
    judged = week(letters, most_days)
    assert judged.outcome == outcome
    assert week_words(judged) == words
    assert judged.probably is outcome.startswith("likely")


def test_need_shrinks_by_marked_days_and_stays_above_zero() -> None:
    assert [need(5, marked) for marked in range(7)] == [5, 4, 3, 2, 1, 1, 1]
    assert [need(4, marked) for marked in range(4)] == [4, 3, 2, 1]


def test_the_first_days_of_january_may_belong_to_last_year_s_week() -> None:
    assert iso_week_of(date(2027, 1, 1)) == (2026, 53)
    assert iso_week_of(date(2026, 12, 28)) == (2026, 53)
    assert iso_week_of(date(2024, 12, 30)) == (2025, 1)


def test_a_midnight_walk_and_clock_changes_only_move_minutes_between_days() -> None:
    """A week sums what each local date was given; 15 of 35 brisk minutes belong to Tuesday."""
    monday, tuesday = days("MO")
    sums = judge_week(
        [
            replace(monday, brisk_min=20, walking_min=30),
            replace(tuesday, brisk_min=15, walking_min=18),
        ],
        5,
    )
    assert (sums.brisk_min, sums.walking_min) == (35, 48)
    clocks_change = [OneDay(date(2026, 3, 23) + timedelta(days=i), Outcome.MET) for i in range(7)]
    assert (judge_week(clocks_change, 5).iso_week, judge_week(clocks_change, 5).met) == (13, 7)


def test_a_week_without_any_minutes_has_none_rather_than_zero() -> None:
    assert week("???????").brisk_min is None


def test_dates_without_a_row_are_unknown_once_they_are_over() -> None:
    first_week = week("    MOM")
    assert (first_week.unknown, first_week.outcome) == (4, "unknown")
    assert week_words(first_week) == "2-6 of 5"


def test_open_waiting_and_coming_days_are_undecided_not_unknown() -> None:
    running = week("MoMEO..", today=MONDAY + timedelta(days=6))
    assert running.undecided == (MONDAY + timedelta(days=5), MONDAY + timedelta(days=6))
    assert (running.unknown, running.low, running.high) == (0, 2, 2)
    assert week("MM", today=MONDAY + timedelta(days=2)).undecided == tuple(
        MONDAY + timedelta(days=i) for i in range(2, 7)
    )


def test_a_running_week_is_met_as_soon_as_nothing_can_take_it_away() -> None:
    assert week("MMMMM..").outcome == "met"
    assert week("OOO....").outcome == "missed"
    assert week("OO.....").outcome == "unknown"


@pytest.mark.parametrize(
    ("letters", "line"),
    [
        ("MoME...", "This week 2 of 4 (one day excused). Two of Fri, Sat, Sun would do it."),
        (".......", "This week 0 of 5. Five of Mon, Tue, Wed, Thu, Fri, Sat, Sun would do it."),
        ("MMMO...", "This week 3 of 5. Two of Fri, Sat, Sun would do it."),
        ("MMMMO..", "This week 4 of 5. One of Sat, Sun would do it."),
        ("MMMOO..", "This week 3 of 5. Both Sat and Sun would do it."),
        ("MMOO...", "This week 2 of 5. All of Fri, Sat and Sun would do it."),
        ("MMMMOO.", "This week 4 of 5. Sun would do it."),
        ("MMMMM..", "This week 5 of 5: reached."),
        ("MMMMm..", "This week ~5 of 5: probably reached."),
        ("OOO....", "This week 0 of 5: no longer in reach. Mon starts a new one."),
        ("OOo....", "This week ~0 of 5: probably no longer in reach. Mon starts a new one."),
        (
            "MMM?OO.",
            'This week 3 or 4 of 5. Only days that read "can\'t tell" could still make it.',
        ),
        (
            "FFE....",
            (
                "This week 0 of 2 (two flare days, one excused). "
                "Two of Thu, Fri, Sat, Sun would do it."
            ),
        ),
        ("FFFEE..", "This week is not judged (three flare days, two excused)."),
    ],
)
def test_the_outlook_names_the_days_that_would_do(letters: str, line: str) -> None:
    assert week_outlook(week(letters)) == line


@pytest.mark.parametrize("wrong", [[], days("M") * 2, [*days("M"), OneDay(date(2026, 1, 1), None)]])
def test_days_of_no_one_week_are_refused(wrong: list[OneDay]) -> None:
    with pytest.raises(ValueError, match="one ISO week"):
        judge_week(wrong, 5)


weeks = st.text("MmMm?oOoOFE.", min_size=1, max_size=7)
goals = st.integers(1, 7)
marks = st.sampled_from(Mark)


@given(weeks, goals)
def test_the_seven_days_are_counted_once_each(letters: str, most_days: int) -> None:
    judged = week(letters, most_days)
    counts = (judged.met, judged.likely_met, judged.missed, judged.likely_missed, judged.unknown)
    assert sum(counts) + judged.flare + judged.excused + len(judged.undecided) == 7
    assert 0 <= judged.low <= judged.high <= 7
    assert judged.need >= 1


@given(weeks, goals)
def test_words_fit_the_calendar_s_last_column_and_the_line_fits_two(
    letters: str, most_days: int
) -> None:
    judged = week(letters, most_days)
    assert len(week_words(judged)) <= len("4 or 5 of 5")
    assert len(week_outlook(judged)) <= 156


@given(weeks, goals, st.data())
def test_one_more_met_day_never_lowers_a_week(
    letters: str, most_days: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(letters) - 1))
    if letters[at] in "FE":
        return
    better = letters[:at] + "M" + letters[at + 1 :]
    before, after = week(letters, most_days), week(better, most_days)
    if before.outcome != "not_judged":
        assert RANK[after.outcome] >= RANK[before.outcome]
    assert after.low >= before.low


@given(weeks, goals, marks, st.data())
def test_marking_a_day_that_was_not_met_never_lowers_a_week(
    letters: str, most_days: int, mark: Mark, data: st.DataObject
) -> None:
    plain = days(letters)
    at = data.draw(st.integers(0, len(plain) - 1))
    if plain[at].mark is not None or plain[at].outcome in (Outcome.MET, Outcome.LIKELY_MET):
        return
    marked = [*plain[:at], replace(plain[at], mark=mark), *plain[at + 1 :]]
    before, after = judge_week(plain, most_days), judge_week(marked, most_days)
    if after.outcome == "not_judged":
        assert after.flare + after.excused >= MARKED_NOT_JUDGED
    elif "met" in before.outcome:
        assert after.outcome == before.outcome or RANK[after.outcome] > RANK[before.outcome]


@given(weeks, goals)
def test_an_outcome_stands_whatever_the_undecided_and_unknown_days_turn_out(
    letters: str, most_days: int
) -> None:
    judged = week(letters.ljust(7, "?"), most_days)
    if judged.outcome in ("met", "missed"):
        padded = letters.ljust(7, "?")
        for became in "MO":
            settled = padded.translate(str.maketrans("?.mo", became * 4))
            assert week(settled, most_days).outcome == judged.outcome


@given(weeks, goals)
def test_the_order_of_days_changes_nothing(letters: str, most_days: int) -> None:
    assert judge_week(days(letters)[::-1], most_days) == week(letters, most_days)
