"""Small lists: adapters, people, settings; and the JSON of those that the exports do not know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from syncd.cli.screens.paper import Paper, clip


class AdapterLike(Protocol):
    """What a line about an adapter needs."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def available(self) -> bool:
        """Return whether it can be used."""

    @property
    def streams(self) -> tuple[str, ...]:
        """Return what it can deliver."""

    @property
    def why(self) -> str | None:
        """Return why it cannot be used."""

    @property
    def summary(self) -> str:
        """Return what it is, in a line."""


def document(kind: str, rows: Iterable[Mapping[str, object]]) -> str:
    """Return ``{"<kind>": [...]}``, a line a row."""
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    inside = ",\n".join(lines)
    return f'{{"{kind}": [\n{inside}\n]}}' if lines else f'{{"{kind}": []}}'


def adapter_lines(found: Sequence[AdapterLike], paper: Paper) -> list[str]:
    """Return an entry for each adapter."""
    if not found:
        return paper.wrap("No adapter is installed: syncd itself is not installed completely.")
    width = min(24, max(len(info.name) for info in found))
    lines: list[str] = []
    for info in found:
        first = f" {clip(info.name, width).ljust(width)}  "
        if info.available:
            said = f"{info.summary.rstrip('.')}. Delivers: {', '.join(info.streams)}."
        else:
            said = f"not available: {info.why}"
        lines += paper.wrap(said.strip(), first=first, indent=len(first))
    return lines


def people_lines(people: Sequence[tuple[str, str]], paper: Paper) -> list[str]:
    """Return a line for each (name, zone)."""
    width = min(40, max((len(name) for name, _ in people), default=0))
    lines = [f" {clip(name, width).ljust(width)}  {zone}".rstrip() for name, zone in people]
    return lines if not paper.narrow else [line[: paper.width].rstrip() for line in lines]


def facts_lines(facts: Iterable[tuple[str, str]], paper: Paper) -> list[str]:
    """Return labelled facts, wrapped behind the longest label."""
    said = list(facts)
    margin = max((len(label) for label, _ in said), default=0) + 3
    lines: list[str] = []
    for label, text in said:
        lines += paper.wrap(text, first=f" {label}".ljust(margin), indent=margin)
    return lines
