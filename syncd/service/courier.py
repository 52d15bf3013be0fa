"""Hands messages to a child process that sends them, within a time limit each."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

from syncd.store.secrets import Secret

LIMIT_S: Final = 30.0
"""Real seconds for one message; a child that takes longer is ended."""
CHILD: Final = (sys.executable, "-P", "-m", "syncd.service.apprise_child")
_OURS = ("SYNCD_", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_")


class Became(StrEnum):
    """What became of one message."""

    SENT = "sent"
    UNDERSTOOD = "understood"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOT_UNDERSTOOD = "not_understood"
    UNSURE = "unsure"


_WORDS = {
    Became.SENT: "sent",
    Became.UNDERSTOOD: "its address is understood",
    Became.REFUSED: "it was refused",
    Became.UNREACHABLE: "nobody could be reached at its address",
    Became.NOT_UNDERSTOOD: "its address is not understood",
    Became.UNSURE: "no answer came in time, so it may have arrived or not",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, and what the other side said of it (a status code)."""

    became: Became
    said: str = ""

    @property
    def words(self) -> str:
        """Return it as the middle of a sentence."""
        return _WORDS[self.became] + (f" ({self.said})" if self.said else "")


class Courier:
    """Sends through one child process, begun with the first message and ended with the block."""

    def __init__(self, *, limit_s: float = LIMIT_S, child: tuple[str, ...] = CHILD) -> None:
        self._limit_s, self._command = limit_s, child
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def check(self, address: Secret) -> Answer:
        """Return whether an address is one that could be sent to; nothing is sent."""
        return self._asked({"address": address.reveal().decode()})

    def send(self, address: Secret, title: str, body: str) -> Answer:
        """Send one message and return what became of it; nothing is raised."""
        return self._asked({"address": address.reveal().decode(), "title": title, "body": body})

    def _asked(self, request: dict[str, str]) -> Answer:
        try:
            child = self._child or self._begun()
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(json.dumps(request) + "\n")
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], self._limit_s)
            answer = json.loads(child.stdout.readline()) if ready else None
        except (OSError, ValueError):  # the child died: what it had done nobody knows
            answer = None
        if answer is None:
            self._end()
            return Answer(Became.UNSURE)
        return Answer(Became(answer["became"]), answer["said"])

    def _begun(self) -> subprocess.Popen[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self._child = subprocess.Popen(  # noqa: S603 - our own module, nothing of others in it
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # what ends the service does not cut a message short
        )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        with suppress(OSError), child:  # closes the pipes and waits
            pass
