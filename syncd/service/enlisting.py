"""People in bulk, as a file lists them: all of it or nothing, and a second time changes nothing.

A file is read twice: once against a snapshot, to tell everything that is wrong before anybody
waits for the database, and once to write. Whoever the file does not name is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from syncd.contract import ConfigError
from syncd.service.derive import derive_person
from syncd.service.people_file import BadLine, Entry, read_people
from syncd.service.touching import mark_days
from syncd.store import Store, dirty, enlisting, people
from syncd.store.enlisting import Known, Newcomer
from syncd.walks.phrases import plural_s

CHUNK = 1000
EXPLAINED = 50
"""So many wrong lines are told with their words; those beyond by number alone."""


@dataclass(slots=True, kw_only=True)
class Enlisted:
    """How many were added, changed their zone, or were there as the file says."""

    added: int = 0
    moved: int = 0
    same: int = 0
    cohorts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _BadLines:
    """What is wrong: the first ones in words, then runs of line numbers."""

    told: list[BadLine] = field(default_factory=list)
    beyond: list[tuple[int, int]] = field(default_factory=list)
    count: int = 0

    def add(self, bad: BadLine) -> None:
        self.count += 1
        if len(self.told) < EXPLAINED:
            self.told.append(bad)
        elif self.beyond and self.beyond[-1][1] == bad.line - 1:
            self.beyond[-1] = (self.beyond[-1][0], bad.line)
        else:
            self.beyond.append((bad.line, bad.line))

    def refuse(self, file: Path) -> None:
        """Raise ``ConfigError`` where there is any."""
        if not self.count:
            return
        verb = "line needs" if self.count == 1 else "lines need"
        said = [f"{file}: nothing was imported: {self.count:,} {verb} a change."]
        said += [f"Line {bad.line}: {bad.words}" for bad in self.told]
        if self.beyond:
            runs = (f"{a}" if a == b else f"{a}-{b}" for a, b in self.beyond)
            said.append(f"Wrong too: line{plural_s(self.count - EXPLAINED)} {', '.join(runs)}.")
        raise ConfigError("\n".join(said))


def enlist(
    store: Store, file: Path, *, zone: str, clock: Callable[[], datetime], dry_run: bool = False
) -> Enlisted:
    """Make people what a file says; all of it or, on ``ConfigError``, nothing.

    ``zone`` is what is assumed of new people who tell none. Days of people who moved are judged
    again. A ``dry_run`` tells what would be done.
    """
    with store.read() as cx:
        found = _Pass(cx, file, zone, clock()).run(write=False)
    if dry_run or not found.added + found.moved:
        return found
    with store.write() as tx:
        writing = _Pass(tx, file, zone, clock())
        done = writing.run(write=True)
    for person_id in writing.to_judge:
        derive_person(store, person_id, clock=clock)
    return done


@dataclass(slots=True)
class _Pass:
    """One reading of the file beside the database."""

    cx: Connection
    file: Path
    zone: str
    now: datetime
    done: Enlisted = field(default_factory=Enlisted)
    bad: _BadLines = field(default_factory=_BadLines)
    to_judge: list[int] = field(default_factory=list)

    def run(self, *, write: bool) -> Enlisted:
        """Compare every line, and ``write`` what is new; raise ``ConfigError`` for wrong lines."""
        said = read_people(self.file)
        while chunk := list(islice(said, CHUNK)):
            self._chunk(chunk, write=write)
        self.bad.refuse(self.file)
        return self.done

    def _chunk(self, chunk: Sequence[Entry | BadLine], *, write: bool) -> None:
        known = enlisting.known(self.cx, [one.name for one in chunk if isinstance(one, Entry)])
        new: list[Newcomer] = []
        moved: list[tuple[int, str]] = []
        for one in chunk:
            held = known.get(one.name) if isinstance(one, Entry) else None
            if isinstance(one, BadLine):
                self.bad.add(one)
            elif held is None:
                zone = one.zone or self.zone
                new.append(Newcomer(one.name, one.cohort, zone, told=one.zone is not None))
            else:
                moved += self._moves(one, held)
            if isinstance(one, Entry) and one.cohort is not None:
                self.done.cohorts.add(one.cohort)
        self.done.added += len(new)
        self.done.moved += len(moved)
        if write and not self.bad.count:
            enlisting.enlist(self.cx, new, now=self.now)
            for person_id, zone in moved:
                people.set_zone(self.cx, person_id, zone, None)
                mark_days(self.cx, person_id, None, None)
                self.to_judge += [person_id] if dirty.read(self.cx, person_id) else []

    def _moves(self, one: Entry, held: Known) -> Iterator[tuple[int, str]]:
        """Yield who lives elsewhere than is known, and where."""
        told = [run for run in held.zones if run.told]
        if one.zone is None or any(run.zone == one.zone for run in (told[:1] + told[-1:])):
            self.done.same += 1
        elif any(run.from_day is not None for run in told):
            self.bad.add(
                BadLine(
                    one.line,
                    f"{one.name} has moved since, by syncd person set. Write {told[-1].zone}, or"
                    " leave the zone empty.",
                )
            )
        else:
            yield held.id, one.zone
