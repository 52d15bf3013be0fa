"""What every test starts from: a clean environment, a home of its own, no network.

The developer's shell cannot change a test: variables that syncd, PostgreSQL or a terminal library
would read are removed when this module is imported, and local time is a zone with an odd offset,
so that code which leans on the machine's zone fails here and not at a user's.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from syncd.store import open_store
from tests.postgres_server import PostgresServer, PostgresUnavailableError

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("SYNCD_REALDATA") or ROOT.parent / "shared" / "data")

_FOREIGN = ("SYNCD_", "PG", "XDG_", "CLICOLOR", "NOTIFY_SOCKET", "WATCHDOG_", "RICH_", "TYPER_")
_FOREIGN_NAMES = {
    "COLUMNS",
    "CONFIGURATION_DIRECTORY",
    "CREDENTIALS_DIRECTORY",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "STATE_DIRECTORY",
    "TERM",
}
for _name in list(os.environ):
    if _name.startswith(_FOREIGN) or _name in _FOREIGN_NAMES:
        del os.environ[_name]
os.environ["TZ"] = "Asia/Kathmandu"  # UTC+05:45
time.tzset()

# The machines are shared, so no example has a deadline; speed is the benchmarks' business.
settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True, database=None)
settings.register_profile(
    "soak", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


class NetworkBlockedError(AssertionError):
    """A test tried to leave the machine; not an ``OSError``, so that nothing takes it for one."""


def _assert_local(family: int, address: Any) -> None:
    if family == getattr(socket, "AF_UNIX", None) or not isinstance(address, tuple):
        return
    host = str(address[0])
    if host not in {"localhost", "::1", ""} and not host.startswith("127."):
        raise NetworkBlockedError(f"a test tried to reach {host}; only this machine is allowed")


class _LocalSocket(socket.socket):
    def connect(self, address: Any, /) -> None:
        _assert_local(self.family, address)
        super().connect(address)

    def connect_ex(self, address: Any, /) -> int:
        _assert_local(self.family, address)
        return super().connect_ex(address)

    def sendto(self, *arguments: Any) -> int:
        _assert_local(self.family, arguments[-1])
        return super().sendto(*arguments)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse connections and name look-ups beyond loopback."""
    look_up = socket.getaddrinfo

    def local_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host or ""
        _assert_local(socket.AF_INET, (name,))
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", _LocalSocket)
        patch.setattr(socket, "getaddrinfo", local_look_up)
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("homes")
    numbers = count(1)
    return (folder / str(number) for number in numbers)


@pytest.fixture(autouse=True)
def home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty home folder, with nothing of the developer's in it."""
    folder = next(_homes)
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for variable, inside in {
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "XDG_RUNTIME_DIR": ".run",
    }.items():
        monkeypatch.setenv(variable, str(folder / inside))
    return folder


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of recordings by real devices; skip where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip("no real recordings here: set SYNCD_REALDATA to their folder")
    return REAL_DATA


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite database at head with nothing in it; copy it."""
    path = tmp_path_factory.mktemp("migrated") / "syncd.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_server: PostgresServer) -> str:
    """Return the URL of a PostgreSQL database at head with nothing in it; copy it."""
    url = postgres_server.create()
    open_store(url).close()
    return url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start one PostgreSQL for the whole run; where that cannot be, skip, but never in CI."""
    try:
        server = PostgresServer.start()
    except PostgresUnavailableError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL for the tests: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def postgres_url(postgres_server: PostgresServer, migrated_postgres_url: str) -> str:
    """Return the URL of a PostgreSQL database at head, one for each test module."""
    return postgres_server.create(migrated_postgres_url)


@pytest.fixture
def new_postgres_url(postgres_server: PostgresServer) -> Callable[[], str]:
    """Return a function that creates an empty PostgreSQL database and returns its URL."""
    return postgres_server.create
