"""From an account to an open road to its vendor: settings, sign-in, client, what was granted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from syncd.contract import (
    Adapter,
    ApiKey,
    AuthExpired,
    ConfigError,
    Connection,
    Context,
    Issued,
    Keeper,
    OAuth2,
    OAuthClient,
    Password,
    PasswordSteps,
)
from syncd.ingest.http import Tokens, VendorClient
from syncd.service.account_settings import checked
from syncd.service.keepers import GrantKeeper, SessionKeeper
from syncd.service.keys import KeyTokens
from syncd.service.tokens import AccountTokens
from syncd.service.whereabouts import zone_now
from syncd.settings import Settings, store_lock_file
from syncd.store import Store
from syncd.store.accounts import Account
from syncd.store.store_lock import StoreLock, find_store_lock
from syncd.store.undecided import undecided_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an account gets in with: tokens for requests of ours, a keeper for a library's."""

    tokens: Tokens | None = None
    granted: frozenset[str] | None = None
    keeper: Keeper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """Opens connections for one process; ``open`` is what an ``Engine`` asks.

    ``heard`` is told (vendor, what became of it) of each request.
    """

    store: Store
    settings: Settings
    env: Mapping[str, str] = field(repr=False)
    clock: Callable[[], datetime]
    heard: Callable[[str, str], object] = lambda _vendor, _became: None

    @contextmanager
    def open(self, account: Account, adapter: Adapter[Any]) -> Iterator[Connection]:
        """Yield a signed-in connection to the account's vendor.

        Raises ``ConfigError`` for settings or a client that cannot be used and a store lock that
        is not there, ``AuthExpired`` where only a person can help.
        """
        told = checked(adapter, account.name, account.settings, self.env)
        entry = self.entry(account, adapter, told)
        with self.road(account, adapter, told, entry) as connection:
            yield connection

    @contextmanager
    def road(
        self, account: Account, adapter: Adapter[Any], told: object, entry: Entry
    ) -> Iterator[Connection]:
        """Yield a connection that gets in with ``entry``, whoever holds that."""
        with ExitStack() as stack:
            context = Context(
                account=account.name,
                now=self.clock,
                http=stack.enter_context(self._http(adapter, entry.tokens)),
                facts={"zone": self._zone(account)},
                granted=entry.granted,
                keeper=entry.keeper,
                undecided=lambda: self._undecided(account),
            )
            yield stack.enter_context(adapter.connect(told, context))

    def entry(self, account: Account, adapter: Adapter[Any], told: object) -> Entry:
        """Return what the last sign-in to an account left; raises as ``open``."""
        match adapter.capabilities.auth:
            case ApiKey():
                keys = self._keys(account, adapter, told)
                keys.held()
                return Entry(tokens=keys)
            case Password():
                lock = self._lock_of(account)
                session = SessionKeeper(
                    store=self.store, lock=lock, account=account, clock=self.clock
                )
                session.held()
                return Entry(keeper=session)
            case OAuth2() as auth:
                tokens = self._tokens(account, adapter, told)
                granted = tokens.held()[0].scopes
                keeper = GrantKeeper(
                    store=self.store, lock=tokens.lock, account=account, clock=self.clock
                )
                own = keeper if auth.renews_itself else None
                return Entry(tokens=tokens, granted=granted, keeper=own)
            case _:
                return Entry()

    def exchanged(self, account: Account, adapter: Adapter[Any], told: object, key: str) -> Issued:
        """Return the short token that the vendor gives for a key, asked without any token."""
        exchange = adapter.exchange
        if exchange is None:
            raise ConfigError(f"{account.name}: the adapter {adapter.name} takes no key.")
        with self._http(adapter, None) as client:
            return exchange(told, key, client)

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

    def _keys(self, account: Account, adapter: Adapter[Any], told: object) -> KeyTokens:
        return KeyTokens(
            store=self.store,
            lock=self._lock_of(account),
            account_id=account.id,
            exchange=lambda key: self.exchanged(account, adapter, told, key),
            clock=self.clock,
        )

    def _tokens(self, account: Account, adapter: Adapter[Any], told: object) -> AccountTokens:
        return AccountTokens(
            store=self.store,
            lock=self._lock_of(account),
            account_id=account.id,
            auth=in_a_browser(adapter.capabilities.auth, account.name),
            client=self.client(account.name, adapter, told),
            clock=self.clock,
        )

    def _lock_of(self, account: Account) -> StoreLock:
        """Return the store lock that the account's sign-in is sealed with."""
        if account.token_generation == 0:
            raise AuthExpired("Nobody has signed in to this account yet.")
        lock = self.lock()
        if lock is None:
            file, _ = store_lock_file(self.settings, self.env)
            raise ConfigError(
                f"The store lock {file} is not there, so the sign-in of {account.name} cannot be"
                " opened. Put the lock back, or sign in again."
            )
        return lock

    def _http(self, adapter: Adapter[Any], tokens: Tokens | None) -> VendorClient:
        return VendorClient(
            now=self.clock,
            tokens=tokens,
            reset_headers=adapter.capabilities.reset_headers,
            heard=partial(self.heard, adapter.name),
        )

    def _undecided(self, account: Account) -> Mapping[date, str]:
        with self.store.read() as cx:
            return undecided_days(cx, account.person_id)

    def _zone(self, account: Account) -> str:
        with self.store.read() as cx:
            return zone_now(cx, account.person_id, self.clock()).key


def in_a_browser(auth: object, account: str) -> OAuth2:
    """Return how to sign in; raise ``ConfigError`` where that is not in a browser."""
    if isinstance(auth, OAuth2):
        return auth
    raise ConfigError(f"{account}: its vendor wants no sign-in in a browser.")


def refuse_unusable(adapter: Adapter[Any], account: str) -> None:
    """Raise ``ConfigError`` where an adapter lacks what its kind of sign-in needs."""
    match adapter.capabilities.auth:
        case ApiKey():
            lacks = adapter.exchange is None
        case Password():
            lacks = adapter.password is None
        case OAuth2():
            lacks = adapter.client is None
        case _:
            lacks = False
    if lacks:
        raise ConfigError(f"{account}: the adapter {adapter.name} cannot sign in; it lacks a part.")


def steps_of(adapter: Adapter[Any], account: str) -> PasswordSteps:
    """Return how an adapter signs in with a password; raise ``ConfigError`` where it cannot."""
    if adapter.password is None:
        raise ConfigError(f"{account}: the adapter {adapter.name} takes no password.")
    return adapter.password
