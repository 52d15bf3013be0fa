"""One day for every kind of sentence, by a name that says what happened."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from syncd.walks.model import CountMode, Mark, Outcome, State, Why
from syncd.walks.sentences import CloseCall, DayFacts, OtherTracker, ReadBefore

MET, MISSED, UNKNOWN = Outcome.MET, Outcome.MISSED, Outcome.UNKNOWN
LIKELY_MET, LIKELY_MISSED = Outcome.LIKELY_MET, Outcome.LIKELY_MISSED
WATCH, PHONE, FILE = "the watch", "the phone", "the csv file"
TUESDAY = datetime(2026, 3, 10, 21, 40)  # noqa: DTZ001  (local wall time, as facts carry it)
WEDNESDAY = date(2026, 3, 11)


def _met(brisk: int = 31, **more: Any) -> DayFacts:
    return DayFacts(outcome=MET, why=Why.ENOUGH, tracker=WATCH, brisk=brisk, **more)


def _missed(brisk: int = 19, **more: Any) -> DayFacts:
    return DayFacts(outcome=MISSED, why=Why.SHORT, tracker=WATCH, brisk=brisk, **more)


def _unseen(brisk: int | None = 4, *, tracker: str = WATCH, **more: Any) -> DayFacts:
    facts: dict[str, Any] = {"why": Why.UNSEEN, "tracker": tracker, "steps": 900, **more}
    return DayFacts(outcome=UNKNOWN, brisk=brisk, **facts)


def _coarse(outcome: Outcome, estimate: int, low: int, high: int, **more: Any) -> DayFacts:
    facts: dict[str, Any] = {
        "estimate": estimate,
        "low": low,
        "high": high,
        "epoch_min": 15,
        **more,
    }
    return DayFacts(outcome=outcome, why=Why.COARSE, tracker=WATCH, **facts)


def _recorded(outcome: Outcome, brisk: int, **more: Any) -> DayFacts:
    why = Why.RECORDED_ONLY if outcome is UNKNOWN else Why.SHORT
    return DayFacts(outcome=outcome, why=why, brisk=brisk, recorded_only=True, **more)


TABLE: dict[str, tuple[DayFacts, str]] = {
    "met": (_met(34), "Met: 34 brisk minutes (target 30)."),
    "missed by 11": (_missed(19), "Missed: 19 of 30 brisk minutes, 11 short."),
    "watch flat": (
        _unseen(4, hole_from=time(9, 10)),
        "Can't tell: nothing from the watch after 09:10; 4 brisk minutes until then.",
    ),
    "not synced yet": (
        DayFacts(state=State.WAITING, tracker=WATCH, last_sync=TUESDAY, day=WEDNESDAY, brisk=3),
        "Waiting: the watch last synced Tue 21:40. Open its app; the day is then judged by itself.",
    ),
    "not synced after the wait": (
        DayFacts(
            outcome=UNKNOWN, why=Why.NOT_SYNCED, tracker=PHONE, silent=WATCH, last_sync=TUESDAY
        ),
        (
            "Can't tell: no sync from the watch since Tue 21:40. "
            "If it comes later, this day is judged again."
        ),
    ),
    "15-minute data": (
        _coarse(UNKNOWN, 26, 15, 33),
        "Can't tell: about 26 brisk minutes (15-33), from 15-minute steps.",
    ),
    "15-minute data that fit a walk": (
        _coarse(LIKELY_MET, 24, 14, 40, fits_walk=(35, time(18, 5))),
        "Probably met: 15-minute steps fit one walk of about 35 minutes at 18:05.",
    ),
    "15-minute data of a quiet day": (
        _coarse(LIKELY_MISSED, 12, 6, 19),
        "Probably missed: about 12 brisk minutes (6-19), from 15-minute steps.",
    ),
    "flare": (
        DayFacts(outcome=MISSED, mark=Mark.FLARE, easy_walks=2, easy_min=14, brisk=0),
        "Flare day, not counted: two easy walks, 14 minutes.",
    ),
    "flare at rest": (
        DayFacts(outcome=UNKNOWN, mark=Mark.FLARE),
        "Flare day, not counted. Rest is fine.",
    ),
    "excuse": (
        DayFacts(outcome=MISSED, mark=Mark.EXCUSED, mark_why="travel", brisk=12),
        "Excused (travel), not counted: 12 brisk minutes.",
    ),
    "close call": (
        _missed(27, close_call=CloseCall(95, 31)),
        "Missed, a close call: 27 of 30 brisk minutes; at 95 steps a minute it would be 31.",
    ),
    "late data flipped it": (
        _met(32, before=ReadBefore(MISSED, 19, date(2026, 3, 14)), day=WEDNESDAY),
        (
            "Met, after late data: 32 brisk minutes. "
            'It read "missed, 19" until the watch synced on 14 March.'
        ),
    ),
    "trackers disagree": (
        _met(33, other=OtherTracker(PHONE, 24)),
        "Met by the watch: 33 brisk minutes. The phone says 24; the watch counts first.",
    ),
    "only recorded walks": (
        _recorded(UNKNOWN, 18),
        "Can't tell: 18 brisk minutes in recorded walks; this account does not show the others.",
    ),
    "only recorded walks, few steps besides": (
        _recorded(MISSED, 18, rest_steps=900),
        (
            "Missed: 18 in recorded walks; "
            "the day's other 900 steps cannot hold the 12 that are short."
        ),
    ),
    "travel day west": (
        _met(36, length_h=30.0, clock_change_h=-6.0),
        "Met: 36 brisk minutes. Travel day of 30 hours (clock back 6 h).",
    ),
    "travel day east": (
        DayFacts(outcome=UNKNOWN, why=Why.TRAVEL, brisk=12, length_h=17.0, seen_h=9.2),
        "Can't tell: travel day of 17 hours, 9 of them seen; 12 brisk minutes.",
    ),
    "today": (DayFacts(state=State.OPEN, brisk=12), "So far 12 of 30 brisk minutes."),
    "nothing": (
        DayFacts(outcome=UNKNOWN, why=Why.NO_DATA),
        "Can't tell: no data from any tracker.",
    ),
}

MORE: dict[str, DayFacts] = {
    "met to the minute, with a target of one": _met(1, target=1),
    "met while the day still runs": _met(30, state=State.OPEN),
    "met in bouts": _met(36, brisk_bouted=31, count_mode=CountMode.BOUTS),
    "met, close call": _met(31, close_call=CloseCall(105, 27)),
    "met on a day of 25 hours": _met(31, length_h=25.0, clock_change_h=-1.0),
    "met by recorded walks alone": _recorded(MET, 33),
    "met on a travel day over the date line": _met(31, length_h=43.0, clock_change_h=-19.0),
    "met, it could not be told before": _met(
        32, before=ReadBefore(UNKNOWN, 4, date(2026, 3, 14)), day=WEDNESDAY
    ),
    "met, the late data came from a file": _met(
        32, before=ReadBefore(MISSED, 19, date(2027, 1, 2)), day=WEDNESDAY, late=FILE
    ),
    "met in bouts, after late data": _met(
        brisk_bouted=32,
        count_mode=CountMode.BOUTS,
        before=ReadBefore(LIKELY_MISSED, 19, date(2026, 3, 14)),
    ),
    "missed by one": _missed(29),
    "missed by one, recorded": _recorded(MISSED, 29, rest_steps=40),
    "missed with nothing": _missed(0),
    "missed in bouts": _missed(26, brisk_bouted=19, count_mode=CountMode.BOUTS),
    "missed on a day with short gaps": _missed(19, seen_h=12.4, waking_h=16.0),
    "missed on a day seen nearly whole": _missed(19, seen_h=15.2, waking_h=16.0),
    "missed, late data took it away": _missed(
        27, before=ReadBefore(MET, 31, date(2026, 3, 14)), late=PHONE
    ),
    "missed, trackers disagree": _missed(24, other=OtherTracker(PHONE, 33)),
    "missed on a long travel day": _missed(19, length_h=29.5, clock_change_h=-5.5),
    "missed, no steps besides the recorded walk": _recorded(MISSED, 18, rest_steps=0),
    "probably missed, with a gap": DayFacts(
        outcome=LIKELY_MISSED,
        why=Why.UNSEEN,
        tracker=WATCH,
        brisk=19,
        hole_from=time(13, 0),
        hole_to=time(15, 10),
    ),
    "probably met by the table": _coarse(LIKELY_MET, 36, 24, 47),
    "probably missed by hourly data": _coarse(LIKELY_MISSED, 1, 0, 11, epoch_min=60),
    "probably met by two walks": _coarse(
        LIKELY_MET, 24, 14, 40, fits_walk=(41, time(8, 5)), fits_walks=2
    ),
    "met by coarse data for certain": _met(52, least=31, most=60, estimate=52, epoch_min=15),
    "met by a recorded walk beside coarse data": _met(
        52, least=31, most=60, estimate=52, epoch_min=15, minutes_suffice=True
    ),
    "missed by coarse data for certain": _missed(8, least=0, most=19, estimate=8, epoch_min=5),
    "coarse data of many lengths": _coarse(UNKNOWN, 26, 15, 33, epoch_min=None),
    "coarse data judged in bouts": _coarse(
        UNKNOWN, 0, 0, 40, count_mode=CountMode.BOUTS, least=0, most=45, brisk_bouted=0
    ),
    "so far about": DayFacts(brisk=12, estimate=12, low=6, high=19, least=0, most=40),
    "coarse data that end at noon": _unseen(7, hole_from=time(12, 0), estimate=7, epoch_min=15),
    "a day's total that could hold them": _unseen(
        None, steps=9800, rest_steps=9800, total_holds=True, recorded_only=True
    ),
    "a day's total that cannot hold them": _unseen(
        None, steps=2100, rest_steps=2100, recorded_only=True, tracker=PHONE
    ),
    "a recorded walk and too few steps besides, unseen": _unseen(
        18, steps=2900, rest_steps=900, recorded_only=True
    ),
    "never worn": _unseen(0, steps=0),
    "phone left at home": _unseen(0, steps=0, tracker=PHONE),
    "a file without a step": _unseen(0, steps=0, tracker=FILE),
    "a file that ends in the morning": _unseen(4, hole_from=time(9, 10), tracker=FILE),
    "put on late": _unseen(12, hole_to=time(11, 20)),
    "put on late, nothing brisk": _unseen(0, hole_to=time(11, 20)),
    "off over noon": _unseen(12, hole_from=time(9, 10), hole_to=time(14, 30)),
    "off again and again": _unseen(
        12,
        hole_from=time(13, 0),
        hole_to=time(15, 10),
        other_holes=True,
        seen_h=7.3,
        waking_h=16.0,
    ),
    "too little seen, nothing to name": _unseen(1, seen_h=0.4, waking_h=16.0),
    "too little seen, nothing known": _unseen(1),
    "waiting for a first sync": DayFacts(state=State.WAITING, tracker=PHONE),
    "waiting since another week": DayFacts(
        state=State.WAITING, tracker=WATCH, last_sync=TUESDAY, day=date(2026, 3, 20)
    ),
    "no sync since another year": DayFacts(
        outcome=UNKNOWN,
        why=Why.NOT_SYNCED,
        tracker=WATCH,
        last_sync=datetime(2025, 12, 9, 7, 5),  # noqa: DTZ001
        day=date(2026, 3, 20),
    ),
    "no sync ever": DayFacts(outcome=UNKNOWN, why=Why.NOT_SYNCED, tracker=WATCH),
    "a recorded walk in a file": _recorded(UNKNOWN, 1, tracker="the FIT file"),
    "nothing brisk in a recorded walk": _recorded(UNKNOWN, 0),
    "a recorded walk and many steps besides": _recorded(
        UNKNOWN, 18, rest_steps=2400, total_holds=True
    ),
    "short travel day, hardly seen": DayFacts(
        outcome=UNKNOWN, why=Why.TRAVEL, brisk=1, length_h=15.5, seen_h=0.4
    ),
    "trackers differ too much to tell": DayFacts(
        outcome=UNKNOWN,
        why=Why.SOURCES_DIFFER,
        tracker=WATCH,
        brisk=33,
        other=OtherTracker(PHONE, 24),
    ),
    "so far nothing brisk": DayFacts(brisk=0, tracker=WATCH),
    "so far no data": DayFacts(tracker=WATCH),
    "so far in bouts": DayFacts(brisk=20, brisk_bouted=12, count_mode=CountMode.BOUTS),
    "met in a plan": _met(14, target=13, count_mode=CountMode.WALKING),
    "missed in a plan": _missed(6, target=13, count_mode=CountMode.WALKING),
    "so far in a plan": DayFacts(brisk=1, target=13, count_mode=CountMode.WALKING),
    "flare, one walk": DayFacts(mark=Mark.FLARE, easy_walks=1, easy_min=1),
    "flare, many walks": DayFacts(mark=Mark.FLARE, easy_walks=13, easy_min=90),
    "flare, a walk in buckets": DayFacts(
        mark=Mark.FLARE, easy_walks=1, easy_min=45, easy_about=True
    ),
    "excused without a word": DayFacts(outcome=MET, mark=Mark.EXCUSED, brisk=41),
    "excused, nothing seen": DayFacts(outcome=UNKNOWN, mark=Mark.EXCUSED, mark_why="watch lost"),
    "excused at length": DayFacts(
        outcome=MISSED,
        mark=Mark.EXCUSED,
        mark_why="a cold\nthat the children brought home from school on Monday",
        brisk=1,
    ),
    "a tracker with a long name": _unseen(
        4, tracker="the Garmin Forerunner 245 Music of Aunt Mary", hole_from=time(9, 10)
    ),
    "a tracker with one long word": _unseen(
        4, tracker="the Donaudampfschifffahrtsgesellschaftsuhr", hole_from=time(9, 10)
    ),
}
