"""What to do after an error, as a value: nothing here waits, writes or logs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from syncd.contract import (
    AuthExpired,
    ConfigError,
    Forbidden,
    Malformed,
    RateLimited,
    Retired,
    Transient,
)

FIRST_CEILING_S = 30.0
LONGEST_CEILING_S = 3600.0
LONGEST_ASKED = timedelta(days=1)
"""A vendor that asks for more is asked again after a day: its clock or ours may be wrong."""
CONFIG_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """The whole account waits so long, then goes on where it was.

    ``bidden`` says that the vendor named the time: nobody asks earlier.
    """

    delay: timedelta
    why: str
    bidden: bool = False


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person must sign in again; other accounts go on."""

    why: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The vendor switched the interface off; a person migrates the account."""

    why: str


@dataclass(frozen=True, slots=True)
class Skip:
    """One stream is ``forbidden`` or ``degraded``; the account's other streams go on."""

    state: str
    why: str


Step = Wait | SignIn | GiveUp | Skip


def next_step(error: Exception, attempt: int, rng: random.Random) -> Step:
    """Return what to do after ``error``, the ``attempt``-th in a row (counted from 0).

    ``Retry-After`` is obeyed to the second, up to a day; everything else that passes by itself is
    tried again after a random time up to a ceiling that doubles, half a minute to an hour. An
    error that is none of ours is raised again: it is a bug, and hiding it helps nobody.
    """
    match error:
        case AuthExpired():
            return SignIn(str(error))
        case Retired():
            return GiveUp(str(error))
        case Forbidden():
            return Skip("forbidden", str(error))
        case Malformed():
            return Skip("degraded", str(error))
        case RateLimited(retry_after=timedelta() as asked):
            delay = min(max(asked, timedelta(seconds=1)), LONGEST_ASKED)
            return Wait(delay, str(error), bidden=True)
        case Transient():
            return Wait(_backed_off(attempt, rng), str(error))
        case ConfigError():
            return Wait(CONFIG_WAIT, str(error))
    raise error


def _backed_off(attempt: int, rng: random.Random) -> timedelta:
    ceiling = min(FIRST_CEILING_S * 2.0 ** min(attempt, 16), LONGEST_CEILING_S)
    return timedelta(seconds=rng.uniform(ceiling / 2, ceiling))
