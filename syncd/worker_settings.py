"""Settings of workers: what all of them together may ask of a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.daemon_settings import about


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Many workers on one PostgreSQL database (syncd worker): limits for all of them together."""

    side_by_side: Mapping[str, int] = field(
        default_factory=dict,
        metadata=about(
            "How many accounts of a vendor are synced at the same time, at most.",
            "{ google-health = 64 }",
        ),
    )
    requests_a_minute: Mapping[str, int] = field(
        default_factory=dict,
        metadata=about(
            "How often a vendor is asked in a minute, at most; accounts beyond it wait.",
            "{ google-health = 600 }",
        ),
    )

    def __post_init__(self) -> None:
        for name in ("side_by_side", "requests_a_minute"):
            for vendor, most in getattr(self, name).items():
                if most < 1:
                    raise ValueError(f"{name}: {vendor} must be 1 or more")
