"""What goes wrong between the package ``fitbit`` and its server, sorted by what to do next.

The package loses headers, stumbles over refusals without JSON and calls 410 a bad request, so the
answer as it was heard decides, not the name of the exception.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Final

from syncd.contract import (
    AdapterError,
    AuthExpired,
    Forbidden,
    Malformed,
    RateLimited,
    Response,
    Retired,
    Stream,
    Transient,
)
from syncd_fitbit.scopes import NEEDS, not_allowed

RESET: Final = "fitbit-rate-limit-reset"
REMAINING: Final = "fitbit-rate-limit-remaining"
_DEAD_CLIENT: Final = frozenset(("invalid_client", "unauthorized_client"))


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came; ``renewal`` says that it was about the sign-in, not about data."""

    answer: Response
    renewal: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a refusal is about: which stream of which account, and when."""

    account: str
    stream: Stream
    now: datetime


def error_for(heard: Heard, asked: Asked) -> AdapterError:
    """Return the error for an answer that the package did not take."""
    answer = heard.answer
    code = answer.status
    if code == 410:
        return retired(asked.account)
    if 300 <= code < 400:
        return Transient(
            "Fitbit's server sent us elsewhere instead of answering. If this network wants a"
            " sign-in of its own (hotel, train), do that in a browser."
        )
    if code == 429:
        wait = asked_to_wait(answer.headers, asked.now)
        return RateLimited("Fitbit's server was asked too often (429).", wait)
    if code >= 500:
        return _trouble(answer, asked.now)
    return _renewal(answer) if heard.renewal else _data(answer, asked)


def retired(account: str) -> Retired:
    """Return the error for a service that is switched off, with the way on."""
    return Retired(
        "Fitbit's Web API is switched off (410 Gone; Fitbit ended it on 2 November 2026). What was"
        " fetched stays. To go on with Google Health:"
        f" syncd account migrate {account} --to google-health"
    )


def reason_of(answer: Response) -> str:
    """Return the name of the error in Fitbit's own shape or in OAuth's; empty where none is."""
    said = _json(answer.body)
    if not isinstance(said, dict):
        return ""
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    name = first.get("errorType") if isinstance(first, dict) else said.get("error")
    return name if isinstance(name, str) and name.isprintable() else ""


def asked_to_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the server wants to be left alone, ``None`` if it did not say.

    ``Retry-After`` (seconds, or a date seen from the server's own clock) wins over Fitbit's own.
    """
    said = headers.get("retry-after", "")
    wait = _seconds(said)
    if wait is None:
        then, since = _date(said), _date(headers.get("date", "")) or now
        wait = None if then is None else then - since
    if wait is None:
        wait = _seconds(headers.get(RESET, ""))
    return None if wait is None else min(max(wait, timedelta(0)), timedelta(days=1))


def _trouble(answer: Response, now: datetime) -> Transient:
    wait = asked_to_wait(answer.headers, now) if answer.status == 503 else None
    if wait is not None:
        return RateLimited("Fitbit's server asks us to come back later (503).", wait)
    return Transient(
        f"Fitbit's server has trouble of its own ({answer.status}); it is asked again later."
    )


def _renewal(answer: Response) -> AdapterError:
    """Only a refusal with a reason, or plain JSON with 400 or 401, ends a sign-in."""
    reason = reason_of(answer)
    if answer.status not in {400, 401} or not isinstance(_json(answer.body), dict):
        return Transient(f"Fitbit's server cannot renew the sign-in now ({answer.status}).")
    if reason in _DEAD_CLIENT:
        return AuthExpired(
            "Fitbit's server does not know this app any more: its secret was changed, or it was"
            " removed. Correct client_id and client_secret, then sign in again."
        )
    return AuthExpired("Fitbit's server says that the sign-in has ended or was taken back.")


def _data(answer: Response, asked: Asked) -> AdapterError:
    code, known = answer.status, isinstance(_json(answer.body), dict)
    if not known:
        return Transient(f"Something on the way to Fitbit's server answered for it ({code}).")
    if code == 401:
        return AuthExpired("Fitbit's server does not accept the sign-in any more; sign in again.")
    if code == 403:
        if reason_of(answer) == "insufficient_scope":
            return not_allowed(asked.stream, NEEDS[asked.stream])
        return Forbidden(f"Fitbit's server does not give us {asked.stream} (403).")
    return Malformed(f"Fitbit's server refused the question ({code}); this is a fault in syncd.")


def _json(body: bytes) -> object:
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said


def _seconds(text: str) -> timedelta | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return timedelta(seconds=min(seconds, 86_400.0)) if isfinite(seconds) else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo is not None else None
