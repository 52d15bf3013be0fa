"""GPX 1.1: recorded walks as tracks, written point by point.

Times are UTC. Height stands where it was measured, cadence in Garmin's TrackPointExtension (one
leg, as programs expect). What GPX has no word for, the metres so far and the exact cadence, stands
in an extension of our own, so that ``syncd import`` reads back the same walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

from syncd.contract import Pause, Track, Workout
from syncd.contract.units import per_leg_to_spm
from syncd.export.instants import rfc3339
from syncd.formats.gpx import OURS
from syncd.store.derived import WalkRow
from syncd.walks.model import Activity

NAMESPACE: Final = "urn:syncd:gpx:1"
CHUNK_POINTS: Final = 2048
MOST_PER_LEG: Final = 254
"""What the extension's schema allows a cadence to be."""
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<gpx version="1.1" creator="{OURS}" xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"'
    f' xmlns:syncd="{NAMESPACE}">\n'
)
_UNNAMED: Final = frozenset((Activity.UNKNOWN, Activity.OTHER))


def has_track(workout: Workout) -> bool:
    """Tell whether a recording has at least two places: fewer are no way."""
    track = workout.track
    return track is not None and sum(north is not None for north in track.latitude) > 1


def write_gpx(
    walks: Iterable[tuple[WalkRow, Workout]], out: IO[bytes], *, made_at: datetime
) -> int:
    """Write a ``<trk>`` a walk and return how many; memory does not grow with the walks.

    Every recording must have a track. ``made_at`` is said in the file's metadata.
    """
    at = _moment(int(made_at.timestamp()))
    out.write(f"{_HEAD}<metadata><name>Walks</name><time>{at}</time></metadata>\n".encode())
    count = 0
    for walk, workout in walks:
        lines = _lines(walk, workout)
        while chunk := list(islice(lines, CHUNK_POINTS)):
            out.write(("\n".join(chunk) + "\n").encode())
        count += 1
    out.write(b"</gpx>\n")
    return count


def file_name(walk: WalkRow) -> str:
    """Return the name of a walk's own file: when it began there, and the first of its id."""
    began = rfc3339(walk.session.start, walk.session.utc_offset_start_s)[:16]
    return f"{began.replace('T', '-').replace(':', '')}-{walk.id[:8]}.gpx"


def _lines(walk: WalkRow, workout: Workout) -> Iterator[str]:
    session, track = walk.session, workout.track
    assert track is not None
    named = session.label if session.activity in _UNNAMED else session.activity.value
    day, clock = rfc3339(session.start, session.utc_offset_start_s)[:16].split("T")
    yield "<trk>"
    what = (named or "walk").capitalize()
    yield f"<name>{_text(f'{what} {day} {clock}')}</name>"
    if named:
        yield f"<type>{_text(named)}</type>"
    told = {"id": walk.id, "person": walk.person, "elevation_source": session.elevation_source}
    said = " ".join(f"{name}={_quoted(text)}" for name, text in told.items() if text)
    yield f"<extensions><syncd:walk {said}/></extensions>"
    for segment in _segments(track, workout.pauses):
        yield "<trkseg>"
        yield from (_point(track, i) for i in segment)
        yield "</trkseg>"
    yield "</trk>"


def _segments(track: Track, pauses: Sequence[Pause]) -> Iterator[list[int]]:
    """Yield the samples with a place, in stretches that no pause parts."""
    segment: list[int] = []
    ahead = sorted(pauses, key=lambda p: p.start)
    for i, at in enumerate(track.at):
        if track.latitude[i] is None or track.longitude[i] is None:
            continue
        if segment and _is_parted(ahead, track.at[segment[-1]], at):
            yield segment
            segment = []
        segment.append(i)
    if segment:
        yield segment


def _is_parted(pauses: list[Pause], before: int, after: int) -> bool:
    """Tell whether a pause lies between two samples; what has passed is dropped."""
    while pauses and pauses[0].end <= before:
        pauses.pop(0)
    return bool(pauses) and pauses[0].start < after


def _point(track: Track, i: int) -> str:
    height = track.altitude_m[i] if track.altitude_m else None
    metres = track.distance_m[i] if track.distance_m else None
    cadence = track.cadence_spm[i] if track.cadence_spm else None
    told = f'<trkpt lat="{track.latitude[i]:.7f}" lon="{track.longitude[i]:.7f}">'
    if height is not None:
        told += f"<ele>{height:.2f}</ele>"
    told += f"<time>{_moment(track.at[i])}</time>"
    more = ""
    if cadence is not None:
        per_leg = min(MOST_PER_LEG, int(cadence / per_leg_to_spm(1.0)))
        more = (
            "<gpxtpx:TrackPointExtension>"
            f"<gpxtpx:cad>{per_leg}</gpxtpx:cad></gpxtpx:TrackPointExtension>"
        )
    exact = "" if metres is None else f' distance_m="{metres:.2f}"'
    exact += "" if cadence is None else f' cadence_spm="{cadence:.7g}"'
    if exact:
        more += f"<syncd:sample{exact}/>"
    return told + (f"<extensions>{more}</extensions></trkpt>" if more else "</trkpt>")


def _moment(unix_s: int) -> str:
    return rfc3339(unix_s).replace("+00:00", "Z")


def _text(text: str) -> str:
    return escape(_sayable(text))


def _quoted(text: str) -> str:
    return quoteattr(_sayable(text))


def _sayable(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return "".join(c if c.isprintable() else " " for c in text)
