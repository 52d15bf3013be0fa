"""The command line: one module a command group; ``screens`` holds what they print, as pure text."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own) and return its exit code."""
    from syncd.cli.app import run

    return run(argv)
