"""``syncd export walks --format gpx``: the only command that lets places leave the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.errors import UsageProblem
from syncd.cli.export import Request
from syncd.cli.invocation import Invocation, say_aside
from syncd.cli.outputs import folder_of, opened

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from syncd.contract import Workout
    from syncd.store.derived import WalkRow

    Tracks = Iterator[tuple[WalkRow, Workout]]

NAMED = 3
_PLACES = "A GPX file shows where each walk went: give it only to whom may know."


@dataclass
class _LeftOut:
    """Walks that no track can show: how many, and the first of them by id."""

    count: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, walk_id: str) -> None:
        self.count += 1
        if len(self.ids) < NAMED:
            self.ids.append(walk_id[:8])

    def sentence(self, says: str) -> str:
        """Return the line that counts and names them."""
        more = self.count - len(self.ids)
        named = ", ".join(self.ids) + (f" and {more:,} more" if more else "")
        return f"{self.count:,} walk{'s' if self.count > 1 else ''} {says}: {named}."


def export_tracks(invocation: Invocation, request: Request) -> None:
    """Write the tracks of walks, in one file or in a file a walk; tell which have none."""
    if request.kind != "walks":
        raise UsageProblem(
            f"GPX holds tracks, and {request.kind} have none. Try: syncd export walks --format gpx"
        )
    if request.codebook:
        raise UsageProblem("A GPX file has no columns, and so no codebook: leave --codebook out.")
    left, gone = _LeftOut(), _LeftOut()
    output, now = request.output, invocation.clock()
    folder = folder_of(output) if output.is_folder else None
    from syncd.export.gpx import write_gpx

    with invocation.reading() as cx:
        tracks = _tracks(invocation, cx, request, left, gone)
        if folder is not None:
            number = _file_a_walk(tracks, folder, now)
        else:
            with opened(output) as out:
                number = write_gpx(tracks, out, made_at=now)
    if output.path is not None:
        say_aside(f"{number:,} walk{'' if number == 1 else 's'} in {output}")
    if number:
        say_aside(_PLACES)
    if left.count:
        for line in invocation.paper.sentence(left.sentence("without a track left out")):
            say_aside(line)
    if gone.count:
        say_aside(gone.sentence("no longer there, which GPX cannot say"))


def _tracks(
    invocation: Invocation, cx: Connection | None, request: Request, left: _LeftOut, gone: _LeftOut
) -> Tracks:
    """Yield walks with the recording that shows the way; note those that have none."""
    if cx is None:
        return
    from syncd.cli.listing import asked_of_everybody
    from syncd.export.gpx import has_track
    from syncd.service.tracks import iter_recorded
    from syncd.store.derived import retired

    wanted = asked_of_everybody(invocation, cx, request.asked_for)
    changed = request.changed(invocation)
    for walk, recordings in iter_recorded(
        cx, wanted.scope.ids, first=wanted.first, last=wanted.last, changed_since=changed
    ):
        shown = next((one for one in recordings if has_track(one)), None)
        if shown is None:
            left.add(walk.id)
        else:
            yield walk, shown
    if changed is not None:
        for one in retired(cx, wanted.scope.ids, changed_since=changed):
            gone.add(one.id)


def _file_a_walk(tracks: Tracks, folder: Path, now: datetime) -> int:
    from syncd.export import replacing
    from syncd.export.gpx import file_name, write_gpx

    count = 0
    for walk, workout in tracks:
        with replacing(folder / file_name(walk)) as out:
            count += write_gpx([(walk, workout)], out, made_at=now)
    return count
