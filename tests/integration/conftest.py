"""One suite over both databases: a test that asks for ``store`` runs on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from syncd.store import Store, open_store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'syncd.db'}"
    create: Callable[[], str] = request.getfixturevalue("new_postgres_url")
    return create()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store at head."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def store_two(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Store]:
    """Open a second empty store of the same kind."""
    if store.dialect == "sqlite":
        url = f"sqlite:///{tmp_path / 'state-two' / 'syncd.db'}"
    else:
        url = request.getfixturevalue("new_postgres_url")()
    opened = open_store(url)
    yield opened
    opened.close()
