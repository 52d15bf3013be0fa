"""What the adapter is told: how gently to ask, and another address where a simulator answers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))


class GarminConnectSettings(BaseModel):
    """One account's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str | None = Field(default=None, description="an address only for a simulator")
    spacing_s: float = Field(
        default=1.0, ge=0.0, le=60.0, description="seconds from one request to the next"
    )

    @field_validator("base_url")
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
