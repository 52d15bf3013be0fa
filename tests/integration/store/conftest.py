"""One suite over both databases: a test that asks for ``store`` runs on SQLite and PostgreSQL.

Schemas are migrated once and then copied or emptied, because that is what takes time.
``new_url`` and ``new_store`` are for tests about opening and migrating themselves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from syncd.store import Store, open_store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, migrated_file: Path, tmp_path: Path) -> str:
    """Return the URL of a database at head with nothing in it."""
    if request.param == "sqlite":
        path = tmp_path / "syncd.db"
        shutil.copy(migrated_file, path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    store = open_store(url)
    with store.write() as tx:
        tx.exec_driver_sql("TRUNCATE person RESTART IDENTITY CASCADE")
    store.close()
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture(params=BOTH)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database that nobody has opened yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'syncd.db'}"
    create: Callable[[], str] = request.getfixturevalue("new_postgres_url")
    return create()


@pytest.fixture
def new_store(new_url: str) -> Iterator[Store]:
    """Open a store that has a database of its own."""
    opened = open_store(new_url)
    yield opened
    opened.close()
