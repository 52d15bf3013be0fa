"""CSV, JSON Lines and the JSON document say what the fields say, in flat memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from dataclasses import asdict, replace
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.export import FIELDS, Field, Format, Kind, export_rows, row_fields
from syncd.export.csv_file import FORMULA_STARTS, guarded
from syncd.store.derived import FlatWalk, RetiredWalk, WalkRow
from tests.unit.export.rows_of_any_kind import (
    DAY_ROW,
    WALK,
    WALK_ROW,
    day_rows,
    many_walks,
    walk_rows,
)

batches = st.one_of(
    st.tuples(st.just("walks"), st.lists(walk_rows, max_size=3)),
    st.tuples(st.just("days"), st.lists(day_rows, max_size=3)),
)
GONE = RetiredWalk("77aa", "me")


def written(kind: Kind, form: Format, rows: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    export_rows(kind, form, rows, out, **options)
    return out.getvalue()


def read_csv(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def as_cell(field: Field, value: Any) -> str:
    """Return what a CSV cell should hold, said independently of the writer."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = ";".join(value) if isinstance(value, list) else str(value)
    return "'" + text if field.outside and text and text[0] in "=+-@\t\r\n＝＋－＠" else text  # noqa: RUF001


@given(batches)
def test_a_csv_cell_holds_what_the_field_holds(batch: tuple[Kind, list[Any]]) -> None:
    kind, rows = batch
    cells = read_csv(written(kind, "csv", rows))
    assert len(cells) == len(rows)
    for row, read in zip(rows, cells, strict=True):
        values = row_fields(row)
        assert read == {field.name: as_cell(field, values[field.name]) for field in FIELDS[kind]}


@given(batches)
def test_json_lines_and_the_document_hold_the_fields(batch: tuple[Kind, list[Any]]) -> None:
    kind, rows = batch
    expected = [row_fields(row) for row in rows]
    lines = written(kind, "jsonl", rows).decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == expected
    assert json.loads(written(kind, "json", rows)) == {kind: expected}


@given(batches)
def test_no_cell_of_a_csv_can_act_as_a_formula(batch: tuple[Kind, list[Any]]) -> None:
    kind, rows = batch
    numbers = {f.name for f in FIELDS[kind] if f.type in ("integer", "number")}
    for cells in read_csv(written(kind, "csv", rows)):
        for name, cell in cells.items():
            if name not in numbers:
                assert cell[:1] not in FORMULA_STARTS


@pytest.mark.parametrize("start", sorted(FORMULA_STARTS))
def test_text_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert guarded(start + "1+1") == f"'{start}1+1"
    walk = replace(WALK, label=start + 'HYPERLINK("http://x")')
    (cells,) = read_csv(written("walks", "csv", [replace(WALK_ROW, session=walk)]))
    assert cells["label"] == "'" + walk.label  # type: ignore[operator]


def test_negative_numbers_and_ids_are_left_alone() -> None:
    day = replace(DAY_ROW.day, utc_offset_start_min=-300)
    (cells,) = read_csv(written("days", "csv", [replace(DAY_ROW, day=day)]))
    assert cells["utc_offset_start_min"] == "-300"
    (cells,) = read_csv(written("walks", "csv", [replace(WALK_ROW, id="-1e5")]))
    assert cells["id"] == "-1e5"


def test_csv_lines_end_as_rfc_4180_says_and_a_mark_tells_a_spreadsheet_utf_8() -> None:
    body = written("days", "csv", [DAY_ROW], bom=True)
    assert body.startswith(b"\xef\xbb\xbfperson,day,tz,")
    assert body.count(b"\r\n") == body.count(b"\n") == 2
    assert written("days", "csv", [DAY_ROW]) == body[3:]


def test_no_rows_are_a_header_an_empty_file_and_an_empty_list() -> None:
    assert read_csv(written("walks", "csv", [])) == []
    assert written("walks", "csv", []).startswith(b"id,person,start,")
    assert written("walks", "jsonl", []) == b""
    assert json.loads(written("walks", "json", [])) == {"walks": []}


def test_a_retired_walk_is_told_by_its_id_and_one_word() -> None:
    assert written("walks", "jsonl", [GONE]) == b'{"id":"77aa","deleted":true}\n'
    there, gone = read_csv(written("walks", "csv", [WALK_ROW, GONE], deletions=True))
    assert (there["deleted"], gone["deleted"], gone["id"]) == ("false", "true", "77aa")
    assert list(gone)[-1] == "deleted"
    assert all(not gone[name] for name in gone if name not in {"id", "deleted"})


def test_a_csv_without_the_column_deleted_takes_no_retired_walk() -> None:
    with pytest.raises(ValueError, match="column deleted"):
        written("walks", "csv", [GONE])


@pytest.mark.parametrize("label", ['},{"id":', "},{", '}},{"id":"x"', '"},{"id":', '\\"},{"id":'])
def test_text_that_looks_like_json_stays_text(label: str) -> None:
    rows = [replace(WALK_ROW, session=replace(WALK, label=label), person=label)] * 3
    lines = written("walks", "jsonl", rows).decode().splitlines()
    assert [json.loads(line)["label"] for line in lines] == [label] * 3
    document = json.loads(written("walks", "json", rows))
    assert [walk["person"] for walk in document["walks"]] == [label] * 3


def test_a_number_that_is_none_is_refused_rather_than_written() -> None:
    walk = replace(WALK, distance_m=float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        written("walks", "jsonl", [replace(WALK_ROW, session=walk)])


class Counter(io.RawIOBase):
    """Takes bytes, keeps their number."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0

    def writable(self) -> bool:
        return True

    def write(self, body: Any) -> int:
        self.taken += len(body)
        return len(body)


def _peak_memory(form: Format, rows: int) -> int:
    out: Any = Counter()
    few = list(many_walks(100))
    tracemalloc.start()
    try:
        assert export_rows("walks", form, islice(cycle(few), rows), out) == rows
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert out.taken > 200 * rows
    return peak


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_memory_does_not_grow_with_the_rows(form: Format) -> None:
    assert _peak_memory(form, 20_000) < _peak_memory(form, 2_000) + 100_000


def as_flat(row: WalkRow) -> FlatWalk:
    """Return a walk as the store hands it out for exports."""
    walk = asdict(row.session) | {"sources": json.dumps(row.session.sources)}
    changed = int(row.changed_at.timestamp())
    return FlatWalk((row.person_id, row.person, row.revision, changed, row.id, *walk.values()))


@given(st.lists(walk_rows, max_size=3), st.sampled_from(["csv", "jsonl"]), st.booleans())
def test_a_flat_walk_is_written_as_a_walk_is(rows: Any, form: Format, deletions: bool) -> None:
    flat = [as_flat(row) for row in rows]
    options = {"deletions": deletions}
    assert written("walks", form, flat, **options) == written("walks", form, rows, **options)
