"""Walks as a table, and as lines in the screen of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from syncd.cli.screens.figures import kilometres, local, minutes_of, pace
from syncd.cli.screens.paper import WIDEST, Paper, clip
from syncd.cli.screens.slopes import climb
from syncd.store.derived import WalkRow
from syncd.walks.model import WalkSession
from syncd.walks.on_foot import is_walk

SHORT_ID = 8


def found(session: WalkSession) -> str:
    """Return how a walk was found; what was recorded but is no walk says what it is."""
    if not is_walk(session):
        return str(session.activity)
    return "by hand" if session.kind == "manual" else session.kind


def short_id(row: WalkRow) -> str:
    """Return the first eight characters of an id, enough to show a walk by."""
    return row.id[:SHORT_ID]


def walk_table(rows: Iterable[WalkRow], paper: Paper, *, names: bool = False) -> Iterator[str]:
    """Yield a head and a line for each walk, streamed; with ``names`` a heading a person."""
    head = _head(paper)
    for person, walks in groupby(rows, key=lambda row: row.person):
        if names:
            yield paper.ink(clip(person, paper.width), "bold")
        if head:
            yield paper.ink(head, "grey")
        for row in walks:
            yield walk_line(row, paper)
        if not names:
            head = ""


def _head(paper: Paper) -> str:
    if paper.width == WIDEST:
        return (
            f"{'date':<10}  start{'min':>6}{'km':>6}{'steps':>8}{'/min':>6}{'min/km':>8}  "
            f"brisk  {'found':<8}  id"
        )
    if not paper.narrow:
        return f"{'date':<10}  start{'min':>6}{'steps':>8}  brisk  {'found':<8}  id"
    return ""


def walk_line(row: WalkRow, paper: Paper) -> str:
    """Return one walk in a line that fits the paper."""
    walk = row.session
    at = local(walk.start, walk.utc_offset_start_s)
    minutes = minutes_of(walk.start, walk.end)
    steps = "" if walk.steps is None else str(walk.steps)
    end = f"{walk.brisk_min:>5}  {found(walk):<8}  {short_id(row)}"
    if paper.width == WIDEST:
        cadence = "" if walk.cadence_spm is None else f"{walk.cadence_spm:.0f}"
        return (
            f"{at:%Y-%m-%d  %H:%M}{minutes:>6}{kilometres(walk.distance_m):>6}{steps:>8}"
            f"{cadence:>6}{pace(walk.pace_s_per_km):>8}  {end}"
        )
    if not paper.narrow:
        return f"{at:%Y-%m-%d  %H:%M}{minutes:>6}{steps:>8}  {end}"
    return f"{at:%Y-%m-%d %H:%M}{minutes:>5} min  {short_id(row)}"


def walk_of_day(row: WalkRow, paper: Paper) -> str:
    """Return a walk in a line below its day: start, minutes, km, cadence, brisk, how, climb."""
    walk = row.session
    at = local(walk.start, walk.utc_offset_start_s)
    minutes = f"{minutes_of(walk.start, walk.end)} min"
    if paper.width < WIDEST:
        return f"{at:%H:%M} {minutes:>7}  {walk.brisk_min} brisk  {short_id(row)}"
    distance = kilometres(walk.distance_m)
    distance = f"{distance} km" if distance else ""
    cadence = "" if walk.cadence_spm is None else f"{walk.cadence_spm:.0f}/min"
    up = climb(walk.elevation_gain_m, walk.elevation_source, "+")
    return (
        f"{at:%H:%M} {minutes:>7} {distance:>9}  {cadence:>7}  {walk.brisk_min:>3} brisk  "
        f"{found(walk):<8} {up:>7}  {short_id(row)}"
    )
