"""From a vendor's refusal to what to do next: one table of HTTP codes.

The client of the core uses it, and adapters whose vendor's library speaks HTTP by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Final

from syncd.contract.errors import (
    AdapterError,
    AuthExpired,
    Forbidden,
    Malformed,
    RateLimited,
    Retired,
    Transient,
)
from syncd.contract.http import Response

LONGEST_WAIT: Final = timedelta(days=1)
"""A vendor that asks for more than this is asked again after a day."""

_TRY_AGAIN: Final = frozenset((408, 425, 500, 502, 504))


def refusal(
    answer: Response, host: str, *, now: datetime, also: Collection[str] = ()
) -> AdapterError:
    """Return the error for an answer of 400 or more.

    ``also`` are headers that hold the seconds until the vendor answers again.
    """
    code = answer.status
    if code == 401:
        return AuthExpired(f"{host} does not accept the sign-in any more; sign in again.")
    if code in {402, 403}:
        return Forbidden(f"{host} does not allow this ({code}).")
    if code == 410:
        return Retired(f"{host} has switched this interface off (410 Gone).")
    if code == 429:
        wait = retry_after(answer, now=now, also=also)
        return RateLimited(f"{host} was asked too often (429).", wait)
    if code == 503:
        wait = retry_after(answer, now=now, also=also)
        if wait is not None:
            return RateLimited(f"{host} asks us to come back later (503).", wait)
    if code in _TRY_AGAIN or code >= 500:
        return Transient(f"{host} has trouble of its own ({code}); it is asked again later.")
    return Malformed(f"{host} refused the question ({code}); this is a fault in syncd.")


def retry_after(answer: Response, *, now: datetime, also: Collection[str] = ()) -> timedelta | None:
    """Return how long the vendor asks us to wait, ``None`` if it said nothing usable.

    ``Retry-After`` is seconds or an HTTP date (RFC 9110, 10.2.3), the date as seen from the
    vendor's own ``Date`` where it sends one: our clock may be wrong. It wins over ``also``.
    """
    said = answer.headers.get("retry-after", "")
    wait = _seconds(said)
    if wait is None:
        then, since = _date(said), _date(answer.headers.get("date", "")) or now
        wait = None if then is None else then - since
    for name in also:
        wait = wait if wait is not None else _seconds(answer.headers.get(name.lower(), ""))
    return None if wait is None else min(max(wait, timedelta(0)), LONGEST_WAIT)


def _seconds(text: str) -> timedelta | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    if not isfinite(seconds):
        return None
    return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo is not None else None
