"""From an exception to a sentence and an exit code: the one table of it."""

from __future__ import annotations

import traceback

from syncd.contract.errors import AuthExpired, ConfigError, StoreError, SyncdError, Transient

DONE, FAILED, USAGE, IN_PART = 0, 1, 2, 3
TRY_LATER, SIGN_IN, MISCONFIGURED = 75, 77, 78
INTERRUPTED = 130


class UsageProblem(SyncdError):
    """A person typed something that cannot be meant; exit code 2."""


_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (UsageProblem, USAGE),
    (ConfigError, MISCONFIGURED),
    (AuthExpired, SIGN_IN),
    (Transient, TRY_LATER),
    (StoreError, FAILED),
    (SyncdError, FAILED),
    (KeyboardInterrupt, INTERRUPTED),
)


def exit_code(error: BaseException) -> int:
    """Return the exit code of an exception."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)


def sentence(error: BaseException, *, verbose: bool) -> str:
    """Return what a person reads: a sentence; the traceback only for our own bugs, with -v."""
    if isinstance(error, SyncdError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "Stopped. What was finished is kept."
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    if verbose:
        return "".join(traceback.format_exception(error)).rstrip()
    return (
        f"This is a bug in syncd: {type(error).__name__}: {error}\n"
        "Nothing half-done was kept. Run it again with -v to see where, and please report it."
    )
