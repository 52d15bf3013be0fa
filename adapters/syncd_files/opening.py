"""Open one file, packed or not, and read no more of it than is sane."""

from __future__ import annotations

import gzip
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from syncd.contract import Malformed
from syncd_files.recognise import GZIP
from syncd_files.settings import MIB, Limits

DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,  # a version or feature of archives that nobody uses
    RuntimeError,
    ValueError,
    OverflowError,
    EOFError,
    OSError,
)
"""What the standard library raises for an archive that lies about itself."""

_AGAIN: Final = "Copy or download it again."


def size(count: int) -> str:
    """Return a number of bytes for people."""
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


class CutShortError(Exception):
    """The packed data end early; what came before them is good."""


class Budget:
    """What all members of an archive may unpack to together."""

    def __init__(self, bytes_on_disk: int, limits: Limits) -> None:
        self._packed, self._limits = max(1, bytes_on_disk), limits
        self._spent = 0
        self._files = 0
        self.exhausted: Malformed | None = None

    def list(self, count: int) -> None:
        """Count files that a list names; raise ``Malformed`` when they are too many together."""
        self._files += count
        if self._files > self._limits.files:
            self.exhausted = Malformed(
                f"an archive of more than {self._limits.files:,} files, with those in the archives"
                " inside it; the rest was not read. Unpack it and import the folder."
            )
            raise self.exhausted

    def spend(self, count: int) -> None:
        """Count bytes that were unpacked; raise ``Malformed`` when they are too many."""
        self._spent += count
        ratio, most = self._limits.ratio, self._limits.archive
        if self._spent > most:
            self.exhausted = Malformed(
                f"an archive of more than {size(most)} unpacked; the rest was not read."
                " Unpack it and import the folder."
            )
        elif self._spent > self._limits.ratio_from and self._spent // self._packed > ratio:
            self.exhausted = Malformed(
                f"an archive that unpacks to more than {ratio} times its size, as no recordings"
                " do; the rest was refused."
            )
        if self.exhausted is not None:
            raise self.exhausted


class Opened:
    """A file's content, unpacked as it is read; ``raw`` is the content as it lies there."""

    def __init__(self, raw: IO[bytes], limits: Limits, budget: Budget | None = None) -> None:
        self.raw, self._limits, self._budget = raw, limits, budget
        self._read = 0
        self._back = b""
        with self._sentences():
            self._mark = raw.read(4)
            raw.seek(0)
        self.packed = self._mark.startswith(GZIP)
        self._stream: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if self.packed else raw

    @property
    def bytes_on_disk(self) -> int:
        """Return how many bytes there are before anything is unpacked."""
        at = self.raw.tell()
        end = self.raw.seek(0, 2)
        self.raw.seek(at)
        return end

    def starts_with(self, marks: tuple[bytes, ...]) -> bool:
        """Tell whether the content, not unpacked, starts with one of the marks."""
        return self._mark.startswith(marks)

    def read(self, count: int) -> bytes:
        """Return up to ``count`` bytes; raise ``Malformed`` for damaged or bursting data."""
        before, self._back = self._back[:count], self._back[count:]
        with self._sentences():
            got = self._stream.read(count - len(before))
        return before + self._counted(got)

    def put_back(self, data: bytes) -> None:
        """Take back what was read last, to be read again."""
        self._back = data + self._back

    def readline(self) -> bytes:
        """Return a line; one longer than the limit comes without its end, and not much longer."""
        begin, end, rest = self._back.partition(b"\n")
        self._back = rest
        if end:
            return begin + end
        with self._sentences():
            got = self._stream.readline(self._limits.line + 1 - len(begin))
        return begin + self._counted(got)

    def _counted(self, got: bytes) -> bytes:
        self._read += len(got)
        if self._budget is not None:
            self._budget.spend(len(got))
        if self.packed and self._read > self._limits.ratio_from:
            ratio = self._read // max(1, self.raw.tell())
            if ratio > self._limits.ratio:
                raise Malformed(
                    f"it unpacks to more than {self._limits.ratio} times its size, as no recording"
                    " does; it was refused."
                )
        return got

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except EOFError:
            raise CutShortError from None
        except (zipfile.BadZipFile, struct.error, RuntimeError):
            raise Malformed(f"its packed data are damaged. {_AGAIN}") from None
        except (gzip.BadGzipFile, zlib.error):
            at = self.raw.tell()
            raise Malformed(
                f"its packed data are damaged somewhere before byte {at}. {_AGAIN}"
            ) from None
        except OSError as error:
            raise Malformed(f"it could not be read: {error.strerror}.") from None


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Opened]:
    """Open a regular file; raise ``Malformed`` with the reason where that cannot be."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Malformed("it is a folder; name the files in it.")
        if not stat.S_ISREG(mode):
            raise Malformed("it is not a regular file.")
        raw = path.open("rb")
    except OSError as error:
        raise Malformed(f"it could not be opened: {error.strerror}.") from None
    with raw:
        yield Opened(raw, limits)


def cut_short() -> Malformed:
    """Return the error for packed data that end early."""
    return Malformed(f"its packed data end too early. {_AGAIN}")
