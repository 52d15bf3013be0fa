"""The minutes of a life while it is being lived: written once, then frozen into a ``Truth``."""

from __future__ import annotations

from array import array

from syncd.sim.truth import MINUTE_S, TrueWalk

STILL_MIN = 4
"""Minutes around an outing in which nobody potters about, so that its edges stay its own."""


class Trace:
    """Columns over the Unix minutes [first, end)."""

    def __init__(self, first: int, end: int) -> None:
        size = end - first
        self.first = first
        self.steps = bytearray(size)
        self.distance_mm = array("I", bytes(array("I").itemsize * size))
        self.worn = bytearray(b"\x01" * size)
        self.charged = bytearray(b"\x01" * size)
        self.carried = bytearray(size)
        self._busy = bytearray(size)

    def walk(self, outing: TrueWalk) -> None:
        """Write the steps and metres of an outing into the minutes it touches."""
        for stretch in outing.stretches:
            steps, metres = 0, 0.0
            for minute in range(stretch.start // MINUTE_S, -(-stretch.end // MINUTE_S)):
                until = (minute + 1) * MINUTE_S
                steps_now, metres_now = stretch.steps_until(until), stretch.metres_until(until)
                index = minute - self.first
                self.steps[index] += steps_now - steps
                self.distance_mm[index] += round(1000 * metres_now) - round(1000 * metres)
                steps, metres = steps_now, metres_now
        first, last = outing.start // MINUTE_S, outing.end // MINUTE_S
        self.fill(self._busy, first - STILL_MIN, last + 1 + STILL_MIN)

    def potter(self, minute: int, steps: int, step_m: float) -> None:
        """Take a few steps about the house, unless somebody is out in that minute."""
        index = minute - self.first
        if 0 <= index < len(self.steps) and not self._busy[index] and not self.steps[index]:
            self.steps[index] = steps
            self.distance_mm[index] += round(600 * steps * step_m)

    def fill(self, mask: bytearray, first: int, end: int, value: int = 1) -> None:
        """Set the minutes [first, end) of a mask, as far as they are part of this life."""
        low, high = max(0, first - self.first), min(len(mask), end - self.first)
        if low < high:
            mask[low:high] = bytes((value,)) * (high - low)
