"""One suite over both databases: a test that asks for ``store`` runs on SQLite and PostgreSQL.

Each gets a copy of a database that was migrated once: migrating takes longer than most tests.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from syncd.service import reaching, sending
from syncd.service.courier import Courier
from syncd.store import Store, open_store
from tests.postgres_server import PostgresServer

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database at head with nothing in it."""
    copy: Callable[[], str] = request.getfixturevalue(f"new_{request.param}")
    return copy()


@pytest.fixture
def new_sqlite(migrated_file: Path, tmp_path: Path) -> Callable[[], str]:
    """Return a function that copies the migrated file and returns the copy's URL."""
    numbers = count(1)

    def copy() -> str:
        number = next(numbers)
        folder = tmp_path / ("state" if number == 1 else f"state-{number}")
        folder.mkdir(mode=0o700)
        shutil.copy(migrated_file, folder / "syncd.db")
        return f"sqlite:///{folder / 'syncd.db'}"

    return copy


@pytest.fixture
def new_postgresql(
    postgres_server: PostgresServer, migrated_postgres_url: str
) -> Callable[[], str]:
    """Return a function that copies the migrated database and returns the copy's URL."""
    return lambda: postgres_server.create(migrated_postgres_url)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store at head."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def store_two(request: pytest.FixtureRequest, store: Store) -> Iterator[Store]:
    """Open a second empty store of the same kind."""
    copy: Callable[[], str] = request.getfixturevalue(f"new_{store.dialect}")
    opened = open_store(copy())
    yield opened
    opened.close()


class _Kept(Courier):
    """A courier whose child stays for the next message: it takes half a second to load."""

    def __exit__(self, *_raised: object) -> None:
        return


@pytest.fixture(scope="session")
def _courier() -> Iterator[Courier]:
    courier = _Kept()
    yield courier
    courier._end()


@pytest.fixture
def one_courier(_courier: Courier, monkeypatch: pytest.MonkeyPatch) -> Courier:
    """Let one child carry what all tests send; not for several threads at once."""
    monkeypatch.setattr(sending, "Courier", lambda: _courier)
    monkeypatch.setattr(reaching, "Courier", lambda: _courier)
    return _courier
