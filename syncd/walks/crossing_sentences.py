"""Which of several sources spoke where, and why, in words (walking-rules 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from syncd.walks.phrases import clock_words, plural_s

SPANS_TOLD = 3
LITTLE_S = 5
LITTLE_WAY = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How a second recording of an outing differs from the one that speaks.

    ``late_s`` is how much later it began, ``longer_s`` how much longer it is; ``way_share`` how
    much more way it has, a share of the first's; ``label`` is its word, where it is another one.
    """

    late_s: int
    longer_s: int
    way_share: float | None
    label: str | None
    counts: bool
    """Whether its steps stand in for those that the first did not count."""
    echo: bool
    """Whether it says itself that it passes on what another told."""


def silent_words(above: Sequence[str], spans: Sequence[tuple[time, time]]) -> str:
    """Return "where Garmin is silent: 09:10-10:20 and 2 more"."""
    told = ", ".join(f"{clock_words(a)}-{clock_words(b)}" for a, b in spans[:SPANS_TOLD])
    more = len(spans) - SPANS_TOLD
    rest = f" and {more} more" if more > 0 else ""
    who = listed(above)
    return f"where {who} {'is' if len(above) == 1 else 'are'} silent: {told}{rest}"


def not_added_words(minutes: int, above: Sequence[str]) -> str:
    """Return why minutes that a source has are no part of the day."""
    return f"{minutes} minute{plural_s(minutes)} of it not added: {listed(above)} told them"


def beside_words(beside: Beside) -> str:
    """Return "the same outing: began 12 s later, lasted 3 min longer, called ride"."""
    found = []
    if abs(beside.late_s) > LITTLE_S:
        found.append(
            f"began {_about(abs(beside.late_s))} {_more(beside.late_s, 'later', 'earlier')}"
        )
    if abs(beside.longer_s) > LITTLE_S:
        which = _more(beside.longer_s, "longer", "shorter")
        found.append(f"lasted {_about(abs(beside.longer_s))} {which}")
    if beside.way_share is not None and abs(beside.way_share) > LITTLE_WAY:
        which = _more(beside.way_share, "farther", "less far")
        found.append(f"went {abs(beside.way_share):.1%} {which}".replace("%", " %"))
    if beside.label:
        found.append(f"called {beside.label}")
    said = "the same outing, passed on" if beside.echo else "the same outing"
    said += f": {', '.join(found)}" if found else ""
    return f"{said}; its steps are used" if beside.counts else f"{said}; not added"


def listed(names: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _more(amount: float, more: str, less: str) -> str:
    return more if amount > 0 else less


def _about(seconds: int) -> str:
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
