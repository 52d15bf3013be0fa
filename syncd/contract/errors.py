"""The taxonomy of errors, sorted by what to do next. A message is a sentence for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncd.contract.payload import RawPayload


class SyncdError(Exception):
    """Something went wrong that a sentence can explain; never shown as a traceback."""


class ConfigError(SyncdError):
    """A person must edit something; exit code 78."""


class StoreError(SyncdError):
    """The database refused; the run fails and the cursor stays."""


class AdapterError(SyncdError):
    """A vendor, a file or our understanding of it failed."""


class AuthExpired(AdapterError):
    """A person must sign in again; exit code 77."""


class Forbidden(AdapterError):
    """The scope or the plan does not include this stream."""


class Retired(AdapterError):
    """The vendor switched this interface off; says where to migrate."""


class Transient(AdapterError):
    """Try again later: time-outs, 5xx, connection resets."""


class RateLimited(Transient):
    """Asked too often; wait exactly ``retry_after`` when the vendor said how long."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Malformed(AdapterError):
    """Content that we do not understand.

    ``problems`` has one sentence for each place, most important first; ``str()`` gives the first
    and how many more there are. A parser of files may raise it after it has yielded records: what
    came before stands (see ``StreamSpec.keeps_partial``). ``others`` has a sentence for each sound
    file that holds nothing of ours: no fault of anybody's, and told as a problem only where nothing
    else was asked for. ``problems`` is empty where there is nothing but such.
    """

    def __init__(
        self,
        message: str,
        *,
        problems: Sequence[str] = (),
        others: Sequence[str] = (),
        payload: RawPayload | None = None,
    ) -> None:
        super().__init__(message)
        self.others = tuple(others)
        self.problems = tuple(problems) or (() if others else (message,))
        self.payload = payload
