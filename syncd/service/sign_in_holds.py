"""When a vendor wants no sign-in for a while: it is asked nothing, and longer each time.

Nobody outside knows whether a vendor counts by person or by address, so one account that was
refused holds back the sign-ins of all accounts at that vendor. A try while it holds would only
make it last: the sign-in ends before anything is sent, also after a restart.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from syncd.contract import RateLimited
from syncd.service.attention import moment, zone_of
from syncd.store import accounts, logins
from syncd.store.accounts import Account

HOLDS = (timedelta(hours=2), timedelta(hours=4), timedelta(hours=8), timedelta(hours=24))


def refuse_while_held(cx: Connection, account: Account, now: datetime) -> None:
    """Raise ``RateLimited``, with the moment it ends, while a vendor wants no sign-in."""
    until = logins.sign_in_held(cx, account.vendor)
    if until is not None and now < until:
        raise RateLimited(_words(cx, account, until, now), until - now)


def held_back(tx: Connection, account_id: int, error: RateLimited, now: datetime) -> RateLimited:
    """Hold back sign-ins after a refusal, two hours at first, and return what to tell a person.

    Longer where the vendor says so itself, a day at most.
    """
    account = accounts.get(tx, account_id)
    refusals = account.sign_in_refusals + 1
    hold = HOLDS[min(refusals, len(HOLDS)) - 1]
    asked = min(error.retry_after or timedelta(), HOLDS[-1])
    until = (now + max(hold, asked)).replace(microsecond=0)
    logins.hold_sign_in(tx, account_id, until=until, refusals=refusals)
    return RateLimited(_words(tx, account, until, now), until - now)


def _words(cx: Connection, account: Account, until: datetime, now: datetime) -> str:
    at = moment(until, zone_of(cx, account, now), now)
    return (
        f"{account.vendor} wants no sign-in for a while; every try would make that longer, so"
        f" syncd asks it nothing until {at}. Then: syncd account login {account.name}"
    )
