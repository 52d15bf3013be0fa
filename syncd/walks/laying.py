"""Minutes and buckets of several sources laid over each other (walking-rules 6).

Recorded minutes speak first, then rank by rank the minutes and after them the buckets; a recorded
walk that is only a sum stands above the first buckets. A lower one speaks only where no higher
one does: where a watch has a bucket, a phone's minutes give it their shape at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from syncd.walks.buckets import COVERED, FREE, SHAPE_DIFFERS, TAKEN, Block, Blocks, footprint
from syncd.walks.merge import Merged, fill
from syncd.walks.minutes import owner_table
from syncd.walks.model import IMPLAUSIBLE_ABOVE, UNSEEN, Bucket, Minutes, SourceView
from syncd.walks.recorded import Recorded

_BUCKET = 254
"""A minute that a bucket speaks for, while the layers are laid; no count of steps is so large."""
_HIDDEN = bytes(UNSEEN if v == _BUCKET else v for v in range(256))
RECORDED = 0


@dataclass(frozen=True, slots=True)
class _Layer:
    owner: int
    minutes: Minutes | None = None
    buckets: Sequence[Bucket] = ()
    moving_s: int | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A bucket, and the minutes of its footprint that were still free."""

    bucket: Bucket
    layer: _Layer
    first: int
    free: bytes


def summaries(recorded: Sequence[Recorded]) -> list[Recorded]:
    """Return the walks recorded as a mere sum of steps, the richest first."""
    return [r for r in sorted(recorded, key=lambda r: r.richness, reverse=True) if r.is_sum]


def lay_coarse(
    top: Minutes,
    sources: Sequence[SourceView],
    minutes: Sequence[Minutes],
    tails: Minutes,
    sums: Sequence[Recorded],
) -> tuple[Merged, list[_Placed]]:
    """Merge everything over the stretch of ``top``, and place the buckets on it.

    ``minutes`` are those of ``sources``, in the order of rank, cut to the stretch.
    """
    first, over = top.first, dict(top.over)
    steps, owner = bytearray(top.steps), bytearray(top.steps.translate(owner_table(RECORDED)))
    placed: list[_Placed] = []
    for layer in [*_layers(sources, minutes, sums), _Layer(len(sources) + 1, tails)]:
        if layer.minutes is not None:
            fill(steps, owner, over, layer.owner, layer.minutes)
        for bucket in layer.buckets:
            found = _place(bucket, layer, steps, owner, first)
            if found is not None:
                placed.append(found)
    merged = Minutes(first, bytes(steps).translate(_HIDDEN), over)
    return Merged(merged, bytes(owner)), placed


def _layers(
    sources: Sequence[SourceView], minutes: Sequence[Minutes], sums: Sequence[Recorded]
) -> list[_Layer]:
    found: list[_Layer] = []
    recorded = [_Layer(RECORDED, buckets=(_bucket(r),), moving_s=_moving_s(r)) for r in sums]
    numbered = list(enumerate(zip(sources, minutes, strict=True), start=1))
    for _, group in groupby(numbered, key=lambda each: each[1][0].rank):
        ranked = list(group)
        found += [_Layer(i, grid) for i, (_, grid) in ranked]
        if any(source.buckets for _, (source, _) in ranked):
            found += recorded
            recorded = []
            found += [_Layer(i, buckets=s.buckets) for i, (s, _) in ranked if s.buckets]
    return found + recorded


def _bucket(r: Recorded) -> Bucket:
    return Bucket(r.start, max(1, r.end - r.start), r.steps or 0)


def _moving_s(r: Recorded) -> int | None:
    moving = r.moving_time_s
    return None if moving is None else max(1, min(round(moving), r.end - r.start))


def _place(
    bucket: Bucket, layer: _Layer, steps: bytearray, owner: bytearray, first: int
) -> _Placed | None:
    a, b = (minute - first for minute in footprint(bucket.start, bucket.seconds))
    low, high = max(0, a), min(len(steps), b)
    if low >= high or UNSEEN not in steps[low:high]:
        return None
    free = bytearray(b - a)
    for i in range(low, high):
        if steps[i] == UNSEEN:
            steps[i], owner[i], free[i - a] = _BUCKET, layer.owner, FREE
    return _Placed(bucket, layer, first + a, bytes(free))


def settle(
    placed: Sequence[_Placed],
    merged: Merged,
    masks: tuple[bytes, bytes],
    recorded: Sequence[Recorded],
    minutes: Sequence[Minutes],
    *,
    threshold: int,
) -> Blocks:
    """Return the placed buckets with what is known about their minutes.

    Minutes brisk by speed or in a vehicle (``masks``) are not judged by steps. A whole bucket that
    can hold a brisk minute (``threshold``) takes the shape of one of the sources' ``minutes``, the
    first that it hides and that counted much the same.
    """
    speed, vehicle = masks
    blocks = [_block(each, merged.minutes.first, speed, vehicle) for each in placed]
    tail = len(minutes) + 1
    told = _Told(merged, blocks, recorded, speed, tail) if _cut(blocks) else None
    found: list[Block] = []
    for block in blocks:
        if told is not None and _cut([block]):
            found.append(told.less(block))
        elif block.steps >= threshold and block.owner != RECORDED:
            found.append(_shaped(block, minutes))
        else:
            found.append(block)
    return Blocks.of(found)


def _cut(blocks: Sequence[Block]) -> bool:
    return any(block.marks.count(FREE) < len(block.marks) for block in blocks)


def _block(each: _Placed, zero: int, speed: bytes, vehicle: bytes) -> Block:
    marks = bytearray(each.free)
    if speed or vehicle:
        for i, mark in enumerate(marks):
            at = each.first + i - zero
            if mark == FREE and (speed[at] or vehicle[at]):
                marks[i] = TAKEN
    return Block(
        each.first,
        each.bucket.seconds,
        each.bucket.steps,
        each.layer.owner,
        bytes(marks),
        moving_s=each.layer.moving_s,
    )


class _Told:
    """What others say of the minutes that a bucket does not speak for, steps a minute."""

    def __init__(
        self,
        merged: Merged,
        blocks: Sequence[Block],
        recorded: Sequence[Recorded],
        speed: bytes,
        tail: int,
    ) -> None:
        self.merged = merged
        self.tail = tail
        zero = merged.minutes.first
        self.coarse = {
            block.first + i: block.steps / len(block.marks)
            for block in blocks
            for i, mark in enumerate(block.marks)
            if mark != COVERED
        }
        self.by_speed = {
            r.first + k: r.steps / r.length
            for r in recorded
            if r.steps
            for k in range(r.length)
            if 0 <= r.first + k - zero < len(speed) and speed[r.first + k - zero]
        }

    def less(self, block: Block) -> Block:
        """Return a block that knows how many of its steps others told."""
        ours, theirs = 0.0, 0.0
        zero, steps = self.merged.minutes.first, self.merged.minutes.steps
        for minute, mark in enumerate(block.marks, start=block.first):
            if mark == TAKEN:
                ours += self.by_speed.get(minute, 0.0)
            if mark != COVERED or not 0 <= minute - zero < len(steps):
                continue
            said = steps[minute - zero]
            count = self.coarse.get(minute, 0.0) if said == UNSEEN else float(said)
            if self.merged.owner[minute - zero] in {RECORDED, self.tail}:
                ours += count
            else:
                theirs += count
        return replace(block, recorded=round(ours), elsewhere=round(theirs))


def _shaped(block: Block, minutes: Sequence[Minutes]) -> Block:
    """Return a block with the shape of the first finer source below that agrees with its steps.

    Its steps stay; each minute of the other is scaled to them (walking-rules 6, rule 5).
    """
    for grid in minutes[block.owner :]:
        a = block.first - grid.first
        if a < 0 or a + len(block.marks) > len(grid.steps):
            continue
        counts = [0 if s == UNSEEN else s for s in grid.steps[a : a + len(block.marks)]]
        total = sum(counts)
        if total and abs(total - block.steps) <= SHAPE_DIFFERS * block.steps:
            scaled = (round(c * block.steps / total) for c in counts)
            return replace(block, shape=bytes(min(IMPLAUSIBLE_ABOVE, s) for s in scaled))
    return block
