"""What a person is told of their days, and in which words."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.digest import digest
from syncd.walks.model import Outcome
from syncd.walks.notice_sentences import (
    HELLO,
    Message,
    ending_words,
    failing_words,
    message_lines,
    silent_words,
    title,
)
from syncd.walks.notices import Kind, Lately, Owed, When, day_notices, flare_notice
from tests.unit.walks import reports

GOLDEN = Path(__file__).parents[2] / "golden" / "notices.txt"
MONDAY = date(2026, 3, 2)
MISSED = {Outcome.MISSED, Outcome.LIKELY_MISSED}
LATER = MONDAY + timedelta(days=21)
LOGIN = "syncd account login garmin"


def lately(letters: str, fresh: str, **said) -> Lately:
    """Return days, one a letter from a Monday on; those under a ``^`` in ``fresh`` are new."""
    days = [
        replace(day, flagged=day.mark is None and day.outcome in MISSED)
        for day in reports.days(letters, MONDAY)
    ]
    new = [day.day for day, sign in zip(days, fresh.replace(" ", ""), strict=False) if sign == "^"]
    facts = {
        "days": days,
        "fresh": new,
        "since": MONDAY,
        "tellable": [day.day for day in days],
        "today": days[-1].day + timedelta(days=1),
        "owed": set(),
        "sent": set(),
        "most_days": lambda _sunday: 1,
    }
    return Lately(**{**facts, **said})


def told(found: list[Owed], kind: Kind = Kind.MISSED) -> list[int]:
    """Return the days told, counted from the Monday."""
    days = [date.fromisoformat(one.subject) for one in found if one.kind is kind]
    return [(day - MONDAY).days for day in days]


def missed(*numbers: int) -> set[tuple[str, str]]:
    return {(Kind.MISSED, (MONDAY + timedelta(days=n)).isoformat()) for n in numbers}


@pytest.mark.parametrize(
    ("letters", "fresh", "days"),
    [
        pytest.param("mmx", "..^", [], id="one missed day is normal"),
        pytest.param("mxx", "..^", [1, 2], id="the second in a row is told with the first"),
        pytest.param("mxX", "..^", [1, 2], id="a probably missed day is one too"),
        pytest.param("xmx", "..^", [], id="a met day between ends the row"),
        pytest.param("x?x", "..^", [], id="a day that nobody can tell ends it too"),
        pytest.param("xfx", "..^", [], id="so does a flare day"),
        pytest.param("xxxx", "^^^^", [0, 1, 2, 3], id="a burst tells the whole row at once"),
        pytest.param("xxx", "^..", [0, 1, 2], id="a late first day makes a row"),
        pytest.param("xxx", "..^", [], id="a third day alone is no turning"),
        pytest.param("xxmxx", "^^.^^", [0, 1, 3, 4], id="two rows in one burst"),
    ],
)
def test_the_second_missed_day_in_a_row_is_told(letters, fresh, days):
    assert told(day_notices(lately(letters, fresh), When.TURNING)) == days


def test_a_row_is_told_once():
    held = lately("mxxx", "..^^", owed=missed(1, 2))
    assert told(day_notices(held, When.TURNING)) == []


def test_days_too_old_or_before_the_account_are_in_no_row_that_is_told():
    held = lately("xxx", "^^^")
    held = replace(held, tellable=[held.days[2].day])
    assert told(day_notices(held, When.TURNING)) == [2]
    assert told(day_notices(held, When.EACH)) == [2]


def test_missed_days_before_the_account_begin_no_row():
    held = replace(lately("xxx", "^^^"), since=MONDAY + timedelta(days=2))
    assert told(day_notices(held, When.TURNING)) == []
    held = replace(lately("xxxx", "...^"), since=MONDAY + timedelta(days=2))
    assert told(day_notices(held, When.TURNING)) == [2, 3]


def test_each_tells_every_missed_day_that_is_new_and_never_tells_none():
    held = lately("xmxX", "..^^")
    assert told(day_notices(held, When.EACH)) == [2, 3]
    lost = lately("xxxxx", "....^", most_days=lambda _sunday: 5)
    assert day_notices(lost, When.NEVER) == []


def test_a_week_is_told_of_when_its_goal_goes_out_of_reach_and_not_again():
    five = {"most_days": lambda _sunday: 5}
    week = [Owed(Kind.WEEK, "2026-W10")]
    assert day_notices(lately("mxmx", "...^", **five), When.TURNING) == []
    assert day_notices(lately("mxmxmx", ".....^", **five), When.TURNING) == week
    fourth = lately("mxmxmxm", "......^", **five)
    assert day_notices(fourth, When.TURNING) == []
    lost_before = lately("xmxmxmx", "......^", **five)
    assert Owed(Kind.WEEK, "2026-W10") not in day_notices(lost_before, When.TURNING)


def test_a_correction_is_told_only_where_the_first_notice_went_out():
    held = lately("mxm", "..^", owed=missed(2))
    assert day_notices(held, When.TURNING) == []
    went = replace(held, sent=missed(2))
    assert told(day_notices(went, When.TURNING), Kind.CORRECTED) == [2]
    assert told(day_notices(replace(went, fresh=[]), When.TURNING), Kind.CORRECTED) == []
    unknown = lately("mx?", "..^", sent=missed(2))
    assert told(day_notices(unknown, When.TURNING), Kind.CORRECTED) == [2]


def test_a_person_s_own_mark_is_no_correction():
    assert day_notices(lately("mxf", "..^", sent=missed(2)), When.TURNING) == []


def test_a_week_back_in_reach_is_told_where_its_loss_was():
    five = {"most_days": lambda _sunday: 5}
    held = lately("mxmmmxm", "......^", **five, sent={(Kind.WEEK, "2026-W10")})
    assert day_notices(held, When.TURNING) == [Owed(Kind.WEEK_CORRECTED, "2026-W10")]


@pytest.mark.parametrize(
    ("number", "outcomes", "subject"),
    [
        (3, [Outcome.MISSED] * 3, None),
        (4, [Outcome.MISSED] * 4, "2026-03-02 4"),
        (5, [Outcome.MISSED] * 5, None),
        (5, [Outcome.MISSED, Outcome.MET, Outcome.MET], "2026-03-02 reached"),
        (6, [Outcome.MET, Outcome.MET], "2026-03-02 reached"),
        (8, [Outcome.MISSED], "2026-03-02 8"),
        (15, [Outcome.MET, Outcome.MET], None),
    ],
)
def test_a_flare_is_asked_after_on_the_days_of_the_rules(number, outcomes, subject):
    found = flare_notice(MONDAY, MONDAY + timedelta(days=number - 1), outcomes)
    assert (found.subject if found else None) == subject


LINES = {
    "m": "Met: 34 brisk minutes (target 30).",
    "x": "Missed: 19 of 30 brisk minutes, 11 short.",
    "X": "Probably missed: about 12 brisk minutes (6-19), from 15-minute steps.",
}
LATE = 'Met, after late data: 32 brisk minutes. It read "missed, 19" until the watch synced.'
SIGN_IN = (
    "google-health: Google no longer accepts this sign-in. "
    "Sign in again: syncd account login google-health"
)


def worded(letters: str, first: date = MONDAY):
    days = reports.days(letters, first)
    return [replace(day, reason=LINES[sign]) for day, sign in zip(days, letters, strict=True)]


def messages() -> dict[str, Message]:
    week = reports.weeks(reports.days("mxmxx", MONDAY), MONDAY + timedelta(days=5))[0]
    over = reports.weeks(reports.days("mxmxxxm", MONDAY), LATER)[0]
    back = reports.weeks(reports.days("mmmmm", MONDAY), MONDAY + timedelta(days=5))[0]
    report = reports.report(reports.days("mmxmxmm" * 3, MONDAY), today=LATER)
    now = datetime(2026, 3, 6, 21, 40, tzinfo=UTC)
    late = replace(worded("m")[0], reason=LATE)
    return {
        "two days in a row": Message(today=LATER, missed=tuple(worded("xX"))),
        "days apart": Message(today=LATER, missed=(worded("x")[0], worded("mmmx")[3])),
        "one day": Message(today=LATER, missed=(worded("x")[0],)),
        "the running week out of reach": Message(
            today=MONDAY + timedelta(days=5), missed=tuple(worded("mmmxx")[3:]), lost=(week,)
        ),
        "a week that ended out of reach": Message(today=LATER, lost=(over,)),
        "late data": Message(today=MONDAY + timedelta(days=5), corrected=(late,), back=(back,)),
        "what needs a person": Message(
            today=LATER,
            asks=(
                SIGN_IN,
                silent_words("watch", now, LATER),
                silent_words("phone", None, LATER),
                *(
                    ending_words("garmin", LATER, LATER + timedelta(days=d), LOGIN)
                    for d in (-7, 0, 1)
                ),
                failing_words("garmin", now.replace(year=2025), "It answers with 503.", LATER),
                failing_words("fitbit", None, None, LATER),
            ),
        ),
        "the digest": Message(today=LATER, digest=tuple(digest(report))),
        "all of it": Message(
            today=LATER,
            asks=(SIGN_IN,),
            missed=tuple(worded("xx")),
            lost=(over,),
            corrected=(late,),
            digest=tuple(digest(report)),
        ),
    }


def test_every_message_reads_as_it_was_last_read_by_a_person():
    parts = [f"== {name}\n" + "\n".join(message_lines(one)) for name, one in messages().items()]
    text = "\n\n".join([f"== the test\n{title('me')}\n{HELLO}", *parts]) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_no_message_shouts_or_is_too_wide():
    for one in messages().values():
        lines = message_lines(one)
        assert all(len(line) <= 78 for line in lines)
        assert "!" not in "\n".join(lines)
        assert lines[0]
        assert lines[-1]


@given(letters=st.text("mMxX?few", min_size=1, max_size=21), data=st.data())
def test_nothing_is_told_of_days_that_are_not_new_or_not_missed(letters, data):
    held = lately(letters, data.draw(st.text("^.", min_size=len(letters), max_size=len(letters))))
    flagged = {day.day.isoformat() for day in held.days if day.flagged}
    new = {day.isoformat() for day in held.fresh}
    for when in When:
        found = day_notices(held, when)
        assert len(set(found)) == len(found)
        days = {one.subject for one in found if one.kind is Kind.MISSED}
        assert days <= flagged
        assert not days or days & new
        assert not found or flagged & new
