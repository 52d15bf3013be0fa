"""What a database's refusal means for a person: one sentence, never a password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from syncd.contract import StoreError

_SENTENCES: Final = (
    (
        "file is not a database",
        "{place} is not a syncd database. Move it away, or set database.url to another file.",
    ),
    (
        "disk image is malformed",
        "The database at {place} is damaged. Stop syncd and restore the last backup.",
    ),
    (
        "database or disk is full",
        "The disk is full: nothing more can be stored at {place}. Free some space, then try again.",
    ),
    (
        "no space left on device",
        "The disk is full: nothing more can be stored at {place}. Free some space, then try again.",
    ),
    (
        "database is locked",
        "Another program has held the database at {place} for too long. Try again when it is done.",
    ),
    (
        "readonly database",
        "The database at {place} cannot be written. Check who owns the file and its folder.",
    ),
    (
        "unable to open database file",
        "The database at {place} cannot be opened. Check that its folder exists and is yours.",
    ),
    (
        "disk i/o error",
        "The disk failed while reading or writing {place}. Check the disk, then try again.",
    ),
    (
        "password authentication failed",
        "The database at {place} refused the user name or the password in database.url.",
    ),
    (
        "no password supplied",
        "The database at {place} wants a password: add it to database.url.",
    ),
    (
        "pg_hba.conf",
        "The database at {place} does not let this user in from here (see its pg_hba.conf).",
    ),
    (
        'database "',
        "There is no such database at {place}. Create it, or correct database.url.",
    ),
    (
        "permission denied",
        "The user in database.url may not do that at {place}. Let it own the database.",
    ),
    (
        "failed to resolve",
        "The host of the database {place} is not known. Correct database.url or the network.",
    ),
    (
        "connection failed",
        "The database at {place} does not answer. Is it running, and is database.url right?",
    ),
    (
        "connection refused",
        "The database at {place} does not answer. Is it running, and is database.url right?",
    ),
    (
        "closed the connection",
        "The database at {place} went away. Nothing was half stored; try again.",
    ),
    (
        "terminating connection",
        "The database at {place} went away. Nothing was half stored; try again.",
    ),
    (
        "statement timeout",
        "The database at {place} took too long and was told to stop. Is it overloaded?",
    ),
    (
        "idle-in-transaction timeout",
        "The database at {place} waited too long for this process. Nothing was half stored.",
    ),
    (
        "lock timeout",
        "Another program is using the database at {place}. Stop it, then try again.",
    ),
    (
        "deadlock detected",
        "Two programs waited for each other in the database at {place}. Try again.",
    ),
    (
        "queuepool limit",
        "Too much at once for the database at {place}. Try again, or lower the concurrency.",
    ),
)


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what a driver raises into ``StoreError``; ``place`` names the database for a person."""
    try:
        yield
    except StatementError as error:
        if not isinstance(error, DBAPIError) and error.orig is not None:
            raise error.orig from None  # our own refusal of a value, before the database saw it
        raise explain(error, place) from error
    except SQLAlchemyError as error:
        raise explain(error, place) from error


@contextmanager
def explained_file(place: Path) -> Iterator[None]:
    """As ``explained``, for a SQLite file that is opened by the driver alone."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, str(place)) from error


def explain(error: BaseException, place: str) -> StoreError:
    """Return the sentence for an error; an unknown one keeps the driver's own words."""
    said = str(error.orig if isinstance(error, DBAPIError) else error)
    lower = said.lower()
    for sign, sentence in _SENTENCES:
        if sign in lower:
            return StoreError(sentence.format(place=place))
    words = " ".join(said.split())[:200]
    return StoreError(f"The database at {place} refused: {words}")
