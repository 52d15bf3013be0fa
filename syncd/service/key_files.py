"""Keys that lie where a person or a vendor's own programs keep them."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from syncd.contract import ApiKey, ConfigError

LARGEST_FILE = 16 * 1024


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key as it was given, and where it lay, in words: empty where a person typed it."""

    text: str = field(repr=False)
    lay: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What lies where the vendor's own programs look: a key, and what cannot be used and why."""

    key: FoundKey | None
    unusable: tuple[str, ...] = ()


def lying_about(auth: ApiKey, env: Mapping[str, str]) -> Lookup:
    """Return the key from the environment, else from the file, that the adapter names."""
    if auth.env and env.get(auth.env, "").strip():
        return Lookup(FoundKey(env[auth.env], f"${auth.env}"))
    if auth.file is None:
        return Lookup(None)
    file = Path(env.get("HOME") or Path.home()) / auth.file
    if not (file.is_symlink() or file.exists()):
        return Lookup(None)
    try:
        return Lookup(FoundKey(private_text(file, auth.called), str(file)))
    except ConfigError as error:
        return Lookup(None, (str(error),))


def private_text(file: Path, called: str, *, pipe: bool = False) -> str:
    """Return what a file of a key holds, whole.

    Raises ``ConfigError`` for one that is a link, that others may read, or that is no file at all;
    with ``pipe`` a pipe is as good.
    """
    what = f"The {called} file {file}"
    flags = os.O_RDONLY | os.O_CLOEXEC | (0 if pipe else os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        handle = os.open(file, flags)
    except OSError as error:
        if file.is_symlink() and not pipe:
            raise ConfigError(f"{what} is a link, so it is not read.") from None
        raise ConfigError(f"{what} cannot be read: {error.strerror}.") from None
    with os.fdopen(handle, "rb") as opened:
        found = os.fstat(handle)
        if not (pipe and stat.S_ISFIFO(found.st_mode)):
            _refuse_shared(found, file, what)
        body = opened.read(LARGEST_FILE + 1)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if len(body) > LARGEST_FILE or not text.strip():
        raise ConfigError(f"{what} holds no {called}.")
    return text


def _refuse_shared(found: os.stat_result, file: Path, what: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{what} is not a file.")
    if found.st_uid not in {0, os.geteuid()}:
        raise ConfigError(f"{what} belongs to somebody else, so it is not read.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigError(f"{what} can be read by others. Close it to them: chmod 600 {file}")
