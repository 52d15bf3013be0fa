"""What was moved, and what a person does next, in sentences."""

from __future__ import annotations

from pathlib import Path

from syncd.cli.screens.paper import Paper
from syncd.store.moving import Moved
from syncd.walks.phrases import plural_s


def moved_lines(moved: Moved, settings: Path | None, paper: Paper) -> list[str]:
    """Return what is in both databases now, and the three things left to do."""
    rows = moved.rows
    people, days, walks = rows["person"], rows["day"], rows["walk"]
    what = (
        f"{people:,} {'person' if people == 1 else 'people'}, {days:,} day{plural_s(days)},"
        f" {walks:,} walk{plural_s(walks)}"
    )
    lines = paper.wrap(
        f"Copied {what}: {sum(rows.values()):,} rows of {len(rows)} tables, counted and compared."
    )
    lines += [f"  from  {moved.source}", f"  to    {moved.target}", "", "Now:"]
    where = f"In {settings}" if settings else "In the settings file (syncd init makes one)"
    lines += paper.wrap(f"{where}, set url in [database] to that address.", first=" 1. ", indent=4)
    lines += paper.wrap(
        "The store lock stays where it is; a second machine needs a copy of it.",
        first=" 2. ",
        indent=4,
    )
    lines += paper.wrap(
        "Look at it: syncd doctor. Then start syncd run again, or workers: syncd worker.",
        first=" 3. ",
        indent=4,
    )
    return [
        *lines,
        *paper.wrap("The old file is as it was. Keep it until all is well, then remove it."),
    ]
