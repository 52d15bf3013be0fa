"""Parse: a payload's own facts say which format reads it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from syncd.contract import CanonicalRecord, Malformed, RawPayload

MEMBER: Final = ": "
"""Between the name of an archive and that of the member that a payload came from."""
CLOCKS_DIFFER = timedelta(days=1)
"""How far ahead of the moment of import a device's clock may be."""


def parse(payload: RawPayload) -> Iterator[CanonicalRecord]:
    """Yield the records of a file; raise ``Malformed`` behind the good ones."""
    try:
        yield from _records(payload)
    except Malformed as error:
        _, inside, member = payload.facts.get("name", "").partition(MEMBER)
        before = f"{member}: " if inside else ""
        raise Malformed(
            str(error),
            problems=[before + sentence for sentence in error.problems],
            others=[before + sentence for sentence in error.others],
            payload=payload,
        ) from None


def _records(payload: RawPayload) -> Iterator[CanonicalRecord]:
    facts, before = payload.facts, payload.fetched_at + CLOCKS_DIFFER
    name, zone = facts.get("name", "the file"), facts.get("zone")
    match facts.get("format"):
        case "fit":
            from syncd.formats import fit  # noqa: PLC0415 - its library costs 40 ms to import

            yield from fit.records(payload.body, name=name, before=before, zone=zone)
        case "gpx":
            from syncd.formats import gpx  # noqa: PLC0415

            yield from gpx.workouts(payload.body, name=name, before=before, zone=zone)
        case "tcx":
            from syncd.formats import tcx  # noqa: PLC0415

            yield from tcx.workouts(payload.body, name=name, before=before, zone=zone)
        case "minutes_wide" | "minutes_narrow" | "intervals" | "days":
            from syncd.formats import minute_csv  # noqa: PLC0415

            yield from minute_csv.records(
                payload.body, name=name, zone=zone, before=before, lines=facts.get("lines")
            )
        case "takeout_steps" | "takeout_distance":
            from syncd.formats import takeout_csv  # noqa: PLC0415

            lines = facts.get("lines")
            yield from takeout_csv.minutes(payload.body, name=name, before=before, lines=lines)
        case "takeout_steps_json":
            from syncd.formats import takeout_json  # noqa: PLC0415

            offsets = facts.get("offsets", "")
            yield from takeout_json.minutes(payload.body, name=name, before=before, offsets=offsets)
        case "takeout_exercises":
            from syncd.formats import takeout_exercises  # noqa: PLC0415

            yield from takeout_exercises.exercises(payload.body, name=name, before=before)
        case "garmin_activities":
            from syncd.formats import garmin_export  # noqa: PLC0415

            yield from garmin_export.activities(payload.body, name=name, before=before)
        case "garmin_days":
            from syncd.formats import garmin_export  # noqa: PLC0415

            yield from garmin_export.days(payload.body, name=name, before=before)
        case other:
            raise Malformed(f"{name}: no reader for the format {other!r}.")
