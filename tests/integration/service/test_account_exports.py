"""Account exports through the import on both databases: what is said, stored, and stored again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.reports import DONE, IN_PART, import_exit_code, import_lines, problem_lines
from syncd.contract import SourceKind
from syncd.service.import_batches import MOST_BYTES, batches
from syncd.service.importing import import_paths
from syncd.service.rebuild import rebuild
from syncd.service.views import ImportProgress
from syncd.sim.characters import OFFICE
from syncd.sim.garmin_export_writer import account_export, device_folder
from syncd.sim.takeout_writer import Shape, takeout, write_parts, zipped
from syncd.sim.truth import Truth
from syncd.sim.walker import Life, live
from syncd.store import Store, accounts, people, sources
from syncd.store.table_sums import sums_of_store
from tests.adapters.files.reading import fetch
from tests.integration.service.lives import at, bring, meaning

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WALKER = replace(OFFICE, target_chance=(1.0, 1.0), record_chance=1.0, watch_off_chance=0.0)
LIFE = Life(seed=9, first_day=date(2026, 5, 4), days=5, home="Europe/Paris", who=WALKER)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return live(LIFE)


def test_a_folder_and_two_exports_in_one_call_are_told_in_a_few_lines(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    device_folder(tmp_path / "GARMIN", truth)
    (tmp_path / "garmin-export.zip").write_bytes(account_export(truth))
    parts = write_parts(tmp_path, takeout(truth, Shape()), parts=2)
    paths = (tmp_path / "GARMIN", tmp_path / "garmin-export.zip", *parts)
    report = bring(store, *paths, zone=None)
    assert import_exit_code(report) == DONE
    assert list(problem_lines(report, Paper())) == []
    lines = import_lines(report, Paper())
    assert len(lines) <= 7
    assert all(len(line) <= 78 for line in lines)
    assert lines[-1] == "See them: syncd days"
    told = " ".join(lines)
    assert "recorded workouts" in told
    assert "other files of the device were left out: " in told


def test_importing_an_export_again_writes_nothing(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    parts = write_parts(tmp_path, takeout(truth, Shape()), parts=2)
    garmin = tmp_path / "garmin.zip"
    garmin.write_bytes(account_export(truth))
    bring(store, *parts, garmin, zone=None)
    with store.read() as cx:
        before = sums_of_store(cx)
    report = bring(store, garmin, *reversed(parts), zone=None)
    assert import_lines(report, Paper())[0] == "Nothing new: 3 files were here."
    with store.read() as cx:
        assert sums_of_store(cx) == before


def test_a_rebuild_reads_an_export_from_the_archive_as_it_was_read_first(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    parts = write_parts(tmp_path, takeout(truth, Shape(json_clock="Europe/Paris")), parts=2)
    bring(store, *parts, zone=None)
    before = meaning(store)
    for part in parts:
        part.unlink()
    assert rebuild(store, since=None, clock=at()).problems == ()
    assert meaning(store) == before


def test_sources_keep_apart_and_a_telephone_ranks_behind(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    bring(store, *write_parts(tmp_path, takeout(truth, Shape())), zone=None)
    with store.read() as cx:
        person = people.listing(cx)[0]
        rows = sources.of_person(cx, person.id)
        assert accounts.find_files_account(cx, person.id) is not None
    assert [(row.key, row.kind, row.whole_day) for row in rows] == [
        ("takeout:Google Fitbit Air", SourceKind.FILE, True),
        ("takeout:exercises", SourceKind.FILE, False),
        ("takeout:reconciled", SourceKind.FILE, True),
        ("takeout:MobileTrack", SourceKind.PHONE, True),
        ("takeout:Phone Health Connect", SourceKind.PHONE, True),
    ]


def test_what_is_left_out_of_an_export_is_said_to_be_of_the_export(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    report = bring(store, *write_parts(tmp_path, takeout(truth, Shape())), zone=None)
    told = " ".join(import_lines(report, Paper()))
    assert "10 other files of the export were left out: distance_2026-06-01.csv, " in told


def test_a_broken_part_is_named_and_the_rest_of_the_export_is_imported(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    members = takeout(truth, Shape())
    name = next(name for name in members if "Steps/steps_" in name)
    members[name] = members[name].replace(b"\n2026-05-05T", b"\nyesterday ", 3)
    report = bring(store, *write_parts(tmp_path, members), zone=None)
    assert import_exit_code(report) == IN_PART
    [file] = report.files
    assert file.imported
    assert len(file.problems) == 3
    assert all(p.startswith(f"{name[-100:]}: line ") or "steps_" in p for p in file.problems)


def test_the_progress_of_an_archive_is_told_member_by_member(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    [path] = write_parts(tmp_path, takeout(truth, Shape(newer=False)))
    seen: list[ImportProgress] = []
    import_paths(
        store, [path], person=None, cohort=None, zone=None, machine_zone="UTC",
        clock=at(NOW), progress=seen.append,
    )  # fmt: skip
    inside = [(one.part, one.parts) for one in seen if one.parts]
    assert inside == sorted(inside)
    assert inside[-1][0] <= inside[-1][1]


def test_a_table_of_several_people_behind_other_members_is_refused_in_words(
    store: Store, tmp_path: Path, truth: Truth
) -> None:
    study = b"Id,ActivityMinute,Steps\n1,5/4/2026 10:00:00 AM,5\n2,5/4/2026 10:00:00 AM,6\n"
    steps = b"timestamp,steps\n" + b"2026-05-04T10:00:00Z,7\n" * (MOST_BYTES // 20)
    path = tmp_path / "all.zip"
    path.write_bytes(zipped([("Takeout/a.csv", steps), ("Takeout/b.csv", steps), ("c.csv", study)]))
    report = bring(store, path)
    [file] = report.files
    assert file.imported
    assert "This file holds 2 people (1, 2)" in str(file.problems)


def test_a_file_is_always_cut_into_the_same_batches(tmp_path: Path, truth: Truth) -> None:
    path = tmp_path / "garmin.zip"
    path.write_bytes(account_export(truth))
    payloads = fetch(path).payloads * 60
    cut = list(batches(payloads))
    assert len(cut) > 1
    assert [p for batch in cut for p in batch] == payloads
    assert [len(b) for b in cut] == [len(b) for b in batches(iter(payloads))]
    assert all(sum(len(p.body) for p in batch) <= MOST_BYTES for batch in cut)
