"""The safety text on paper: before a plan, and when syncd is set up."""

from __future__ import annotations

from syncd.cli.screens.paper import Paper
from syncd.walks.safety import SAFETY


def safety_lines(paper: Paper) -> list[str]:
    """Return the safety text, its paragraphs parted by empty lines."""
    lines: list[str] = []
    for paragraph in SAFETY.strip().split("\n\n"):
        lines += ["", *paper.wrap(paragraph)] if lines else paper.wrap(paragraph)
    return lines
