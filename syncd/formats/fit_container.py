"""The frame of FIT files: where each file of a chain begins and ends, and whether it is whole.

Checked here, once and over the whole file, and not message by message: a file is taken whole or
not at all, so its checksum must be known before the first message is believed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAGIC: Final = b".FIT"
SHORTEST_HEADER: Final = 12
LONGEST_HEADER: Final = 14
AGAIN: Final = "Copy it again from the device or its app."


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_TABLE: Final = _crc_table()


def checksum(data: memoryview | bytes) -> int:
    """Return the CRC-16 that ends a FIT file (polynomial 0x8005 reflected, starting at 0)."""
    crc, table = 0, _TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


@dataclass(frozen=True, slots=True)
class Segment:
    """One FIT file of a chain; ``problem`` says in a sentence why it cannot be used."""

    number: int
    offset: int
    data: bytes = field(repr=False)
    problem: str | None = None


def is_fit(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` says that it is FIT."""
    return head[8:12] == MAGIC


def segments(data: bytes) -> Iterator[Segment]:
    """Yield every FIT file of a chain, broken ones with their problem.

    A broken file whose stated length fits is stepped over; what lies behind anything else cannot
    be found, and ends the walk.
    """
    offset, number = 0, 1
    while offset < len(data) or number == 1:
        if number > 1 and not data[offset:].strip(b"\0\r\n "):
            return  # padding, not a recording
        end, problem = _frame(data, offset)
        whole = data[offset:end] if problem is None else b""
        where = "" if number == 1 else f"part {number}, from byte {offset} on: "
        yield Segment(number, offset, whole, problem and f"{where}{problem}")
        if end <= offset:
            return
        offset, number = end, number + 1


def _frame(data: bytes, offset: int) -> tuple[int, str | None]:
    """Return where the FIT file at ``offset`` ends (0: nobody knows) and what is wrong with it."""
    header = data[offset : offset + LONGEST_HEADER]
    if not data:
        return 0, "it is empty (0 bytes)."
    if header[8:12] != MAGIC:
        if len(header) < SHORTEST_HEADER and MAGIC.startswith(header[8:]):
            return 0, f"cut off at byte {len(data)}, inside its header. {AGAIN}"
        return 0, f"not a FIT file: the mark .FIT is missing at byte {offset + 8}."
    size, length = header[0], int(struct.unpack_from("<I", header, 4)[0])
    if not SHORTEST_HEADER <= size <= LONGEST_HEADER or size == SHORTEST_HEADER + 1:
        return 0, f"its header at byte {offset} claims {size} bytes, where 12 or 14 are usual."
    end = offset + size + length + 2
    if length == 0:
        return 0, (
            f"never closed by the device: the header at byte {offset} says 0 bytes."
            " Let the device or its app finish and export the recording."
        )
    if end > len(data):
        return 0, f"cut off at byte {len(data)}, {end - len(data)} bytes too early. {AGAIN}"
    return end, _damage(memoryview(data)[offset:end], offset, size)


def _damage(whole: memoryview, offset: int, header_size: int) -> str | None:
    if header_size == LONGEST_HEADER:
        told = int(struct.unpack_from("<H", whole, SHORTEST_HEADER)[0])
        if told and told != checksum(whole[:SHORTEST_HEADER]):
            return f"damaged: the header's checksum at byte {offset + 12} does not match. {AGAIN}"
    if int(struct.unpack_from("<H", whole, len(whole) - 2)[0]) != checksum(whole[:-2]):
        at = offset + len(whole) - 2
        return f"damaged: the checksum at byte {at} does not match what is before it. {AGAIN}"
    return None
