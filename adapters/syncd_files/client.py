"""Fetch: untouched bytes of one file, split by person where several share it.

A recording (FIT, GPX, TCX) is one payload, unpacked, so that a file and its ``.gz`` are the same
bytes. A minute CSV is its header and one person's own rows, verbatim, in as many payloads as its
size asks; so are the tables and lists of an account's export. An archive is its members, each as
if it had come alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

from syncd.contract import ConfigError, Context, Cursor, Malformed, RawPayload, Stream, Window
from syncd.formats.fit_container import is_fit
from syncd.formats.minute_layout import Layout, layout
from syncd.formats.problems import Problems
from syncd.formats.takeout_layout import takeout_layout
from syncd_files.exports import Exports
from syncd_files.nesting import unpacked
from syncd_files.opening import Budget, CutShortError, Opened, cut_short, opened, size
from syncd_files.parse import MEMBER
from syncd_files.places import Place, of_export
from syncd_files.recognise import BOM, PEEK, ZIP, known, markup, may_be_markup
from syncd_files.rows import Rows, sort, with_end
from syncd_files.settings import FilesSettings
from syncd_files.split import Row, Spool, parts
from syncd_files.unknown import OF_EXPORT, unknown
from syncd_files.zips import members

MEDIA_TYPES: Final = {
    "fit": "application/vnd.ant.fit",
    "gpx": "application/gpx+xml",
    "tcx": "application/vnd.garmin.tcx+xml",
}
CSV: Final = "text/csv"
HEAD: Final = 12


@contextmanager
def connect(settings: FilesSettings, context: Context) -> Iterator[FilesConnection]:
    """Yield the road to one file; nothing is opened before ``fetch``."""
    yield FilesConnection(settings, context)


class FilesConnection:
    """Reads the file that the settings name.

    ``part`` of ``parts`` says how many members of an archive have been read, for a progress bar.
    """

    def __init__(self, settings: FilesSettings, context: Context) -> None:
        self._settings, self._limits = settings, settings.limits
        self._context = context
        self._name = "".join(c if c.isprintable() else "?" for c in settings.path.name)
        self._seq = count()
        self._exports = Exports(settings, context)
        self.part, self.parts = 0, 0

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield what the file holds, all of it: files know no window and no cursor.

        Raise ``Malformed`` for what is no file of ours, and after the good payloads for rows that
        belong to nobody and for members of an archive that could not be used.
        """
        del window, cursor
        if stream is not Stream.FILES:
            raise ConfigError(f"files have no stream called {stream}; ask for {Stream.FILES}")
        problems, path = Problems(), self._settings.path
        try:
            with opened(path, self._limits) as file:
                place = Place.of_file(path, self._name)
                if file.starts_with(ZIP):
                    budget = Budget(file.bytes_on_disk, self._limits)
                    yield from self._archive(file, place, problems, budget)
                else:
                    yield from self._payloads(file, place, problems, None)
        except CutShortError:
            problems.extend(cut_short())
        except Malformed as error:
            problems.extend(error)
        problems.raise_any(self._name)

    def _archive(
        self, file: Opened, place: Place, problems: Problems, budget: Budget
    ) -> Iterator[RawPayload]:
        """Yield the payloads of every member; what is wrong with one is said with its name."""
        between = "/" if MEMBER in place.shown else MEMBER
        with members(file.raw, self._limits) as listed:
            budget.list(len(listed))
            in_export = of_export(listed)
            for number, member in enumerate(listed, start=1):
                if not place.depth:
                    self.part, self.parts = number, len(listed)
                shown = f"{place.shown}{between}{member.name}"
                inner, inside = place.of_member(member, shown, in_export=in_export), Problems()
                try:
                    with member.opened(budget) as content:
                        yield from self._payloads(content, inner, inside, budget)
                except CutShortError:
                    inside.extend(cut_short())
                except Malformed as error:
                    inside.extend(error)
                for sentence in inside.sentences:
                    problems.add(f"{member.name}: {sentence}")
                for sentence in inside.others:
                    problems.add_other(f"{member.name}: {sentence}")
                if budget.exhausted is not None:
                    raise budget.exhausted

    def _payloads(
        self, file: Opened, place: Place, problems: Problems, budget: Budget | None
    ) -> Iterator[RawPayload]:
        if place.is_skipped:
            problems.add_other(OF_EXPORT)
            return
        head = file.read(HEAD)
        if head.startswith(ZIP):
            yield from self._nested(file, head, place, problems, budget)
        elif is_fit(head):
            yield self._recording(file, head, place.shown, "fit")
        elif may_be_markup(head):
            start = head + file.read(PEEK)
            kind = markup(start)
            if kind is None:
                raise unknown(file, start, place, self._limits.line)
            yield self._recording(file, start, place.shown, kind)
        elif head.removeprefix(BOM).lstrip().startswith((b"[", b"{")):
            start = head + file.read(PEEK)
            yield from self._document(file, start, place, problems)
        else:
            file.put_back(head)
            yield from self._table(file, head, place, problems)

    def _nested(
        self, file: Opened, head: bytes, place: Place, problems: Problems, budget: Budget | None
    ) -> Iterator[RawPayload]:
        """Yield what an archive in an archive, or one in a ``.gz``, holds."""
        if place.depth >= self._limits.depth:
            raise Malformed("an archive too deep inside others; unpack the outer ones first.")
        with unpacked(file, head, self._limits) as inner:
            spent = budget or Budget(inner.bytes_on_disk, self._limits)
            yield from self._archive(inner, place, problems, spent)

    def _document(
        self, file: Opened, start: bytes, place: Place, problems: Problems
    ) -> Iterator[RawPayload]:
        """Yield an export's list in JSON; any other JSON is nothing of ours."""
        kind = self._exports.kind_of(start, place)
        if kind is None:
            raise unknown(file, start, place, self._limits.line)
        facts = {"name": place.shown, "format": kind}
        for more, body in self._exports.pieces(file, start, kind, problems):
            yield self._payload("application/json", body, facts | dict(more), zone=None)

    def _table(
        self, file: Opened, head: bytes, place: Place, problems: Problems
    ) -> Iterator[RawPayload]:
        header = file.readline()
        if known(head) or b"\0" in header:
            raise unknown(file, header, place, self._limits.line)
        start = header[: self._limits.line]
        shape = takeout_layout(start.removeprefix(BOM)) or self._layout(start, place)
        if shape is None:
            raise unknown(file, header, place, self._limits.line)
        header = with_end(header.removeprefix(BOM))
        if shape.kind == "takeout_exercises":
            yield self._whole(file, header, place.shown, shape.kind)
            return
        rows = Rows(file, self._limits.line, self._limits.csv)
        if shape.subject is None:
            yield from self._csv(rows, shape, header, None, place.shown)
        else:
            with Spool(self._limits.memory) as spool:
                sort(rows, shape, spool, problems)
                for subject in spool.subjects():
                    yield from self._csv(spool.rows(subject), shape, header, subject, place.shown)
        if rows.ended is not None:
            problems.extend(rows.ended)

    def _layout(self, header: bytes, place: Place) -> Layout | None:
        """Return the layout of a minute CSV; an export's tables that look alike are none."""
        try:
            return layout(header)
        except Malformed:
            if place.in_export:
                return None
            raise

    def _whole(self, file: Opened, header: bytes, name: str, kind: str) -> RawPayload:
        most = self._limits.document
        body = header + file.read(most + 1)
        if len(body) > most:
            raise Malformed(f"a table of more than {size(most)} that cannot be read in parts.")
        return self._payload(CSV, body, {"name": name, "format": kind}, zone=None)

    def _recording(self, file: Opened, head: bytes, name: str, kind: str) -> RawPayload:
        most = self._limits.fit if kind == "fit" else self._limits.markup
        body = head + file.read(max(0, most + 1 - len(head)))
        if len(body) > most:
            raise Malformed(f"larger than {size(most)} unpacked; no recording is.")
        facts = {"name": name, "format": kind}
        return self._payload(MEDIA_TYPES[kind], body, facts, zone=self._told_zone())

    def _csv(
        self, rows: Iterator[Row], shape: Layout, header: bytes, subject: str | None, name: str
    ) -> Iterator[RawPayload]:
        facts = {"name": name, "format": str(shape.kind)}
        if subject is not None:
            facts["subject"] = subject
        is_export = shape.kind.startswith("takeout_")
        zone = None if is_export else self._context.facts.get("zone")
        most = self._limits.piece if is_export else self._limits.payload
        for part in parts(rows, shape, most):
            lines = {} if part.lines.startswith("2-") and subject is None else {"lines": part.lines}
            yield self._payload(CSV, header + part.rows, facts | lines, zone=zone)

    def _told_zone(self) -> str | None:
        """Return the zone for a file that may know its own: only one given for this import.

        A person's usual zone is no fact about a recording; it is applied when days are named.
        """
        if self._context.facts.get("zone_from", "option") != "option":
            return None
        return self._context.facts.get("zone")

    def _payload(
        self, media_type: str, body: bytes, facts: dict[str, str], *, zone: str | None
    ) -> RawPayload:
        return RawPayload(
            account=self._context.account,
            stream=Stream.FILES,
            covers=None,
            seq=next(self._seq),
            fetched_at=self._context.now(),
            media_type=media_type,
            body=body,
            facts=facts | ({} if zone is None else {"zone": zone}),
        )
