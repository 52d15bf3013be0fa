"""A question before something is done that cannot be meant by accident."""

from __future__ import annotations

import sys

import typer

from syncd.cli.errors import UsageProblem


def goes_ahead(question: str, *, yes: bool) -> bool:
    """Return whether a person agrees; raise ``UsageProblem`` where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageProblem("Nobody can be asked here. Say --yes to go ahead.")
    return typer.confirm(question)
