"""FIT files: activities as workouts with their tracks, monitoring as step counters.

The device's own totals (distance, steps, times, climb) go into the workout, its samples into the
track: totals count what lies between sparse samples. On foot the format counts strides; steps are
twice that. Files may hold several outings (multisport) and may be chained.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from syncd.contract import DeviceSync, Source, SourceKind, StepCounter, Workout
from syncd.formats.fit_container import AGAIN, Segment, segments
from syncd.formats.fit_messages import (
    SYSTEM_TIME_BELOW,
    TIMESTAMP,
    Fields,
    Sample,
    Told,
    UndecodableError,
    called,
    read,
    unix,
    whole,
)
from syncd.formats.fit_monitoring import counters
from syncd.formats.fit_outing import STRAY_S, Outing, local_offset, outings, pauses
from syncd.formats.fit_track import track
from syncd.formats.problems import Problems
from syncd.formats.zones import zone_named

EARLIEST: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
LONGEST_S: Final = 7 * 86400
MOST_STEPS_A_SECOND: Final = 10
MOST_METRES_A_SECOND: Final = 400
SLACK_S: Final = 60

_ACTIVITY, _MONITORING, _UNTOLD_SERIAL = 4, (15, 28, 32), (None, 0, 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose outing it is, and by what key it is known for ever."""

    source: Source
    key: str


def records(
    data: bytes, *, name: str, before: datetime, zone: str | None = None
) -> Iterator[Workout | StepCounter | DeviceSync]:
    """Yield the outings of FIT activity files and the step readings of monitoring files.

    ``name`` is for sentences; nothing later than ``before`` is believed; ``zone`` (IANA) tells
    local time where the file does not. Raise ``Malformed`` after the good records if anything was
    wrong.
    """
    problems = Problems()
    where = None if zone is None else zone_named(zone)
    limit = int(before.timestamp())
    for segment in segments(data):
        if segment.problem is not None:
            problems.add(segment.problem)
            continue
        try:
            told = read(segment.data)
        except UndecodableError as error:
            at = segment.offset + error.offset
            problems.add(f"damaged: its messages contradict themselves at byte {at}. {AGAIN}")
            continue
        if whole(told.file_id.get(0)) in _MONITORING:
            source = _source(told.file_id, SourceKind.WATCH)
            yield from counters(told, source, limit, where, problems)
        else:
            yield from _of_file(told, segment, problems, limit, where)
    problems.raise_any(name)


def _of_file(
    told: Told, segment: Segment, problems: Problems, limit: int, zone: ZoneInfo | None
) -> list[Workout]:
    """Return the workouts of one FIT file, all of them good."""
    kind = whole(told.file_id.get(0))
    if kind not in (_ACTIVITY, None):
        word = (called("file", kind) or "").replace("_", " ")
        if not problems.others:  # a chain is one file, however long
            problems.add_other(f"a FIT file of the kind '{word}', which holds no recorded outing.")
        return []
    if told.is_bare:
        # Chest straps append files of their own, without a kind, to a watch's recording.
        if segment.number == 1 or kind is not None:
            problems.add("a FIT file without any recorded outing in it.")
        return []
    source, offset = _source(told.file_id, SourceKind.FILE), _offset(told, problems)
    found = []
    ordered = outings(told)
    if not ordered:
        problems.add("no outing in it tells when it began.")
    bounds = [-(2**62), *(outing.start for outing in ordered[1:]), 2**62]
    moments = sorted(told.samples)
    for n, outing in enumerate(ordered):
        mine = moments[bisect_left(moments, bounds[n]) : bisect_left(moments, bounds[n + 1])]
        outing.reach(mine)
        wrong = _impossible(outing, limit)
        if wrong is not None:
            problems.add(wrong)
            continue
        samples = _near(outing, mine, told, problems)
        key = _key(told.file_id, ordered[0].start, n)
        try:
            workout = _workout(outing, samples, told, Identity(source, key), problems)
        except ValidationError:
            problems.add(f"the outing of {_date(outing.start)} contradicts itself; left out.")
            continue
        found.append(_placed(workout, offset, zone))
    return found


def _source(file_id: Fields, kind: SourceKind) -> Source:
    """Return the device: one source, whether it tells of outings or (a watch) of whole days."""
    maker, product = whole(file_id.get(1)), whole(file_id.get(2))
    return Source(
        key=f"fit:{maker or 0}:{product or 0}:{_serial(file_id) or 0}",
        kind=kind,
        whole_day=kind is SourceKind.WATCH,
        device=_device(file_id, maker, product),
    )


def _serial(file_id: Fields) -> int | None:
    serial = whole(file_id.get(3))
    return None if serial in _UNTOLD_SERIAL else serial


def _device(file_id: Fields, maker: int | None, product: int | None) -> str | None:
    """Return a name for people: what the file says, else what the profile calls the number."""
    told = file_id.get(8)
    words = [] if maker is None else [str(called("manufacturer", maker)).replace("_", " ").title()]
    if isinstance(told, str) and told.isprintable():
        words.append(told[:60])
    elif product is not None and maker == 1:
        words.append(str(called("garmin_product", product)))
    return " ".join(words) or None


def _key(file_id: Fields, first_start: int, n: int) -> str:
    """Return the key of outing ``n``: serial and creation time, the same by whatever road.

    A device that tells no serial, or did not know the time, is known by make and the moment
    the first outing began.
    """
    serial, created = _serial(file_id), whole(file_id.get(4))
    if serial is None:
        maker, product = whole(file_id.get(1)) or 0, whole(file_id.get(2)) or 0
        key = f"fit:0.{maker}.{product}:{first_start}"
    elif created is None or created < SYSTEM_TIME_BELOW:
        key = f"fit:{serial}:{first_start}"
    else:
        key = f"fit:{serial}:{unix(created)}"
    return key if n == 0 else f"{key}:{n}"


def _offset(told: Told, problems: Problems) -> int | None:
    offset, odd = local_offset(told.activity.get(TIMESTAMP), told.activity.get(5))
    if odd is not None:
        problems.add(
            f"its clock says local time is {odd} s from UTC, which no zone is; local time was"
            " left open. Name the zone: --tz ZONE."
        )
    return offset


def _impossible(outing: Outing, limit: int) -> str | None:
    if outing.end - outing.start > LONGEST_S:
        return (
            f"an outing of {round((outing.end - outing.start) / 86400)} days,"
            f" from {_date(outing.start)} on, is longer than 7 days; it was left out."
        )
    for at in (outing.start, outing.end):
        if at < EARLIEST:
            return (
                f"an outing dated {_date(at)}, before 2000: the device's clock was not set;"
                " it was left out."
            )
        if at > limit:
            return f"an outing dated {_date(at)} lies in the future; it was left out."
    return None


def _date(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _near(
    outing: Outing, moments: list[int], told: Told, problems: Problems
) -> list[tuple[int, Sample]]:
    first, last = outing.start - STRAY_S, outing.end + STRAY_S
    kept = moments[bisect_left(moments, first) : bisect_left(moments, last + 1)]
    if len(kept) < len(moments):
        stray = next(at for at in moments if not first <= at <= last)
        count = len(moments) - len(kept)
        what = "1 sample lies" if count == 1 else f"{count} samples lie"
        problems.add(
            f"{what} outside the outing of {_date(outing.start)} (at {_date(stray)}); left out."
        )
    return [(at, told.samples[at]) for at in kept]


def _workout(
    outing: Outing,
    samples: list[tuple[int, Sample]],
    told: Told,
    identity: Identity,
    problems: Problems,
) -> Workout:
    elapsed = outing.elapsed_s
    longest = elapsed + SLACK_S
    steps = _credible(outing.steps, MOST_STEPS_A_SECOND * longest, "steps", problems)
    most = MOST_METRES_A_SECOND * longest
    columns = track(samples, on_foot=outing.on_foot)
    measured_by_air = told.barometer and columns is not None and bool(columns.altitude_m)
    return Workout(
        source=identity.source,
        key=identity.key,
        label=called("sport", outing.sport),
        start=datetime.fromtimestamp(outing.start, UTC),
        end=datetime.fromtimestamp(outing.end, UTC),
        timer_s=None if outing.timer_s is None else min(outing.timer_s, elapsed),
        moving_time_s=None if outing.moving_s is None else min(outing.moving_s, elapsed),
        steps=None if steps is None else int(steps),
        distance_m=_credible(outing.distance_m, most, "metres", problems),
        ascent_m=_credible(outing.ascent_m, most, "metres up", problems),
        descent_m=_credible(outing.descent_m, most, "metres down", problems),
        elevation_source="barometric" if measured_by_air else None,
        pauses=pauses(told, outing),
        track=columns,
    )


def _credible(total: float | None, most: float, what: str, problems: Problems) -> float | None:
    if total is None or total <= most:
        return total
    problems.add(f"its total of {total:.0f} {what} cannot be and was left out.")
    return None


def _placed(workout: Workout, offset: int | None, zone: ZoneInfo | None) -> Workout:
    """Return the workout with its local time: the device's own word before the zone's."""
    if offset is None and zone is not None:
        shift = workout.start.astimezone(zone).utcoffset()
        return workout.model_copy(
            update={
                "utc_offset_s": None if shift is None else round(shift.total_seconds()),
                "zone": zone.key,
            }
        )
    return workout.model_copy(update={"utc_offset_s": offset})
