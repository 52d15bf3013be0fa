"""Questions to the person at this terminal; what is typed to a hidden one is not shown."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from select import select

from syncd.cli.invocation import say_aside
from syncd.cli.screens.paper import Paper

MOST_TYPED = 16 * 1024
PIPE_PATIENCE_S = 10.0
"""A pipe that says nothing for so long is somebody else's."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """The person at this terminal, if there is one; ``paper`` is what they read from."""

    paper: Paper

    @property
    def can_ask(self) -> bool:
        """Return whether anybody can be asked."""
        return sys.stdin.isatty()

    def note(self, sentence: str) -> None:
        """Say a sentence beside the results."""
        for line in self.paper.sentence(sentence):
            say_aside(line)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """Return the line that is typed; raise ``AuthExpired`` where the person gives up."""
        sys.stdout.flush()
        # The terminal falls silent before it asks: what a quick hand or a paste types is not shown.
        with _unseen(sys.stdin.fileno()) if hidden else nullcontext():
            sys.stderr.write(question)
            sys.stderr.flush()
            return _line()


def piped() -> str | None:
    """Return what is piped into this command, ``None`` where nothing is."""
    try:
        handle = sys.stdin.fileno()
        mode = os.fstat(handle).st_mode
    except (AttributeError, OSError, ValueError):
        return None  # no standard input at all
    if not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode)):
        return None
    body = b""
    while len(body) <= MOST_TYPED and select([handle], [], [], PIPE_PATIENCE_S)[0]:
        more = os.read(handle, MOST_TYPED)
        if not more:
            break
        body += more
    text = body.decode("utf-8", "replace")
    return text if text.strip() else None


def _line() -> str:
    """Return a line without its end."""
    from syncd.contract import AuthExpired

    typed = os.read(sys.stdin.fileno(), MOST_TYPED)
    if not typed:
        raise AuthExpired("The sign-in was broken off; nothing was changed.")
    return typed.decode("utf-8", "replace").rstrip("\r\n")


@contextmanager
def _unseen(handle: int) -> Iterator[None]:
    """Show nothing of what is typed, and put the terminal back whatever happens."""
    import termios

    before = termios.tcgetattr(handle)
    silent = termios.tcgetattr(handle)
    silent[3] &= ~termios.ECHO
    try:
        termios.tcsetattr(handle, termios.TCSADRAIN, silent)
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
        sys.stderr.write("\n")
