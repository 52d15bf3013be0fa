"""Accounts as people handle them: by a name that is theirs alone in the installation."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, text, update

from syncd.contract import ConfigError
from syncd.store import accounts, due
from syncd.store import tables as t
from syncd.store.accounts import FILES, Account

LONGEST_NAME = 60


def listing(cx: Connection, people: Collection[int] | None = None) -> list[Account]:
    """Return the vendor accounts in order of id, of ``people`` (ids) where given; none removed."""
    here = t.account.c
    wanted = (here.vendor != FILES) & (here.state != due.REMOVED)
    return accounts.where(cx, wanted if people is None else wanted & here.person_id.in_(people))


def named(cx: Connection, name: str) -> Account | None:
    """Return the account called ``name``, also one that was removed."""
    here = t.account.c
    found = accounts.where(cx, (here.vendor != FILES) & (here.name == name))
    return found[0] if found else None


def free_name(cx: Connection, vendor: str, person_id: int) -> str:
    """Return VENDOR, else VENDOR-2 and so on; a removed account of the person's may come back."""
    number, name = 1, vendor
    while (taken := named(cx, name)) and not (
        taken.state == due.REMOVED and (taken.person_id, taken.vendor) == (person_id, vendor)
    ):
        number += 1
        name = f"{vendor}-{number}"
    return name


def check_name(name: str) -> None:
    """Raise ``ConfigError`` for what cannot be the name of an account."""
    plain = name.isprintable() and name == name.strip() and not name.startswith("-")
    if not plain or not 1 <= len(name) <= LONGEST_NAME:
        raise ConfigError(
            f"An account's name has 1 to {LONGEST_NAME} printable characters, no blanks around it"
            f' and no "-" before it: {name!r}.'
        )
    if name == FILES:
        raise ConfigError(f'The name "{FILES}" is kept for what is imported. Choose another one.')


def alone(tx: Connection) -> None:
    """Let nobody else add an account until the transaction ends: names are taken once."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"))


def revive(tx: Connection, account_id: int) -> None:
    """Take a removed account back in, as if nobody had signed in to it yet."""
    here = t.account.c
    fresh = {"paused_at": None, "attempts": 0, "moves_from": None}
    tx.execute(update(t.account).where(here.id == account_id).values(fresh))


def set_settings(tx: Connection, account_id: int, settings: Mapping[str, Any]) -> None:
    """Replace what the account's adapter is told."""
    said = json.dumps(dict(settings), sort_keys=True)
    here = t.account.c
    tx.execute(update(t.account).where(here.id == account_id).values(settings=said))


def signed_in(
    tx: Connection, account_id: int, *, user: str | None, ends_at: datetime | None, now: datetime
) -> None:
    """Note a sign-in: whose it is, when it ends by itself; the account is active and due.

    What the vendor had against sign-ins is forgotten.
    """
    said: dict[str, Any] = {
        "grant_ends_at": ends_at,
        "signed_in_at": now,
        "sign_in_after": None,
        "sign_in_refusals": 0,
    }
    if user is not None:
        said["vendor_user"] = user
    tx.execute(update(t.account).where(t.account.c.id == account_id).values(said))
    due.starts(tx, account_id, now=now)


def set_end(tx: Connection, account_id: int, ends_at: datetime) -> None:
    """Note when the sign-in ends by itself, where the vendor says so later than at the sign-in."""
    tx.execute(update(t.account).where(t.account.c.id == account_id).values(grant_ends_at=ends_at))


def hold_sign_in(tx: Connection, account_id: int, *, until: datetime, refusals: int) -> None:
    """Note that the vendor wants no sign-in before ``until``, for the ``refusals``-th time."""
    said = {"sign_in_after": until, "sign_in_refusals": refusals}
    tx.execute(update(t.account).where(t.account.c.id == account_id).values(said))


def sign_in_held(cx: Connection, vendor: str) -> datetime | None:
    """Return until when a vendor wants no sign-in, whichever account it said that to."""
    here = t.account.c
    last = select(func.max(here.sign_in_after)).where(here.vendor == vendor)
    found: datetime | None = cx.execute(last).scalar()
    return found


def set_user(tx: Connection, account_id: int, user: str) -> None:
    """Remember whose data the account brings."""
    tx.execute(update(t.account).where(t.account.c.id == account_id).values(vendor_user=user))


def remove(tx: Connection, account_id: int) -> None:
    """Forget the sign-in and stop for good; what the account brought stays with its person."""
    due.stops(tx, account_id, state=due.REMOVED, why="Removed.")
    _forget(tx, account_id)


def _forget(tx: Connection, account_id: int) -> None:
    """Delete the sign-in; what runs with it comes to nothing."""
    here = t.account.c
    gone = {
        "grant_ends_at": None,
        "lease_epoch": here.lease_epoch + 1,
        "lease_until": None,
        "token_generation": here.token_generation + 1,  # a renewal under way saves nothing
    }
    tx.execute(update(t.account).where(here.id == account_id).values(gone))
    tx.execute(delete(t.secret).where(t.secret.c.account_id == account_id))


def takes_over(tx: Connection, account_id: int, from_id: int) -> None:
    """Note that an account will take over from another one as soon as somebody has signed in."""
    tx.execute(update(t.account).where(t.account.c.id == account_id).values(moves_from=from_id))


def successor(cx: Connection, account_id: int) -> Account | None:
    """Return the account that is to take over, or has, from this one; none that was removed."""
    here = t.account.c
    found = accounts.where(cx, (here.moves_from == account_id) & (here.state != due.REMOVED))
    return found[-1] if found else None


def moved(tx: Connection, old: Account, new: Account, *, begins_at: datetime | None) -> None:
    """Retire an account whose place another one has taken: its sign-in goes, its days stay."""
    due.stops(tx, old.id, state=due.RETIRED, why=f"Moved to {new.name}.")
    _forget(tx, old.id)
    here = t.account.c
    tx.execute(update(t.account).where(here.id == old.id).values(moved_to=new.id))
    tx.execute(update(t.account).where(here.id == new.id).values(begins_at=begins_at))


def days_brought(cx: Connection, account_id: int) -> int:
    """Return on how many UTC days the account's sources hold minutes."""
    here = t.series_day.c
    days = select(func.count(here.utc_day.distinct())).where(here.account_id == account_id)
    return int(cx.execute(days).scalar_one())
