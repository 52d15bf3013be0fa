"""What a simulated Google does on top of its protocol, and whom it lets in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from syncd_google_health import scopes
from syncd_google_health.simulated.refusing import RefusedError


@dataclass(slots=True, kw_only=True)
class Quirks:
    """May be changed while the vendor runs.

    ``linked``, ``enabled`` and ``preview`` are about account and project; ``altimeter`` and
    ``zone`` about the person; the rest about pages and rollups.
    """

    linked: bool = True
    enabled: bool = True
    preview: bool = False
    altimeter: bool = True
    zone: str | None = "Europe/Berlin"
    empty_first: bool = False
    """The first page is empty and has a token."""
    overlap: int = 0
    """So many points of a page come again on the next."""
    slow_from: int | None = None
    """Pages of more points than this end in 504."""
    longest_rollup: int | None = None
    """Days, where shorter than documented."""


def let_in(granted: Collection[str] | None, scope: str, quirks: Quirks) -> None:
    """Refuse a request whose token (``None``: no valid one) does not open this door."""
    if granted is None:
        raise RefusedError(401)
    if any(not one.startswith(scopes.PREFIX) for one in granted):
        raise RefusedError(403, "DISALLOWED_OAUTH_SCOPES")
    if not quirks.linked:
        raise RefusedError(400, "ACCOUNT_NOT_LINKED", status="FAILED_PRECONDITION")
    if not quirks.enabled:
        raise RefusedError(403, "SERVICE_DISABLED")
    if quirks.preview:
        raise RefusedError(403, "API_PRIVATE_PREVIEW_ACCESS_DENIED")
    if scope and scope not in granted:
        raise RefusedError(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
