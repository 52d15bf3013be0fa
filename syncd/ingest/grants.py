"""What a vendor grants at a sign-in, and how it is written down to be sealed. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncd.contract import Malformed

EARLY = timedelta(seconds=60)
"""A token is renewed so long before it ends: clocks differ and answers take time."""
UNSAID_LIFE = timedelta(minutes=30)
"""How long an access token is trusted where the vendor does not say (RFC 6749, 5.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Tokens of one sign-in; all instants aware. ``ends_at`` is when the grant itself ends.

    ``refresh`` is ``None`` when the vendor gave none: the sign-in then lasts as long as
    ``expires_at``. ``scopes`` are what the person allowed, ``None`` when the vendor did not say.
    """

    access: str = field(repr=False)
    expires_at: datetime
    refresh: str | None = field(default=None, repr=False)
    scopes: frozenset[str] | None = None
    ends_at: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the access token still serves for a while."""
        return now < self.expires_at - EARLY


def granted(body: bytes, *, before: Grant | None, now: datetime, host: str) -> Grant:
    """Return the grant that a token endpoint answered with (RFC 6749, 5.1).

    What an answer to a refresh leaves out stays as it was ``before``: the refresh token, the
    scopes, and when the grant ends, which is told once at the sign-in and never moves. Raises
    ``Malformed`` when there is no token in it.
    """
    try:
        said = json.loads(body)
        access = said["access_token"]
        life = _seconds(said.get("expires_in"))
    except (ValueError, TypeError, KeyError):
        raise Malformed(f"{host} answered the sign-in with something that is no token.") from None
    if not isinstance(access, str) or not access:
        raise Malformed(f"{host} answered the sign-in with an empty token.")
    refresh, scope = said.get("refresh_token"), said.get("scope")
    ends = _seconds(said.get("refresh_token_expires_in"))
    kept, allowed = (before.refresh, before.scopes) if before else (None, None)
    return Grant(
        access=access,
        expires_at=now + (life if life is not None else UNSAID_LIFE),
        refresh=refresh if isinstance(refresh, str) and refresh else kept,
        scopes=frozenset(scope.split()) if isinstance(scope, str) else allowed,
        ends_at=before.ends_at if before else (now + ends if ends else None),
    )


def packed(grant: Grant) -> bytes:
    """Return a grant as bytes, to be sealed and nothing else."""
    return json.dumps(
        {
            "access": grant.access,
            "expires_at": grant.expires_at.isoformat(),
            "refresh": grant.refresh,
            "scopes": None if grant.scopes is None else sorted(grant.scopes),
            "ends_at": grant.ends_at and grant.ends_at.isoformat(),
        }
    ).encode()


def unpacked(body: bytes) -> Grant:
    """Return the grant that ``packed`` wrote."""
    said = json.loads(body)
    return Grant(
        access=said["access"],
        expires_at=datetime.fromisoformat(said["expires_at"]),
        refresh=said["refresh"],
        scopes=None if said["scopes"] is None else frozenset(said["scopes"]),
        ends_at=said["ends_at"] and datetime.fromisoformat(said["ends_at"]),
    )


def _seconds(value: object) -> timedelta | None:
    """Return a life in seconds, which some vendors write as text; ``None`` where it is none."""
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return None
    seconds = float(value)
    return timedelta(seconds=seconds) if 0 <= seconds < 1e10 else None
