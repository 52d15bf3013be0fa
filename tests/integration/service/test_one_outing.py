"""One outing in several formats or by several roads is one walk, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from syncd.service.loading import load
from syncd.sim.fit_monitoring_writer import STILL, WALK, Told, monitoring
from syncd.sim.fit_writer import HIKING, WALKING, FitWriter, Sample
from syncd.sim.markup_writer import gpx, tcx
from syncd.store import Store, people
from syncd.walks.model import Activity, WalkSession
from tests.integration.service.lives import bring, meaning, published

START = datetime(2026, 5, 5, 10, tzinfo=UTC)


def samples(minutes: int = 40, *, late_s: int = 0, speed_mps: float = 1.4) -> list[Sample]:
    """Return a walk north at 112 steps a minute, as another clock tells it ``late_s`` later."""
    return [
        Sample(
            at_s=late_s + s,
            distance_m=speed_mps * s,
            altitude_m=200.0,
            speed_mps=speed_mps,
            cadence_per_leg=56.0,
            latitude=45 + speed_mps * s / 111_195,
            longitude=14.5,
        )
        for s in range(0, 60 * minutes + 1, 5)
    ]


def fit_file(folder: Path, told: Sequence[Sample], *, sport: int = WALKING) -> Path:
    path = folder / "a.fit"
    path.write_bytes(FitWriter(serial=7).activity(start=START, samples=told, sport=sport))
    return path


def gpx_file(folder: Path, told: Sequence[Sample], *, kind: str = "walking") -> Path:
    path = folder / "b.gpx"
    path.write_bytes(gpx(START, told, kind=kind, creator="StravaGPX"))
    return path


def tcx_file(folder: Path, told: Sequence[Sample], *, sport: str = "Other") -> Path:
    path = folder / "c.tcx"
    path.write_bytes(tcx(START, told, sport=sport))
    return path


def walks(store: Store) -> list[WalkSession]:
    return [row.session for row in published(store)[1]]


def brisk(store: Store) -> int | None:
    (row,) = published(store)[0]
    return row.day.brisk_min


def test_fit_gpx_and_tcx_of_one_outing_are_one_walk(store: Store, tmp_path: Path) -> None:
    told = samples()
    bring(store, fit_file(tmp_path, told))
    (alone,), minutes = walks(store), brisk(store)
    bring(store, gpx_file(tmp_path, told), tcx_file(tmp_path, told, sport="Running"))
    (walk,) = walks(store)
    assert (walk.start, walk.end, walk.steps) == (alone.start, alone.end, alone.steps)
    assert (walk.activity, len(walk.sources)) == (Activity.WALKING, 3)
    assert brisk(store) == minutes == 40


def test_the_order_in_which_the_formats_come_changes_nothing(
    store: Store, store_two: Store, tmp_path: Path
) -> None:
    told = samples()
    files = [fit_file(tmp_path, told), gpx_file(tmp_path, told), tcx_file(tmp_path, told)]
    for path in files:
        bring(store, path)
    for path in files[::-1]:
        bring(store_two, path)
    assert meaning(store) == meaning(store_two)


@pytest.mark.parametrize("late_s", [-120, 0, 120])
@pytest.mark.parametrize(
    ("sport", "kind", "other"),
    [(HIKING, "walking", "Other"), (WALKING, "hiking", "Running"), (HIKING, "4", "Other")],
)
def test_the_same_walk_by_two_services_is_one_whatever_start_length_and_type_they_say(
    store: Store, tmp_path: Path, late_s: int, sport: int, kind: str, other: str
) -> None:
    files = [
        fit_file(tmp_path, samples(), sport=sport),
        gpx_file(tmp_path, samples(43, late_s=late_s), kind=kind),
        tcx_file(tmp_path, samples(38, late_s=late_s), sport=other),
    ]
    bring(store, *files)
    assert len(walks(store)) == 1
    minutes = brisk(store)
    assert minutes is not None
    assert 38 <= minutes <= 45


def test_every_order_of_near_duplicates_gives_the_same(store: Store, tmp_path: Path) -> None:
    files = [
        fit_file(tmp_path, samples(), sport=HIKING),
        gpx_file(tmp_path, samples(43, late_s=90)),
        tcx_file(tmp_path, samples(38, late_s=30)),
    ]
    seen = []
    for i, order in enumerate(permutations(files)):
        person = f"p{i}"
        with store.write() as tx:
            people.set_zone(tx, people.add(tx, person, now=START).id, "Europe/Paris", None)
        for path in order:
            bring(store, path, person=person)
        rows = [row.session for row in published(store)[1] if row.person == person]
        days = [row.day for row in published(store)[0] if row.person == person]
        seen.append((rows, [(d.outcome, d.brisk_min, d.steps) for d in days]))
    assert all(found == seen[0] for found in seen)


def test_two_walks_an_hour_apart_stay_two(store: Store, tmp_path: Path) -> None:
    late = samples(30, late_s=3600 * 2)
    bring(store, fit_file(tmp_path, samples(30)), gpx_file(tmp_path, late))
    assert len(walks(store)) == 2


def test_a_watchs_folder_comes_in_by_one_command(store: Store, tmp_path: Path) -> None:
    for folder in ("Activity", "Monitor", "Sport"):
        (tmp_path / "GARMIN" / folder).mkdir(parents=True)
    fit_file(tmp_path / "GARMIN" / "Activity", samples(35))
    told = [Told(START + timedelta(hours=3), STILL)]
    told += [Told(START + timedelta(hours=3, minutes=m), WALK, 104 * m) for m in range(1, 13)]
    writer = FitWriter(serial=7)
    data = monitoring(told, begins=START, local_offset_s=7200, writer=writer)
    (tmp_path / "GARMIN" / "Monitor" / "M.FIT").write_bytes(data)
    writer.file_id(START, file_type=3)
    (tmp_path / "GARMIN" / "Sport" / "WALK.FIT").write_bytes(writer.finish())
    report = bring(store, tmp_path / "GARMIN", zone=None)
    assert not report.failed
    assert [f.left_out for f in report.files] == [False, False, True]
    assert "holds no recorded outing" in report.files[2].others[0]
    assert (sum(f.walks for f in report.files), report.counted_steps) == (1, 1248)
    with store.read() as cx:
        (me,) = people.listing(cx)
        assert len(load(cx, me.id, 20578, 20579).sources) == 1
    assert brisk(store) == 35 + 12


@pytest.mark.realdata
@pytest.mark.parametrize(
    "path", ["gpx/around-visnjan-with-car.gpx", "tcx/neg-ride.tcx", "tcx/neg-sup-no-altitude.tcx"]
)
def test_a_car_a_ride_and_a_paddle_are_no_walk(store: Store, realdata: Path, path: str) -> None:
    bring(store, realdata / path)
    on_foot = {Activity.WALKING, Activity.HIKING, Activity.RUNNING}
    assert [w for w in walks(store) if w.activity in on_foot] == []
    assert sum(row.day.brisk_min or 0 for row in published(store)[0]) == 0


@pytest.mark.realdata
def test_of_a_hike_only_the_segments_with_times_count(store: Store, realdata: Path) -> None:
    bring(store, realdata / "gpx" / "korita-zbevnica.gpx")
    assert sum(w.distance_m or 0 for w in walks(store)) == pytest.approx(6261, abs=1)


@pytest.mark.realdata
def test_a_hike_without_elevations_has_none_and_not_zero(store: Store, realdata: Path) -> None:
    bring(store, realdata / "gpx" / "cerknicko-jezero-without-elevations.gpx")
    found = walks(store)
    assert found
    assert {(w.elevation_gain_m, w.elevation_loss_m, w.elevation_source) for w in found} == {
        (None, None, None)
    }
