"""What a person's key and the short token for it look like when they are sealed. Pure."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncd.contract import AuthExpired, Issued
from syncd.ingest.grants import EARLY

EARLIEST = timedelta(hours=1)
PART_OF_LIFE = 24
"""A token is renewed when a 24th of its life is left: an hour before the end of one of 24 hours."""
TRUSTED_AT_LEAST = timedelta(minutes=5)
"""A token that has just come is used, whatever our clock says of its end."""
LONGEST_KEY = 4096
_QUOTES = "\"'`"
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGrant:
    """A key and the newest token for it; all instants aware.

    ``ends_at`` is when the key itself ends, ``None`` where nobody knows.
    """

    key: str = field(repr=False)
    access: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    ends_at: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the token needs no renewal yet."""
        life = self.expires_at - self.issued_at
        early = min(max(life / PART_OF_LIFE, EARLY), EARLIEST)
        return self.issued_at - EARLIEST <= now < self.expires_at - early

    def serves(self, now: datetime) -> bool:
        """Tell whether the token can still be used where no newer one is to be had."""
        return now < self.expires_at


def key_grant(key: str, issued: Issued, now: datetime, ends_at: datetime | None) -> KeyGrant:
    """Return what is kept of a token that has just come; the vendor knows best when a key ends."""
    return KeyGrant(
        key=key,
        access=issued.access,
        issued_at=now,
        expires_at=max(issued.expires_at, now + TRUSTED_AT_LEAST),
        ends_at=issued.key_ends_at or ends_at,
    )


def packed(grant: KeyGrant) -> bytes:
    """Return it as bytes, to be sealed and nothing else."""
    return json.dumps(
        {
            "key": grant.key,
            "access": grant.access,
            "issued_at": grant.issued_at.isoformat(),
            "expires_at": grant.expires_at.isoformat(),
            "ends_at": grant.ends_at and grant.ends_at.isoformat(),
        }
    ).encode()


def unpacked(body: bytes) -> KeyGrant:
    """Return what ``packed`` wrote."""
    said = json.loads(body)
    return KeyGrant(
        key=said["key"],
        access=said["access"],
        issued_at=datetime.fromisoformat(said["issued_at"]),
        expires_at=datetime.fromisoformat(said["expires_at"]),
        ends_at=said["ends_at"] and datetime.fromisoformat(said["ends_at"]),
    )


def pasted_key(text: str, called: str) -> str:
    """Return a key without what comes along when it is copied: blanks, line ends, quotes.

    Raises ``AuthExpired`` for what cannot be a key, without repeating it.
    """
    seen = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)
    key = seen.strip(_QUOTES)
    if not key:
        raise AuthExpired(f"That is no {called}: there is nothing in it. Nothing was changed.")
    if not key.isascii() or len(key) > LONGEST_KEY:
        why = "it is far too long" if len(key) > LONGEST_KEY else "it has letters no key has"
        raise AuthExpired(f"That is no {called}: {why}. Nothing was changed.")
    return key
