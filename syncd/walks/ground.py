"""The ground that days and walks are read from: merged minutes with what recordings say on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.buckets import Block, Blocks
from syncd.walks.by_hand import SPOKEN_SHARE, ByHand, HandMasks, hand_masks
from syncd.walks.laying import RECORDED, lay_coarse, settle, summaries
from syncd.walks.merge import Merged, merge
from syncd.walks.minutes import at_least, cut, whole
from syncd.walks.model import UNSEEN, Activity, Minutes, Rules, SourceView, sum_seen
from syncd.walks.recorded import Recorded
from syncd.walks.uphill import is_brisk_uphill
from syncd.walks.wearing import Wearing, wearing, while_worn

PRAM_WINDOW_MIN = 5
PRAM_MAX_M = 10_000 / 60
"""A wheeled minute nearby: more than 10 km/h, in metres a minute."""
_UNSEEN_BYTE = bytes([UNSEEN])
_ONES = re.compile(b"\x01+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said of one minute: steps, metres, and the key of the source of the steps."""

    steps: int | None
    distance_m: float | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """One stretch of a person's life under one set of rules, Unix minutes [``first``, ``end``).

    The masks hold a byte a minute, 1 where it applies; they are empty when nothing was recorded.
    What is known in ``blocks`` of more than a minute has no steps a minute.
    """

    first: int
    end: int
    rules: Rules
    merged: Merged
    sources: tuple[SourceView, ...]
    recorded: tuple[Recorded, ...]
    speed: bytes = field(default=b"", repr=False)
    uphill: bytes = field(default=b"", repr=False)
    vehicle: bytes = field(default=b"", repr=False)
    outing: bytes = field(default=b"", repr=False)
    by_hand: tuple[ByHand, ...] = ()
    hand: HandMasks | None = field(default=None, repr=False)
    gentle: tuple[tuple[int, int], ...] = ()
    wearing: Wearing = field(default_factory=Wearing, repr=False)
    blocks: Blocks = field(default_factory=Blocks)

    def steps(self, start: int, end: int) -> bytes:
        """Return the merged steps of [``start``, ``end``)."""
        return self.merged.minutes.steps[start - self.first : end - self.first]

    def total(self, start: int, end: int) -> int | None:
        """Return all steps of [``start``, ``end``) before blanking; ``None`` if none is seen."""
        fine = self._fine_total(start, end)
        coarse = self.blocks.counted(start, end) if self.blocks else None
        return fine if coarse is None else (fine or 0) + coarse

    def _fine_total(self, start: int, end: int) -> int | None:
        part = self.steps(start, end)
        if not part.strip(_UNSEEN_BYTE):
            return None
        over = self.merged.minutes.over
        extra = sum(
            v - self.merged.minutes.steps[i]
            for i, v in over.items()
            if start <= i + self.first < end
        )
        return sum_seen(part) + extra

    def true_steps(self, minute: int) -> int:
        """Return the uncapped steps of a seen minute."""
        i = minute - self.first
        return self.merged.minutes.over.get(i, self.merged.minutes.steps[i])

    def spoke(self, minute: int) -> Spoken:
        """Return what was said of a minute, and by whom."""
        i = minute - self.first
        owner = self.merged.owner[i]
        if self.merged.minutes.steps[i] == UNSEEN:
            return Spoken(None, self._metres(minute), None)
        source = None
        if RECORDED < owner <= len(self.sources):
            source = self.sources[owner - 1].key
        else:
            source = next((r.source_key for r in self._around(minute) if r.speaks(minute)), None)
        return Spoken(self.true_steps(minute), self._metres(minute), source)

    def told(self, block: Block, start: int, end: int) -> Spoken:
        """Return what a block says of the Unix minutes [``start``, ``end``)."""
        if block.owner != RECORDED:
            return Spoken(block.counted(start, end), None, self.sources[block.owner - 1].key)
        source = next((r.source_key for r in self._around(start)), None)
        return Spoken(block.counted(start, end), None, source)

    def _around(self, minute: int) -> list[Recorded]:
        """Return the recordings that touch a minute, the richest first."""
        touching = [r for r in self.recorded if r.first <= minute < r.first + r.length]
        return sorted(touching, key=lambda r: r.richness, reverse=True)

    def _metres(self, minute: int) -> float | None:
        """Return the metres that the richest recording of a minute measured in it."""
        told = (r.distance_minutes[minute - r.first] for r in self._around(minute))
        return next((metres for metres in told if metres is not None), None)

    def brisk(self, start: int, end: int, shift_spm: int = 0) -> bytes:
        """Return the mask of brisk minutes, at the cadence of the rules plus ``shift_spm``."""
        mask = self.measured_brisk(start, end, shift_spm)
        return _overlaid(mask, self._typed(start, end).brisk, 1) if self.hand else mask

    def measured_brisk(self, start: int, end: int, shift_spm: int = 0) -> bytes:
        """Return the mask of brisk minutes without those that were typed by hand."""
        return self._patched(self.by_cadence(start, end, shift_spm), start, end, vehicle=0)

    def by_cadence(self, start: int, end: int, shift_spm: int = 0) -> bytes:
        """Return the mask of minutes that their steps alone make brisk."""
        mask = self.steps(start, end).translate(at_least(whole(brisk_spm(self.rules)) + shift_spm))
        if not self.rules.run_counts:
            running = self.steps(start, end).translate(at_least(whole(self.rules.run_cadence)))
            mask = bytes(a & (1 - b) for a, b in zip(mask, running, strict=True))
        return mask

    def walking(self, start: int, end: int) -> bytes:
        """Return 1 for minutes of walking, 2 for vehicle minutes, else 0."""
        mask = self.steps(start, end).translate(at_least(whole(self.rules.session_cadence)))
        mask = self._patched(mask, start, end, vehicle=2)
        return _overlaid(mask, self._typed(start, end).walked, 1) if self.hand else mask

    def brisk_without_steps(self, minute: int) -> str:
        """Return what made a minute brisk that its steps did not: ``speed`` or ``uphill``."""
        return "uphill" if self.uphill and self.uphill[minute - self.first] else "speed"

    def strolling(self, start: int, end: int) -> bytes:
        """Return the walking that walks are found in: as ``walking``, and slower in a flare."""
        mask = self.walking(start, end)
        spans = [(max(start, a), min(end, b)) for a, b in self.gentle if a < end and b > start]
        if not spans:
            return mask
        out = bytearray(mask)
        slow = at_least(whole(min(self.rules.flare_cadence, self.rules.session_cadence)))
        for a, b in spans:
            steps = self.steps(a, b).translate(slow)
            out[a - start : b - start] = bytes(map(max, mask[a - start : b - start], steps))
        return bytes(out)

    def typed(self, minute: int) -> bool:
        """Tell whether a minute is brisk by hand."""
        return self.hand is not None and self.hand.brisk[minute - self.first] == 1

    def shown_by_hand(self) -> list[ByHand]:
        """Return the typed walks that no tracker saw for the most part."""
        return [
            w
            for w in self.by_hand
            if self._typed(w.start, w.end).walked.count(1) >= SPOKEN_SHARE * (w.end - w.start)
        ]

    def seen(self, start: int, end: int) -> bytes:
        """Return the steps, with minutes inside a recording or worn lifted to seen, not still.

        Still minutes of a phone that lies about are unseen. Minutes of a bucket with steps are 1
        and of one without 0: seen, and maybe still.
        """
        part = self.steps(start, end)
        return self._lifted(self.blocks.raised(part, start) if self.blocks else part, start, end)

    def fine_seen(self, start: int, end: int) -> bytes:
        """Return the same without buckets."""
        return self._lifted(self.steps(start, end), start, end)

    def _lifted(self, part: bytes, start: int, end: int) -> bytes:
        a, b = start - self.first, end - self.first
        if self.wearing.idle:
            part = _overlaid(part, self.wearing.idle[a:b], UNSEEN)
        for lifted in (self.wearing.worn, self.outing):
            part = _overlaid(part, lifted[a:b], 1) if lifted else part
        return part

    def asleep(self, start: int, end: int) -> bytes:
        """Return 1 for minutes asleep; empty where no source tells of sleep."""
        return self.wearing.asleep[start - self.first : end - self.first]

    def minute_data(self, minute: int) -> bool:
        """Tell whether a minute's steps come from minute data, not from a recording's seconds."""
        return self.merged.owner[minute - self.first] != RECORDED

    def _typed(self, start: int, end: int) -> HandMasks:
        assert self.hand is not None
        a, b = max(0, start - self.first), end - self.first
        return HandMasks(self.hand.walked[a:b], self.hand.brisk[a:b])

    def _patched(self, mask: bytes, start: int, end: int, vehicle: int) -> bytes:
        if self.speed:
            mask = _overlaid(mask, self.speed[start - self.first : end - self.first], 1)
            mask = _overlaid(mask, self.uphill[start - self.first : end - self.first], 1)
        if self.vehicle:
            mask = _overlaid(mask, self.vehicle[start - self.first : end - self.first], vehicle)
        return mask


def _overlaid(mask: bytes, where: bytes, value: int) -> bytes:
    if 1 not in where:
        return mask
    out = bytearray(mask)
    for match in _ONES.finditer(where):
        out[match.start() : match.end()] = bytes([value]) * (match.end() - match.start())
    return bytes(out)


def lay(
    sources: Sequence[SourceView],
    recorded: Sequence[Recorded],
    rules: Rules,
    first: int,
    end: int,
    *,
    by_hand: Sequence[ByHand] = (),
) -> Ground:
    """Merge sources and recordings over [``first``, ``end``), the recordings speaking first.

    ``sources`` come in the order of their rank; what was typed by hand comes last.
    """
    ground = _measured(sources, recorded, rules, first, end)
    if any(s.carried or s.wear or s.asleep for s in sources):
        told = wearing(sources, ground.merged.owner, first, end)
        ground = replace(ground, wearing=told)
    if not by_hand:
        return ground
    steps, brisk = ground.steps(first, end), ground.measured_brisk(first, end)
    if ground.blocks:  # a bucket that can hold a brisk minute has spoken for all of its minutes
        steps = ground.blocks.raised(steps, first, whole(brisk_spm(rules)))
    hand = hand_masks(by_hand, steps, brisk, ground.outing, first)
    return replace(ground, by_hand=tuple(by_hand), hand=hand)


def _measured(
    sources: Sequence[SourceView], recorded: Sequence[Recorded], rules: Rules, first: int, end: int
) -> Ground:
    layers = [
        while_worn(s, cut(s.minutes, first, end))
        if s.minutes
        else Minutes(first, bytes([UNSEEN]) * (end - first))
        for s in sources
    ]
    if any(r.is_sum for r in recorded) or any(s.buckets for s in sources):
        return _coarse(sources, layers, recorded, rules, (first, end))
    if not recorded:
        blank = Minutes(first, bytes([UNSEEN]) * (end - first))
        merged = merge([blank, *layers], first, end)
        return Ground(first, end, rules, merged, tuple(sources), ())
    ordered = sorted(recorded, key=lambda r: r.richness)
    top = _laid([r.minutes for r in ordered], first, end)
    tails = _laid([r.tail for r in ordered], first, end)
    merged = merge([top, *layers, tails], first, end)
    masks = _masks(ordered, merged.minutes.steps, rules, first, end)
    return Ground(first, end, rules, merged, tuple(sources), tuple(recorded), *masks)


def _coarse(
    sources: Sequence[SourceView],
    layers: Sequence[Minutes],
    recorded: Sequence[Recorded],
    rules: Rules,
    span: tuple[int, int],
) -> Ground:
    """Return the ground where some of it is known over more than a minute only."""
    first, end = span
    ordered = sorted(recorded, key=lambda r: r.richness)
    top = _laid([r.minutes for r in ordered], first, end)
    tails = _laid([r.tail for r in ordered], first, end)
    merged, placed = lay_coarse(top, sources, layers, tails, summaries(recorded))
    masks = (b"", b"", b"", b"")
    if recorded:
        masks = _masks(ordered, merged.minutes.steps, rules, first, end)
    speed, uphill, vehicle, _ = masks
    threshold = whole(brisk_spm(rules))
    brisk = _overlaid(speed, uphill, 1)
    blocks = settle(placed, merged, (brisk, vehicle), ordered, layers, threshold=threshold)
    return Ground(first, end, rules, merged, tuple(sources), tuple(recorded), *masks, blocks=blocks)


def _laid(grids: Sequence[Minutes], first: int, end: int) -> Minutes:
    """Lay sparse grids over each other, later ones on top, where they are seen."""
    steps = bytearray([UNSEEN]) * (end - first)
    over: dict[int, int] = {}
    for grid in grids:
        for i, value in enumerate(grid.steps):
            at = grid.first + i - first
            if value != UNSEEN and 0 <= at < len(steps):
                steps[at] = value
                over.pop(at, None)
                if i in grid.over:
                    over[at] = grid.over[i]
    return Minutes(first, bytes(steps), over)


def _masks(
    recorded: Sequence[Recorded], steps: bytes, rules: Rules, first: int, end: int
) -> tuple[bytes, bytes, bytes, bytes]:
    speed, uphill, vehicle, outing = (bytearray(end - first) for _ in range(4))
    for r in recorded:
        wheels = r.activity is Activity.OTHER
        for k in range(r.length):
            at = r.first + k - first
            if not 0 <= at < len(speed):
                continue
            outing[at] = 1
            if wheels or (r.is_foot and _is_vehicle(r, k, steps[at], rules)):
                vehicle[at] = 1
            elif r.is_foot and _is_brisk_by_speed(r, k, steps[at], rules):
                speed[at] = 1
            elif is_brisk_uphill(r, k, steps[at]):
                uphill[at] = 1
    return bytes(speed), bytes(uphill), bytes(vehicle), bytes(outing)


def _is_vehicle(r: Recorded, k: int, steps: int, rules: Rules) -> bool:
    """Faster than walking without a runner's steps (walking-rules 0.1)."""
    metres = r.distance_minutes[k]
    if metres is None or metres <= rules.speed_max_kmh * 1000 / 60:
        return False
    return steps == UNSEEN or steps < rules.run_cadence


def _is_brisk_by_speed(r: Recorded, k: int, steps: int, rules: Rules) -> bool:
    """Tell whether a minute's own distance is 4.8 to 8 km/h, with steps to match or a pram."""
    least, most = r.spoken_minutes[k], r.distance_minutes[k]
    if rules.speed_min_kmh is None or least is None or r.activity is Activity.RUNNING:
        return False
    if least < rules.speed_min_kmh * 1000 / 60 or (most or 0.0) > rules.speed_max_kmh * 1000 / 60:
        return False
    if steps == UNSEEN or steps >= rules.speed_cadence_min:
        return True
    # somebody called it a walk: a pram. A track that nobody named and no step in it: a boat
    return steps == 0 and bool(r.workout.label) and not _wheels_near(r, k)


def _wheels_near(r: Recorded, k: int) -> bool:
    near = r.distance_minutes[max(0, k - PRAM_WINDOW_MIN) : k + PRAM_WINDOW_MIN + 1]
    return any(m is not None and m > PRAM_MAX_M for m in near)
