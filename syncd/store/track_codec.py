"""The codec of a workout's track; the only file that knows its bytes.

A body is: version (1), then the deflated payload: the number of samples, then for ``at`` and each
column of ``_COLUMNS`` a width (0: not measured, else 1, 2, 4 or 8), whether it has holes, one byte
a sample that says where they are, and the differences from sample to sample, little-endian, all
lowest bytes first, then all next ones. Values are whole multiples of 1/scale.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from syncd.contract import StoreError, Track
from syncd.store.varints import Reader, damaged, little_endian, varints

VERSION = 1
MAX_SAMPLES = 1_000_000
_MAX_PAYLOAD = 80 * 1024 * 1024

_COLUMNS = {
    "distance_m": 100,
    "altitude_m": 100,
    "speed_mps": 1000,
    "cadence_spm": 128,
    "latitude": 10_000_000,
    "longitude": 10_000_000,
}
"""Fine enough for what FIT, GPX and TCX write: 1 cm, 1 mm/s, 1/128 step, 1e-7 degrees."""

_CODES = {1: "b", 2: "h", 4: "i", 8: "q"}


def pack_track(track: Track) -> tuple[bytes, bytes]:
    """Return the body of a track, and 16 bytes that name its content.

    Raises ``StoreError`` when it has more than ``MAX_SAMPLES``.
    """
    if len(track.at) > MAX_SAMPLES:
        raise StoreError(
            f"A workout has {len(track.at):,} samples; syncd keeps at most {MAX_SAMPLES:,}. "
            "Split the file, or leave it out."
        )
    parts = [varints((len(track.at),)), _column(track.at, 1)]
    parts += (_column(getattr(track, name), scale) for name, scale in _COLUMNS.items())
    payload = b"".join(parts)
    name = hashlib.blake2b(payload, digest_size=16).digest()
    return bytes((VERSION,)) + zlib.compress(payload, 6), name


def unpack_track(body: bytes) -> Track:
    """Return the track of a body; raise ``StoreError`` when it is not one."""
    if not body or body[0] != VERSION:
        raise damaged()
    reader = Reader(_inflated(body))
    count = reader.number()
    if not 0 < count <= MAX_SAMPLES:
        raise damaged()
    at = _read_column(reader, count)
    columns: dict[str, Any] = {
        name: _scaled(_read_column(reader, count), scale) for name, scale in _COLUMNS.items()
    }
    reader.end()
    if len(at) != count or None in at:
        raise damaged()
    return Track.model_construct(at=tuple(value for value in at if value is not None), **columns)


def _inflated(body: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        payload = inflater.decompress(body[1:], _MAX_PAYLOAD)
    except zlib.error:
        raise damaged() from None
    if not inflater.eof or inflater.unused_data:
        raise damaged()
    return payload


def _column(values: Sequence[float | None], scale: int) -> bytes:
    if not values:
        return bytes(1)
    steps: list[int] = []
    last = 0
    for value in values:
        here = last if value is None else round(value * scale)
        steps.append(here - last)
        last = here
    furthest = max(map(abs, steps))
    width = next((width for width in _CODES if furthest < 1 << (8 * width - 1)), 0)
    if not width:
        raise StoreError("A workout has a sample beyond anything that can be measured.")
    raw = little_endian(array(_CODES[width], steps)).tobytes()
    planes = b"".join(raw[byte::width] for byte in range(width))
    holes = bytes(value is None for value in values) if None in values else b""
    return bytes((width, bool(holes))) + holes + planes


def _read_column(reader: Reader, count: int) -> tuple[int | None, ...]:
    width = reader.take(1)[0]
    if width == 0:
        return ()
    if width not in _CODES:
        raise damaged()
    holes = reader.take(count) if reader.take(1) != b"\0" else b""
    planes = reader.take(count * width)
    raw = bytearray(count * width)
    for byte in range(width):
        raw[byte::width] = planes[byte * count : (byte + 1) * count]
    steps = array(_CODES[width])
    steps.frombytes(raw)
    values = tuple(accumulate(little_endian(steps)))
    if not holes:
        return values
    return tuple(None if hole else value for hole, value in zip(holes, values, strict=True))


def _scaled(values: Sequence[int | None], scale: int) -> tuple[float | None, ...]:
    return tuple([None if value is None else value / scale for value in values])
