"""Fetch: one file's untouched bytes, split by person where several share it.

A FIT file is one payload, unpacked, so that a recording and its ``.gz`` are the same bytes. A
minute CSV is its header and one person's own rows, verbatim, in as many payloads as its size asks.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

from syncd.contract import ConfigError, Context, Cursor, Malformed, RawPayload, Stream, Window
from syncd.formats.fit_container import is_fit
from syncd.formats.minute_layout import Layout, layout
from syncd.formats.problems import Problems
from syncd_files.opening import CutShortError, Opened, cut_short, opened, size
from syncd_files.recognise import GZIP, known, looks_like
from syncd_files.settings import FilesSettings
from syncd_files.split import Row, Spool, parts

FIT: Final = "application/vnd.ant.fit"
CSV: Final = "text/csv"
BOM: Final = b"\xef\xbb\xbf"
HEAD: Final = 12
PEEK: Final = 4096

_SUBJECT: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")


@contextmanager
def connect(settings: FilesSettings, context: Context) -> Iterator[FilesConnection]:
    """Yield the road to one file; nothing is opened before ``fetch``."""
    yield FilesConnection(settings, context)


class FilesConnection:
    """Reads the file that the settings name."""

    def __init__(self, settings: FilesSettings, context: Context) -> None:
        self._path, self._limits = settings.path, settings.limits
        self._context = context
        self._name = _printable(settings.path.name)
        self._seq = count()

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield what the file holds, all of it: files know no window and no cursor.

        Raise ``Malformed`` for what is no file of ours, and after the good payloads for rows that
        belong to nobody.
        """
        del window, cursor
        if stream is not Stream.FILES:
            raise ConfigError(f"files have no stream called {stream}; ask for {Stream.FILES}")
        problems = Problems()
        try:
            with opened(self._path, self._limits) as file:
                yield from self._payloads(file, problems)
        except CutShortError:
            problems.extend(cut_short())
        except Malformed as error:
            problems.extend(error)
        problems.raise_any(self._name)

    def _payloads(self, file: Opened, problems: Problems) -> Iterator[RawPayload]:
        head = file.read(HEAD)
        if is_fit(head):
            yield self._fit(file, head)
            return
        header = head + (b"" if b"\n" in head else file.readline())
        shape = None if known(head) or b"\0" in header else layout(header[: self._limits.line])
        if shape is None or b"\n" in head:
            raise self._unknown(file, header)
        header = _ended(header.removeprefix(BOM))
        rows = _Rows(file, self._limits.line, self._limits.csv)
        if shape.subject is None:
            yield from self._csv(rows, shape, header, None)
        else:
            with Spool(self._limits.memory) as spool:
                _sort(rows, shape, spool, problems)
                for subject in spool.subjects():
                    yield from self._csv(spool.rows(subject), shape, header, subject)
        if rows.ended is not None:
            problems.extend(rows.ended)

    def _unknown(self, file: Opened, header: bytes) -> Malformed:
        if not header:
            return Malformed("it is empty (0 bytes).")
        if file.packed and header.startswith(GZIP):
            return Malformed("it is packed twice; unpack it once.")
        if len(header) > self._limits.line and known(header) is None:
            return _too_long(1, self._limits.line)
        what = looks_like((header + file.read(PEEK))[:PEEK])
        return Malformed(f"neither a FIT file nor a minute CSV: {what}.")

    def _fit(self, file: Opened, head: bytes) -> RawPayload:
        most = self._limits.fit
        body = head + file.read(most + 1 - len(head))
        if len(body) > most:
            raise Malformed(f"larger than {size(most)} unpacked; no recording is.")
        return self._payload(FIT, body, {"format": "fit"}, zone=self._told_zone())

    def _csv(
        self, rows: Iterator[Row], shape: Layout, header: bytes, subject: str | None
    ) -> Iterator[RawPayload]:
        facts = {"format": str(shape.kind)}
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
            facts={"name": self._name} | facts | ({} if zone is None else {"zone": zone}),
        )


class _Rows:
    """The lines below the header with their numbers; ``ended`` says why they ended too early."""

    def __init__(self, file: Opened, longest: int, most: int) -> None:
        self._file, self._longest, self._most = file, longest, most
        self.ended: Malformed | None = None
        self._numbers = count(2)
        self._total = 0

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        number = next(self._numbers)
        try:
            line = self._file.readline()
        except CutShortError:
            self.ended = Malformed(f"{cut_short()} It ends in line {number}.")
            raise StopIteration from None
        if not line:
            raise StopIteration
        self._total += len(line)
        if len(line) > self._longest:
            self.ended = _too_long(number, self._longest)
        elif self._total > self._most:
            self.ended = Malformed(f"larger than {size(self._most)} at line {number}; split it.")
        if self.ended is not None:
            raise StopIteration
        return number, _ended(line)


def _sort(rows: Iterator[Row], shape: Layout, spool: Spool, problems: Problems) -> None:
    """Lay each row to its person; rows that name nobody become problems."""
    column = shape.subject or 0
    for number, line in rows:
        if line.isspace():
            continue
        try:
            cell = _cell(line, shape, column).decode("ascii").strip()
        except (csv.Error, IndexError, UnicodeDecodeError):
            cell = ""
        if not _SUBJECT.fullmatch(cell):
            problems.add(
                f"line {number}: no usable Id in it (letters, digits, dot, dash and underscore,"
                " 80 at most); the row was left out."
            )
            continue
        spool.add(cell, number, line)


def _cell(line: bytes, shape: Layout, column: int) -> bytes:
    if b'"' in line:
        return shape.cells(line)[column]
    return line.split(shape.delimiter, column + 1)[column]


def _too_long(number: int, limit: int) -> Malformed:
    return Malformed(f"line {number} is longer than {size(limit)}, as no row of minutes is.")


def _ended(line: bytes) -> bytes:
    """Return the line with an end: the last of a file may lack it."""
    return line if line.endswith(b"\n") else line + b"\n"


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)
