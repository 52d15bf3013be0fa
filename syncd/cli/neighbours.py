"""Services that run on this machine on other data than this call: said once, on standard error.

A service leaves a small file in its runtime folder and holds a lock on it; the system lets go of
the lock when the process dies, however it dies, so a file that was left behind says nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from syncd.cli.invocation import SQLITE

SYSTEM: Final = Path("/run/syncd")
"""The runtime folder of the system unit."""
_PATTERN: Final = "service-*.json"
_MOST_BYTES: Final = 4096
_TRIES: Final = 5
_PAUSE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A service that runs: its process, its user's id, and the database it works on."""

    pid: int
    uid: int
    place: str


@contextmanager
def announced(env: Mapping[str, str], place: str) -> Iterator[None]:
    """Let commands of this machine know of this service on ``place`` for as long as it runs.

    Where there is no runtime folder nothing is left anywhere.
    """
    with ExitStack() as kept:
        with suppress(OSError):
            file = _own_folder(env) / f"service-{_name(place)}.json"
            handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
            kept.callback(os.close, handle)
            _lock(handle)
            os.fchmod(handle, 0o644)  # other users may read it, where they may enter the folder
            said = {"pid": os.getpid(), "place": _resolved(place)}
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(said).encode(), 0)
            kept.callback(file.unlink, missing_ok=True)
        yield


def neighbours(env: Mapping[str, str], place: str) -> list[Neighbour]:
    """Return the services that run here on another database than ``place``."""
    mine = _resolved(place)
    folders = dict.fromkeys((SYSTEM, _users_folder(env)))
    files = [file for folder in folders for file in _files(folder)]
    found = (_running(file) for file in files)
    return [one for one in found if one is not None and not _same(one.place, mine)]


def words_of(neighbour: Neighbour, place: str) -> str:
    """Return what a person is told of a service on other data, with the way to it."""
    user = _user(neighbour.uid)
    if neighbour.uid == os.geteuid():
        whose, way = "", "To use its data, name its settings: --config FILE."
    else:
        whose, way = f", user {user}", f"To use its data: sudo -u {user} syncd ..."
    return (
        f"A syncd service runs here on other data: {neighbour.place} (process"
        f" {neighbour.pid}{whose}). This call uses {place}. {way}"
    )


def place_of(url: str) -> str:
    """Return what a person calls the database at ``url``: a path, or host and name."""
    if url.startswith(SQLITE):
        return url.removeprefix(SQLITE)
    _, _, rest = url.partition("://")
    host, _, name = rest.rpartition("@")[2].partition("?")[0].partition("/")
    return f"{host or 'this machine'}/{name}"


def _lock(handle: int) -> None:
    """Lock a file; whoever only looks holds it for a moment. Raise ``BlockingIOError`` if kept."""
    for left in reversed(range(_TRIES)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not left:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _own_folder(env: Mapping[str, str]) -> Path:
    """Return the runtime folder of this service, made where its parent is there."""
    of_unit = env.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    folder = Path(of_unit) if of_unit else _users_folder(env)
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


def _users_folder(env: Mapping[str, str]) -> Path:
    return Path(env.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}") / "syncd"


def _name(place: str) -> str:
    return hashlib.sha256(_resolved(place).encode()).hexdigest()[:12]


def _resolved(place: str) -> str:
    return os.path.realpath(place) if place.startswith("/") else place


def _same(one: str, other: str) -> bool:
    """Tell whether two places are one; a server goes by many names, its database by one."""
    if one.startswith("/") or other.startswith("/"):
        return one == other
    return one.rpartition("/")[2] == other.rpartition("/")[2]


def _files(folder: Path) -> list[Path]:
    """Return the files that services left; none in a folder that is closed to this user."""
    try:
        return sorted(folder.glob(_PATTERN))
    except OSError:
        return []


def _running(file: Path) -> Neighbour | None:
    """Return the service that holds a file, ``None`` when it is no more."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(handle)
    except OSError:
        return None
    finally:
        os.close(handle)
    return None


def _read(handle: int) -> Neighbour | None:
    with suppress(ValueError, KeyError, TypeError, OSError):
        said = json.loads(os.pread(handle, _MOST_BYTES, 0))
        place = str(said["place"])
        if place.isprintable():
            return Neighbour(int(said["pid"]), os.fstat(handle).st_uid, place)
    return None


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"
