"""What the adapter of the Personal API is told, and how a key becomes a token."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from syncd.contract import AuthExpired, HttpClient, Issued, Malformed, Response, Transient

BASE_URL: Final = "https://personal.connectapi.garmin.com"
BASE_URL_ENV: Final = "GARMIN_PERSONAL_API_BASE_URL"
"""Garmin's own program and others read it too."""
TOKEN_PATH: Final = "/personalapitoken-service/personal-api/personal-api-key/token"  # noqa: S105
LONGEST_KEY: Final = 4096
_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))
_REFUSED: Final = frozenset((400, 401, 403, 404))


def _usual_address() -> str:
    return os.environ.get(BASE_URL_ENV) or BASE_URL


class GarminSettings(BaseModel):
    """One account's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    base_url: str = Field(
        default_factory=_usual_address,
        description="another address only for a simulator; also GARMIN_PERSONAL_API_BASE_URL",
    )
    spacing_s: float = Field(
        default=1.0, ge=0.0, le=60.0, description="seconds from one request to the next"
    )

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise ValueError("must begin with https://, or lead to this machine")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("must be a plain address")
        return url.rstrip("/")


def exchange(settings: GarminSettings, key: str, http: HttpClient) -> Issued:
    """Return the token of a day that Garmin gives for a key.

    Raises ``AuthExpired`` for a key that is wrong, ended or deleted, ``Malformed`` for an answer
    that is no token, and what the client raises.
    """
    key = key.strip()
    if not key or len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise AuthExpired("That is no Garmin key: paste the whole key, in one line.")
    answer = http.request(
        "POST",
        settings.base_url + TOKEN_PATH,
        headers={"authorization": f"ApiKey {key}", "accept": "*/*"},
        passes=_REFUSED,
    )
    if answer.status in _REFUSED:
        raise _refused(answer)
    token = answer.body.decode("ascii", "replace").strip()
    return Issued(access=token, expires_at=_expiry(token))  # when the key ends, Garmin mails only


def _refused(answer: Response) -> AuthExpired | Transient:
    if answer.media_type == "text/html":
        return Transient(f"Something on the way to Garmin answered for it ({answer.status}).")
    return AuthExpired(
        "Garmin does not accept the key: it is mistyped, has ended, or was deleted. Make a new one"
        " in Garmin Connect on the web, under Settings, Account, Personal API Key."
    )


def _expiry(token: str) -> datetime:
    """Return when a token ends, by its own claim; raise ``Malformed`` for what is no token."""
    try:
        part = token.split(".")[1]
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        raise Malformed("Garmin answered the sign-in with something that is no token.") from None
