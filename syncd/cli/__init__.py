"""The command line: one module a command group; ``screens`` holds what they print, as pure text."""

from __future__ import annotations

import gc
from collections.abc import Sequence

OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own) and return its exit code."""
    # Imports make objects that all stay: looking for garbage among them costs a tenth of start-up.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    from syncd.cli.app import run

    return run(argv)
