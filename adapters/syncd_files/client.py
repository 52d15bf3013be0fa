"""Fetch: untouched bytes of one file, split by person where several share it.

A recording (FIT, GPX, TCX) is one payload, unpacked, so that a file and its ``.gz`` are the same
bytes. A minute CSV is its header and one person's own rows, verbatim, in as many payloads as its
size asks. An archive is its members, each as if it had come alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

from syncd.contract import ConfigError, Context, Cursor, Malformed, RawPayload, Stream, Window
from syncd.formats.fit_container import is_fit
from syncd.formats.markup import DOCUMENT_TYPE
from syncd.formats.minute_layout import Layout, layout
from syncd.formats.problems import Problems
from syncd_files.opening import Budget, CutShortError, Opened, cut_short, opened, size
from syncd_files.parse import MEMBER
from syncd_files.recognise import (
    BOM,
    GZIP,
    PEEK,
    SIDE_FILES,
    XML,
    ZIP,
    has_document_type,
    known,
    looks_like,
    markup,
    may_be_markup,
)
from syncd_files.rows import Rows, sort, too_long, with_end
from syncd_files.settings import FilesSettings
from syncd_files.split import Row, Spool, parts
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
    """Reads the file that the settings name."""

    def __init__(self, settings: FilesSettings, context: Context) -> None:
        self._path, self._limits = settings.path, settings.limits
        self._context = context
        self._name = "".join(c if c.isprintable() else "?" for c in settings.path.name)
        self._seq = count()

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
        problems = Problems()
        try:
            with opened(self._path, self._limits) as file:
                if file.starts_with(ZIP):
                    yield from self._archive(file, problems)
                else:
                    yield from self._payloads(file, self._name, problems)
        except CutShortError:
            problems.extend(cut_short())
        except Malformed as error:
            problems.extend(error)
        problems.raise_any(self._name)

    def _archive(self, file: Opened, problems: Problems) -> Iterator[RawPayload]:
        """Yield the payloads of every member; what is wrong with one is said with its name."""
        budget = Budget(file.bytes_on_disk, self._limits)
        for member in members(file.raw, self._limits):
            name, inside = f"{self._name}{MEMBER}{member.name}", Problems()
            try:
                with member.opened(budget) as content:
                    yield from self._payloads(content, name, inside)
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

    def _payloads(self, file: Opened, name: str, problems: Problems) -> Iterator[RawPayload]:
        head = file.read(HEAD)
        if head.startswith(ZIP):
            raise Malformed("an archive inside an archive; unpack the outer one first.")
        if is_fit(head):
            yield self._recording(file, head, name, "fit")
            return
        if may_be_markup(head):
            start = head + file.read(PEEK)
            kind = markup(start)
            if kind is None:
                raise self._unknown(file, start)
            yield self._recording(file, start, name, kind)
            return
        file.put_back(head)
        header = file.readline()
        shape = None if known(head) or b"\0" in header else layout(header[: self._limits.line])
        if shape is None:
            raise self._unknown(file, header)
        header = with_end(header.removeprefix(BOM))
        rows = Rows(file, self._limits.line, self._limits.csv)
        if shape.subject is None:
            yield from self._csv(rows, shape, header, None, name)
        else:
            with Spool(self._limits.memory) as spool:
                sort(rows, shape, spool, problems)
                for subject in spool.subjects():
                    yield from self._csv(spool.rows(subject), shape, header, subject, name)
        if rows.ended is not None:
            problems.extend(rows.ended)

    def _unknown(self, file: Opened, header: bytes) -> Malformed:
        if not header:
            return Malformed("it is empty (0 bytes).")
        if file.packed and header.startswith(GZIP):
            return Malformed("it is packed twice; unpack it once.")
        if len(header) > self._limits.line and known(header) is None:
            return too_long(1, self._limits.line)
        start = (header + file.read(PEEK))[:PEEK]
        if known(start) == XML and has_document_type(start):
            return Malformed(DOCUMENT_TYPE)
        said = f"neither a FIT, GPX or TCX recording nor a minute CSV: {looks_like(start)}."
        return Malformed(said, others=[said] if known(start) in SIDE_FILES else ())

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
        for part in parts(rows, shape, self._limits.payload):
            lines = {} if part.lines.startswith("2-") and subject is None else {"lines": part.lines}
            yield self._payload(
                CSV, header + part.rows, facts | lines, zone=self._context.facts.get("zone")
            )

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
