"""What systemd is told: ready, what goes on, stopping, and that the process is well (sd_notify)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress


class Supervisor:
    """Speaks to whoever started the process; where nobody listens, to nobody.

    The protocol is a datagram of ``KEY=value`` lines to the socket that ``$NOTIFY_SOCKET`` names;
    a name that begins with ``@`` is an abstract one (sd_notify(3)).
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        said = env.get("NOTIFY_SOCKET", "")
        self._address = f"\0{said[1:]}" if said.startswith("@") else said
        self.watchdog_s = _watchdog_s(env)
        """Within how many seconds a sign of life is expected, ``None`` where none is."""
        self._status = ""

    def ready(self, status: str) -> None:
        """Say that the service works."""
        self._status = status
        self._say("READY=1", f"STATUS={status}")

    def status(self, status: str) -> None:
        """Say what goes on, where that is new."""
        if status != self._status:
            self._status = status
            self._say(f"STATUS={status}")

    def reloading(self) -> None:
        """Say that settings are read again; ``ready`` ends it."""
        self._say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the service ends."""
        self._say("STOPPING=1", "STATUS=Stopping.")

    def alive(self) -> None:
        """Feed the watchdog, where there is one."""
        if self.watchdog_s is not None:
            self._say("WATCHDOG=1")

    def _say(self, *lines: str) -> None:
        if not self._address:
            return
        with (
            suppress(OSError),  # a supervisor that is away is no reason to stop
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out,
        ):
            out.sendto("\n".join(lines).encode(), self._address)


def _watchdog_s(env: Mapping[str, str]) -> float | None:
    meant = env.get("WATCHDOG_PID", "")
    usec = env.get("WATCHDOG_USEC", "")
    if not usec.isdecimal() or int(usec) == 0 or meant not in {"", str(os.getpid())}:
        return None
    return int(usec) / 1e6
