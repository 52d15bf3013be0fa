"""The members of a ZIP archive, read in place: nothing is ever written to a disk.

Names, sizes and counts are an archive's own claims. A name is only ever shown, never a path;
sizes are counted again while members are unpacked.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

from syncd.contract import Malformed
from syncd_files.opening import DAMAGE, Budget, Opened
from syncd_files.settings import Limits

LONGEST_NAME: Final = 100
MOST_A_NAME: Final = 1024
"""Bytes of the directory that one member may take on average."""

_ENCRYPTED, _READABLE = 0x1, (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END, _END_SIZE = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_END_64, _END_64_SIZE = b"PK\x06\x06", 56
_LONGEST_COMMENT: Final = 65_535
_OFFICE: Final = frozenset(("[Content_Types].xml", "content.xml"))
_AGAIN: Final = "Copy or download it again."


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive; ``name`` is for people, harmless and short.

    ``parts`` are the folders and the name as they stand there: to be compared, never opened.
    """

    name: str
    parts: tuple[str, ...]
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo
    _limits: Limits

    @contextmanager
    def opened(self, budget: Budget) -> Iterator[Opened]:
        """Open the member; raise ``Malformed`` with the reason where that cannot be."""
        if self._info.flag_bits & _ENCRYPTED:
            raise Malformed("locked with a password; unpack it yourself and import what is in it.")
        if self._info.compress_type not in _READABLE:
            raise Malformed("packed by an unusual method; unpack it yourself.")
        claimed, packed = self._info.file_size, max(1, self._info.compress_size)
        if claimed > self._limits.ratio_from and claimed // packed > self._limits.ratio:
            raise Malformed(
                f"it unpacks to more than {self._limits.ratio} times its size, as no recording"
                " does; it was refused."
            )
        try:
            raw = self._archive.open(self._info)
        except DAMAGE:
            raise Malformed(f"its place in the archive is damaged. {_AGAIN}") from None
        with raw:
            yield Opened(raw, self._limits, budget)


@dataclass(frozen=True, slots=True)
class Members:
    """The files in an archive, without folders and hidden ones; made one at a time."""

    _archive: zipfile.ZipFile
    _infos: list[zipfile.ZipInfo]
    _limits: Limits

    def __len__(self) -> int:
        return len(self._infos)

    def __iter__(self) -> Iterator[Member]:
        for info in self._infos:
            name = info.filename
            yield Member(_shown(name), parts_of(name), self._archive, info, self._limits)


@contextmanager
def members(raw: IO[bytes], limits: Limits) -> Iterator[Members]:
    """Yield the files in an archive.

    Raise ``Malformed`` for an archive that is damaged, crowded or no archive of files.
    """
    _count(raw, limits)
    try:
        archive = zipfile.ZipFile(raw)
        infos = archive.infolist()
    except DAMAGE:
        raise _damaged() from None
    with archive:
        if _OFFICE & {info.filename for info in infos}:
            raise Malformed("a spreadsheet or document, not recordings; save the sheet as CSV.")
        files = [info for info in infos if not _is_no_news(info.filename)]
        if not files:
            said = "an archive without any file in it."
            raise Malformed(said, others=[said])
        yield Members(archive, files, limits)


def _count(raw: IO[bytes], limits: Limits) -> None:
    """Refuse a directory too large to be read, before it is read into memory."""
    end = raw.seek(0, 2)
    raw.seek(max(0, end - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_SIZE - _END_64_SIZE))
    tail = raw.read()
    raw.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _damaged()
    count, length = struct.unpack_from("<HI", tail, at + 10)
    if tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR):
        at -= _LOCATOR_SIZE + _END_64_SIZE
        if at < 0 or not tail.startswith(_END_64, at):
            raise _damaged()
        count, length = struct.unpack_from("<QQ", tail, at + 32)
    if count > limits.members or length > limits.members * MOST_A_NAME:
        raise Malformed(
            f"an archive of more than {limits.members:,} files; unpack it and import the folder."
        )


def _damaged() -> Malformed:
    return Malformed(f"an archive that is damaged or cut off: its list is unreadable. {_AGAIN}")


def _is_no_news(name: str) -> bool:
    """Tell whether a member is a folder, or one that computers add for themselves."""
    return name.endswith("/") or any(
        part == "__MACOSX" or (part.startswith(".") and part.strip("."))
        for part in name.replace("\\", "/").split("/")
    )


def parts_of(name: str) -> tuple[str, ...]:
    """Return the parts of a name without those that lead up or nowhere."""
    return tuple(p for p in name.replace("\\", "/").split("/") if p.strip(". "))


def _shown(name: str) -> str:
    """Return a member's name for people: no way up, no root, nothing unprintable."""
    shown = "".join(c if c.isprintable() else "?" for c in "/".join(parts_of(name))) or "?"
    return shown if len(shown) <= LONGEST_NAME else "..." + shown[-LONGEST_NAME:]
