"""Parquet, with proper types: instants in UTC, dates, integers, doubles, words as dictionaries.

Needs pyarrow, the extra ``parquet``; it is imported only here, and only when asked for. Values are
those of JSON Lines, turned into columns some thousands of rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from syncd import __version__
from syncd.contract import SyncdError
from syncd.export.codebook import may_be_missing
from syncd.export.fields import Field, Kind
from syncd.export.formulas import FORMULAS
from syncd.export.layout import OFFSETS, WALL_CLOCK, laid_out
from syncd.export.rows import NAMES, Row, Value, row_values
from syncd.store.derived import RetiredWalk

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 2048
"""Rows that are Python objects at a time."""
GROUP_CHUNKS = 16
"""Chunks that make a row group, some 30,000 rows."""
MINUTE = timedelta(minutes=1)

_NEEDED = (
    "Parquet needs the library pyarrow, which is not installed here. Install it with\n"
    "  pip install 'syncd[parquet]'\n"
    "or choose --format csv or jsonl, which need nothing more."
)


def require() -> None:
    """Raise ``SyncdError`` with what to do where Parquet cannot be written."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 - heavy, and an extra
    except ImportError as error:
        raise SyncdError(_NEEDED) from error


def write_parquet(
    kind: Kind, rows: Iterable[Row], out: IO[bytes], *, deletions: bool = False
) -> int:
    """Write ``rows`` as Parquet and return how many; memory does not grow with them.

    ``deletions`` adds the column ``deleted``, as in CSV. Raises ``SyncdError`` without pyarrow.
    """
    require()
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    fields = laid_out(kind, "parquet", deletions=deletions)
    schema = _schema(kind, fields, deletions=deletions)
    count = 0
    sink = pa.PythonFile(_Counted(out), mode="w")
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _groups(kind, rows, fields, schema):
            count += sum(batch.num_rows for batch in group)
            writer.write_table(pa.Table.from_batches(group, schema))
    return count


class _Counted:
    """A sink that knows how far it is: a pipe cannot tell."""

    closed = False

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._at = 0

    def write(self, body: bytes) -> int:
        self._out.write(body)
        self._at += len(body)
        return len(body)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        """Leave it open: whoever opened it closes it."""


def _groups(
    kind: Kind, rows: Iterable[Row], fields: Sequence[Field], schema: pa.Schema
) -> Iterator[list[pa.RecordBatch]]:
    batches = _batches(kind, rows, fields, schema)
    while group := list(islice(batches, GROUP_CHUNKS)):
        yield group


def _batches(
    kind: Kind, rows: Iterable[Row], fields: Sequence[Field], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa  # noqa: PLC0415

    source = iter(rows)
    while chunk := list(islice(source, CHUNK_ROWS)):
        told = [_told(kind, row) for row in chunk]
        columns = dict(zip((*NAMES[kind], "deleted"), zip(*told, strict=True), strict=True))
        typed = _typed(columns, fields)
        arrays = [pa.array(typed[f.name], schema.field(f.name).type) for f in fields]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _told(kind: Kind, row: Row) -> tuple[Value, ...]:
    if isinstance(row, RetiredWalk):
        return (row.id, *[None] * (len(NAMES[kind]) - 1), True)
    return (*row_values(row), False)


def _typed(
    columns: Mapping[str, Sequence[Any]], fields: Sequence[Field]
) -> dict[str, Sequence[Any]]:
    """Return the columns with texts of times and dates as times and dates."""
    typed = dict(columns)
    for field in fields:
        if field.type == "date":
            typed[field.name] = [text and date.fromisoformat(text) for text in typed[field.name]]
        elif field.type == "time":
            times = [text and datetime.fromisoformat(text) for text in typed[field.name]]
            if field.name in OFFSETS:
                typed[OFFSETS[field.name].name] = [at and _offset_min(at) for at in times]
            elif field.name == WALL_CLOCK:
                times = [at and at.replace(tzinfo=None) for at in times]
            typed[field.name] = times
    return typed


def _offset_min(at: datetime) -> int:
    return (at.utcoffset() or timedelta()) // MINUTE


def _schema(kind: Kind, fields: Sequence[Field], *, deletions: bool) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    def described(field: Field) -> pa.Field:
        said = {
            "label": field.label,
            "unit": field.unit,
            "description": field.meaning,
            "formula": FORMULAS[kind].get(field.name),
        }
        return pa.field(
            field.name,
            _type(field),
            nullable=may_be_missing(kind, field, deletions=deletions),
            metadata={name: text for name, text in said.items() if text is not None},
        )

    return pa.schema(map(described, fields), metadata={"syncd": __version__, "kind": kind})


def _type(field: Field) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415

    if field.type == "time":
        return pa.timestamp("us", tz=None if field.name == WALL_CLOCK else "UTC")
    if field.values:
        return pa.dictionary(pa.int8(), pa.string())
    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "list": pa.list_(pa.string()),
    }[field.type]
