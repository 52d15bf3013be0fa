"""The untouched answer of a vendor, or the untouched bytes of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from syncd.contract.window import Stream, Window, aware


@dataclass(frozen=True, slots=True)
class RawPayload:
    """Bytes as they came, with all that ``parse`` may know beyond them.

    ``facts`` holds what the bytes lack (zone, requested day, file name, subject in a file that
    several people share); the archive keeps both. ``covers`` is the span the answer speaks for,
    ``None`` when only parsing can tell (files). ``token`` becomes the cursor's when the pull that
    it came in is complete; parsing does not see it and the archive need not keep it.
    """

    account: str
    stream: Stream
    covers: Window | None
    seq: int
    fetched_at: datetime
    media_type: str
    body: bytes = field(repr=False)
    facts: Mapping[str, str] = field(default_factory=dict)
    token: str | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        aware(self.fetched_at, "fetched_at")
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))
