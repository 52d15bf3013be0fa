"""The sample shows every kind of day, and the same bytes whenever it is written."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import fitdecode
import pytest

from syncd.sim.devices import recorded_walks, watch_log
from syncd.sim.sample import SampleManifest, write_sample

END = date(2026, 11, 21)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleManifest:
    return write_sample(tmp_path_factory.mktemp("sample"), end=END)


def test_three_people_have_a_folder_each_with_minutes_and_recorded_walks(
    sample: SampleManifest,
) -> None:
    assert [person.name for person in sample.people] == ["Stella", "Otto", "Petra"]
    for person in sample.people:
        suffixes = {path.suffix for path in person.files}
        assert ".fit" in suffixes
        assert suffixes & {".csv", ".gz"}
        assert {path.parent for path in person.files} == {sample.folder / person.name}
        assert set(person.files) == set((sample.folder / person.name).iterdir())


def test_the_sample_ends_on_the_day_it_is_told(sample: SampleManifest) -> None:
    assert sample.first_day == END - timedelta(days=41)
    for person in sample.people:
        days = person.truth.days()
        assert (days[0], days[-1]) == (sample.first_day, sample.last_day) == (days[0], END)


def test_every_person_has_days_above_and_below_thirty_and_days_nobody_saw(
    sample: SampleManifest,
) -> None:
    for person in sample.people:
        truth, seen = person.truth, watch_log(person.truth)
        brisk = [truth.true_brisk_minutes(day) for day in truth.days()]
        assert sum(minutes >= 30 for minutes in brisk) >= 8
        assert sum(minutes < 28 for minutes in brisk) >= 5
        assert seen.total() < sum(truth.steps)


@pytest.mark.parametrize("end", [date(2026, 1, 1), date(2026, 3, 31), date(2027, 8, 8)])
def test_whatever_day_it_ends_the_last_weeks_show_every_kind_of_day(
    tmp_path: Path, end: date
) -> None:
    for person in write_sample(tmp_path, days=14, end=end).people:
        truth = person.truth
        brisk = [truth.true_brisk_minutes(day) for day in truth.days()]
        assert sum(minutes >= 30 for minutes in brisk) >= 2
        assert sum(minutes <= 28 for minutes in brisk) >= 2
        off = [sum(truth.worn[a - truth.first_minute : b - truth.first_minute]) < 900
               for a, b in (truth.spans(day)[0] for day in truth.days())]  # fmt: skip
        assert any(off)


def test_a_week_of_one_person_has_no_brisk_minute(sample: SampleManifest) -> None:
    petra = sample.people[2].truth
    brisk = [petra.true_brisk_minutes(END - timedelta(days=ago)) for ago in range(13, 20)]
    assert brisk == [0] * 7


def test_writing_it_again_gives_the_same_bytes(sample: SampleManifest, tmp_path: Path) -> None:
    again = write_sample(tmp_path, end=END)
    for before, after in zip(sample.people, again.people, strict=True):
        assert [p.name for p in before.files] == [p.name for p in after.files]
        assert all(
            a.read_bytes() == b.read_bytes() for a, b in zip(before.files, after.files, strict=True)
        )


def test_a_recorded_walk_is_a_fit_file_with_the_totals_of_the_truth(
    sample: SampleManifest,
) -> None:
    stella = sample.people[0]
    walks = recorded_walks(stella.truth)
    files = [path for path in stella.files if path.suffix == ".fit"]
    assert len(files) == len(walks) > 5
    with fitdecode.FitReader(io.BytesIO(files[0].read_bytes())) as reader:
        frames = [f for f in reader if isinstance(f, fitdecode.FitDataMessage)]
    session = next(f for f in frames if f.name == "session")
    assert session.get_value("total_distance") == pytest.approx(walks[0].distance_m, abs=0.01)
    assert session.get_value("start_time").timestamp() == walks[0].start
    assert session.get_value("total_elapsed_time") == walks[0].end - walks[0].start
    strides = session.get_value("total_strides", fallback=None) or session.get_value("total_cycles")
    assert abs(2 * strides - walks[0].steps) <= 1


def test_a_short_sample_of_one_person_is_possible_and_of_nine_is_not(tmp_path: Path) -> None:
    manifest = write_sample(tmp_path, people=1, days=3, end=END)
    assert len(manifest.people[0].truth.days()) == 3
    with pytest.raises(ValueError, match="1 to 3 people"):
        write_sample(tmp_path, people=9, end=END)
