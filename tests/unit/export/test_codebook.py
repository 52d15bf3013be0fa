"""What lies beside an export says what is in it, of rows of any kind."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.export import FIELDS, Kind, export_rows, row_fields
from syncd.export.codebook import codebook, table_schema
from syncd.export.formulas import FORMULAS
from syncd.export.layout import TableForm, laid_out
from syncd.store.derived import RetiredWalk
from tests.unit.export.rows_of_any_kind import DAY_ROW, WALK_ROW, day_rows, many_walks, walk_rows

FORMS: tuple[TableForm, ...] = ("csv", "jsonl", "parquet")
BATCHES = st.one_of(
    st.tuples(st.just("walks"), st.lists(walk_rows, max_size=3)),
    st.tuples(st.just("days"), st.lists(day_rows, max_size=3)),
)


def written(kind: Kind, form: TableForm, rows: Any, **options: Any) -> io.BytesIO:
    out = io.BytesIO()
    export_rows(kind, form, rows, out, **options)
    out.seek(0)
    return out


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", FIELDS)
def test_schema_and_codebook_name_the_columns_in_order(kind: Kind, form: TableForm) -> None:
    for deletions in (False, True):
        names = [field.name for field in laid_out(kind, form, deletions=deletions)]
        schema = json.loads(table_schema(kind, form, deletions=deletions))
        assert [field["name"] for field in schema["fields"]] == names
        assert set(schema["primaryKey"]) <= set(names)
        text = codebook(kind, form, deletions=deletions)
        assert [
            line.partition(":")[0] for line in text.splitlines() if _is_heading(line, names)
        ] == (names)


def _is_heading(line: str, names: list[str]) -> bool:
    return not line.startswith(" ") and line.partition(":")[0] in names


def test_the_header_is_what_the_schema_says() -> None:
    for kind, row in (("walks", WALK_ROW), ("days", DAY_ROW)):
        body = written(kind, "csv", [row]).getvalue().decode()  # type: ignore[arg-type]
        schema = json.loads(table_schema(kind, "csv"))  # type: ignore[arg-type]
        header = next(csv.reader(io.StringIO(body)))
        assert header == [field["name"] for field in schema["fields"]]


@given(BATCHES)
def test_every_row_keeps_to_its_schema(batch: tuple[Kind, list[Any]]) -> None:
    kind, rows = batch
    schema = {f["name"]: f for f in json.loads(table_schema(kind, "jsonl"))["fields"]}
    for row in rows:
        for name, value in row_fields(row).items():
            rules = schema[name].get("constraints", {})
            assert value is not None or not rules.get("required")
            assert value is None or value in rules.get("enum", [value])


@given(BATCHES)
def test_parquet_holds_the_fields_of_rows_of_any_kind(batch: tuple[Kind, list[Any]]) -> None:
    kind, rows = batch
    held = pq.read_table(written(kind, "parquet", rows)).to_pylist()
    assert len(held) == len(rows)
    for row, read in zip(rows, held, strict=True):
        for name, told in row_fields(row).items():
            if isinstance(read[name], datetime):
                assert read[name] == datetime.fromisoformat(str(told))
            elif isinstance(read[name], date):
                assert read[name].isoformat() == told
            else:
                assert read[name] == told
        if kind == "walks":
            shift = datetime.fromisoformat(str(row_fields(row)["start"])).utcoffset()
            assert shift is not None
            assert read["utc_offset_start_min"] * 60 == shift.total_seconds()


def test_parquet_says_what_its_columns_mean_and_has_proper_types() -> None:
    schema = pq.read_schema(written("walks", "parquet", [WALK_ROW]))
    assert schema.field("distance_m").metadata == {
        b"label": b"Distance",
        b"unit": b"m",
        b"description": b"Distance from start to end.",
        b"formula": FORMULAS["walks"]["distance_m"].encode(),
    }
    assert [
        str(schema.field(name).type) for name in ("start", "steps", "speed_mps", "sources")
    ] == [
        "timestamp[us, tz=UTC]",
        "int64",
        "double",
        "list<element: string>",
    ]
    assert schema.metadata[b"kind"] == b"walks"


def test_a_walk_that_is_gone_is_a_row_of_its_own() -> None:
    out = written("walks", "parquet", [WALK_ROW, RetiredWalk("77aa", "me")], deletions=True)
    there, gone = pq.read_table(out).to_pylist()
    assert (there["deleted"], there["steps"]) == (False, 3138)
    assert {name: value for name, value in gone.items() if value is not None} == {
        "id": "77aa",
        "deleted": True,
    }


def test_parquet_comes_in_groups_so_that_memory_does_not_grow() -> None:
    file = pq.ParquetFile(written("walks", "parquet", many_walks(70_000)))
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    assert sizes == [32_768, 32_768, 4_464]
