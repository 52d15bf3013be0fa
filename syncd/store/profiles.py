"""What a vendor says of the person: whose data it is, and where they live by its settings.

The vendor's zone is only what the person chose there, so it stands above the zone that we assumed
and below any that they told us. It is no history: a change holds from the day it was seen on. One
account speaks for a person, the first that ever said something, lest two vendors take turns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from syncd.contract import AuthExpired, Profile, Stream
from syncd.store import due, logins, people, series_days
from syncd.store import tables as t
from syncd.store.accounts import Account
from syncd.store.instants import to_unix, utc_day


def put_profiles(tx: Connection, account: Account, profiles: Iterable[Profile]) -> set[int]:
    """Take in what was said and return the UTC days whose local time may have changed.

    Raises ``AuthExpired`` when the data are another user's than the account's.
    """
    changed: set[int] = set()
    for profile in sorted(profiles, key=lambda p: p.at):
        if profile.user is not None:
            _whose(tx, account, profile.user)
        if profile.zone is not None and _is_zone(profile.zone):
            changed |= _lives(tx, account, profile, profile.zone)
    return changed


def _whose(tx: Connection, account: Account, user: str) -> None:
    here = t.account.c
    held: str | None = tx.execute(select(here.vendor_user).where(here.id == account.id)).scalar()
    if held is None:
        logins.set_user(tx, account.id, user)
    elif held != user:
        raise AuthExpired(
            f"{account.name} answers with another person's data than before, so it is not asked"
            " any more."
        )


def _lives(tx: Connection, account: Account, profile: Profile, zone: str) -> set[int]:
    """Assume the vendor's zone where the person told none."""
    held = people.zones(tx, account.person_id)
    if any(run.told for run in held):
        return set()
    speakers = _speakers(tx, account.person_id)
    if speakers and speakers[0] != account.id:
        return set()
    today = profile.at.astimezone(ZoneInfo(zone)).date()
    in_force = [run for run in held if run.from_day is None or run.from_day <= today]
    if in_force and in_force[-1].zone == zone:
        return set()
    first = None if not speakers or not in_force else today
    people.set_zone(tx, account.person_id, zone, first, told=False)
    return _from(tx, account.person_id, first, to_unix(profile.at))


def _speakers(tx: Connection, person_id: int) -> list[int]:
    """Return the person's accounts that have told a profile, by id."""
    stream, account = t.stream_state.c, t.account.c
    asked = (
        select(account.id)
        .join(t.stream_state, stream.account_id == account.id)
        .where(account.person_id == person_id, stream.stream == Stream.PROFILE.value)
        .where(stream.watermark.is_not(None), account.state != due.REMOVED)
    )
    return list(tx.execute(asked.order_by(account.id)).scalars())


def _from(tx: Connection, person_id: int, first: date | None, at: int) -> set[int]:
    span = series_days.days_span(tx, person_id)
    if span is None:
        return set()
    start = span[0] if first is None else max(span[0], utc_day(at) - 1)
    return set(range(start, span[1] + 1))


def _is_zone(name: str) -> bool:
    """Tell whether a vendor's word is a zone; what is none leaves the assumed one in force."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
