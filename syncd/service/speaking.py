"""Which tracker spoke for a person on which day, so that a change of tracker can be marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from syncd.service.derive import MARGIN_AFTER, MARGIN_BEFORE
from syncd.service.loading import day_number, load
from syncd.store import sources
from syncd.walks.day import Reading
from syncd.walks.devices import device_changes
from syncd.walks.numbers import covers
from syncd.walks.trend import DeviceChange


@dataclass(frozen=True, slots=True)
class Speaker:
    """A tracker: ``key`` tells it from others, ``name`` is for people.

    Sources of one device, as two forms of export are, are one tracker.
    """

    key: str
    name: str


def speaking(cx: Connection, person_id: int, first: date, last: date) -> list[tuple[date, Speaker]]:
    """Return (day, tracker) of the whole-day source that speaks first on each day, in order.

    It is named by its device, else by what kind of source it is. Days on which none speaks are
    left out.
    """
    devices = {row.id: row.device for row in sources.of_person(cx, person_id)}
    begin, end = day_number(first) - MARGIN_BEFORE, day_number(last) + MARGIN_AFTER
    reading = Reading(load(cx, person_id, begin, end))
    whole = [source for source in reading.history.sources if source.whole_day]
    spoke = []
    for day, pieces in sorted(reading.days.items()):
        if first <= day <= last:
            source = next((one for one in whole if covers(one, pieces)), None)
            if source is not None:
                device = devices.get(source.id)
                spoke.append((day, Speaker(device or source.key, device or source.name)))
    return spoke


def changes_of(spoke: Sequence[tuple[date, Speaker]]) -> list[DeviceChange]:
    """Return (day, from, to) in names for each change of the speaking tracker that lasted."""
    keys = [(day, speaker.key) for day, speaker in spoke]
    names = {speaker.key: speaker.name for _, speaker in spoke}
    return [
        (day, names[before], _unlike(names[before], names[after]))
        for day, before, after in device_changes(keys)
    ]


def _unlike(before: str, after: str) -> str:
    return f"another {after.removeprefix('the ')}" if after == before else after
