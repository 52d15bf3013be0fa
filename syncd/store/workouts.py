"""Recorded workouts and their packed tracks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, select, update

from syncd.contract import OnConflict, Pause, Source, SourceKind, Workout
from syncd.store import tables as t
from syncd.store.instants import days_between, from_unix, to_unix
from syncd.store.track_codec import pack_track, unpack_track
from syncd.store.upserts import upsert

_PLAIN = (
    "label",
    "timer_s",
    "moving_time_s",
    "steps",
    "distance_m",
    "ascent_m",
    "descent_m",
    "elevation_source",
    "detected",
    "utc_offset_s",
    "zone",
)
"""Columns that are fields of ``Workout`` as they are."""
_HALF = 8
"""A workout's name is two halves of so many bytes: one of what is told, one of its samples."""


@dataclass(frozen=True, slots=True)
class WorkoutRow:
    """A stored workout; the same key may come back from two sources of one person."""

    source_id: int
    account_id: int
    workout: Workout


@dataclass(frozen=True, slots=True)
class PackedWorkout:
    """A workout ready to be stored; made outside any transaction."""

    key: str
    start: int
    end: int
    samples: int
    hash: bytes
    values: Mapping[str, Any] = field(repr=False)
    track: bytes | None = field(repr=False)

    @property
    def richness(self) -> tuple[int, int, bytes]:
        """Return what decides between two records of one outing: the larger one stands."""
        return self.samples, self.end, self.hash


def pack_workout(workout: Workout) -> PackedWorkout:
    """Pack a workout; needs no database."""
    start, end = to_unix(workout.start), to_unix(workout.end)
    values = {name: getattr(workout, name) for name in _PLAIN}
    values["pauses"] = json.dumps([[pause.start, pause.end] for pause in workout.pauses])
    body, name = pack_track(workout.track) if workout.track else (None, b"")
    return PackedWorkout(
        key=workout.key,
        start=start,
        end=end,
        samples=len(workout.track.at) if workout.track else 0,
        hash=_told(start, end, values) + _half(name),
        values=values,
        track=body,
    )


def put_workout(
    tx: Connection,
    account_id: int,
    source_id: int,
    workout: Workout,
    *,
    on_conflict: OnConflict = OnConflict.NEWEST,
) -> set[int]:
    """Store a workout by its key and return the UTC days of its old and new span if it changed."""
    packed = pack_workout(workout)
    return put_packed(tx, account_id, source_id, [packed], on_conflict=on_conflict)


def put_packed(
    tx: Connection,
    account_id: int,
    source_id: int,
    workouts: Iterable[PackedWorkout],
    *,
    on_conflict: OnConflict,
) -> set[int]:
    """Store workouts of one source; return the UTC days of old and new spans that changed.

    A newer record without samples is a summary: it does not say that there are none. The samples
    held before stay, and so does what they told and the summary leaves open (pauses, a zone).
    """
    richest = on_conflict is OnConflict.RICHEST
    wanted: dict[str, PackedWorkout] = {}
    for packed in workouts:
        rival = wanted.get(packed.key)
        if rival is None or not richest or packed.richness > rival.richness:
            wanted[packed.key] = packed
    held = _held(tx, account_id, source_id, sorted(wanted))
    changed: list[PackedWorkout] = []
    days: set[int] = set()
    for key, packed in sorted(wanted.items()):
        before = held.get(key)
        if before is not None and not richest and packed.track is None:
            packed = _with_samples_of(packed, before)  # noqa: PLW2901 - the same, whole
        if before is not None and not _replaces(packed, before, richest=richest):
            continue
        changed.append(packed)
        days.update(days_between(packed.start, packed.end))
        if before is not None:
            days.update(days_between(to_unix(before["start_at"]), to_unix(before["end_at"])))
    _write(tx, account_id, source_id, changed)
    return days


def retire_missing(
    tx: Connection,
    account_id: int,
    source_id: int,
    keys: Iterable[str],
    *,
    span: tuple[int, int],
    now: datetime,
) -> set[int]:
    """Retire a source's workouts that START in ``span`` and are not among ``keys``.

    Returns the UTC days they lay in.
    """
    here = t.workout.c
    mine = and_(
        here.account_id == account_id,
        here.source_id == source_id,
        here.start_at >= from_unix(span[0]),
        here.start_at < from_unix(span[1]),
        here.retired_at.is_(None),
    )
    kept = set(keys)
    rows = tx.execute(select(here.key, here.start_at, here.end_at).where(mine)).all()
    gone = [row for row in rows if row.key not in kept]
    for row in gone:
        tx.execute(update(t.workout).where(mine, here.key == row.key).values(retired_at=now))
    return {day for row in gone for day in days_between(to_unix(row[1]), to_unix(row[2]))}


def load(cx: Connection, person_id: int, start: int, end: int) -> list[WorkoutRow]:
    """Return workouts overlapping [start, end) Unix seconds, not retired, by (start, key, id)."""
    here, whose = t.workout.c, t.source.c
    query = (
        select(t.workout, t.track.c.body, whose.key.label("source_key"))
        .add_columns(whose.kind, whose.whole_day, whose.origin, whose.device)
        .join_from(
            t.source,
            t.workout,
            and_(here.account_id == whose.account_id, here.source_id == whose.id),
        )
        .outerjoin(
            t.track,
            and_(
                t.track.c.account_id == here.account_id,
                t.track.c.source_id == here.source_id,
                t.track.c.key == here.key,
            ),
        )
        .where(
            whose.person_id == person_id,
            here.end_at >= from_unix(start),
            here.start_at < from_unix(end),
            here.retired_at.is_(None),
        )
    )
    rows = [
        WorkoutRow(row["source_id"], row["account_id"], _workout(row))
        for row in cx.execute(query).mappings()
    ]
    return sorted(rows, key=lambda row: (row.workout.start, row.workout.key, row.source_id))


def _held(
    tx: Connection, account_id: int, source_id: int, keys: Sequence[str]
) -> dict[str, RowMapping]:
    here = t.workout.c
    query = select(t.workout).where(
        here.account_id == account_id, here.source_id == source_id, here.key == bindparam("k")
    )
    found = (tx.execute(query, {"k": key}).mappings().first() for key in keys)
    return {row["key"]: row for row in found if row is not None}


def _replaces(packed: PackedWorkout, before: RowMapping, *, richest: bool) -> bool:
    if before["retired_at"] is not None:
        return True
    if richest:
        return packed.richness > (before["samples"], to_unix(before["end_at"]), before["hash"])
    if packed.track is None:
        return packed.hash[:_HALF] != bytes(before["hash"])[:_HALF]
    return packed.hash != bytes(before["hash"])


def _with_samples_of(packed: PackedWorkout, before: RowMapping) -> PackedWorkout:
    """Return a summary with the samples held, and with what only the recording tells."""
    values = dict(packed.values)
    if before["samples"]:
        values |= {name: before[name] for name in _PLAIN if values[name] is None}
        values["pauses"] = before["pauses"] if values["pauses"] == "[]" else values["pauses"]
    name = _told(packed.start, packed.end, values) + bytes(before["hash"])[_HALF:]
    return replace(packed, samples=before["samples"], hash=name, values=values)


def _told(start: int, end: int, values: Mapping[str, Any]) -> bytes:
    plain = {name: values[name] for name in _PLAIN}
    return _half(json.dumps([start, end, values["pauses"], plain], sort_keys=True).encode())


def _half(said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=_HALF).digest()


def _write(
    tx: Connection, account_id: int, source_id: int, workouts: Sequence[PackedWorkout]
) -> None:
    rows, tracks = [], []
    for packed in workouts:
        whose = {"account_id": account_id, "source_id": source_id, "key": packed.key}
        rows.append(
            {
                **whose,
                **packed.values,
                "start_at": from_unix(packed.start),
                "end_at": from_unix(packed.end),
                "samples": packed.samples,
                "hash": packed.hash,
                "retired_at": None,
            }
        )
        if packed.track is not None:
            tracks.append({**whose, "body": packed.track})
        elif not packed.samples:
            here = t.track.c
            mine = (here.account_id == account_id) & (here.source_id == source_id)
            tx.execute(delete(t.track).where(mine, here.key == packed.key))
    upsert(tx, t.workout, rows)
    upsert(tx, t.track, tracks)


def _workout(row: RowMapping) -> Workout:
    source = Source.model_construct(
        key=row["source_key"],
        kind=SourceKind(row["kind"]),
        whole_day=row["whole_day"],
        origin=row["origin"],
        device=row["device"],
    )
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    pauses = json.loads(row["pauses"])
    return Workout.model_construct(
        source=source,
        key=row["key"],
        start=row["start_at"],
        end=row["end_at"],
        pauses=tuple(Pause.model_construct(start=start, end=end) for start, end in pauses),
        track=unpack_track(row["body"]) if row["body"] is not None else None,
        **plain,
    )
