"""The recording behind a walk is found on both databases; real ones go out and come back."""

from __future__ import annotations

import io
from pathlib import Path

import gpxpy
import pytest

from syncd.export.gpx import has_track, write_gpx
from syncd.service.tracks import iter_recorded
from syncd.store import Store
from tests.integration.service.lives import NOW, bring, meaning, walk_fit
from tests.integration.service.lives import published as published_of

REAL = ["fit/walk-31min-mit.fit", "gpx/korita-zbevnica.gpx", "gpx-gpl3/hike-20150308.gpx"]


def exported(store: Store, path: Path) -> int:
    with store.read() as cx:
        tracks = [
            (walk, shown)
            for walk, recordings in iter_recorded(cx, None)
            if (shown := next(filter(has_track, recordings), None)) is not None
        ]
    out = io.BytesIO()
    count = write_gpx(tracks, out, made_at=NOW)
    path.write_bytes(out.getvalue())
    return count


@pytest.mark.realdata
@pytest.mark.parametrize("name", REAL)
def test_a_real_walk_goes_out_and_comes_back_the_same(
    store: Store, store_two: Store, tmp_path: Path, realdata: Path, name: str
) -> None:
    bring(store, realdata / name)
    before = published_of(store)
    file = tmp_path / "walk.gpx"
    assert exported(store, file) == 1
    (track,) = gpxpy.parse(file.read_text(encoding="utf-8")).tracks
    (walk,) = [row.session for row in before[1]]
    assert walk.distance_m is not None
    if "zbevnica" not in name:
        assert track.length_2d() == pytest.approx(walk.distance_m, rel=0.04)

    bring(store, file)
    assert published_of(store) == before, "beside the original nothing changes"

    bring(store_two, file)
    (again,) = [row.session for row in published_of(store_two)[1]]
    assert again.distance_m == pytest.approx(walk.distance_m, rel=0.005)
    assert again.elevation_gain_m == pytest.approx(walk.elevation_gain_m, abs=0.5)
    assert again.elevation_source == walk.elevation_source
    assert abs(again.start - walk.start) <= 30
    assert abs(again.end - walk.end) <= 30
    assert again.moving_time_s == pytest.approx(walk.moving_time_s, rel=0.02)
    assert again.activity == walk.activity


def test_a_recording_without_places_has_no_track(store: Store, tmp_path: Path) -> None:
    bring(store, walk_fit(tmp_path / "w.fit", NOW.replace(day=1, month=5), 12))
    assert meaning(store)[1]
    assert exported(store, tmp_path / "none.gpx") == 0
