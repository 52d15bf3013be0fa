"""TCX activities as workouts.

Laps hold the device's totals, tracks within them the samples; a gap between two tracks is a pause.
Running sensors count one leg, in an extension of their own or in the element that a bicycle's
crank has: which it is, the sport says. Courses and planned workouts are no walks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from syncd.contract import Source, SourceKind, Workout
from syncd.contract.units import per_leg_to_spm
from syncd.formats import markup, texts, trail
from syncd.formats.problems import Problems
from syncd.formats.trail import EARLIEST, MOST_METRES_A_SECOND, Point, Stretch
from syncd.formats.zones import zone_named

SLACK_S: Final = 60
MOST_STEPS_A_SECOND: Final = 10
_STRAY_S: Final = 1800
"""A lap that claims to begin or end farther than this from its points has another clock."""
_IN_LAP: Final = frozenset(("TotalTimeSeconds", "DistanceMeters"))
_IN_POINT: Final = frozenset(("Time", "AltitudeMeters", "DistanceMeters", "Cadence"))
_IN_PLACE: Final = frozenset(("LatitudeDegrees", "LongitudeDegrees"))
_IN_EXTENSION: Final = frozenset(("Speed", "RunCadence"))
_CREATOR: Final = frozenset(("Name", "UnitId"))


@dataclass(slots=True)
class _Lap:
    """A lap's own totals, as texts."""

    start: float | None
    told: dict[str, str] = field(default_factory=dict)

    def total(self, name: str) -> float | None:
        value = texts.number(self.told.get(name))
        return value if value is not None and value >= 0 else None


@dataclass(slots=True)
class _Activity:
    """One activity as it is written."""

    label: str | None
    began: float | None = None
    offset: int | None = None
    creator: dict[str, str] = field(default_factory=dict)
    laps: list[_Lap] = field(default_factory=list)
    tracks: list[list[Point]] = field(default_factory=list)
    counts_legs: bool = False


class _Listener:
    """Gathers activities while the document is read."""

    def __init__(self) -> None:
        self.activities: list[_Activity] = []
        self.is_tcx = False
        self.points = self.untimed = 0
        self._inside = 0
        self._point: dict[str, str] = {}

    def opened(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        if len(path) == 1:
            self.is_tcx = path[0] == "TrainingCenterDatabase"
        elif path[-1] == "Activity" and not self._inside and self.is_tcx:
            self._inside = len(path)
            self.activities.append(_Activity(texts.label(attributes.get("Sport"))))
        elif self._inside:
            self._opened(path[self._inside :], attributes)

    def _opened(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        activity = self.activities[-1]
        match path:
            case ["Lap"]:
                moment = texts.moment(attributes.get("StartTime"))
                activity.laps.append(_Lap(None if moment is None else moment[0]))
            case ["Lap", "Track"]:
                activity.tracks.append([])
            case ["Lap", "Track", "Trackpoint"]:
                self._point = {}
            case _:
                pass

    def closed(self, path: Sequence[str], text: str) -> None:
        if not self._inside:
            return
        if len(path) == self._inside:
            self._inside = 0
            return
        activity = self.activities[-1]
        match path[self._inside :]:
            case ["Id"]:
                moment = texts.moment(text)
                activity.began = None if moment is None else moment[0]
            case ["Creator", name] if name in _CREATOR:
                activity.creator[name] = text
            case ["Lap", name] if name in _IN_LAP:
                activity.laps[-1].told[name] = text
            case ["Lap", "Extensions", *_, "Steps"]:
                activity.laps[-1].told["Steps"] = text
            case ["Lap", "Track", "Trackpoint"]:
                self._add(activity)
            case ["Lap", "Track", "Trackpoint", *within, name]:
                self._tell(within, name, text)
            case _:
                pass

    def _tell(self, within: Sequence[str], name: str, text: str) -> None:
        match within:
            case []:
                known = name in _IN_POINT
            case ["Position"]:
                known = name in _IN_PLACE
            case ["Extensions", *_]:
                known = name in _IN_EXTENSION
            case _:
                known = False
        if known:
            self._point[name] = text

    def _add(self, activity: _Activity) -> None:
        told = self._point
        self.points += 1
        moment = texts.moment(told.get("Time"))
        if moment is None:
            self.untimed += 1
            return
        at, offset = moment
        if activity.offset is None:
            activity.offset = offset
        north, east = texts.place(told.get("LatitudeDegrees"), told.get("LongitudeDegrees"))
        legs = texts.number(told.get("RunCadence"))
        if legs is not None:
            activity.counts_legs = True
        elif texts.is_on_foot(activity.label):
            legs = texts.number(told.get("Cadence"))
        point = Point(
            at,
            north,
            east,
            texts.number(told.get("AltitudeMeters")),
            texts.number(told.get("Speed")),
            None if legs is None else per_leg_to_spm(legs),
            texts.number(told.get("DistanceMeters")),
        )
        activity.tracks[-1].append(point)


def workouts(
    data: bytes, *, name: str, before: datetime, zone: str | None = None
) -> Iterator[Workout]:
    """Yield the activities of a TCX file.

    ``name`` is for sentences; nothing later than ``before`` is believed; ``zone`` (IANA) tells
    local time. Raise ``Malformed`` after the good activities if anything was wrong.
    """
    where = None if zone is None else zone_named(zone)
    listener = _Listener()
    problems, is_whole = markup.heard(data, listener, name)
    if is_whole:
        _say_what_lacks(listener, problems)
    for activity in listener.activities:
        workout = _workout(activity, before.timestamp(), where, problems)
        if workout is not None:
            yield workout
    problems.raise_any(name)


def _say_what_lacks(told: _Listener, problems: Problems) -> None:
    """Note a document without activities, or points that belong to no day."""
    if not told.is_tcx:
        problems.add("it is XML, but not a TCX document.")
    elif not told.activities:
        problems.add("no activity in it: courses and plans are no walk.")
    elif told.untimed:
        problems.add(
            f"{told.untimed:,} of its {told.points:,} points have no time and were left out."
        )


def _workout(
    activity: _Activity, limit: float, zone: ZoneInfo | None, problems: Problems
) -> Workout | None:
    stretches = trail.joined(trail.believed(activity.tracks, limit, problems))
    span = _span(activity, stretches, limit)
    if span is None:
        problems.add("an activity in it tells no time that can be; it was left out.")
        return None
    start, end = span
    wrong = trail.too_long(start, end)
    if wrong is not None:
        problems.add(wrong)
        return None
    began = datetime.fromtimestamp(start, UTC)
    offset, zone_name = trail.local_time(began, activity.offset, zone)
    longest = end - start + SLACK_S
    timer, steps = _total(activity, "TotalTimeSeconds"), _steps(activity)
    steps = _credible(steps, MOST_STEPS_A_SECOND * longest, "steps", problems)
    told, most = _total(activity, "DistanceMeters"), MOST_METRES_A_SECOND * longest
    return Workout(
        source=_source(activity.creator),
        key=f"tcx:{_key(activity, start)}",
        label=activity.label,
        start=began,
        end=datetime.fromtimestamp(end, UTC),
        timer_s=None if timer is None else min(timer, float(end - start)),
        steps=None if steps is None else round(steps),
        distance_m=_credible(told, most, "metres", problems),
        utc_offset_s=offset,
        zone=zone_name,
        pauses=trail.pauses(stretches),
        track=trail.track(stretches),
    )


def _span(
    activity: _Activity, stretches: Sequence[Stretch], limit: float
) -> tuple[int, int] | None:
    """Return first and last second, of the points and of laps that agree with them."""
    first = stretches[0][0].at if stretches else None
    last = stretches[-1][-1].at if stretches else None
    starts, ends = [], []
    for lap in activity.laps:
        if lap.start is None or not EARLIEST <= lap.start <= limit:
            continue
        end = lap.start + (lap.total("TotalTimeSeconds") or 0.0)
        if first is None or abs(lap.start - first) <= _STRAY_S:
            starts.append(lap.start)
        if end <= limit and (last is None or abs(end - last) <= _STRAY_S):
            ends.append(end)
    starts += [] if first is None else [first]
    ends += [] if last is None else [last]
    if not starts or not ends or max(ends) < min(starts):
        return None
    return int(min(starts)), int(max(ends))


def _key(activity: _Activity, start: int) -> int:
    """Return the moment the device names the activity by, if it is near; else its start."""
    began = activity.began
    return start if began is None or abs(began - start) > 86400 else int(began)


def _total(activity: _Activity, name: str) -> float | None:
    """Return the sum over laps, ``None`` unless every one tells."""
    values = [lap.total(name) for lap in activity.laps]
    told = [v for v in values if v is not None]
    return sum(told) if told and len(told) == len(values) else None


def _steps(activity: _Activity) -> float | None:
    """Return the laps' steps where the sport has any: a paddler's wrist counts some as well."""
    if activity.counts_legs or texts.is_on_foot(activity.label):
        return _total(activity, "Steps")
    return None


def _credible(total: float | None, most: float, what: str, problems: Problems) -> float | None:
    if total is None or total <= most:
        return total
    problems.add(f"its total of {total:.3g} {what} cannot be and was left out.")
    return None


def _source(creator: Mapping[str, str]) -> Source:
    name = texts.label(creator.get("Name"))
    unit = creator.get("UnitId", "")
    parts = ["tcx", *([name] if name else [])]
    if unit.isascii() and unit.isdigit() and int(unit[:20]):
        parts.append(unit[:20])
    return Source(
        key=":".join(parts),
        kind=SourceKind.FILE,
        whole_day=False,
        device=" ".join(creator.get("Name", "").split())[:60].strip() or None,
    )
