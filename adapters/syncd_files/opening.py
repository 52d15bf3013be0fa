"""Open one file, packed or not, and read no more of it than is sane."""

from __future__ import annotations

import gzip
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from syncd.contract import Malformed
from syncd_files.recognise import GZIP
from syncd_files.settings import MIB, Limits

_AGAIN: Final = "Copy or download it again."


def size(count: int) -> str:
    """Return a number of bytes for people."""
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"


class CutShortError(Exception):
    """The packed data end early; what came before them is good."""


class Opened:
    """A file's content, unpacked as it is read."""

    def __init__(self, raw: BinaryIO, limits: Limits) -> None:
        self._raw, self._limits = raw, limits
        self._read = 0
        self.packed = raw.read(2) == GZIP
        raw.seek(0)
        self._stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if self.packed else raw

    def read(self, count: int) -> bytes:
        """Return up to ``count`` bytes; raise ``Malformed`` for damaged or bursting data."""
        with self._sentences():
            got = self._stream.read(count)
        return self._counted(got)

    def readline(self) -> bytes:
        """Return a line; one longer than the limit comes without its end, and not much longer."""
        with self._sentences():
            got = self._stream.readline(self._limits.line + 1)
        return self._counted(got)

    def _counted(self, got: bytes) -> bytes:
        self._read += len(got)
        if self.packed and self._read > self._limits.ratio_from:
            ratio = self._read // max(1, self._raw.tell())
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
        except (gzip.BadGzipFile, zlib.error):
            at = self._raw.tell()
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
