"""Who told of a walk, what each added, and why the others were not added (walking-rules 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from syncd.service.views import Telling
from syncd.walks.crossing_sentences import Beside, beside_words
from syncd.walks.ground import Ground
from syncd.walks.joining import one_outing
from syncd.walks.laying import RECORDED
from syncd.walks.phrases import one_line, plural_s
from syncd.walks.recorded import Recorded


def tellings(
    ground: Ground, span: tuple[int, int], recorded: Recorded | None, names: Mapping[int, str]
) -> tuple[Telling, ...]:
    """Return who told of a walk over the Unix minutes ``span``; ``recorded`` is what it is by.

    ``names`` are by source id. The one that speaks comes first; recordings before minutes.
    """
    group = _group(ground, recorded) if recorded is not None else []
    found = []
    if group:
        found.append(Telling(name=_name(group[0], names), why=_first_words(group[0])))
        counts = next((r for r in group if r.steps is not None), None)
        found += [
            Telling(
                name=_name(r, names), why=beside_words(_beside(group[0], r, counts=r is counts))
            )
            for r in group[1:]
        ]
    return (*found, *_of_minutes(ground, span, names, {r.source_id for r in group}))


def _group(ground: Ground, recorded: Recorded) -> list[Recorded]:
    groups = one_outing(ground.recorded)
    return next((group for group in groups if any(r is recorded for r in group)), [recorded])


def _name(r: Recorded, names: Mapping[int, str]) -> str:
    return names.get(r.source_id, r.source_key)


def _first_words(r: Recorded) -> str:
    track = r.workout.track
    if track is None:
        return "speaks first: its totals are the fullest"
    if track.cadence_spm:
        return "speaks first: it recorded the cadence"
    return "speaks first: it recorded the way"


def _beside(first: Recorded, r: Recorded, *, counts: bool) -> Beside:
    way = None
    if first.distance_m and r.distance_m is not None:
        way = r.distance_m / first.distance_m - 1
    label = one_line(r.workout.label)
    return Beside(
        late_s=r.start - first.start,
        longer_s=(r.end - r.start) - (first.end - first.start),
        way_share=way,
        label=label if label != one_line(first.workout.label) else None,
        counts=counts,
        echo=r.workout.source.origin is not None,
    )


def _of_minutes(
    ground: Ground, span: tuple[int, int], names: Mapping[int, str], recorders: AbstractSet[int]
) -> Sequence[Telling]:
    """Return the trackers whose minutes are told inside a walk, in the order of rank.

    Of a recorded walk the last, partial minute is anybody's, and no reason to name another.
    """
    minutes: dict[int, int] = {}
    first, end = max(span[0], ground.first), min(span[1], ground.end)
    for a, b, owner in ground.merged.spans(first, end):
        if RECORDED < owner <= len(ground.sources):
            minutes[owner] = minutes.get(owner, 0) + b - a
    found = []
    for place, owner in enumerate(sorted(minutes)):
        source, count = ground.sources[owner - 1], minutes[owner]
        if recorders and (count < 2 or source.id in recorders):
            continue
        told = f"steps of {count} minute{plural_s(count)}"
        why = "ranks first" if place == 0 else "where the others are silent"
        if recorders:
            why = "where no recording counts them"
        found.append(Telling(name=names.get(source.id, source.name), why=f"{told}, {why}"))
    return found
