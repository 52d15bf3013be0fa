"""The store lock: the key that seals sign-ins, and the three places it may come from.

It is never in the database and never in a backup: whoever has only one of the two has no sign-in.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from syncd.contract import ConfigError

KEY_BYTES: Final = 32
CREDENTIAL: Final = "store-lock"
"""The name of the file in systemd's credentials directory."""
VARIABLE: Final = "SYNCD_STORE_LOCK"
_MOST_BYTES = 1024


class StoreLock:
    """A key that is kept out of sight; ``mark`` tells locks apart and opens nothing.

    ``said_by`` is the place it came from, in words for a person.
    """

    __slots__ = ("_key", "mark", "said_by")

    def __init__(self, key: bytes, said_by: str) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a store lock has {KEY_BYTES} bytes")
        self._key = key
        self.said_by = said_by
        self.mark = blake2b(key, digest_size=8, person=b"syncd-mark").digest()

    @property
    def key(self) -> bytes:
        """Return the key itself: for the cipher, and for nothing that is shown or kept."""
        return self._key

    def __repr__(self) -> str:
        return f"StoreLock({self.mark.hex()}, {self.said_by!r})"

    def __reduce__(self) -> str:
        raise TypeError("a store lock is not pickled")


def find_store_lock(env: Mapping[str, str], file: Path, *, named: bool) -> StoreLock | None:
    """Return the store lock of this machine, ``None`` where there is none.

    Looked for in systemd's credentials directory, then in the environment, then in ``file``.
    ``named`` says that a person set the file, which then must be there. Raises ``ConfigError``
    for a lock that others may read or that is none.
    """
    folder = env.get("CREDENTIALS_DIRECTORY")
    if folder and (credential := Path(folder) / CREDENTIAL).exists():
        # systemd keeps these files to the service alone; their mode says nothing on its own.
        return _decoded(_read(credential, guarded=True), str(credential))
    if env.get(VARIABLE):
        return _decoded(env[VARIABLE].encode(), f"${VARIABLE}")
    if file.is_symlink() or file.exists():
        return _decoded(_read(file, guarded=False), str(file))
    if named:
        raise ConfigError(f"The store lock {file} is not there. Put it back, or correct its path.")
    return None


def make_store_lock(file: Path) -> StoreLock:
    """Write a new store lock, readable by its owner only; never over one that is there.

    Raises ``ConfigError`` where a file is in the way or the place cannot be written.
    """
    key = os.urandom(KEY_BYTES)
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, base64.urlsafe_b64encode(key) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        os.link(half, file)  # unlike a rename, it fails where a lock is
    except FileExistsError:
        raise ConfigError(f"There is a store lock at {file} already; it was left alone.") from None
    except OSError as error:
        raise ConfigError(f"Cannot write the store lock {file}: {error.strerror}.") from error
    finally:
        half.unlink(missing_ok=True)
    return StoreLock(key, str(file))


def _read(file: Path, *, guarded: bool) -> bytes:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if guarded else os.O_NOFOLLOW)
    try:
        handle = os.open(file, flags)
    except OSError as error:
        if file.is_symlink():
            raise ConfigError(
                f"The store lock {file} is a link. Name the file that it points to."
            ) from None
        raise ConfigError(f"The store lock {file} cannot be read: {error.strerror}.") from error
    try:
        if not guarded:
            _refuse_shared(file, os.fstat(handle))
        return os.read(handle, _MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"The store lock {file} cannot be read: {error.strerror}.") from error
    finally:
        os.close(handle)


def _refuse_shared(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"The store lock {file} is not a file.")
    if found.st_uid not in {0, os.geteuid()}:
        raise ConfigError(f"The store lock {file} belongs to somebody else. Make it yours: chown.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigError(f"Others may read the store lock. Close it to them: chmod 600 {file}")


def _decoded(text: bytes, said_by: str) -> StoreLock:
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
        return StoreLock(key, said_by)
    except (binascii.Error, ValueError):
        raise ConfigError(
            f"{said_by} holds no store lock: one is {KEY_BYTES} bytes in base64, on one line."
        ) from None
