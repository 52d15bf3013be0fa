"""The process that sends: a request a line on standard input, an answer a line on standard output.

Run as ``python -m syncd.service.apprise_child``. The library is heavy and brings its own network
code, so nothing else imports it; it gets neither the database nor the store lock, and addresses
come by the pipe, so that no list of processes shows them.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from typing import Final

from syncd.service.courier import Became

UNSURE_SIGNS: Final = (
    "read timed out",
    "readtimeout",
    "connection aborted",
    "remotedisconnected",
    "connection reset",
    "incompleteread",
)
"""What the library notes when a request went out and no answer came back."""
NOWHERE_SIGNS: Final = ("a connection error occurred", "socket exception", "connection refused")
_CODE = re.compile(r"error=(\d{3})\b")


class Overheard(logging.Handler):
    """Listens to what the library says; kept in this process, since it may name addresses."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.said.append(record.getMessage())


def verdict(said: list[str]) -> tuple[Became, str]:
    """Return what a failure means, and the vendor's status code if there is one."""
    heard = "\n".join(said).lower()
    if any(sign in heard for sign in UNSURE_SIGNS):
        return Became.UNSURE, ""
    code = _CODE.search(heard)
    if code is not None:
        return Became.REFUSED, f"HTTP {code[1]}"
    if any(sign in heard for sign in NOWHERE_SIGNS):
        return Became.UNREACHABLE, ""
    return Became.REFUSED, ""


def carried(request: dict[str, str], heard: Overheard) -> tuple[Became, str]:
    """Send one message, or only look at the address where there is none."""
    import apprise  # noqa: PLC0415 - a child that is stopped at once need not have loaded it

    heard.said.clear()
    channel = apprise.Apprise()
    if not channel.add(request["address"]) or len(channel) != 1:
        return Became.NOT_UNDERSTOOD, ""
    if "body" not in request:
        return Became.UNDERSTOOD, ""
    heard.said.clear()
    plain = apprise.NotifyFormat.TEXT
    if channel.notify(title=request["title"], body=request["body"], body_format=plain):
        return Became.SENT, ""
    return verdict(heard.said)


def main() -> int:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a plugin prints is no answer
    heard = Overheard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    for line in sys.stdin:
        became, said = carried(json.loads(line), heard)
        answers.write(json.dumps({"became": became, "said": said}) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
