"""Walks that buckets show: their edges are the buckets' (walking-rules 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.buckets import Block, footprint
from syncd.walks.coarse import guess, together
from syncd.walks.ground import Ground
from syncd.walks.laying import RECORDED
from syncd.walks.minutes import whole
from syncd.walks.model import MINUTE_S, Activity, WalkSession
from syncd.walks.offsets import Timeline
from syncd.walks.recorded import Recorded

SHORT_S, SHORT_SPM = 8 * MINUTE_S, 60.0
"""A bucket up to this length is a walk of its own from this mean on (5-minute data)."""
LONG_S, LONG_SPM = 20 * MINUTE_S, 40.0
"""Of longer ones two neighbours are, from this mean on (15-minute data); beyond, none is."""
TAKEN_SHARE = 0.5


def coarse_sessions(
    ground: Ground, line: Timeline, taken: Sequence[tuple[int, int]]
) -> Iterator[WalkSession]:
    """Yield the walks that buckets show outside ``taken`` spans, Unix minutes [start, end)."""
    run: list[Block] = []
    for block in [*ground.blocks.all, None]:
        if run and (block is None or block.first != run[-1].end or not _walked(block)):
            enough = run[-1].end - run[0].first >= ground.rules.session_min
            if enough and (any(block.seconds <= SHORT_S for block in run) or len(run) > 1):
                yield _session(ground, line, run)
            run = []
        if block is not None and _walked(block) and not _is_taken(block, taken):
            run.append(block)


def brisk_of_sum(walk: Recorded, ground: Ground) -> int:
    """Return about how many minutes of a walk are brisk of which only the sum is known."""
    if not walk.is_sum:
        return 0
    first, end = footprint(walk.start, max(1, walk.end - walk.start))
    own = [b for b in ground.blocks.over(first, end) if b.owner == RECORDED and b.first == first]
    return _about(ground, own, first, end)


def _about(ground: Ground, blocks: Sequence[Block], first: int, end: int) -> int:
    threshold = whole(brisk_spm(ground.rules))
    parts = [p for block in blocks if (p := block.part(first, end, threshold)) is not None]
    found = together(guess(part, ground.rules) for part in parts)
    return min(found.high, max(found.low, round(found.mean)))


def _walked(block: Block) -> bool:
    if block.owner == RECORDED or not block.is_whole or block.seconds > LONG_S:
        return False
    mean_spm = block.rest * MINUTE_S / block.seconds
    return mean_spm >= (SHORT_SPM if block.seconds <= SHORT_S else LONG_SPM)


def _is_taken(block: Block, taken: Sequence[tuple[int, int]]) -> bool:
    covered = sum(max(0, min(end, block.end) - max(start, block.first)) for start, end in taken)
    return covered >= TAKEN_SHARE * len(block.marks)


def _session(ground: Ground, line: Timeline, run: Sequence[Block]) -> WalkSession:
    first, end = run[0].first, run[-1].end
    owners = dict.fromkeys(block.owner for block in run)
    return WalkSession(
        recorded_key=None,
        start=first * MINUTE_S,
        end=end * MINUTE_S,
        utc_offset_start_s=line.at(first * MINUTE_S).offset_s,
        utc_offset_end_s=line.at(end * MINUTE_S).offset_s,
        kind="inferred",
        detected="syncd",
        activity=Activity.WALKING,
        label=None,
        precision="bucket",
        steps=sum(block.rest for block in run),
        distance_m=None,
        moving_time_s=None,
        pace_s_per_km=None,
        speed_mps=None,
        cadence_spm=None,
        elevation_gain_m=None,
        elevation_loss_m=None,
        elevation_source=None,
        gain_device_m=None,
        grade_max=None,
        brisk_min=_about(ground, run, first, end),
        uphill_min=None,
        downhill_min=None,
        sources=tuple(ground.sources[owner - 1].key for owner in owners),
    )
