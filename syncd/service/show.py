"""One day or one walk, explained: what was seen, who spoke, which rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from syncd.contract import ConfigError
from syncd.service.day_sources import day_shares
from syncd.service.derive import MARGIN_AFTER, MARGIN_BEFORE
from syncd.service.loading import day_number, load
from syncd.service.longer import longer_words
from syncd.service.marks import why_of
from syncd.service.source_names import source_names
from syncd.service.tellings import tellings
from syncd.service.views import (
    DayView,
    DeviceTotals,
    HalfHour,
    WalkMinute,
    WalkView,
)
from syncd.service.weeks import week_around
from syncd.store import derived, floors, journal, people
from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.by_hand import KEY
from syncd.walks.coarse_day import coarse_stretch
from syncd.walks.day import History, Reading
from syncd.walks.exertion import exertion
from syncd.walks.fast import fast_minutes
from syncd.walks.ground import Ground
from syncd.walks.model import UNSEEN, CountMode, Rules
from syncd.walks.numbers import count
from syncd.walks.offsets import EPOCH, Piece
from syncd.walks.recorded import Recorded
from syncd.walks.seen import waking, without_long_stillness
from syncd.walks.uphill import BRISK_KMH

HALF_HOUR_MIN = 30


def day_view(cx: Connection, person: people.Person, day: date, now: datetime) -> DayView:
    """Return one civil day explained; raises ``ConfigError`` when the day has no row."""
    row = next(derived.iter_days(cx, [person.id], first=day, last=day), None)
    if row is None:
        raise ConfigError(
            f"There is nothing for {day} from {person.name}: no data around that day."
        )
    reading = _reading(cx, person.id, day_number(day), day_number(day))
    pieces = reading.days[day]
    target = reading.target(day)
    ground = reading.ground(target.rules)
    walks = list(derived.iter_walks(cx, [person.id], first=day, last=day))
    coarse = count(ground, pieces, target.rules).coarse
    return DayView(
        row=row,
        strip=tuple(_strip(ground, pieces)),
        walks=tuple(walks),
        sources=tuple(day_shares(ground, pieces, source_names(cx, person.id))),
        revisions=tuple(journal.revisions(cx, person.id, day)),
        rule=rule_words(target.rules),
        week=week_around(cx, person.id, day, now),
        mark_why=why_of(cx, person.id, day),
        fast=fast_minutes(ground, [(p.start, p.end) for p in pieces]),
        floors=floors.of_day(cx, person.id, day),
        longer=tuple(longer_words(cx, person.id, day, walks)),
        epoch_min=None if coarse is None else coarse.epoch_min,
    )


def rule_words(rules: Rules) -> str:
    """Return the rule in force, in words."""
    if rules.count_mode is CountMode.WALKING:
        return f"{rules.day_target} minutes in walks, at any pace: the graded plan's."
    pace = f"{brisk_spm(rules):g} steps a minute or more"
    if rules.height_adjust and rules.height_cm is not None:
        pace += f" at {rules.height_cm:g} cm"
    climb = " or a climb as hard" if rules.uphill_credit else ""
    if rules.speed_min_kmh is not None:
        speed = f"{rules.speed_min_kmh:g}-{rules.speed_max_kmh:g} km/h"
        pace += f", or {speed}{climb} in a recorded walk"
    elif climb:
        pace += f",{climb} as {BRISK_KMH:g} km/h in a recorded walk"
    where = "anywhere in the day"
    if rules.count_mode is CountMode.BOUTS:
        where = f"in walks of {rules.bout_min} or more"
    return f"{rules.day_target} brisk minutes {where} ({pace})."


def _reading(cx: Connection, person_id: int, first_day: int, last_day: int) -> Reading:
    return Reading(load(cx, person_id, first_day - MARGIN_BEFORE, last_day + MARGIN_AFTER))


def _strip(ground: Ground, pieces: Sequence[Piece]) -> list[HalfHour]:
    found: list[HalfHour] = []
    for piece in pieces:
        seen = _seen(ground, piece)
        at = piece.start
        while at < piece.end:
            local = (at * 60 + piece.offset_s) // 60
            end = min(piece.end, at + HALF_HOUR_MIN - local % HALF_HOUR_MIN)
            part = seen[at - piece.start : end - piece.start]
            found.append(_half_hour(ground, at, end, local % 1440, len(part) - part.count(UNSEEN)))
            at = end
    return found


def _seen(ground: Ground, piece: Piece) -> bytes:
    """Return a piece's minutes, those that the verdict calls unseen as 255."""
    raw = ground.seen(piece.start, piece.end)
    a, b = (minute - piece.start for minute in waking(piece, ground.rules))
    awake = without_long_stillness(raw[a:b], ground.rules.unseen_run_min)
    return raw[:a] + awake + raw[b:]


def _half_hour(ground: Ground, start: int, end: int, local_minute: int, seen_min: int) -> HalfHour:
    begin = local_minute - local_minute % HALF_HOUR_MIN
    walking, brisk = coarse_stretch(ground, start, end)
    return HalfHour(
        start_local=time(begin // 60, begin % 60),
        seen_min=seen_min,
        walking_min=ground.walking(start, end).count(1) + walking,
        brisk_min=ground.brisk(start, end).count(1) + brisk,
        steps=ground.total(start, end),
    )


def walk_view(cx: Connection, row: derived.WalkRow) -> WalkView:
    """Return one walk with its minutes, pauses and what the device itself counted."""
    walk = row.session
    first, end = walk.start // 60, -(-walk.end // 60)
    reading = _reading(cx, row.person_id, walk.start // 86_400, walk.end // 86_400)
    day = EPOCH + timedelta(days=(walk.start + walk.utc_offset_start_s) // 86_400)
    ground = reading.ground(reading.target(day).rules)
    told_by = [r for r in ground.recorded if r.workout.key == walk.recorded_key]
    recorded = max(told_by, key=lambda r: r.richness, default=None)
    if recorded is not None:
        first, end = recorded.first, recorded.first + recorded.length
    names = source_names(cx, row.person_id)
    told = tellings(ground, (first, end), recorded, names)
    typed = journal.manual_walks(cx, row.person_id) if walk.kind == "manual" else []
    return WalkView(
        row=row,
        minutes=()
        if walk.precision == "bucket"
        else tuple(_minutes(ground, reading.history, first, end, recorded)),
        pauses=tuple((p.start, p.end) for p in recorded.workout.pauses) if recorded else (),
        device=_device(recorded) if recorded else None,
        sources=tuple(dict.fromkeys(one.name for one in told)),
        tellings=told,
        why=next((w.why for w in typed if f"{KEY}{w.id}" == walk.recorded_key), None),
        effort=exertion(recorded) if recorded else None,
        fast=fast_minutes(ground, [(first, end)]),
        longer=next(iter(longer_words(cx, row.person_id, day, [row])), None),
    )


def _minutes(
    ground: Ground, history: History, first: int, end: int, recorded: Recorded | None
) -> list[WalkMinute]:
    steps = ground.steps(first, end)
    brisk = ground.brisk(first, end)
    by_cadence = ground.by_cadence(first, end)
    metres = recorded.distance_minutes if recorded else []
    return [
        WalkMinute(
            start=(recorded.start if recorded else first * 60) + 60 * i,
            utc_offset_s=history.line.at((first + i) * 60).offset_s,
            steps=None if value == UNSEEN else ground.true_steps(first + i),
            distance_m=metres[i] if i < len(metres) else None,
            brisk_by=_brisk_by(ground, first + i, cadence=by_cadence[i] == 1) if brisk[i] else None,
        )
        for i, value in enumerate(steps)
    ]


def _brisk_by(ground: Ground, minute: int, *, cadence: bool) -> str:
    if cadence:
        return "cadence"
    return "hand" if ground.typed(minute) else ground.brisk_without_steps(minute)


def _device(recorded: Recorded) -> DeviceTotals:
    w = recorded.workout
    return DeviceTotals(
        steps=w.steps,
        distance_m=w.distance_m,
        timer_s=w.timer_s,
        moving_time_s=w.moving_time_s,
        ascent_m=w.ascent_m,
        descent_m=w.descent_m,
    )
