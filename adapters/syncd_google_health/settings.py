"""What the adapter is told: the client file from Google's console, and where the vendor is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from syncd.contract import ConfigError, OAuthClient

BASE_URL: Final = "https://health.googleapis.com/v4"
LARGEST_FILE: Final = 64 * 1024
_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))
_WHERE: Final = (
    "Download it in the Google console under APIs & Services, Credentials, your OAuth client of"
    " the kind Desktop app."
)


class GoogleHealthSettings(BaseModel):
    """One account's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_file: Path = Field(description="the Google client file: JSON from Google's console")
    base_url: str = Field(default=BASE_URL, description="another address only for a simulator")

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        if not safe(url):
            raise ValueError("must begin with https://, or lead to this machine")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("must be a plain address")
        return url.rstrip("/")


def safe(url: str) -> bool:
    """Tell whether what is sent to an address is read by nobody on the way."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def client(settings: GoogleHealthSettings) -> OAuthClient:
    """Return the client that the file names; raise ``ConfigError`` with what is wrong with it."""
    path = settings.client_file.expanduser()
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ConfigError(
            f"The Google client file {path} could not be read: {error.strerror}. {_WHERE}"
        ) from None
    try:
        said = json.loads(body) if len(body) <= LARGEST_FILE else None
    except ValueError:
        said = None
    for kind in ("installed", "web"):
        if isinstance(said, dict) and isinstance(said.get(kind), dict):
            return _client(said[kind], path)
    raise ConfigError(f"{path} is not a Google client file. {_WHERE}")


def _client(said: dict[str, Any], path: Path) -> OAuthClient:
    def text(name: str) -> str:
        value = said.get(name)
        if not isinstance(value, str) or not value:
            raise ConfigError(f'The Google client file {path} has no "{name}". {_WHERE}')
        return value

    found = OAuthClient(
        client_id=text("client_id"),
        client_secret=text("client_secret"),
        authorize_url=text("auth_uri"),
        token_url=text("token_uri"),
    )
    for url in (found.authorize_url, found.token_url):
        if not safe(url):
            raise ConfigError(f"The Google client file {path} names an address without https://.")
    return found
