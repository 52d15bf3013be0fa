"""The knobs of the walking rules as people turn them: name, range, meaning, what makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

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


_OPTIONAL = {"speed_min_kmh"}
_KNOBS = (
    Knob("day_target", "brisk minutes that a day needs", 1, 600, main=True),
    Knob("most_days", "days that a week needs", 1, 7, main=True),
    Knob("cadence_min", "steps in a minute that make it brisk", 60, 160, main=True),
    Knob("count_mode", "minutes: all brisk ones count; bouts: only those in long walks", main=True),
    Knob("run_cadence", "steps in a minute that make it a run", 100, 220),
    Knob("run_counts", "whether running counts as brisk"),
    Knob("speed_min_kmh", "speed in a recorded walk that makes a minute brisk", 2, 8),
    Knob("speed_max_kmh", "speed above which it is a vehicle", 5, 15),
    Knob("speed_cadence_min", "steps that a minute brisk by speed needs", 0, 160),
    Knob("edge_credit", "whether the cut minutes at a walk's ends are credited"),
    Knob("bout_min", "shortest bout, in minutes", 2, 60),
    Knob("bout_gap_max", "longest gap in a bout, in minutes", 0, 10),
    Knob("bout_brisk_share", "share of a bout that is brisk", 0.5, 1),
    Knob("session_cadence", "steps in a minute that make it walking", 20, 160),
    Knob("session_gap", "minutes of standing that a walk may hold", 0, 15),
    Knob("session_min", "shortest walk, in minutes", 1, 60),
    Knob("min_seen_h", "hours seen that a miss needs", 0, 16),
    Knob("unseen_run_min", "minutes without a step that count as not worn", 30, 960),
    Knob("waking_from_h", "hour in which the waking day begins", 0, 23),
    Knob("waking_to_h", "hour at which it ends", 1, 24),
    Knob("short_day_h", "hours below which a travel day is never missed", 0, 24),
    Knob("sync_wait_h", "hours that a day waits for a tracker to sync", 0, 168),
    Knob("likely_p", "chance from which coarse steps make a day probable", 0.5, 0.99),
)
KNOBS: Mapping[str, Knob] = {knob.name: knob for knob in _KNOBS}
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
    return merged


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
        if text not in set(CountMode):
            raise KnobError(f"{knob.name} is {' or '.join(CountMode)}, not {text!r}.")
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
