"""GPX 1.0 and 1.1 tracks as workouts.

Segments, and tracks of one sport, that follow each other within half an hour are one outing. What
has no time belongs to no day and is left out. The format has no totals: distance is the way along
the points of each segment. Routes and waypoints are plans, not walks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from syncd.contract import Source, SourceKind, Track, Workout
from syncd.contract.units import per_leg_to_spm
from syncd.formats import markup, texts, trail
from syncd.formats.problems import Problems
from syncd.formats.trail import Point, Stretch
from syncd.formats.zones import zone_named

OURS: Final = "syncd"
"""The creator of our own exports. What stands in their extensions is read back exactly."""
_STRAVA_NUMBERS: Final = {"1": "ride", "4": "hike", "9": "run", "10": "walk"}
_IN_POINT: Final = frozenset(("ele", "time", "speed"))
_EXACT: Final = frozenset(("distance_m", "cadence_spm"))
_CADENCE: Final = frozenset(("cad", "cadence"))
_VERSION: Final = re.compile(r"https?://\S*|\bv?\d+(\.\d+)+\S*", re.IGNORECASE)


@dataclass(slots=True)
class _Trk:
    """One track as it is written: its sport, and its segments with the points that have times.

    ``walk`` is what our own export says of it.
    """

    label: str | None = None
    offset: int | None = None
    walk: Mapping[str, str] = field(default_factory=dict)
    segments: list[list[Point]] = field(default_factory=list)


@dataclass(slots=True)
class _Outing:
    """Stretches of one outing, in order of time."""

    label: str | None
    offset: int | None
    stretches: list[Stretch]
    walk: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> float:
        return self.stretches[0][0].at

    @property
    def end(self) -> float:
        return self.stretches[-1][-1].at


class _Listener:
    """Gathers tracks while the document is read."""

    def __init__(self) -> None:
        self.tracks: list[_Trk] = []
        self.creator: str | None = None
        self.is_gpx = False
        self.points = self.untimed = 0
        self._point: dict[str, str] = {}

    def opened(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        match path:
            case ["gpx"]:
                self.is_gpx, self.creator = True, attributes.get("creator")
            case ["gpx", "trk"]:
                self.tracks.append(_Trk())
            case ["gpx", "trk", "trkseg"]:
                self.tracks[-1].segments.append([])
            case ["gpx", "trk", "trkseg", "trkpt"]:
                self._point = {k: v for k, v in attributes.items() if k in {"lat", "lon"}}
            case ["gpx", "trk", "extensions", "walk"] if self.creator == OURS:
                self.tracks[-1].walk = dict(attributes)
            case ["gpx", "trk", "trkseg", "trkpt", "extensions", "sample"] if self.creator == OURS:
                self._point.update({k: v for k, v in attributes.items() if k in _EXACT})
            case _:
                pass

    def closed(self, path: Sequence[str], text: str) -> None:
        match path:
            case ["gpx", "trk", "type"]:
                self.tracks[-1].label = texts.label(_STRAVA_NUMBERS.get(text, text))
            case ["gpx", "trk", "trkseg", "trkpt"]:
                self._add()
            case ["gpx", "trk", "trkseg", "trkpt", name]:
                if name in _IN_POINT:
                    self._point[name] = text
            case ["gpx", "trk", "trkseg", "trkpt", "extensions", *_, name]:
                if name in _CADENCE:
                    self._point["cadence"] = text
                elif name == "speed":
                    self._point.setdefault("speed", text)
            case _:
                pass

    def _add(self) -> None:
        told, track = self._point, self.tracks[-1]
        self.points += 1
        moment = texts.moment(told.get("time"))
        if moment is None:
            self.untimed += 1
            return
        at, offset = moment
        if track.offset is None:
            track.offset = offset
        north, east = texts.place(told.get("lat"), told.get("lon"))
        altitude, speed = texts.number(told.get("ele")), texts.number(told.get("speed"))
        cadence, per_leg = texts.number(told.get("cadence_spm")), texts.number(told.get("cadence"))
        if cadence is None and per_leg is not None:
            cadence = per_leg_to_spm(per_leg)
        metres = texts.number(told.get("distance_m"))
        point = Point(at, north, east, altitude, speed, cadence, metres)
        track.segments[-1].append(point)


def workouts(
    data: bytes, *, name: str, before: datetime, zone: str | None = None
) -> Iterator[Workout]:
    """Yield the outings of a GPX file.

    ``name`` is for sentences; nothing later than ``before`` is believed; ``zone`` (IANA) tells
    local time. Raise ``Malformed`` after the good outings if anything was wrong.
    """
    where = None if zone is None else zone_named(zone)
    listener = _Listener()
    problems, is_whole = markup.heard(data, listener, name)
    yield from _of_file(listener, before.timestamp(), where, problems, whole=is_whole)
    problems.raise_any(name)


def _of_file(
    told: _Listener, limit: float, zone: ZoneInfo | None, problems: Problems, *, whole: bool
) -> Iterator[Workout]:
    source, sensor = _source(told.creator), _sensor(told.creator)
    found = _outings(told.tracks, limit, problems)
    for outing in found:
        wrong = _impossible(outing, alone=len(found) == 1)
        if wrong:
            problems.add(wrong)
        elif wrong is None:
            yield _workout(outing, source, sensor, zone)
    if whole:
        _say_what_lacks(told, problems)


def _outings(tracks: Sequence[_Trk], limit: float, problems: Problems) -> list[_Outing]:
    """Return the outings of a file in order of time.

    Loggers begin a new track when they lose the signal, so tracks of one name that follow each
    other belong together like segments; those that overlap in time are two recordings.
    """
    apart = [
        _Outing(trk.label, trk.offset, stretches, trk.walk)
        for trk in tracks
        for stretches in trail.outings(trail.believed(trk.segments, limit, problems))
    ]
    found: list[_Outing] = []
    for outing in sorted(apart, key=lambda o: (o.start, o.end)):
        last = found[-1] if found else None
        if last is not None and _is_one(last, outing):
            last.stretches.extend(outing.stretches)
        else:
            found.append(outing)
    return found


def _is_one(a: _Outing, b: _Outing) -> bool:
    """Tell whether the later of two outings goes on with the earlier; ours say so themselves."""
    if a.walk or b.walk:
        return a.walk == b.walk
    return a.label == b.label and 0 <= b.start - a.end <= trail.BREAK_S


def _say_what_lacks(told: _Listener, problems: Problems) -> None:
    """Note a file without an outing, or one whose most points belong to no day."""
    timed = told.points - told.untimed
    if not told.is_gpx:
        problems.add("it is XML, but not a GPX document.")
    elif not told.points:
        problems.add("no track with points in it: routes and waypoints are no walk.")
    elif not timed:
        problems.add("no times: syncd cannot tell the day. Export it with times.")
    elif told.untimed > timed:
        problems.add(
            f"{told.untimed:,} of its {told.points:,} points have no time and were left out:"
            " nobody can tell when they were walked."
        )


def _impossible(outing: _Outing, *, alone: bool) -> str | None:
    """Return why an outing cannot be, "" where that is no news, ``None`` if it can."""
    count = sum(len(stretch) for stretch in outing.stretches)
    if int(outing.start) < int(outing.end):
        return trail.too_long(outing.start, outing.end)
    if count <= 2 and not alone:
        return ""  # a receiver switched on and off
    points = "its only point carries" if count == 1 else f"{count:,} points carry"
    return (
        f"{points} one time ({trail.in_words(outing.start)}), so nobody can tell how long the"
        " outing took; it was left out."
    )


def _workout(
    outing: _Outing, source: Source, sensor: Literal["barometric", "gnss"], zone: ZoneInfo | None
) -> Workout:
    start = datetime.fromtimestamp(int(outing.start), UTC)
    samples = trail.track(outing.stretches)
    assert samples is not None
    if not (texts.is_unnamed(outing.label) or texts.is_on_foot(outing.label)):
        samples = samples.model_copy(update={"cadence_spm": ()})  # turns of a crank, or strokes
    offset, zone_name = trail.local_time(start, outing.offset, zone)
    return Workout(
        source=source,
        key=f"gpx:{int(outing.start)}",
        label=outing.label,
        start=start,
        end=datetime.fromtimestamp(int(outing.end), UTC),
        distance_m=_whole_way(samples),
        elevation_source=_measured_by(outing.walk, sensor) if samples.altitude_m else None,
        utc_offset_s=offset,
        zone=zone_name,
        pauses=trail.pauses(outing.stretches),
        track=samples,
    )


def _measured_by(
    walk: Mapping[str, str], sensor: Literal["barometric", "gnss"]
) -> Literal["barometric", "gnss", "terrain"] | None:
    """Return what measured height: what our own export says of the walk, else the receiver."""
    if not walk:
        return sensor
    told = walk.get("elevation_source")
    return told if told in {"barometric", "gnss", "terrain"} else None  # type: ignore[return-value]


def _whole_way(samples: Track) -> float | None:
    return next((d for d in reversed(samples.distance_m) if d is not None), None)


def _source(creator: str | None) -> Source:
    """Return the program that wrote the file, whatever its version."""
    words = " ".join("".join(c if c.isprintable() else " " for c in creator or "").split())
    known = " ".join(_VERSION.sub(" ", words).lower().split()).strip(" -,;/")
    return Source(
        key=f"gpx:{known[:80].rstrip()}" if known else "gpx",
        kind=SourceKind.FILE,
        whole_day=False,
        origin=OURS if words == OURS else None,
        device=words[:60].rstrip() or None,
    )


def _sensor(creator: str | None) -> Literal["barometric", "gnss"]:
    """Return what measured height: receivers with a barometer say so, by a custom of uploads."""
    return "barometric" if "with barometer" in (creator or "").lower() else "gnss"
