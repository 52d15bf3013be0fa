"""Write a Google Takeout of Fitbit or Google Health data, of either generation, quirks and all.

Several data sources side by side (a band that counts every step, a telephone at odd seconds, its
round trip through Health Connect), minutes padded far into the future, empty families, large
tables of nothing, and the older JSON by a clock that the export does not name. It knows nothing of
how the files are read.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from syncd.sim.devices import UNSEEN, Log, phone_minutes, recorded_walks, watch_minutes
from syncd.sim.truth import MINUTE_S, Kind, TrueWalk, Truth

BAND, PHONE, ECHO = "Google Fitbit Air", "MobileTrack", "Phone Health Connect"
DAY_MIN = 1440
PADDING_DAYS = 40
PHONE_SECOND = 37
README = b"Minute by minute data of your activity.\n"
EXERCISES = (
    "exercise_id,exercise_start,exercise_end,utc_offset,exercise_created,exercise_last_updated,"
    "activity_name,log_type,pool_length,pool_length_unit,intervals,distance_units,"
    "tracker_total_calories,tracker_total_steps,tracker_total_distance_mm,"
    "tracker_total_altitude_mm,tracker_avg_heart_rate,manually_logged_total_steps,"
    "manually_logged_total_distance_mm,events,activity_type_probabilities,deletion_reason"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How an export looks.

    ``newer`` is the generation of ``Google Health`` folders (a file a month in sub-folders, the
    source in a column), else that of ``Fitbit`` (a file a day, no source told). ``json_clock`` is
    the zone that the older JSON is written in, "UTC" or a place; ``None`` leaves the JSON out.
    ``csv_from`` is the first day that has tables; ``padding_days`` run on behind the last minute.
    """

    newer: bool = True
    json_clock: str | None = "UTC"
    csv_from: date | None = None
    with_exercises: bool = True
    padding_days: int = PADDING_DAYS


def takeout(truth: Truth, shape: Shape, *, until: int | None = None) -> dict[str, bytes]:
    """Return the members of an export made at ``until`` (Unix seconds, the end of the life)."""
    end = truth.end_minute if until is None else min(truth.end_minute, until // MINUTE_S)
    root = "Takeout/Google Health" if shape.newer else "Takeout/Fitbit"
    sources = _sources(truth, end) if shape.newer else {"": _cut(watch_minutes(truth), end)}
    found = {
        "Takeout/archive_browser.html": b"<!doctype html><html></html>",
        f"{root}/Your Profile/Profile.csv": b"id,name\n1,somebody\n",
        f"{root}/Physical Activity_GoogleData/Steps Readme.txt": README,
        f"{root}/Physical Activity_GoogleData/live_pace_{date(2026, 1, 1)}.csv": b"timestamp,steps,"
        b"distance millimeters,altitude gain millimeters\n2026-01-01T10:00:03Z,4,2800,0\n",
        f"{root}/Physical Activity_GoogleData/floors_{date(2026, 1, 1)}.csv": b"no data",
        f"{root}/Health Fitness Data_GoogleData/UserActivityProbabilities_2026-01-01.csv": (
            b"timestamp,steps,data source\n2026-01-01T10:00:00Z,77,x\n"
        ),
        f"{root}/Paired Devices/Trackers.csv": b"id,name\n1,Air\n",
    }
    found |= {f"{root}/{name}": body for name, body in _tables(sources, shape, end)}
    if shape.json_clock is not None:
        log = _cut(watch_minutes(truth), end)
        found |= {f"{root}/{name}": body for name, body in _json(log, shape, end)}
    if shape.with_exercises:
        outings = [w for w in recorded_walks(truth) if w.end <= end * MINUTE_S]
        name = f"{root}/Health Fitness Data_GoogleData/UserExercises_{_day(truth.first_minute)}.csv"
        found[name] = exercises(outings, truth)
    return found


def write_parts(folder: Path, members: Mapping[str, bytes], parts: int = 1) -> list[Path]:
    """Write an export in ``parts`` zips, members dealt out in turn, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"takeout-20261006T081500Z-1-{i:03}.zip" for i in range(1, parts + 1)]
    dealt: list[list[tuple[str, bytes]]] = [[] for _ in paths]
    for i, member in enumerate(sorted(members.items())):
        dealt[i % parts].append(member)
    for path, inside in zip(paths, dealt, strict=True):
        path.write_bytes(zipped(inside))
    return paths


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip as a service streams it out: sizes behind the data, not before."""
    stream = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(stream), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class _Unseekable(io.RawIOBase):
    """Makes the zip writer put sizes into data descriptors."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__()
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        return self._stream.write(data)  # type: ignore[arg-type]

    def flush(self) -> None:
        return


def exercises(outings: Sequence[TrueWalk], truth: Truth) -> bytes:
    """Return the table of exercises: true UTC, local offset, totals in millimetres."""
    rows = [EXERCISES]
    for walk in outings:
        start, end = (datetime.fromtimestamp(at, UTC) for at in (walk.start, walk.end))
        stamp = "%Y-%m-%d %H:%M:%S+0000"
        minutes = truth.offset_at(walk.start).offset_s // 60
        offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        name = "Outdoor Run" if walk.kind is Kind.RUN else "Outdoor Walk"
        events = '"[{""type"":""split"",\n""distance"":1000}]"'
        rows.append(
            f"{10**17 + walk.start},{start:{stamp}},{end:{stamp}},{offset},{end:{stamp}},"
            f"{end:{stamp}},{name},TRACKER,0,UNSPECIFIED,,METRIC,200,{walk.steps},"
            f"{round(1000 * walk.distance_m)},{round(1000 * walk.ascent_m)},0,,,{events},"
            '"WALK=0.9,RUN=0.1",'
        )
    return ("\n".join(rows) + "\n").encode()


def _sources(truth: Truth, end: int) -> dict[str, Log]:
    """Return what each source of the newer generation says; the echo repeats the telephone."""
    phone = _cut(phone_minutes(truth), end)
    return {BAND: _cut(watch_minutes(truth), end), PHONE: phone, ECHO: phone}


def _cut(log: Log, end: int) -> Log:
    return Log(log.first, log.steps[: max(0, end - log.first)])


def _tables(sources: Mapping[str, Log], shape: Shape, end: int) -> Iterator[tuple[str, bytes]]:
    """Yield a table of steps and one of metres for each month, or each day."""
    header = "timestamp,{},data source" if shape.newer else "timestamp,{}"
    first = min(log.first for log in sources.values())
    if shape.csv_from is not None:
        first = max(first, _minute(shape.csv_from))
    last = end + shape.padding_days * DAY_MIN
    for low, high in _spans(first, last, monthly=shape.newer):
        rows = [row for name, log in sources.items() for row in _rows(name, log, low, high, end)]
        folder = "Physical Activity_GoogleData"
        for what, inside, each in (("steps", "Steps", 1.0), ("distance", "Distance", 0.7)):
            lines = [header.format(what)] + [
                f"{stamp},{round(steps * each, 1) if each < 1 else steps}{source}"
                for stamp, steps, source in rows
            ]
            place = f"{folder}/{inside}" if shape.newer else folder
            yield f"{place}/{what}_{_day(low)}.csv", ("\n".join(lines) + "\n").encode()


def _rows(name: str, log: Log, low: int, high: int, end: int) -> Iterator[tuple[str, int, str]]:
    """Yield (time, steps, source) of one source; the band pads with zeros behind its last."""
    odd, source = name in (PHONE, ECHO), f",{name}" if name else ""
    for minute in range(max(low, log.first), high):
        if minute < log.end:
            steps = log.steps[minute - log.first]
            if steps == UNSEEN or (odd and not steps):
                continue
        elif odd or minute < end or minute % 60:
            continue
        else:
            steps = 0
        at = datetime.fromtimestamp(minute * MINUTE_S + (PHONE_SECOND if odd else 0), UTC)
        fraction = ".552356" if name == ECHO else ".000" if name == BAND else ""
        yield f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z", steps, source


def _json(log: Log, shape: Shape, end: int) -> Iterator[tuple[str, bytes]]:
    """Yield the older minutes, thirty days a file, by the clock of ``json_clock``."""
    clock = ZoneInfo(shape.json_clock or "UTC")
    for low in range(log.first, end, 30 * DAY_MIN):
        entries = []
        for minute in range(low, min(low + 30 * DAY_MIN, log.end)):
            steps = log.steps[minute - log.first]
            if steps != UNSEEN:
                at = datetime.fromtimestamp(minute * MINUTE_S, clock)
                entries.append({"dateTime": f"{at:%m/%d/%y %H:%M:%S}", "value": str(steps)})
        yield f"Global Export Data/steps-{_day(low)}.json", json.dumps(entries, indent=1).encode()
        calories = [{**entry, "value": "1.25"} for entry in entries[:50]]
        yield f"Global Export Data/calories-{_day(low)}.json", json.dumps(calories).encode()


def _spans(first: int, last: int, *, monthly: bool) -> Iterator[tuple[int, int]]:
    """Yield UTC days, or the days of each month, as [first, end) Unix minutes."""
    low = first
    while low < last:
        day = _day(low)
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if monthly else None
        high = _minute(after or day + timedelta(days=1))
        yield low, min(high, last)
        low = high


def _day(minute: int) -> date:
    return datetime.fromtimestamp(minute * MINUTE_S, UTC).date()


def _minute(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // MINUTE_S
