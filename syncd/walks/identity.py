"""Which published walk a derived session continues, so that ids outlive every re-derivation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from syncd.walks.model import WalkSession

SAME_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Published:
    """A walk as it was last published: its id for ever, its edges in Unix seconds."""

    id: str
    recorded_key: str | None
    start: int
    end: int
    retired: bool


def identify(
    sessions: Sequence[WalkSession], published: Sequence[Published], person_uid: str
) -> list[str]:
    """Return the id of each session, in order.

    By recorded key; else by the largest overlap with the last published edges, at least half of
    the shorter, ties to the earlier start; each id once; else a new one, minted from the person,
    the kind and the recorded key or the start minute. Two recordings by one road are two outings,
    whatever they share; by two (a vendor's list, a file of the watch) they may be one.
    """
    ids: dict[int, str] = {}
    by_key = {p.recorded_key: p for p in published if p.recorded_key}
    for i, session in enumerate(sessions):
        if session.recorded_key in by_key:
            ids[i] = by_key[session.recorded_key].id
    live = [p for p in published if not p.retired and p.id not in ids.values()]
    for _, _, i, known in sorted(_overlaps(sessions, live)):
        if i not in ids and known not in ids.values():
            ids[i] = known
    for i, session in enumerate(sessions):
        if i not in ids:
            ids[i] = _minted(session, person_uid, set(ids.values()) | {p.id for p in live})
    return [ids[i] for i in range(len(sessions))]


def _overlaps(
    sessions: Sequence[WalkSession], live: Sequence[Published]
) -> list[tuple[int, int, int, str]]:
    found = []
    for i, s in enumerate(sessions):
        for p in live:
            if s.recorded_key and p.recorded_key and _road(s.recorded_key) == _road(p.recorded_key):
                continue
            shared = min(s.end, p.end) - max(s.start, p.start)
            if shared > 0 and shared >= SAME_SHARE * min(s.end - s.start, p.end - p.start):
                found.append((-shared, p.start, i, p.id))
    return found


def _road(key: str) -> str:
    """Return by which road a recording came: what its key begins with."""
    return key.partition(":")[0]


def _minted(session: WalkSession, person_uid: str, taken: set[str]) -> str:
    name = f"{session.kind}:{session.recorded_key or session.start // 60}"
    minted = str(uuid5(UUID(person_uid), name))
    while minted in taken:
        name += "'"
        minted = str(uuid5(UUID(person_uid), name))
    return minted
