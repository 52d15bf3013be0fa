"""The knobs of the walking rules as people turn them: name, range, meaning, what makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.model import CountMode, Rules

OFF = "off"
Value = int | float | bool | str | None
"""A knob's value as it is stored: plain JSON; ``None`` is ``off``."""


@dataclass(frozen=True, slots=True)
class Knob:
    """One knob; ``low`` and ``high`` bound it, both included, where it is a number."""

    name: str
    meaning: str
    low: float = 0
    high: float = 0
    main: bool = False

    @property
    def default(self) -> Value:
        """Return the value that comes with syncd."""
        return plain(getattr(Rules(), self.name))

    @property
    def optional(self) -> bool:
        """Return whether it may be off."""
        return self.name in _OPTIONAL

    @property
    def whole(self) -> bool:
        """Return whether only whole numbers make sense."""
        return isinstance(self.default, int) and not isinstance(self.default, bool)


class KnobError(ValueError):
    """A knob was turned to where it cannot go; the message is a sentence for a person."""


_OPTIONAL = {"speed_min_kmh", "height_cm"}
_COUNTS = (CountMode.MINUTES, CountMode.BOUTS)
"""What a person may say; the third is a plan's."""
_KNOBS = (
    Knob("day_target", "brisk minutes that a day needs", 1, 600, main=True),
    Knob("most_days", "days that a week needs", 1, 7, main=True),
    Knob("cadence_min", "steps in a minute that make it brisk", 60, 160, main=True),
    Knob("count_mode", "minutes: all brisk ones count; bouts: only those in long walks", main=True),
    Knob("height_adjust", "whether height_cm says what is brisk, not cadence_min", main=True),
    Knob("height_cm", "your height, for height_adjust", 100, 230),
    Knob("cadence_vigorous", "steps in a minute that are shown as fast", 100, 220),
    Knob("run_cadence", "steps in a minute that make it a run", 100, 220),
    Knob("run_counts", "whether running counts as brisk"),
    Knob("speed_min_kmh", "speed in a recorded walk that makes a minute brisk", 2, 8),
    Knob("speed_max_kmh", "speed above which it is a vehicle", 5, 15),
    Knob("speed_cadence_min", "steps that a minute brisk by speed needs", 0, 160),
    Knob("uphill_credit", "whether a climb as hard as a brisk walk is brisk; never by satellite"),
    Knob("uphill_min_grade", "rise by metre from which a minute is uphill", 0.01, 0.3),
    Knob("edge_credit", "whether the cut minutes at a walk's ends are credited"),
    Knob("bout_min", "shortest bout, in minutes", 2, 60),
    Knob("bout_gap_max", "longest gap in a bout, in minutes", 0, 10),
    Knob("bout_brisk_share", "share of a bout that is brisk", 0.5, 1),
    Knob("session_cadence", "steps in a minute that make it walking", 20, 160),
    Knob("session_gap", "minutes of standing that a walk may hold", 0, 15),
    Knob("session_min", "shortest walk, in minutes", 1, 60),
    Knob("flare_cadence", "steps in a minute that make it walking in a flare", 20, 160),
    Knob("min_seen_h", "hours seen that a miss needs", 0, 16),
    Knob("unseen_run_min", "minutes without a step that count as not worn", 30, 960),
    Knob("waking_from_h", "hour in which the waking day begins", 0, 23),
    Knob("waking_to_h", "hour at which it ends", 1, 24),
    Knob("short_day_h", "hours below which a travel day is never missed", 0, 24),
    Knob("sync_wait_h", "hours that a day waits for a tracker to sync", 0, 168),
    Knob("likely_p", "chance from which coarse steps make a day probable", 0.5, 0.99),
)
KNOBS: Mapping[str, Knob] = {knob.name: knob for knob in _KNOBS}
PLANNED = ("day_target", "most_days", "count_mode")
"""Knobs that are a graded plan's while it runs."""
_SENSE = (
    ("speed_min_kmh", "speed_max_kmh"),
    ("waking_from_h", "waking_to_h"),
    ("bout_gap_max", "bout_min"),
    ("session_cadence", "run_cadence"),
    ("cadence_min", "run_cadence"),
)
"""Pairs of which the first must stay below the second."""


def typed_knobs(words: list[str]) -> dict[str, Value]:
    """Return the values of ``K=V`` words; raises ``KnobError``."""
    found: dict[str, Value] = {}
    for word in words:
        name, equals, text = word.partition("=")
        name = name.strip().lower().replace("-", "_")
        if not equals:
            raise KnobError(f"{word!r} is not K=V: write it as day_target=20.")
        if name not in KNOBS:
            near = get_close_matches(name, KNOBS, n=2)
            hint = f"Did you mean {' or '.join(near)}?" if near else "target show --all lists them."
            raise KnobError(f"There is no knob {name!r}. {hint}")
        if name in found:
            raise KnobError(f"{name} is said twice.")
        found[name] = _typed(KNOBS[name], text.strip().lower())
    return found


def rules_of(knobs: Mapping[str, Any]) -> Rules:
    """Return the rules with ``knobs`` over the defaults; unknown knobs are ignored on reading."""
    known = {name: value for name, value in knobs.items() if name in KNOBS}
    if "count_mode" in known:
        known["count_mode"] = CountMode(known["count_mode"])
    return replace(Rules(), **known)


def turned(knobs: Mapping[str, Any], changes: Mapping[str, Value]) -> dict[str, Any]:
    """Return ``knobs`` with some of them turned; raises ``KnobError`` where they contradict."""
    merged = {**knobs, **changes}
    after = rules_of(merged)
    for low, high in _SENSE:
        smaller, larger = getattr(after, low), getattr(after, high)
        if smaller is not None and smaller >= larger:
            raise KnobError(f"{low}={said(smaller)} must be below {high}={said(larger)}.")
    if after.height_adjust and after.height_cm is None:
        raise KnobError(
            "height_adjust needs a height; say it in the same line, in centimetres: "
            "syncd target set height_adjust=on height_cm=170"
        )
    if brisk_spm(after) >= after.run_cadence:
        raise KnobError(
            f"run_cadence={said(after.run_cadence)} must be above {said(brisk_spm(after))}, "
            "which is brisk at that height."
        )
    return merged


def is_planned(knobs: Mapping[str, Any]) -> bool:
    """Tell whether knobs are those of a week of a graded plan."""
    return knobs.get("count_mode") == CountMode.WALKING


def plain(value: object) -> Value:
    """Return a value as it is stored."""
    if isinstance(value, CountMode):
        return value.value
    assert value is None or isinstance(value, int | float | bool | str)
    return value


def said(value: object) -> str:
    """Return a value as it is typed: 30, 4.8, on, off, bouts."""
    if value is None or value is False:
        return OFF
    if value is True:
        return "on"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _typed(knob: Knob, text: str) -> Value:
    if isinstance(knob.default, bool):
        if text not in {"on", OFF}:
            raise KnobError(f"{knob.name} is on or off, not {text!r}.")
        return text == "on"
    if isinstance(knob.default, str):
        if text not in _COUNTS:
            raise KnobError(f"{knob.name} is {' or '.join(_COUNTS)}, not {text!r}.")
        return text
    if text == OFF and knob.optional:
        return None
    return _number(knob, text)


def _number(knob: Knob, text: str) -> int | float:
    kind = "whole number" if knob.whole else "number"
    between = f"{knob.low:g} to {knob.high:g}{', or off' if knob.optional else ''}"
    try:
        value = int(text) if knob.whole else float(text)
    except ValueError as error:
        raise KnobError(f"{knob.name} is a {kind} from {between}, not {text!r}.") from error
    if not knob.low <= value <= knob.high:  # also refuses nan
        raise KnobError(f"{knob.name} is a {kind} from {between}, not {text}.")
    return value
