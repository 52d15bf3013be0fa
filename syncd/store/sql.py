"""Opening a database, and the two kinds of transactions: a snapshot to read, a writer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from syncd.contract import ConfigError, StoreError
from syncd.store import failpoint, sqlite_files
from syncd.store.failures import explained
from syncd.store.migrations import REVISIONS, to_head
from syncd.store.sqlite_use import Use

CONNECT_TIMEOUT_S = 10
_MIGRATION_LOCK = 0x73796E6364  # "syncd"; an advisory lock, so any number will do


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process that runs for ever asks of a PostgreSQL server, at most.

    A statement that takes longer is ended, and so is a transaction whose process was stopped or
    has lost its way: what it holds is somebody else's to wait for. Commands that a person runs
    have no such limits: an export may take as long as its reader.
    """

    connections: int
    statement_s: int = 60
    idle_in_transaction_s: int = 20
    lock_s: int = 30

    def options(self) -> str:
        """Return them as the server takes them."""
        return (
            f" -c statement_timeout={self.statement_s}s -c lock_timeout={self.lock_s}s"
            f" -c idle_in_transaction_session_timeout={self.idle_in_transaction_s}s"
        )


class Store:
    """One database, open; ``dialect`` is ``sqlite`` or ``postgresql``."""

    def __init__(self, engine: Engine, place: str, use: Use | None = None) -> None:
        self.dialect = engine.dialect.name
        self.place = place
        self._engine = engine
        self._use = use
        sqlite = self.dialect == "sqlite"
        self._writer = sqlite_files.writer_lock(place) if sqlite else None
        self._read = {} if sqlite else _SNAPSHOT
        self._write = {sqlite_files.WRITES: True} if sqlite else {}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent snapshot and cannot write."""
        with explained(self.place), self._engine.connect() as cx:
            cx.execution_options(**self._read)
            with cx.begin():
                yield cx

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """Yield a connection in a write transaction: commits at the end, rolls back on errors.

        On SQLite writers of this process queue; do no work inside that can be done before. What is
        ``durable`` survives a power cut from the moment it is committed, at the price of a sync.
        """
        held = self._writer.held(self.place) if self._writer else nullcontext()
        with held, explained(self.place), self._engine.connect() as tx:
            tx.execution_options(**self._write, **{sqlite_files.DURABLE: durable})
            with tx.begin():
                if durable and self.dialect == "postgresql":
                    tx.execute(text("SET LOCAL synchronous_commit = on"))
                yield tx
                failpoint.reached(failpoint.BEFORE_DURABLE if durable else failpoint.BEFORE)
            failpoint.reached(failpoint.AFTER_DURABLE if durable else failpoint.AFTER)

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """Yield a PostgreSQL connection without transactions: for a lock that outlasts them."""
        with explained(self.place), self._engine.connect() as cx:
            cx.execution_options(isolation_level="AUTOCOMMIT")
            cx.detach()  # closed at the end, not kept for others: what it locked goes with it
            yield cx

    def alone(self) -> None:
        """Keep all others out of a SQLite file until it is closed; ``StoreError`` if they are in.

        On PostgreSQL nothing is done here: a transaction locks what it replaces.
        """
        if self._use is not None:
            self._use.alone()

    def address(self) -> str:
        """Return a PostgreSQL database's address as libpq takes it; it may hold a password."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
        if self._use is not None:
            self._use.end()


_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def open_store(url: str, *, migrate: bool = True, limits: Limits | None = None) -> Store:
    """Open the database at ``url``, by default made and brought up to date.

    ``limits`` hold on PostgreSQL; SQLite needs none.

    Raises ``ConfigError`` for a URL that is none, ``StoreError`` for a database that refuses, that
    belongs to another user, or that a newer syncd has written.
    """
    parsed = _parse(url)
    place = _place(parsed)
    if parsed.get_backend_name() == "sqlite":
        use = sqlite_files.claim(Path(place), create=migrate)
        store = Store(sqlite_files.engine(place), place, use)
    else:
        store = Store(_postgresql(parsed, limits), place)
    try:
        _bring_up_to_date(store, place, migrate=migrate)
    except BaseException:
        store.close()
        raise
    return store


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError(
            "database.url is not a database address. Write sqlite:///FILE or "
            "postgresql://USER@HOST/NAME."
        ) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite":
            raise ConfigError("database.url names no file. Write sqlite:///FILE.")
        case other:
            raise ConfigError(
                f"syncd keeps its data in SQLite or PostgreSQL; database.url says {other}."
            )


def _place(url: URL) -> str:
    """Return what a person would call this database: a path, or host and name; no secrets."""
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").absolute())
    host = url.host or url.query.get("host") or "this machine"
    return f"{host if isinstance(host, str) else host[0]}/{url.database or ''}"


def _postgresql(url: URL, limits: Limits | None) -> Engine:
    pool = {"pool_size": limits.connections, "max_overflow": 0} if limits else {}
    try:
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                "application_name": "syncd",
                "options": "-c timezone=UTC" + (limits.options() if limits else ""),
            },
            **pool,
        )
    except ModuleNotFoundError:
        raise ConfigError(
            "database.url asks for PostgreSQL, whose driver is not installed: "
            "pip install 'syncd[postgres]'."
        ) from None


def _bring_up_to_date(store: Store, place: str, *, migrate: bool) -> None:
    with store.read() as cx:
        found = _revision(cx, place)
    if found == REVISIONS[-1]:
        return
    if not migrate:
        raise StoreError(
            f"The database at {place} is not set up for this syncd yet: syncd import FILE does it."
        )
    with store.write() as tx:
        if store.dialect == "postgresql":
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        if _revision(tx, place) != REVISIONS[-1]:  # another process may have been faster
            to_head(tx)


def _revision(cx: Connection, place: str) -> str | None:
    """Return the schema's revision, ``None`` for an empty database; refuse a foreign one."""
    if cx.execute(text(_table_exists(cx.dialect.name)), {"name": "alembic_version"}).first():
        found: str | None = cx.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found not in REVISIONS:
            raise StoreError(
                f"The database at {place} was written by a newer syncd (schema {found}). "
                f"Upgrade this one: it knows schemas up to {REVISIONS[-1]}."
            )
        return found
    if cx.execute(text(_table_exists(cx.dialect.name)), {"name": "person"}).first():
        raise StoreError(
            f"The database at {place} holds something that is not syncd's. "
            "Set database.url to another one."
        )
    return None


@lru_cache
def _table_exists(dialect: str) -> str:
    if dialect == "sqlite":
        return "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"
    return (
        "SELECT 1 FROM pg_catalog.pg_class WHERE relname = :name "
        "AND pg_catalog.pg_table_is_visible(oid)"
    )
