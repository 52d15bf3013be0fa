"""Strips: a day by half hours, a walk by minutes; brisk stretches underlined, unseen time blank."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.cli.screens.figures import local
from syncd.cli.screens.paper import Paper
from syncd.service.views import HalfHour, WalkMinute

HALF_HOURS_A_LINE = 48
MINUTES_A_LINE = 60
FULL_CADENCE = 130.0
"""Steps a minute of the tallest bar: vigorous, walking rules 0.1."""


def day_strip(strip: Sequence[HalfHour], paper: Paper, *, indent: int = 1) -> list[str]:
    """Return hours, bars of walking minutes and underlines; at most 48 half hours a line."""
    most = HALF_HOURS_A_LINE if paper.width > HALF_HOURS_A_LINE + indent else 24
    lines: list[str] = []
    for at in range(0, len(strip), most):
        part = strip[at : at + most]
        lines += [
            _hours(part),
            "".join(_half_hour(half, paper) for half in part),
            "".join(paper.glyphs.underline if half.brisk_min else " " for half in part),
        ]
    return [(" " * indent + line).rstrip() for line in lines if line.strip()]


def _hours(part: Sequence[HalfHour]) -> str:
    line = ""
    for i, half in enumerate(part):
        if half.start_local.minute == 0 and half.start_local.hour % 3 == 0 and len(line) <= i:
            line = line.ljust(i) + f"{half.start_local.hour:02d}"
    return line


def _half_hour(half: HalfHour, paper: Paper) -> str:
    if not half.seen_min:
        return " "
    walked = max(half.walking_min, half.brisk_min)
    bar = paper.bar(min(walked, 30), 30)
    return paper.ink(bar, "green") if half.brisk_min else bar


def walk_strip(minutes: Sequence[WalkMinute], paper: Paper, *, indent: int = 1) -> list[str]:
    """Return a start time, bars of steps a minute and underlines; at most 60 minutes a line."""
    margin = indent + len("18:05 ")
    most = MINUTES_A_LINE if paper.width >= MINUTES_A_LINE + margin else 30
    lines: list[str] = []
    for at in range(0, len(minutes), most):
        part = minutes[at : at + most]
        clock = local(part[0].start, part[0].utc_offset_s)
        bars = "".join(_minute(minute, paper) for minute in part)
        under = "".join(paper.glyphs.underline if minute.brisk_by else " " for minute in part)
        lines.append(f"{' ' * indent}{clock:%H:%M} {bars}".rstrip())
        if under.strip():
            lines.append(f"{' ' * margin}{under}".rstrip())
    return lines


def _minute(minute: WalkMinute, paper: Paper) -> str:
    if minute.steps is None:
        return paper.glyphs.dot if minute.distance_m else " "
    bar = paper.bar(min(minute.steps, FULL_CADENCE), FULL_CADENCE)
    return paper.ink(bar, "green") if minute.brisk_by else bar
