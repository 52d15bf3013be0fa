"""Roads to vendors that want no sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from syncd.contract import Adapter, AuthExpired, ConfigError, Connection, Context, NoAuth
from syncd.ingest.http import VendorClient
from syncd.service.syncing import Opener
from syncd.settings import Settings
from syncd.store import Store
from syncd.store.accounts import Account


def opener(
    store: Store, settings: Settings, env: Mapping[str, str], clock: Callable[[], datetime]
) -> Opener:
    """Return what opens an account's road to its vendor.

    The road raises ``AuthExpired`` where the vendor wants a sign-in.
    """
    del store, settings, env

    @contextmanager
    def opened(account: Account, adapter: Adapter[Any]) -> Iterator[Connection]:
        if not isinstance(adapter.capabilities.auth, NoAuth):
            raise AuthExpired("Nobody has signed in to this account yet.")
        try:
            chosen = adapter.settings.model_validate(dict(account.settings))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ConfigError(f"{account.name}: {place}: {first['msg']}.") from error
        with VendorClient(now=clock) as http:
            context = Context(account=account.name, now=clock, http=http)
            with adapter.connect(chosen, context) as connection:
                yield connection

    return opened
