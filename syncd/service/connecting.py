"""From an account to an open road to its vendor: settings, sign-in, client, what was granted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from syncd.contract import (
    Adapter,
    AuthExpired,
    ConfigError,
    Connection,
    Context,
    NoAuth,
    OAuth2,
    OAuthClient,
)
from syncd.ingest.http import Tokens, VendorClient
from syncd.service.account_settings import checked
from syncd.service.tokens import AccountTokens
from syncd.service.whereabouts import zone_now
from syncd.settings import Settings, store_lock_file
from syncd.store import Store
from syncd.store.accounts import Account
from syncd.store.store_lock import StoreLock, find_store_lock
from syncd.store.undecided import undecided_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """Opens connections for one process; ``open`` is what an ``Engine`` asks."""

    store: Store
    settings: Settings
    env: Mapping[str, str] = field(repr=False)
    clock: Callable[[], datetime]

    @contextmanager
    def open(self, account: Account, adapter: Adapter[Any]) -> Iterator[Connection]:
        """Yield a signed-in connection to the account's vendor.

        Raises ``ConfigError`` for settings or a client that cannot be used and a store lock that
        is not there, ``AuthExpired`` where only a person can help.
        """
        told = checked(adapter, account.name, account.settings, self.env)
        tokens = self._tokens(account, adapter, told)
        granted = tokens.held()[0].scopes if tokens is not None else None
        with self.road(account, adapter, told, tokens=tokens, granted=granted) as connection:
            yield connection

    @contextmanager
    def road(
        self,
        account: Account,
        adapter: Adapter[Any],
        told: object,
        *,
        tokens: Tokens | None,
        granted: frozenset[str] | None,
    ) -> Iterator[Connection]:
        """Yield a connection that asks with ``tokens``, whoever holds them."""
        with ExitStack() as stack:
            client = VendorClient(
                now=self.clock,
                tokens=tokens,
                reset_headers=adapter.capabilities.reset_headers,
            )
            context = Context(
                account=account.name,
                now=self.clock,
                http=stack.enter_context(client),
                facts={"zone": self._zone(account)},
                granted=granted,
                undecided=lambda: self._undecided(account),
            )
            yield stack.enter_context(adapter.connect(told, context))

    def lock(self) -> StoreLock | None:
        """Return the store lock of this machine; raise ``ConfigError`` for one that is none."""
        file, named = store_lock_file(self.settings, self.env)
        return find_store_lock(self.env, file, named=named)

    def client(self, account: str, adapter: Adapter[Any], told: object) -> OAuthClient:
        """Return who asks for the sign-in; raise ``ConfigError`` with what is wrong with it."""
        if adapter.client is None:
            raise ConfigError(f"{account}: the adapter {adapter.name} names no client to sign in.")
        try:
            return adapter.client(told)
        except ConfigError as error:
            raise ConfigError(f"{account}: {error}") from None

    def _tokens(
        self, account: Account, adapter: Adapter[Any], told: object
    ) -> AccountTokens | None:
        auth = adapter.capabilities.auth
        if isinstance(auth, NoAuth):
            return None
        browser = in_a_browser(auth, account.name)
        if account.token_generation == 0:
            raise AuthExpired("Nobody has signed in to this account yet.")
        lock = self.lock()
        if lock is None:
            file, _ = store_lock_file(self.settings, self.env)
            raise ConfigError(
                f"The store lock {file} is not there, so the sign-in of {account.name} cannot be"
                " opened. Put the lock back, or sign in again."
            )
        return AccountTokens(
            store=self.store,
            lock=lock,
            account_id=account.id,
            auth=browser,
            client=self.client(account.name, adapter, told),
            clock=self.clock,
        )

    def _undecided(self, account: Account) -> Mapping[date, str]:
        with self.store.read() as cx:
            return undecided_days(cx, account.person_id)

    def _zone(self, account: Account) -> str:
        with self.store.read() as cx:
            return zone_now(cx, account.person_id, self.clock()).key


def in_a_browser(auth: object, account: str) -> OAuth2:
    """Return how to sign in; raise ``ConfigError`` where a vendor wants what is not known here."""
    if isinstance(auth, OAuth2):
        return auth
    kind = type(auth).__name__
    raise ConfigError(f"{account}: its vendor wants a sign-in ({kind}) that syncd cannot do.")
