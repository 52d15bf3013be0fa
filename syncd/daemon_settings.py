"""Settings of the service that runs by itself, and of the messages it sends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

MOST_THREADS = 64
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def about(description: str, example: str) -> dict[str, str]:
    """Return what the example file and the reference say about a setting."""
    return {"description": description, "example": example}


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSettings:
    """The service that syncs by itself (syncd run)."""

    threads: int = field(
        default=4,
        metadata=about("How many accounts are synced side by side, 1 to 64.", "4"),
    )
    archive_days: int = field(
        default=90,
        metadata=about(
            "How many days a vendor's own answers are kept, for syncd rebuild. Answers that\n"
            "later ones cover go after a day; imported files stay for ever.",
            "90",
        ),
    )
    nothing_written_days: int = field(
        default=3,
        metadata=about(
            "After so many days of syncs that ran well and brought nothing, syncd doctor\nsays so.",
            "3",
        ),
    )
    listen: str | None = field(
        default=None,
        metadata=about(
            "Where /healthz and /metrics (Prometheus) answer. Without it: nowhere.",
            "127.0.0.1:9464",
        ),
    )
    listen_beyond_loopback: bool = field(
        default=False,
        metadata=about(
            "Allow an address in listen that other machines can reach. The pages name people's\n"
            "accounts and ask for no password.",
            "false",
        ),
    )

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= MOST_THREADS:
            raise ValueError(f"threads must be from 1 to {MOST_THREADS}")
        if self.archive_days < 1:
            raise ValueError("archive_days must be 1 or more")
        if self.nothing_written_days < 1:
            raise ValueError("nothing_written_days must be 1 or more")
        if self.listen is not None:
            host, _ = address_of(self.listen)
            if not (host.is_loopback or self.listen_beyond_loopback):
                raise ValueError(
                    f"listen says {host}, which other machines can reach: write 127.0.0.1, or set"
                    " listen_beyond_loopback = true"
                )


def address_of(listen: str) -> tuple[IPv4Address | IPv6Address, int]:
    """Return (address, port) of ``HOST:PORT``; raises ``ValueError`` with what is wrong."""
    from ipaddress import ip_address  # noqa: PLC0415 - start-up time

    host, _, port = listen.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        found = ip_address(host)
    except ValueError:
        raise ValueError("listen must be an address and a port, like 127.0.0.1:9464") from None
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError("listen must end with a port, like 127.0.0.1:9464")
    return found, int(port)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Which messages people get, where a channel was added (syncd notify add)."""

    days: Literal["turning", "each", "never"] = field(
        default="turning",
        metadata=about(
            "Which missed days are told: turning (the second in a row, and when the week's\n"
            "goal is out of reach), each, or never (they are in the weekly digest then).",
            "turning",
        ),
    )
    at: str = field(
        default="08:30",
        metadata=about(
            "When the one message of a day goes out, on the wearer's own clock.",
            "08:30",
        ),
    )

    def __post_init__(self) -> None:
        if not _CLOCK_TIME.fullmatch(self.at):
            raise ValueError("at must be a time of the day, like 08:30")

    @property
    def time(self) -> time:
        """Return the time of the day at which messages go out."""
        return time.fromisoformat(self.at)
