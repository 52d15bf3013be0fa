"""A day's buckets together: what they hold at least, at most, and about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.walks.brisk_cadence import brisk_spm
from syncd.walks.buckets import Block
from syncd.walks.coarse import Coarse, Part, guess, spread, together
from syncd.walks.ground import Ground
from syncd.walks.laying import RECORDED
from syncd.walks.minutes import whole
from syncd.walks.model import MINUTE_S, Resolution, Rules
from syncd.walks.offsets import Piece
from syncd.walks.one_walk import Fit, fitting_walks


@dataclass(frozen=True, slots=True)
class CoarseDay:
    """Brisk minutes of the buckets of one day; ``sd`` is inflated.

    ``epoch_min`` is their length where all that matter have one; ``resolution`` the coarsest.
    """

    low: int
    high: int
    mean: float
    sd: float
    epoch_min: int | None
    resolution: Resolution
    fits: tuple[Fit, ...]

    @property
    def decides(self) -> bool:
        """Tell whether anything is left open by them."""
        return self.low < self.high


def read_coarse(ground: Ground, pieces: Sequence[Piece], rules: Rules) -> CoarseDay | None:
    """Return what the buckets of a day say; ``None`` when it has none."""
    if not ground.blocks:
        return None
    threshold = whole(brisk_spm(rules))
    found: list[tuple[Block, Coarse]] = []
    fits: list[Fit] = []
    for piece in pieces:
        here = list(ground.blocks.over(piece.start, piece.end))
        for block in here:
            part = block.part(piece.start, piece.end, threshold)
            found.append((block, guess(part, rules) if part is not None else Coarse()))
        fits += fitting_walks(here, piece.start, piece.end, threshold)
    if not found:
        return None
    day = together(coarse for _, coarse in found)
    matter = [b for b, coarse in found if coarse.low < coarse.high] or [b for b, _ in found]
    return CoarseDay(
        low=day.low,
        high=day.high,
        mean=day.mean,
        sd=spread(day),
        epoch_min=_epoch_min(matter),
        resolution=_resolution(matter),
        fits=tuple(fits) if rules.run_counts else (),
    )


def walking_minutes(ground: Ground, pieces: Sequence[Piece], rules: Rules) -> float:
    """Return about how many minutes of walking the buckets of a day hold.

    The tables are moved to the cadence of walking, far from where they were learned.
    """
    spans = [(piece.start, piece.end) for piece in pieces]
    return sum(guess(part, _walking(rules)).mean for a, b in spans for part in _parts(ground, a, b))


def coarse_stretch(ground: Ground, start: int, end: int) -> tuple[int, int]:
    """Return about the walking minutes that buckets have in [``start``, ``end``), Unix minutes.

    And the brisk ones of those buckets all of which may be brisk.
    """
    rules, walking, brisk = ground.rules, 0.0, 0.0
    for part in _parts(ground, start, end):
        walking += guess(part, _walking(rules)).mean
        if part.steps * MINUTE_S >= brisk_spm(rules) * part.seconds:
            brisk += guess(part, rules).mean
    return round(walking), round(brisk)


def _walking(rules: Rules) -> Rules:
    return Rules(cadence_min=rules.session_cadence)


def _parts(ground: Ground, start: int, end: int) -> list[Part]:
    if not ground.blocks:
        return []
    threshold = whole(ground.rules.session_cadence)
    over = ground.blocks.over(start, end)
    return [p for block in over if (p := block.part(start, end, threshold)) is not None]


def _epoch_min(blocks: Sequence[Block]) -> int | None:
    lengths = {block.seconds for block in blocks}
    if len(lengths) != 1 or min(lengths) % MINUTE_S or any(b.owner == RECORDED for b in blocks):
        return None
    return min(lengths) // MINUTE_S


def _resolution(blocks: Sequence[Block]) -> Resolution:
    longest_s = max(block.seconds for block in blocks)
    if all(block.owner == RECORDED for block in blocks):
        return Resolution.RECORDED
    if longest_s <= 5 * MINUTE_S:
        return Resolution.FIVE_MIN
    return Resolution.QUARTER if longest_s <= 15 * MINUTE_S else Resolution.HOUR
