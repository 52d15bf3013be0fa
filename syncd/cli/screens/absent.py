"""Whom of a cohort somebody should look after, in two sentences or as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from syncd.cli.screens.paper import Paper, clip
from syncd.service.absent import SILENT, Absent, Lack
from syncd.walks.phrases import NAME_LONGEST, number_word

NAMED = 10
"""So many names of each kind are shown; memory does not grow with the cohort."""


def absent_lines(found: Iterable[Absent], paper: Paper) -> Iterator[str]:
    """Yield who must sign in and who has not synced; nothing where there is nobody."""
    counts, names = dict.fromkeys(Lack, 0), {lack: list[str]() for lack in Lack}
    for one in found:
        counts[one.lacks] += 1
        if counts[one.lacks] <= NAMED:
            names[one.lacks].append(clip(one.person, NAME_LONGEST))
    sentences = [
        _sentence(counts[lack], names[lack], _words(lack, counts[lack]))
        for lack in Lack
        if counts[lack]
    ]
    if sentences:
        yield ""
    for sentence in sentences:
        yield from paper.wrap(sentence, first=" ", indent=1)


def absent_row(one: Absent) -> Mapping[str, object]:
    """Return the fields of a document."""
    last = one.last_sync_at
    at = None if last is None else last.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"person": one.person, "lacks": one.lacks.value, "last_sync_at": at}


def _words(lack: Lack, count: int) -> str:
    if lack is Lack.SIGN_IN:
        return "needs a sign-in" if count == 1 else "need a sign-in"
    days = f"not synced for {number_word(SILENT.days)} days"
    return f"has {days}" if count == 1 else f"have {days}"


def _sentence(count: int, names: list[str], words: str) -> str:
    who = f"{count:,} {'person' if count == 1 else 'people'} {words}: {', '.join(names)}"
    more = count - len(names)
    return f"{who} and {more:,} more (--json names all)." if more else f"{who}."
