"""The FIT wire format as far as writing needs it: typed fields, checksums, the file around them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

FIT_EPOCH: Final = datetime(1989, 12, 31, tzinfo=UTC)

BASE_TYPES: Final[
    dict[str, tuple[int, str, int]]
] = {  # name: (number on the wire, struct, invalid)
    "enum": (0x00, "B", 0xFF),
    "sint8": (0x01, "b", 0x7F),
    "uint8": (0x02, "B", 0xFF),
    "string": (0x07, "s", 0),
    "byte": (0x0D, "B", 0xFF),
    "uint8z": (0x0A, "B", 0),
    "sint16": (0x83, "h", 0x7FFF),
    "uint16": (0x84, "H", 0xFFFF),
    "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF),
    "uint16z": (0x8B, "H", 0),
    "uint32z": (0x8C, "I", 0),
    "float32": (0x88, "f", 0),
    "float64": (0x89, "d", 0),
}

Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it stands on the wire: raw value, ``None`` for the type's invalid value."""

    num: int
    base: str
    value: Value

    def encode(self, endian: str) -> bytes:
        """Return the value's bytes."""
        _, code, invalid = BASE_TYPES[self.base]
        if self.base == "string":
            return str(self.value or "").encode() + b"\0"
        if isinstance(self.value, bytes):
            return self.value
        if code in "fd":
            return struct.pack(endian + code, float("nan") if self.value is None else self.value)
        return struct.pack(endian + code, invalid if self.value is None else self.value)


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_CRC: Final = _crc_table()


def crc16(data: bytes, crc: int = 0) -> int:
    """Return the FIT checksum of ``data`` (CRC-16/ARC), continuing from ``crc``."""
    for byte in data:
        crc = (crc >> 8) ^ _CRC[(crc ^ byte) & 0xFF]
    return crc


def semicircles(degrees: float) -> int:
    """Return the FIT unit of position, a half turn in 2**31 parts."""
    return round(degrees * 2**31 / 180.0)


def fit_seconds(at: datetime) -> int:
    """Return seconds since the FIT epoch of an aware instant."""
    return round((at - FIT_EPOCH).total_seconds())


def wrap(body: bytes, *, header_size: int = 14) -> bytes:
    """Return a whole file: header (12 or 14 bytes), ``body``, checksum."""
    header = struct.pack("<2BHI4s", header_size, 0x20, 21218, len(body), b".FIT")
    if header_size == 14:
        header += struct.pack("<H", crc16(header))
    return header + body + struct.pack("<H", crc16(header + body))
