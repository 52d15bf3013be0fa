"""What accounts need of a person, and what they wait for by themselves: one sentence each."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from syncd.service.whereabouts import zone_now
from syncd.store import due, logins
from syncd.store.accounts import Account
from syncd.walks.phrases import DAY_NAMES, MONTHS, clock_words

SAID_BEFORE = timedelta(days=8)
"""A sign-in that ends by itself is spoken of so long before: longer than Google's week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What a person is to do, what goes on by itself, and who has an account that runs (ids)."""

    needs: tuple[str, ...]
    waits: tuple[str, ...]
    served: frozenset[int]


def attention(cx: Connection, people: Collection[int], now: datetime) -> Attention:
    """Return what the accounts of ``people`` (ids) need and wait for."""
    mine = logins.listing(cx, people)
    return Attention(
        needs=tuple(_said(need(one, zone_of(cx, one, now), now) for one in mine)),
        waits=tuple(_said(wait(one, zone_of(cx, one, now), now) for one in mine)),
        served=frozenset(one.person_id for one in mine if one.paused_at is None),
    )


def need(account: Account, zone: ZoneInfo, now: datetime) -> str | None:
    """Return what a person is to do about an account, ``None`` where there is nothing."""
    if account.paused_at is not None:
        return None
    again = f"syncd account login {quoted(account.name)}"
    if account.state == due.NEEDS_SIGN_IN:
        if account.token_generation == 0:
            return f"{account.name}: nobody has signed in yet: {again}"
        held = account.sign_in_after
        when = f" after {moment(held, zone, now)}" if held is not None and now < held else ""
        why = account.why or "the sign-in has ended."
        return f"{account.name}: {why} Sign in again{when}: {again}"
    if account.state == due.RETIRED:
        moved = account.moved_to is not None
        return None if moved else f"{account.name}: {account.why} {moves_on(account.name)}"
    return ending(account, zone, now)


def moves_on(name: str) -> str:
    """Return what a person types whose vendor has switched its interface off."""
    return f"To move on, with its days kept: syncd account migrate {quoted(name)} --to VENDOR"


def ending(account: Account, zone: ZoneInfo, now: datetime) -> str | None:
    """Return that the sign-in to an account ends by itself soon, ``None`` where it does not."""
    ends = account.grant_ends_at
    if ends is None or ends - now > SAID_BEFORE:
        return None
    verb = "ends" if now < ends else "was to end"
    again = f"syncd account login {quoted(account.name)}"
    return f"The sign-in of {account.name} {verb} on {day_words(ends, zone)}: {again}"


def wait(account: Account, zone: ZoneInfo, now: datetime) -> str | None:
    """Return what an account waits for by itself, ``None`` where it does not wait."""
    until = account.waiting_until
    if account.paused_at is not None or account.state not in due.WAITS or until is None:
        return None
    if until <= now:
        return f"{account.name}: {account.why} It is asked again now."
    return f"{account.name}: {account.why} It is asked again at {moment(until, zone, now)}."


def zone_of(cx: Connection, account: Account, now: datetime) -> ZoneInfo:
    """Return the zone that times of an account are told in: its person's."""
    return zone_now(cx, account.person_id, now)


def day_words(at: datetime, zone: ZoneInfo) -> str:
    """Return "Fri 27 March" where the person is."""
    local = at.astimezone(zone)
    return f"{DAY_NAMES[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return "14:05", with its day where that is not today."""
    local = at.astimezone(zone)
    clock = clock_words(local)
    today = local.date() == now.astimezone(zone).date()
    return clock if today else f"{clock} on {day_words(at, zone)}"


def quoted(name: str) -> str:
    """Return a name as it is typed in a shell."""
    return shlex.quote(name)


def _said(sentences: Iterable[str | None]) -> list[str]:
    return [words for words in sentences if words is not None]
