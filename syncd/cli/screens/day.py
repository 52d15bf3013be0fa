"""One day on one screen: the sentence, the strip, its walks, what it rests on, the ways out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from syncd.cli.screens.figures import count, duration, long_date, utc_offset
from syncd.cli.screens.paper import Paper
from syncd.cli.screens.slopes import fast_words, floors_words
from syncd.cli.screens.strips import day_strip
from syncd.cli.screens.verdict import colour, outcome_word
from syncd.cli.screens.walks import walk_of_day
from syncd.service.views import DayView
from syncd.store.journal import DayRevision
from syncd.walks.coarse_sentences import bucket_words
from syncd.walks.model import Day, Resolution, State
from syncd.walks.phrases import MONTHS
from syncd.walks.sentences import because
from syncd.walks.week_sentences import week_words

MARGIN = 7
_STATES = {
    State.OPEN: "the day is still running",
    State.WAITING: "waiting for a tracker to sync",
    State.JUDGED: "judged; data that comes late may still change it",
    State.FINAL: "final; only a new file or a rebuild changes it",
}
_RESTS_ON = {
    Resolution.MINUTE: "minute steps",
    Resolution.TOTAL: "a total for the day",
    Resolution.RECORDED: "recorded walks only",
}
_COARSE = {Resolution.FIVE_MIN, Resolution.QUARTER, Resolution.HOUR}


def day_screen(view: DayView, paper: Paper, zone: tzinfo) -> list[str]:
    """Return the screen; revisions are told on their date in ``zone``."""
    day = view.row.day
    first, *rest = paper.wrap(because(day.reason, view.mark_why), first=" ", indent=1)
    lines = [*_title(view, paper), "", paper.ink(first, colour(day)), *rest, ""]
    strip = day_strip(view.strip, paper)
    if strip:
        legend = "bars are walking by half hours, brisk ones underlined, unseen time blank"
        if day.resolution in _COARSE:
            legend = (
                "bars are about the walking by half hours, underlined where all of a bucket may"
                " be brisk, unseen time blank"
            )
        lines += [*strip, *_grey(paper, legend), ""]
    for label, texts in _facts(view, zone, paper):
        lines += _labelled(label, texts, paper)
    return [*lines, "", *_ways_out(day, paper)]


def _title(view: DayView, paper: Paper) -> list[str]:
    day = view.row.day
    name, zone = f"{long_date(day.day)}    {view.row.person}", day.tz or _offsets(day)
    if len(name) + len(zone) + 4 <= paper.width:
        return [paper.ink(name + zone.rjust(paper.width - len(name)), "bold")]
    return [paper.ink(line, "bold") for line in (*paper.wrap(name), zone)]


def _offsets(day: Day) -> str:
    """Return the offsets of a day that no single zone names."""
    start, end = (
        utc_offset(minutes * 60) for minutes in (day.utc_offset_start_min, day.utc_offset_end_min)
    )
    return start if start == end else f"{start}, then {end}"


def _facts(view: DayView, zone: tzinfo, paper: Paper) -> Iterator[tuple[str, list[str]]]:
    day = view.row.day
    yield "Walks", [walk_of_day(row, paper) for row in view.walks] or ["none found"]
    if view.fast is not None and (fast := fast_words(view.fast)):
        yield "Fast", fast
    if view.floors is not None:
        yield "Climb", [floors_words(view.floors)]
    if view.longer:
        yield "Note", list(view.longer)
    yield "Seen", [_seen(day)]
    if view.week is not None:
        yield "Week", [f"week {view.week.iso_week}: {week_words(view.week)}"]
    yield "From", [_share(*share) for share in _shares(view)] or [_beyond_minutes(view)]
    yield "Sure", [_sure(day, view.epoch_min), *_changes(view.revisions, zone)]
    yield "Rule", [view.rule]


def _seen(day: Day) -> str:
    if day.seen_h is None:
        return "nothing"
    if not day.longest_unseen_min:
        return "all waking hours"
    seen = duration(round(day.seen_h * 60) * 60)
    return f"{seen} of the waking hours, longest gap {duration(day.longest_unseen_min * 60)}"


def _beyond_minutes(view: DayView) -> str:
    """Return what spoke on a day of whose minutes nobody did."""
    if view.walks:
        return "recorded walks, which count no steps"
    day = view.row.day
    if day.resolution is Resolution.TOTAL and day.steps is not None:
        return f"a total for the day, {count(day.steps)} steps"
    return "no tracker"


def _shares(view: DayView) -> Iterator[tuple[str, int, int | None, str]]:
    for share in view.sources:
        yield share.name, share.minutes, share.steps, share.why


def _share(name: str, minutes: int, steps: int | None, why: str) -> str:
    if not minutes:
        return f"{name}: {why}"
    walked = "" if steps is None else f", {count(steps)} steps"
    reason = f" ({why})" if why else ""
    return f"{name}: {duration(minutes * 60)}{walked}{reason}"


def _sure(day: Day, epoch_min: int | None) -> str:
    rests = ""
    if day.resolution is not None:
        rests = f"; from {_RESTS_ON.get(day.resolution) or bucket_words(epoch_min)}"
    if day.brisk_min_low != day.brisk_min_high:
        beside = " and coarser ones" if day.resolution is Resolution.MINUTE else ""
        rests += f"{beside}: {day.brisk_min_low} to {day.brisk_min_high} brisk minutes are possible"
    return _STATES[day.state] + rests


def _changes(revisions: tuple[DayRevision, ...], zone: tzinfo) -> Iterator[str]:
    """Yield what the day read and when, where it read differently once."""
    read = [(revision.outcome, revision.brisk_min) for revision in revisions]
    if len(set(read)) < 2:
        return
    for i, revision in enumerate(revisions):
        if i and read[i] == read[i - 1]:
            continue  # a mark or a rule changed, the reading did not
        at = revision.changed_at.astimezone(zone)
        minutes = "" if revision.brisk_min is None else f", {revision.brisk_min}"
        when = f"{at.day} {MONTHS[at.month - 1]} {at:%Y %H:%M}"
        yield f"on {when} it read: {outcome_word(revision.outcome)}{minutes}"


def _labelled(label: str, texts: list[str], paper: Paper) -> list[str]:
    lines: list[str] = []
    for text in texts:
        first = " " * MARGIN if lines else f" {label}".ljust(MARGIN)
        lines += (
            [first + text] if label == "Walks" else paper.wrap(text, first=first, indent=MARGIN)
        )
    return lines


def _ways_out(day: Day, paper: Paper) -> list[str]:
    """Return what a person can do about the day with the commands there are."""
    said = "Is something missing? syncd import PATH brings it in; the day is then judged again."
    if day.tz is None or abs(day.length_h - 24) > 1:
        said += " Wrong zone? syncd person set NAME --tz ZONE --from DATE."
    if day.flagged:
        said += f" Ill or away? syncd excuse {day.day} --why TEXT: it then does not count."
    return _grey(paper, said)


def _grey(paper: Paper, text: str) -> list[str]:
    return [paper.ink(line, "grey") for line in paper.wrap(text, first=" ", indent=1)]
