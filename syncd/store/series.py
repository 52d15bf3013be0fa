"""The codec of a source's UTC day of one series; the only file that knows the bytes.

A body is: version (1), form, then the payload, deflated when that makes it smaller. Payload::

    head        UTC day since 1970, signed
    runs        n, then n times: start - midnight; 0 or, where somebody told, 1 + offset s, signed,
                zone length, zone
    GRID        epoch s, phase s, first slot, width 1 | 2 | 4, then little-endian cells
    INTERVALS   n, then n steps from start to start, from midnight on; n durations s; n values

Numbers are varints, signed ones zigzag. Values are whole multiples of 1/SCALE. A cell with all
bits set holds nothing. Intervals without a value are left out: not measured is not there. What is
packed is canonical: the same content gives the same payload, by whatever road it came together.
"""

from __future__ import annotations

import codecs
import hashlib
import struct
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, compress

from syncd.contract import OffsetRun, Series
from syncd.contract.records import MAX_INTERVAL_S, MAX_OFFSET_S
from syncd.store.columns import Columns, split_days
from syncd.store.grids import NULLS, Cells, Grid, narrow
from syncd.store.instants import DAY_S
from syncd.store.intervals import Row, Run, Told, canonical, disjoint, offsets_of, runs_of
from syncd.store.varints import Reader, damaged, little_endian, unzigzag, varints, zigzag

__all__ = [
    "Columns",
    "PackedDay",
    "digest",
    "minute_grid",
    "pack",
    "pack_day",
    "pack_grid",
    "pack_rows",
    "read_grid",
    "read_rows",
    "split_days",
    "unpack",
]

VERSION = 1
SCALE = {
    Series.STEPS: 1,
    Series.DISTANCE: 100,
    Series.CLIMB: 100,
    Series.FLOORS: 10,
    Series.WEAR: 1,
    Series.SLEEP: 1,
}
MAX_INTERVALS = 2 * DAY_S
"""More do not fit a day; unpacking refuses to build them."""

_GRID, _INTERVALS, _DEFLATED = 1, 2, 0x80
_MAX_PAYLOAD = 4 * 1024 * 1024
_MAX_VALUE = 10**11
_MINUTE = 60
_DAY_MIN = 1440
_WIDTHS = {1: "B", 2: "H", 4: "I"}
# 0..254 as half floats, read as text: floats become bytes by two loops in C and none here. Any
# other value is none of these characters, and takes the slow road.
_HALVES = "".join(struct.pack("<e", i).decode("utf-16-le") for i in range(255)) + "\ufffe"
_BYTE_OF_HALF = codecs.charmap_build(_HALVES)


@dataclass(frozen=True, slots=True)
class PackedDay:
    """One UTC day ready to be stored; ``holes`` are intervals said to have no value."""

    utc_day: int
    body: bytes = field(repr=False)
    hash: bytes = field(repr=False)
    end: int
    holes: tuple[tuple[int, int], ...] = ()


def pack(series: Series, utc_day: int, columns: Columns) -> bytes:
    """Return the body of one UTC day; empty when no interval has a value.

    The columns are as in ``StepSeries``: in order, disjoint, starting on that day.
    """
    return _seal(*_payload(series, utc_day, columns)[:2]) if columns.start else b""


def pack_day(series: Series, utc_day: int, columns: Columns) -> PackedDay:
    """Return one UTC day packed, with what a later merge must know."""
    form, payload, filled = _payload(series, utc_day, columns)
    holes: tuple[tuple[int, int], ...] = ()
    if filled < len(columns.start):
        rows = zip(columns.start, columns.duration, columns.value, strict=True)
        holes = tuple((start, start + length) for start, length, value in rows if value is None)
    end = columns.start[-1] + columns.duration[-1]
    return PackedDay(utc_day, _seal(form, payload), _name(form, payload), end, holes)


def pack_rows(utc_day: int, rows: Sequence[Row], runs: Sequence[Run]) -> bytes:
    """Return the body of sorted rows; they may overlap, as long as no interval comes twice."""
    return _seal(*_rows_payload(utc_day, rows, runs))


def pack_grid(utc_day: int, grid: Grid) -> bytes:
    """Return the body of a grid, the same that its rows give."""
    trimmed = _trimmed(grid)
    filled = len(trimmed.cells) - trimmed.cells.count(trimmed.null)
    if len(grid.runs) > 1 or not _dense(len(trimmed.cells), filled):
        return pack_rows(utc_day, _rows_of(utc_day, trimmed), grid.runs)
    begin = utc_day * DAY_S + trimmed.start
    runs = tuple((begin, told) for _, told in grid.runs)
    return _seal(_GRID, _grid_payload(utc_day, replace(trimmed, runs=runs)))


def unpack(series: Series, utc_day: int, body: bytes) -> Columns:
    """Return the columns of a body; raise ``StoreError`` when it is not one.

    Where rows of different imports overlap the finer stands, then the earlier.
    """
    if not body:
        return Columns((), (), ())
    starts: Sequence[int]
    durations: Sequence[int]
    values: Sequence[int]
    held, runs = _read(body, utc_day)
    offsets = offsets_of(runs)
    if isinstance(held, Grid):
        starts, durations, values = _grid_columns(utc_day, held)
    else:
        starts, durations, values = zip(*disjoint(held), strict=True)
    scale = SCALE[series]
    if scale == 1:
        return Columns(starts, durations, values, offsets)
    return Columns(starts, durations, tuple([value / scale for value in values]), offsets)


def read_rows(utc_day: int, body: bytes) -> tuple[list[Row], tuple[Run, ...]]:
    """Return all rows of a body, sorted, those that overlap too, and its runs of offsets."""
    if not body:
        return [], ()
    held, runs = _read(body, utc_day)
    return (_rows_of(utc_day, held) if isinstance(held, Grid) else held), runs


def read_grid(body: bytes) -> Grid | None:
    """Return a body as a grid; ``None`` when it is empty or no grid."""
    if len(body) > 1 and body[1] & ~_DEFLATED == _INTERVALS:
        return None
    held = _read(body)[0] if body else None
    return held if isinstance(held, Grid) else None


def minute_grid(
    body: bytes,
) -> tuple[int, bytes | array[int], tuple[OffsetRun, ...]] | None:
    """Return (first minute of the UTC day, values, offsets) of a 60 s grid, else ``None``.

    Values are ``bytes`` with 255 = not seen, or ``array('H' | 'I')`` with 0xFFFF, 0xFFFFFFFF.
    """
    grid = read_grid(body)
    if grid is None or grid.epoch != _MINUTE or grid.phase:
        return None
    return grid.first, grid.cells, offsets_of(grid.runs)


def digest(body: bytes) -> bytes:
    """Return 16 bytes that name the content, however it was compressed."""
    return _name(*_open(body)) if body else bytes(16)


# --- writing ------------------------------------------------------------------------------------


def _payload(series: Series, utc_day: int, columns: Columns) -> tuple[int, bytes, int]:
    """Return form, payload and how many intervals have a value."""
    grid = _regular(series, columns, utc_day)
    if grid is not None:
        filled = len(grid.cells) - grid.cells.count(grid.null)
        return _GRID, _grid_payload(utc_day, grid), filled
    scale = SCALE[series]
    triples = zip(columns.start, columns.duration, columns.value, strict=True)
    rows = sorted((a, d, round(value * scale)) for a, d, value in triples if value is not None)
    return *_rows_payload(utc_day, rows, runs_of(columns.offsets)), len(rows)


def _regular(series: Series, columns: Columns, utc_day: int) -> Grid | None:
    """Return columns without holes as a grid, fast; ``None`` where they are anything else."""
    start, count, epoch = columns.start, len(columns.start), columns.duration[0]
    if start[-1] - start[0] != epoch * (count - 1) or columns.duration.count(epoch) != count:
        return None
    if len(columns.offsets) > 1:
        return None
    first, phase = divmod(start[0] - utc_day * DAY_S, epoch)
    cells = _cells(columns.value, SCALE[series])
    if cells is None:
        return None
    grid = _trimmed(Grid(epoch, phase, first, cells))
    if not _dense(len(grid.cells), len(grid.cells) - grid.cells.count(grid.null)):
        return None
    begin = utc_day * DAY_S + grid.start
    return replace(grid, runs=tuple((begin, told) for _, told in runs_of(columns.offsets)))


def _cells(values: Sequence[float | None], scale: int) -> Cells | None:
    if scale == 1:
        try:
            halves = struct.pack(f"<{len(values)}e", *values).decode("utf-16-le")
            return codecs.charmap_encode(halves, "strict", _BYTE_OF_HALF)[0]
        except (struct.error, OverflowError, UnicodeError):
            pass  # a hole, a fraction, or more than a byte holds
    scaled = [-1 if value is None else round(value * scale) for value in values]
    return narrow(scaled) if max(scaled) < NULLS["I"] else None


def _rows_payload(utc_day: int, rows: Sequence[Row], runs: Sequence[Run]) -> tuple[int, bytes]:
    if not rows:
        return _INTERVALS, b""
    if len(rows) > MAX_INTERVALS:
        rows = disjoint(rows)
    runs = canonical([row[0] for row in rows], runs)
    grid = _grid_of(utc_day, rows, runs)
    if grid is not None:
        return _GRID, _grid_payload(utc_day, grid)
    starts, durations, values = zip(*rows, strict=True)
    steps = (b - a for a, b in zip((utc_day * DAY_S, *starts), starts, strict=False))
    columns = varints(chain((len(rows),), steps, durations, values))
    return _INTERVALS, _head(utc_day, runs) + columns


def _grid_of(utc_day: int, rows: Sequence[Row], runs: tuple[Run, ...]) -> Grid | None:
    epoch, midnight = rows[0][1], utc_day * DAY_S
    first, phase = divmod(rows[0][0] - midnight, epoch)
    slots = (rows[-1][0] - rows[0][0]) // epoch + 1
    if (
        not _dense(slots, len(rows))
        or max(row[2] for row in rows) >= NULLS["I"]
        or any(row[1] != epoch or (row[0] - midnight) % epoch != phase for row in rows)
    ):
        return None
    values = [-1] * slots
    for start, _, value in rows:
        values[(start - rows[0][0]) // epoch] = value
    return Grid(epoch, phase, first, narrow(values), runs)


def _dense(slots: int, filled: int) -> bool:
    return slots <= _DAY_MIN or slots <= 4 * filled


def _trimmed(grid: Grid) -> Grid:
    """Return the grid without empty slots at its ends, its cells as narrow as can be."""
    cells = grid.cells
    if not isinstance(cells, bytes):
        null = grid.null
        cells = narrow([-1 if value == null else value for value in cells])
    if isinstance(cells, bytes):
        whole = cells.lstrip(b"\xff")
        return replace(
            grid, first=grid.first + len(cells) - len(whole), cells=whole.rstrip(b"\xff")
        )
    filled = [i for i, value in enumerate(cells) if value != NULLS[cells.typecode]]
    return replace(grid, first=grid.first + filled[0], cells=cells[filled[0] : filled[-1] + 1])


def _grid_payload(utc_day: int, grid: Grid) -> bytes:
    if not grid.cells:
        return b""
    cells = grid.cells
    if not isinstance(cells, bytes):
        width, raw = cells.itemsize, little_endian(cells).tobytes()
    else:
        width, raw = 1, cells
    shape = varints((grid.epoch, grid.phase, grid.first, width))
    return _head(utc_day, grid.runs) + shape + raw


def _head(utc_day: int, runs: Sequence[Run]) -> bytes:
    parts = [varints((zigzag(utc_day), len(runs)))]
    for start, told in runs:
        parts.append(varints((start - utc_day * DAY_S,)))
        if told:
            zone = told[1].encode()
            parts += (varints((zigzag(told[0]) + 1, len(zone))), zone)
        else:
            parts.append(bytes(1))
    return b"".join(parts)


def _name(form: int, payload: bytes) -> bytes:
    return hashlib.blake2b(bytes((VERSION, form)) + payload, digest_size=16).digest()


def _seal(form: int, payload: bytes) -> bytes:
    if not payload:
        return b""
    # Runs of one value are what a day of minutes is made of: this is smaller and faster than
    # looking for longer patterns.
    squeezer = zlib.compressobj(1, zlib.DEFLATED, -9, 4, zlib.Z_RLE)
    deflated = squeezer.compress(payload) + squeezer.flush()
    if len(deflated) < len(payload):
        return bytes((VERSION, form | _DEFLATED)) + deflated
    return bytes((VERSION, form)) + payload


# --- reading ------------------------------------------------------------------------------------


def _open(body: bytes) -> tuple[int, bytes]:
    if len(body) < 3 or body[0] != VERSION or body[1] & ~_DEFLATED not in (_GRID, _INTERVALS):
        raise damaged()
    if not body[1] & _DEFLATED:
        return body[1], body[2:]
    inflater = zlib.decompressobj(-15)
    try:
        payload = inflater.decompress(body[2:], _MAX_PAYLOAD)
    except zlib.error:
        raise damaged() from None
    if not inflater.eof or inflater.unused_data:
        raise damaged()
    return body[1] & ~_DEFLATED, payload


def _read(body: bytes, utc_day: int | None = None) -> tuple[Grid | list[Row], tuple[Run, ...]]:
    form, payload = _open(body)
    reader = Reader(payload)
    day, runs = _read_head(reader)
    if utc_day not in (None, day):
        raise damaged()
    return _read_grid(reader, runs) if form == _GRID else _read_rows(reader, day), runs


def _read_head(reader: Reader) -> tuple[int, tuple[Run, ...]]:
    utc_day = reader.signed()
    runs: list[Run] = []
    for _ in range(reader.number()):
        start, offset = utc_day * DAY_S + reader.number(), reader.number()
        told: Told = ()
        if offset:
            told = unzigzag(offset - 1), reader.text(reader.number())
        if (told and abs(told[0]) > MAX_OFFSET_S) or (runs and start <= runs[-1][0]):
            raise damaged()
        runs.append((start, told))
    return utc_day, tuple(runs)


def _read_grid(reader: Reader, runs: tuple[Run, ...]) -> Grid:
    epoch, phase, first, width = reader.number(), reader.number(), reader.number(), reader.number()
    raw = reader.rest()
    if width not in _WIDTHS or len(raw) % width or not raw or not phase < epoch <= MAX_INTERVAL_S:
        raise damaged()
    if phase + (first + len(raw) // width - 1) * epoch >= DAY_S:
        raise damaged()
    if width == 1:
        return Grid(epoch, phase, first, raw, runs)
    cells = array(_WIDTHS[width])
    cells.frombytes(raw)
    return Grid(epoch, phase, first, little_endian(cells), runs)


def _read_rows(reader: Reader, utc_day: int) -> list[Row]:
    count = reader.number()
    if not 0 < count <= MAX_INTERVALS:
        raise damaged()
    starts = list(accumulate(reader.numbers(count), initial=utc_day * DAY_S))[1:]
    durations, values = reader.numbers(count), reader.numbers(count)
    reader.end()
    if starts[-1] // DAY_S != utc_day or max(values) > _MAX_VALUE:
        raise damaged()
    if min(durations) <= 0 or max(durations) > MAX_INTERVAL_S:
        raise damaged()
    return list(zip(starts, durations, values, strict=True))


def _rows_of(utc_day: int, grid: Grid) -> list[Row]:
    begin, epoch, null = utc_day * DAY_S + grid.start, grid.epoch, grid.null
    return [
        (begin + i * epoch, epoch, value) for i, value in enumerate(grid.cells) if value != null
    ]


def _grid_columns(
    utc_day: int, grid: Grid
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    cells, null = grid.cells, grid.null
    begin = utc_day * DAY_S + grid.start
    starts = range(begin, begin + len(cells) * grid.epoch, grid.epoch)
    filled = tuple(cells)
    if null not in filled:
        return tuple(starts), (grid.epoch,) * len(filled), filled
    seen = [cell != null for cell in filled]
    values = tuple(compress(filled, seen))
    return tuple(compress(starts, seen)), (grid.epoch,) * len(values), values
