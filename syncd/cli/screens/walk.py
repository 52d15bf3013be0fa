"""One walk on one screen: when, how fast, the cadence strip, climb, ours beside the device's."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.cli.screens.figures import (
    count,
    duration,
    kilometres,
    local,
    long_date,
    metres,
    minutes_of,
    pace,
    utc_offset,
)
from syncd.cli.screens.paper import Paper, clip
from syncd.cli.screens.slopes import climb, climb_words, effort_words, fast_words
from syncd.cli.screens.strips import walk_strip
from syncd.service.views import DeviceTotals, WalkView
from syncd.walks.model import Activity, WalkSession
from syncd.walks.phrases import one_line

_WAS = {
    Activity.WALKING: "walked",
    Activity.HIKING: "hiked",
    Activity.RUNNING: "ran",
    Activity.OTHER: "neither walked nor run",
    Activity.UNKNOWN: "cannot be told from this data",
}
_LEGEND = "bars are steps a minute (tallest 130 and more), brisk minutes underlined"
_LEGEND_OF_DOTS = "dots are minutes that moved, their steps not counted; brisk ones underlined"
_LEGEND_BY_HAND = "the minutes that were entered as brisk are underlined"


def walk_screen(view: WalkView, paper: Paper) -> list[str]:
    """Return the screen of a walk."""
    walk = view.row.session
    lines = [*_title(view, paper), "", *paper.wrap(_kind(walk, view.why), first=" ", indent=1), ""]
    lines += _figures(view, paper)
    strip = walk_strip(view.minutes, paper)
    if strip:
        grey = [paper.ink(line, "grey") for line in paper.wrap(_legend(view), first=" ", indent=1)]
        lines += ["", *strip, *grey]
    lines += ["", *_ending(view, paper)]
    return lines


def _legend(view: WalkView) -> str:
    if any(minute.steps is not None for minute in view.minutes):
        return _LEGEND
    return _LEGEND_BY_HAND if view.row.session.kind == "manual" else _LEGEND_OF_DOTS


def _title(view: WalkView, paper: Paper) -> list[str]:
    walk = view.row.session
    start = local(walk.start, walk.utc_offset_start_s)
    end = local(walk.end, walk.utc_offset_end_s)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{long_date(end.date())} {end:%H:%M}"
    name = f"{long_date(start.date())}, {start:%H:%M} to {until}    {view.row.person}"
    zone = utc_offset(walk.utc_offset_start_s)
    if len(name) + len(zone) + 4 <= paper.width:
        return [paper.ink(name + zone.rjust(paper.width - len(name)), "bold")]
    return [paper.ink(line, "bold") for line in (*paper.wrap(name), zone)]


def _kind(walk: WalkSession, why: str | None) -> str:
    """Return how it was found and, where a label says otherwise, what it really was."""
    if walk.kind == "inferred":
        steps = "coarse" if walk.precision == "bucket" else "minute"
        return f"Found in {steps} steps; nobody pressed a button."
    if walk.kind == "manual":
        return f"Entered by hand: {one_line(why)}" if why else "Entered by hand."
    by = "started by the device itself" if walk.detected == "device" else "started by a person"
    label = clip(one_line(walk.label), 40)
    if not label:
        return f"Recorded, {by}; no label; {_WAS[walk.activity]}."
    return f"Recorded, {by}. Labelled {label}; {_WAS[walk.activity]}."


def _figures(view: WalkView, paper: Paper) -> list[str]:
    rows = [(name, ours, device) for name, ours, device in _rows(view) if ours or device]
    left, right = (14, 15) if paper.narrow else (16, 20)
    lines = []
    if view.device is not None:
        lines.append(paper.ink(f" {'':<10}{'here':>{left}}{'the device says':>{right}}", "grey"))
    for name, ours, device in rows:
        lines.append(f" {name:<10}{ours:>{left}}{device:>{right}}".rstrip())
    return lines


def _rows(view: WalkView) -> Iterator[tuple[str, str, str]]:
    walk, device = view.row.session, view.device or DeviceTotals()
    yield "Time", f"{minutes_of(walk.start, walk.end)} min", _time(device.timer_s)
    yield "Moving", _time(walk.moving_time_s), _time(device.moving_time_s)
    yield (
        "Distance",
        _with(kilometres(walk.distance_m), "km"),
        _with(kilometres(device.distance_m), "km"),
    )
    yield "Steps", count(walk.steps), count(device.steps)
    yield "Cadence", _with(count(walk.cadence_spm), "steps/min"), ""
    yield "Pace", _with(pace(walk.pace_s_per_km), "min/km"), ""
    sensor = walk.elevation_source
    yield "Up", climb(walk.elevation_gain_m, sensor, "+"), metres(device.ascent_m, "+")
    yield "Down", climb(walk.elevation_loss_m, sensor, "-"), metres(device.descent_m, "-")
    about = "about " if walk.precision == "bucket" else ""
    yield "Brisk", f"{about}{walk.brisk_min} min", ""


def _time(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)


def _with(figure: str, unit: str) -> str:
    return f"{figure} {unit}" if figure else ""


def _sources(view: WalkView) -> list[tuple[str, str]]:
    """Return who told of the walk; where several did, what each told and why."""
    if len(view.tellings) < 2:
        return [("From", ", ".join(view.sources) or ", ".join(view.row.session.sources))]
    words = [f"{one.name}: {one.why}" for one in view.tellings]
    return [("" if i else "From", text) for i, text in enumerate(words)]


def _ending(view: WalkView, paper: Paper) -> list[str]:
    walk = view.row.session
    said = [("Note", view.longer)] if view.longer else []
    if walk.elevation_gain_m is not None:
        credited = sum(minute.brisk_by == "uphill" for minute in view.minutes)
        said.append(("Climb", climb_words(walk, credited)))
    if view.effort is not None:
        said.append(("Effort", effort_words(view.effort)))
    said += [("Fast", words) for words in (fast_words(view.fast) if view.fast else ())]
    if view.pauses:
        paused = sum(end - start for start, end in view.pauses)
        said.append(("Paused", f"{len(view.pauses)} x, {duration(paused)}"))
    said += _sources(view)
    said.append(
        (
            "Data",
            f"known to the {walk.precision}"
            if walk.precision != "bucket"
            else "known in coarse steps only",
        )
    )
    said.append(("Id", view.row.id))
    lines: list[str] = []
    for label, text in said:
        lines += paper.wrap(text, first=f" {label}".ljust(9), indent=9)
    return lines
