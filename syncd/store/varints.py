"""Whole numbers as runs of seven bits, and a reader that refuses what is not there."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

from syncd.contract import StoreError

_MAX_BITS = 63


def varints(numbers: Iterable[int]) -> bytes:
    """Return non-negative numbers, seven bits a byte, low bits first."""
    out = bytearray()
    for number in numbers:
        left = number
        while left > 0x7F:
            out.append(left & 0x7F | 0x80)
            left >>= 7
        out.append(left)
    return bytes(out)


def zigzag(number: int) -> int:
    """Return a non-negative number for a signed one: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return -2 * number - 1 if number < 0 else 2 * number


def unzigzag(number: int) -> int:
    """Return the signed number that ``zigzag`` made ``number`` of."""
    return -(number + 1) // 2 if number & 1 else number // 2


class Reader:
    """Reads numbers and bytes one after the other; raises ``StoreError`` at anything odd."""

    __slots__ = ("at", "body")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def number(self) -> int:
        """Read one varint."""
        body, at = self.body, self.at
        if at < len(body) and body[at] < 0x80:
            self.at = at + 1
            return body[at]
        result = shift = 0
        while True:
            if at >= len(body) or shift > _MAX_BITS:
                raise damaged()
            byte = body[at]
            at += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                self.at = at
                return result
            shift += 7

    def signed(self) -> int:
        """Read one zigzag varint."""
        return unzigzag(self.number())

    def numbers(self, count: int) -> list[int]:
        """Read ``count`` varints."""
        if count > len(self.body) - self.at:
            raise damaged()
        return [self.number() for _ in range(count)]

    def take(self, length: int) -> bytes:
        """Read ``length`` bytes."""
        end = self.at + length
        if not 0 <= length <= len(self.body) - self.at:
            raise damaged()
        taken = self.body[self.at : end]
        self.at = end
        return taken

    def text(self, length: int) -> str:
        """Read ``length`` bytes of text."""
        try:
            return self.take(length).decode()
        except UnicodeDecodeError:
            raise damaged() from None

    def rest(self) -> bytes:
        """Read all that is left."""
        return self.take(len(self.body) - self.at)

    def end(self) -> None:
        """Refuse what is left over."""
        if self.at != len(self.body):
            raise damaged()


def little_endian(cells: array[int]) -> array[int]:
    """Return cells of this machine in the order of bytes that is stored, or back."""
    if sys.byteorder == "big":
        cells = cells[:]
        cells.byteswap()
    return cells


def damaged() -> StoreError:
    """Return the error for bytes that cannot be what we wrote."""
    return StoreError(
        "The database holds a packed record that cannot be read: it is damaged, or a newer syncd "
        "wrote it. Restore a backup, or import the file again."
    )
