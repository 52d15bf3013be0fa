"""The shape of an adapter: data about itself, a connection that fetches, a pure parse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from syncd.contract.http import HttpClient
from syncd.contract.payload import RawPayload
from syncd.contract.records import CanonicalRecord
from syncd.contract.signing import Issued, Keeper, PasswordSteps
from syncd.contract.window import Cursor, Stream, Window

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class NoAuth:
    """Nothing to sign in to."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that a person pastes once; ``called`` is what the vendor calls it.

    ``where`` is the sentence that tells how to get one. ``env`` and ``file`` (below the home
    folder) are where the vendor's own programs look for it, and syncd at the sign-in too.
    """

    called: str
    where: str = ""
    env: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class OAuth2:
    """A browser sign-in; the core drives it.

    ``authorize_params`` go along with the usual ones; ``client_auth`` says where the token
    endpoint wants the client's secret. ``short_grant`` is the sentence for a person whose grant
    ends by itself soon (a token answer with ``refresh_token_expires_in``): why, and what to do.
    ``renews_itself`` says that the adapter's library renews tokens, through ``Context.keeper``.
    """

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    pkce: bool = True
    authorize_params: Mapping[str, str] = field(default_factory=dict)
    client_auth: Literal["body", "basic"] = "body"
    revoke_url: str | None = None
    short_grant: str | None = None
    renews_itself: bool = False


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Who asks for a sign-in: the client that a person registered, and where it signs in.

    Both addresses win over those of ``OAuth2``: a client file may name its own.
    """

    client_id: str
    client_secret: str | None = field(repr=False)
    authorize_url: str
    token_url: str


@dataclass(frozen=True, slots=True)
class Password:
    """A user name and password, used once and not kept."""

    mfa: bool = False


Auth = NoAuth | ApiKey | OAuth2 | Password


class Write(StrEnum):
    """What a complete pull does to what was held before."""

    REPLACE = "replace"
    """Retires what the account's source held with an interval START inside ``covers``."""
    UPSERT = "upsert"
    """Writes by record key; nothing is retired."""


class OnConflict(StrEnum):
    """Under ``UPSERT``, which of two records with one key stands."""

    NEWEST = "newest"
    """The later pull: vendors correct themselves."""
    RICHEST = "richest"
    """The one that holds more, whatever came first: files have no order."""


class WindowKind(StrEnum):
    """How a vendor cuts time."""

    INSTANTS = "instants"
    CIVIL_DAYS = "civil_days"


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """What one stream can deliver and how it is asked; ``history=None`` is without limit."""

    epoch: timedelta | None
    longest_window: timedelta
    lookback: timedelta
    history: timedelta | None
    poll_every: timedelta | None
    window: WindowKind = WindowKind.INSTANTS
    write: Write = Write.REPLACE
    whole_day: bool = True
    on_conflict: OnConflict = OnConflict.NEWEST
    keeps_partial: bool = False
    """Records that came before a ``Malformed`` are stored (files), not thrown away (vendors)."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an adapter can do: how a person signs in and which streams it has.

    ``freshness`` is the stream that tells, for one request, whether a device has handed over
    anything since it was last asked: a poll asks it first and the others only when a
    ``DeviceSync`` moved, or when it names no device. ``reset_headers`` are what the vendor calls
    the seconds until it answers again, where it does not say ``Retry-After``.
    """

    auth: Auth
    streams: Mapping[Stream, StreamSpec]
    freshness: Stream | None = None
    reset_headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Everything an adapter may touch: its account, the clock, and (with a vendor) a client.

    ``granted`` are the scopes that the person allowed, ``None`` when nobody knows. ``keeper`` is
    there for adapters whose library holds the sign-in itself. ``undecided`` gives the civil days
    that are over and whose verdict more detail could still change, newest first, each with why
    it is open (``coarse``, ``unseen``, ``recorded_only``, ...): asked only when it is called.
    """

    account: str
    now: Callable[[], datetime]
    http: HttpClient | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    granted: frozenset[str] | None = None
    keeper: Keeper | None = None
    undecided: Callable[[], Mapping[date, str]] = dict


class Connection(Protocol):
    """An open road to the vendor."""

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield untouched answers, lazily; ``window=None`` asks for all there is (files)."""


@dataclass(frozen=True, slots=True)
class Adapter(Generic[S]):
    """One vendor's door. ``name`` equals the entry-point name; ``parse`` is pure.

    ``advice`` tells who adds an account what its data can and cannot judge, and the way out.

    ``parser`` is raised whenever ``parse`` makes other records of the same payload. ``client``
    reads the OAuth client that the settings name and raises ``ConfigError`` when it cannot.
    With ``ApiKey``, ``exchange`` gives a short-lived token for a key (its client carries no
    token), and raises ``AuthExpired`` for a key that is no good. With ``Password``, ``password``
    has the steps. ``note`` says what a person should know of how this installation runs it, such
    as the version of a vendor's library and what that means; ``None`` for nothing.
    """

    name: str
    summary: str
    capabilities: Capabilities
    settings: type[S]
    connect: Callable[[S, Context], AbstractContextManager[Connection]]
    parse: Callable[[RawPayload], Iterable[CanonicalRecord]]
    parser: int = 1
    client: Callable[[S], OAuthClient] | None = None
    exchange: Callable[[S, str, HttpClient], Issued] | None = None
    password: PasswordSteps | None = None
    advice: str = ""
    note: Callable[[], str | None] | None = None
