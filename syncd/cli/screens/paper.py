"""What the lines are written on: how wide, with which glyphs, in colour or not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from syncd.walks.labels import ASCII_GLYPHS, GLYPHS
from syncd.walks.labels import Glyphs as Signs

WIDEST = 78
NARROW = 60
"""Below this many columns a calendar becomes a line a day."""

_COLOURS = {"green": "32", "amber": "33", "blue": "34", "grey": "90", "bold": "1", "under": "4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The signs of verdicts, so that colour is never needed, and bars that grow to the right."""

    signs: Signs = GLYPHS
    bars: str = "▁▂▃▄▆█"
    underline: str = "▔"
    dot: str = "·"


ASCII = Glyphs(signs=ASCII_GLYPHS, bars="_.:=+#", underline="^", dot="-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Columns, glyphs, and whether colour may be used."""

    width: int = WIDEST
    glyphs: Glyphs = Glyphs()
    colour: bool = False

    @property
    def narrow(self) -> bool:
        """Return whether a calendar would not fit."""
        return self.width < NARROW

    def ink(self, text: str, colour: str | None) -> str:
        """Return ``text`` in a colour; as it is where there is none."""
        if not self.colour or colour is None or not text.strip():
            return text
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"

    def wrap(
        self, text: str, *, first: str = "", indent: int = 0, width: int = WIDEST
    ) -> list[str]:
        """Return ``text`` as lines with ``first`` before and ``indent`` blanks below it."""
        return textwrap.wrap(
            text,
            width=min(width, self.width),
            initial_indent=first,
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        ) or [first.rstrip()]

    def sentence(self, text: str) -> list[str]:
        """Return ``text`` as lines; in one piece with a long path in it, so it can be copied."""
        if any(len(word) > self.width // 2 for word in text.split()):
            return [text]
        return self.wrap(text)

    def fill(self, words: Iterable[str], *, indent: int = 1, gap: str = "   ") -> list[str]:
        """Return words set side by side, as many on a line as fit."""
        lines: list[str] = []
        for word in words:
            if lines and len(lines[-1]) + len(gap) + len(word) <= self.width:
                lines[-1] += gap + word
            else:
                lines.append(" " * indent + word)
        return lines

    def bar(self, value: float, most: float) -> str:
        """Return the bar for ``value`` where ``most`` is the tallest; both 0 or more."""
        steps = len(self.glyphs.bars) - 1
        return self.glyphs.bars[round(value / most * steps) if most > 0 else 0]


def clip(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` columns, with two dots where it was cut."""
    return text if len(text) <= width else text[: max(width - 2, 0)] + ".."
