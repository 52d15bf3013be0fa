"""What a person may tell the adapter, with ``syncd account add pedometer --set KEY=VALUE``."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

BASE_URL: Final = "https://api.pedometer.example"
_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))


class PedometerSettings(BaseModel):
    """One account's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(default=BASE_URL, description="another address only for a simulator")

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise ValueError("must begin with https://, or lead to this machine")
        return url.rstrip("/")
