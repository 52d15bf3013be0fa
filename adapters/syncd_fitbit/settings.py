"""What the adapter is told: the app that somebody registered, and who speaks Fitbit's language."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from syncd.contract import OAuthClient

BASE_URL: Final = "https://api.fitbit.com"
AUTHORIZE_URL: Final = "https://www.fitbit.com/oauth2/authorize"
_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))


class FitbitSettings(BaseModel):
    """One account's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str = Field(min_length=1, description="the app's OAuth 2.0 client id")
    client_secret: SecretStr = Field(description="the app's secret, by reference: file:PATH")
    base_url: str = Field(
        default=BASE_URL, description="the server that speaks the Fitbit Web API; Fitbit's is off"
    )
    sign_in_url: str | None = Field(
        default=None, description="its sign-in page, where it is not base_url/oauth2/authorize"
    )

    @field_validator("base_url", "sign_in_url")
    @classmethod
    def _is_safe(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise ValueError("must begin with https://, or lead to this machine")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("must be a plain address")
        return url.rstrip("/")


def client(settings: FitbitSettings) -> OAuthClient:
    """Return who asks for the sign-in, and where."""
    usual = (
        AUTHORIZE_URL if settings.base_url == BASE_URL else f"{settings.base_url}/oauth2/authorize"
    )
    return OAuthClient(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        authorize_url=settings.sign_in_url or usual,
        token_url=f"{settings.base_url}/oauth2/token",
    )
