"""A flat walk, made for exports of millions, tells the same as a walk."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

from syncd.export import row_fields
from syncd.export.rows import NAMES
from syncd.store import Store, derived
from syncd.walks.model import WalkSession
from tests.integration.service.lives import bring, minutes_csv, walk_fit


def test_flat_walks_are_told_as_walks_are(store: Store, tmp_path: Path) -> None:
    values = [0] * 1440
    values[600:640] = [105] * 40
    bring(store, minutes_csv(tmp_path / "a.csv", date(2026, 3, 28), [values, values]))
    bring(store, walk_fit(tmp_path / "w.fit", datetime(2026, 3, 28, 16, 0, tzinfo=UTC), 12))
    with store.read() as cx:
        walks = [row_fields(walk) for walk in derived.iter_walks(cx, None)]
        flat = [row_fields(walk) for walk in derived.iter_flat_walks(cx, None)]
        one = list(derived.iter_flat_walks(cx, None, first=date(2026, 3, 29)))
    assert [walk["kind"] for walk in walks] == ["inferred", "recorded", "inferred"]
    assert flat == walks
    assert len(one) == 1


def test_a_session_has_its_fields_in_the_order_that_exports_have_them() -> None:
    in_session = [field.name for field in fields(WalkSession)]
    assert in_session[5:-1] == list(NAMES["walks"][4:-3])
    assert in_session[:5] == [
        "recorded_key",
        "start",
        "end",
        "utc_offset_start_s",
        "utc_offset_end_s",
    ]
