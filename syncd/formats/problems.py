"""Collect what is wrong with a file while the good of it goes on."""

from __future__ import annotations

from syncd.contract import Malformed


class Problems:
    """Sentences for a person, the first ``limit`` kept, the rest counted."""

    def __init__(self, limit: int = 20) -> None:
        self._limit = limit
        self._kept: list[str] = []
        self._count = 0
        self._others: list[str] = []

    def add(self, sentence: str) -> None:
        """Note one problem: what, where, and what became of it."""
        self._count += 1
        if len(self._kept) < self._limit:
            self._kept.append(sentence)

    def add_other(self, sentence: str) -> None:
        """Note something sound that holds nothing of ours."""
        self._others.append(sentence)

    def extend(self, error: Malformed) -> None:
        """Note everything that another reader found."""
        for sentence in error.problems:
            self.add(sentence)
        self._others += error.others

    @property
    def sentences(self) -> list[str]:
        """Return what was noted, the end of a long list as its number."""
        left_out = self._count - len(self._kept)
        return [*self._kept, *([f"and {left_out} more of the kind"] if left_out else [])]

    @property
    def others(self) -> list[str]:
        """Return what was noted as sound and not ours."""
        return list(self._others)

    def raise_any(self, name: str) -> None:
        """Raise one ``Malformed`` about the file ``name`` if anything was noted."""
        count = self._count or len(self._others)
        if not count:
            return
        first = (self._kept or self._others)[0]
        more = f" (and {count - 1} more)" if count > 1 else ""
        raise Malformed(f"{name}: {first}{more}", problems=self.sentences, others=self._others)
