"""A person signs in: in the browser of this machine or another one, whichever comes back first.

Nothing that is said here or logged holds a code, a token or a client's secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from syncd.contract import (
    Adapter,
    AuthExpired,
    ConfigError,
    Connection,
    OAuth2,
    OAuthClient,
    Profile,
    Stream,
    SyncdError,
    Transient,
    Window,
)
from syncd.ingest.forms import post_form
from syncd.ingest.grants import Grant, packed
from syncd.ingest.loopback import catching
from syncd.ingest.oauth import Attempt, Declined, Send, attempt, code_of, redeemed, sign_in_url
from syncd.service.account_settings import checked
from syncd.service.connecting import Roads, in_a_browser
from syncd.service.lacking import what_is_lacking
from syncd.store import accounts, logins, secrets
from syncd.store.accounts import Account
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

log = logging.getLogger(__name__)

PATIENCE_S = 15 * 60.0
"""A person gets so long to find a password; Google's own pages end sooner."""
LOOK_S = 0.1
_TRIES = 5


class Desk(Protocol):
    """The person at the terminal."""

    def show(self, address: str) -> None:
        """Tell what to open and what to bring back, and open it where there is a display."""

    def note(self, sentence: str) -> None:
        """Say a sentence; the sign-in goes on."""

    def pasted(self, within_s: float) -> str | None:
        """Return a line that was typed, ``None`` if there is none yet; ``AuthExpired`` at an end.

        Waits so long at most.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What a sign-in came to: what the person left out, and when it ends by itself and why."""

    account: Account
    lacking: tuple[str, ...]
    ends_at: datetime | None
    why_short: str | None
    lasting: bool


def sign_in(
    roads: Roads,
    account_id: int,
    adapter: Adapter[Any],
    desk: Desk,
    *,
    lock: StoreLock,
    send: Send = post_form,
    patience_s: float = PATIENCE_S,
) -> SignedIn:
    """Let a person sign in to an account, keep the grant sealed, and make the account due.

    Raises ``AuthExpired`` when the person does not, declines, or is another one than before;
    ``ConfigError`` for settings or a client that cannot be used; ``Transient`` when the vendor
    does not answer. The sign-in that was held before stays until the new one is kept.
    """
    with roads.store.read() as cx:
        account = accounts.get(cx, account_id)
    auth = in_a_browser(adapter.capabilities.auth, account.name)
    told = checked(adapter, account.name, account.settings, roads.env)
    client = roads.client(account.name, adapter, told)
    browser = _Browser(auth, client, desk, roads.clock, send)
    grant = browser.granted(patience_s)
    with roads.road(
        account, adapter, told, tokens=_Given(grant), granted=grant.scopes
    ) as connection:
        user = _user(adapter, connection, account, roads.clock())
    _refuse_another(account, user)
    kept = _keep(roads, account, lock, grant, user)
    log.info("signed in account=%s", account.name)
    return SignedIn(
        account=kept,
        lacking=what_is_lacking(adapter, told, grant, roads.clock()),
        ends_at=grant.ends_at,
        why_short=auth.short_grant if grant.ends_at else None,
        lasting=grant.refresh is not None,
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """The one token of a sign-in that is not kept yet; there is no newer one."""

    grant: Grant

    def __call__(self, *, refused: str | None = None) -> str:
        if refused is not None:
            raise AuthExpired("The vendor does not accept the sign-in that it just gave.")
        return self.grant.access


@dataclass(frozen=True, slots=True)
class _Browser:
    """One sign-in in a browser, by the loopback or by a pasted address."""

    auth: OAuth2
    client: OAuthClient
    desk: Desk
    clock: Callable[[], datetime]
    send: Send

    def granted(self, patience_s: float) -> Grant:
        """Return what the vendor grants to whoever comes back first."""
        ends = monotonic() + patience_s
        with catching() as catcher:
            tried = attempt(catcher.redirect)
            self.desk.show(sign_in_url(self.auth, self.client, tried))
            while monotonic() < ends:
                caught, typed = catcher.address(LOOK_S), self.desk.pasted(LOOK_S)
                code = self._code(caught, tried, aloud=False)
                code = code or self._code(typed, tried, aloud=True)
                if code is not None:
                    return redeemed(
                        self.auth, self.client, tried, code, send=self.send, now=self.clock()
                    )
        raise AuthExpired(
            f"Nobody came back from the sign-in within {patience_s / 60:.0f} minutes. Try again."
        )

    def _code(self, address: str | None, tried: Attempt, *, aloud: bool) -> str | None:
        """Return the code in an address, ``None`` for one that belongs to no sign-in of ours."""
        if address is None or not address.strip():
            return None
        try:
            return code_of(address, tried)
        except Declined:
            raise
        except AuthExpired as error:  # a slip of the hand, or some other page that found the port
            if aloud:
                self.desk.note(str(error))
            return None


def _user(
    adapter: Adapter[Any], connection: Connection, account: Account, now: datetime
) -> str | None:
    """Return whom the vendor says the sign-in belongs to, ``None`` where it does not say.

    Where it is known already whose account it is, not knowing is an error.
    """
    if Stream.PROFILE not in adapter.capabilities.streams:
        return None
    window = Window(now - timedelta(days=1), now)
    user = None
    try:
        for payload in connection.fetch(Stream.PROFILE, window, None):
            said = [r.user for r in adapter.parse(payload) if isinstance(r, Profile) and r.user]
            user = said[-1] if said else user
    except AuthExpired:
        raise  # such as the wrong one of a person's accounts: better said now than by a sync
    except SyncdError as error:
        if account.vendor_user is None:
            return None  # the first pull tells; until then there is nothing to mix it up with
        if isinstance(error, Transient):
            raise Transient(f"Signed in, but whose it is could not be asked: {error}") from None
        raise AuthExpired(
            f"{account.name} belongs to one person, and it could not be made sure that this is"
            f" the same one. {error}"
        ) from None
    if user is None and account.vendor_user is not None:
        raise AuthExpired(
            f"{adapter.name} does not say whose sign-in that is, and {account.name} belongs to one"
            " person. It was not kept; try again."
        )
    return user


def _refuse_another(account: Account, user: str | None) -> None:
    if user is None or account.vendor_user is None or user == account.vendor_user:
        return
    raise AuthExpired(
        f"That is another person's sign-in than {account.name} had before, so it was not kept."
        " Sign in as the person it belongs to. For somebody else, add an account of their own:"
        f" syncd account add {account.vendor}"
    )


def _keep(
    roads: Roads, account: Account, lock: StoreLock, grant: Grant, user: str | None
) -> Account:
    """Seal the grant, durably; a daemon that renews the old one meanwhile only costs a try."""
    for _ in range(_TRIES):
        with roads.store.write(durable=True) as tx:
            now, before = roads.clock(), accounts.get(tx, account.id)
            _refuse_another(before, user)
            kept = secrets.put_token(
                tx,
                lock,
                account.id,
                Secret(packed(grant)),
                after=before.token_generation,
                now=now,
            )
            if kept is not None:
                logins.signed_in(tx, account.id, user=user, ends_at=grant.ends_at, now=now)
                return accounts.get(tx, account.id)
    raise ConfigError(f"{account.name} is being signed in to from somewhere else. Try again.")
