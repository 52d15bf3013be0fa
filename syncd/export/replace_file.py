"""A file that is either the old one or the whole new one, never half of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from syncd.contract import SyncdError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open ``path`` for writing; it appears, readable by its owner only, when the block succeeds.

    A link keeps pointing to what it points to; a pipe or a device is written straight. Raises
    ``SyncdError`` where the place cannot be written; the old file then stays.
    """
    target = path.resolve()
    try:
        with _opened(path, target) as out, _removed_in_the_end(out.name, target):
            yield out
            out.flush()
            if out.name != str(target):
                os.fsync(out.fileno())
                Path(out.name).replace(target)
                _remember_the_name(target.parent)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise SyncdError(_sentence(path, error)) from error


@contextmanager
def _removed_in_the_end(name: str, target: Path) -> Iterator[None]:
    try:
        yield
    finally:
        if name != str(target):
            Path(name).unlink(missing_ok=True)


def _opened(path: Path, target: Path) -> IO[bytes]:
    """Return the pipe or device itself, else a new file beside ``target``, mode 0600."""
    try:
        if target.is_dir():
            raise IsADirectoryError
        if target.exists() and not target.is_file():
            return target.open("wb")
        return NamedTemporaryFile(prefix=".syncd-", dir=target.parent, delete=False)
    except OSError as error:
        raise SyncdError(_sentence(path, error)) from error


def _remember_the_name(folder: Path) -> None:
    """Make the new name survive a power cut; not every file system can, and that is fine."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"Cannot write {path}: no space is left there. The old file, if any, is untouched."
    if isinstance(error, IsADirectoryError):
        return f"Cannot write {path}: it is a folder. Add a file name."
    if isinstance(error, FileNotFoundError):
        return f"Cannot write {path}: the folder {path.parent} does not exist. Create it first."
    if isinstance(error, PermissionError):
        return f"Cannot write {path}: you may not write to {path.parent}. Choose another place."
    return f"Cannot write {path}: {error.strerror or error}."
