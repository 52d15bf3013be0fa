"""A person signs in: in the browser of this machine or another one, whichever comes back first.

Nothing that is said here or logged holds a code, a token or a client's secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Protocol

from syncd.contract import Adapter, AuthExpired, OAuth2, OAuthClient
from syncd.ingest.forms import post_form
from syncd.ingest.grants import Grant, packed
from syncd.ingest.loopback import catching
from syncd.ingest.oauth import Attempt, Declined, Send, attempt, code_of, redeemed, sign_in_url
from syncd.service.account_settings import checked
from syncd.service.admitting import GivenToken, Held, SignedIn, keep, whose
from syncd.service.connecting import Entry, Roads, in_a_browser
from syncd.service.keepers import NewKeeper, as_json, from_json
from syncd.service.lacking import what_is_lacking
from syncd.store import accounts
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock

PATIENCE_S = 15 * 60.0
"""A person gets so long to find a password; Google's own pages end sooner."""
LOOK_S = 0.1


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
    keeper = NewKeeper(as_json(grant)) if auth.renews_itself else None
    entry = Entry(tokens=GivenToken(grant.access), granted=grant.scopes, keeper=keeper)
    user = whose(roads, account, adapter, told, entry)
    if keeper is not None:
        grant = from_json(keeper.session, grant, account.name)
    held = Held(Secret(packed(grant)), user=user, ends_at=grant.ends_at)
    asks_itself = auth.renews_itself  # a library would go and ask, which is not for now
    lacking = () if asks_itself else what_is_lacking(adapter, told, grant, roads.clock())
    return SignedIn(
        account=keep(roads, account, lock, held),
        lacking=lacking,
        ends_at=grant.ends_at,
        why_short=auth.short_grant if grant.ends_at else None,
        lasting=grant.refresh is not None,
    )


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
