"""What one call of the command stands on: environment, clock, settings, database, paper."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

from syncd.cli.screens.paper import ASCII, WIDEST, Glyphs, Paper

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.settings import Loaded, MachineZone, Settings
    from syncd.store import Store

Clock = Callable[[], datetime]
SQLITE = "sqlite:///"


def system_clock() -> datetime:
    """Return the instant it is, in UTC: the one place of the command line that asks."""
    return datetime.now(UTC)


@dataclass
class Invocation:
    """One call; its global options are filled in before a command runs."""

    env: Mapping[str, str]
    clock: Clock = system_clock
    config: Path | None = None
    verbose: bool = False
    ascii: bool = False
    no_color: bool = False
    _looked: bool = field(default=False, init=False)

    @cached_property
    def loaded(self) -> Loaded:
        """Return the settings with their origin; raise ``ConfigError`` where they are wrong."""
        from syncd.settings import load

        return load(self.config, self.env)

    @property
    def settings(self) -> Settings:
        """Return the settings in force."""
        return self.loaded.settings

    @cached_property
    def zone(self) -> MachineZone:
        """Return the zone that names days for people who set none, and who said so."""
        from syncd.settings import MachineZone, machine_zone

        if self.settings.person.zone is not None:
            said_by = self.loaded.origin.get("person.zone", "settings")
            return MachineZone(self.settings.person.zone, said_by)
        return machine_zone(self.env)

    @cached_property
    def paper(self) -> Paper:
        """Return what standard output can take: columns, glyphs, colour."""
        terminal = sys.stdout.isatty()
        return Paper(
            width=_columns(self.env, terminal=terminal),
            glyphs=ASCII if self.ascii or not _can_say(sys.stdout, Glyphs()) else Glyphs(),
            colour=terminal
            and not self.no_color
            and not self.env.get("NO_COLOR")
            and self.env.get("TERM") != "dumb",
        )

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Yield the database, made or brought up to date where needed."""
        from syncd.store import open_store

        self.look_around()
        store = open_store(self.settings.database_url)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def trying(self) -> Iterator[Store]:
        """Yield the database, or an empty one that is thrown away where there is none."""
        if self.has_database():
            with self.store() as store:
                yield store
            return
        self.look_around()
        from syncd.store import open_store

        with TemporaryDirectory(prefix="syncd-") as folder:
            store = open_store(f"{SQLITE}{folder}/state/syncd.db")
            try:
                yield store
            finally:
                store.close()

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """Yield a snapshot of the database; ``None`` where there is none: looking makes none."""
        if not self.has_database():
            self.look_around()
            yield None
            return
        with self.store() as store:
            self._refresh(store)
            with store.read() as cx:
                yield cx

    def _refresh(self, store: Store) -> None:
        """Judge and plan again what time alone has moved on; where nothing did, load nothing."""
        from syncd.store.derived import unsettled
        from syncd.store.dirty import people_with_marks
        from syncd.store.planned import people_with_plans

        with store.read() as cx:
            moving = bool(unsettled(cx) or people_with_marks(cx))
            planned = people_with_plans(cx)
        if moving:
            from syncd.service.refreshing import refresh

            refresh(store, clock=self.clock)
        if planned:
            from syncd.cli.who import today_by_id
            from syncd.service.plans import advance_all

            advance_all(store, clock=self.clock, today_of=today_by_id(self.zone.name, self.clock))

    def look_around(self) -> None:
        """Say once that a service runs on this machine on other data than this call uses."""
        if self._looked:
            return
        self._looked = True
        from syncd.cli.neighbours import neighbours, place_of, words_of

        place = place_of(self.settings.database_url)
        for neighbour in neighbours(self.env, place):
            for line in self.paper.wrap(words_of(neighbour, place)):
                say_aside(line)

    def has_database(self) -> bool:
        """Return whether the database is there; one on a server always is."""
        url = self.settings.database_url
        try:
            return not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).exists()
        except PermissionError:
            return True  # in a folder that is closed to us: opening it says whose it is


def _columns(env: Mapping[str, str], *, terminal: bool) -> int:
    """Return the columns to use: COLUMNS, else the terminal's, never more than 78."""
    said = env.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return min(WIDEST, int(said))
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns) if terminal else WIDEST


def _can_say(stream: TextIO, glyphs: Glyphs) -> bool:
    try:
        f"{glyphs.signs.met}{glyphs.bars}{glyphs.signs.flare}".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say(lines: Iterable[str]) -> None:
    """Write lines to standard output as they come."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def say_aside(line: str) -> None:
    """Write a line to standard error: notes and problems, never results."""
    sys.stderr.write(f"{line}\n")
