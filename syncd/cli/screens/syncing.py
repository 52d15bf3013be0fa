"""What became of an account that was synced in the foreground."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from syncd.cli.screens.paper import Paper
from syncd.contract import AuthExpired
from syncd.service.syncing import SyncReport
from syncd.walks.phrases import plural_s


def sync_lines(name: str, reports: Sequence[SyncReport], paper: Paper) -> list[str]:
    """Return what one account's sync came to: its days, or its failure and the way out."""
    last = reports[-1]
    if last.busy:
        return paper.wrap(f"{name}: another syncd is busy with it. Try again in a minute.")
    if last.error is not None:
        words = f"{name}: {str(last.error).rstrip('.')}."
        if isinstance(last.error, AuthExpired):
            words += f" Sign in again: syncd account login {shlex.quote(name)}"
        return paper.wrap(words)
    days = len(set().union(*(report.days for report in reports)))
    said = f"{days:,} day{plural_s(days)} brought up to date" if days else "nothing new"
    lines = paper.wrap(f"{name}: {said}.")
    skipped = {stream: why for report in reports for stream, why in report.skipped.items()}
    for stream, why in skipped.items():
        lines += paper.wrap(f"{name}: no {stream}: {why}")
    return lines
