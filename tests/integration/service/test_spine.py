"""A file in, walks and verdicts out, on both databases: what stays the same whatever happens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.contract import Adapter, CanonicalRecord, ConfigError, RawPayload, StepSeries
from syncd.ingest import registry
from syncd.service.derive import derive_person
from syncd.service.rebuild import preview_flips, rebuild
from syncd.service.refreshing import refresh
from syncd.store import Store, derived, people
from syncd.walks.model import Outcome, State, Why
from tests.integration.service.lives import (
    NOW,
    PHONE,
    WATCH,
    at,
    bring,
    meaning,
    minutes_csv,
    published,
    put,
    walk_fit,
    zipped,
)

MONDAY = date(2026, 3, 9)


def waking(brisk: int = 0) -> list[int]:
    """Return a day with a few steps each waking hour and ``brisk`` minutes at ten."""
    day = [0] * 1440
    for hour in range(7, 23):
        day[hour * 60] = 6
    day[600 : 600 + brisk] = [105] * brisk
    return day


def outcomes(store: Store) -> dict[date, tuple[Outcome | None, Why | None, int | None]]:
    return {r.day.day: (r.day.outcome, r.day.why, r.day.brisk_min) for r in published(store)[0]}


def test_a_week_of_minutes_becomes_seven_verdicts(store: Store, tmp_path: Path) -> None:
    brisk = [34, 19, 30, 0, 12, 61, 29]
    path = minutes_csv(tmp_path / "week.csv", MONDAY, [waking(n) for n in brisk])
    report = bring(store, path)
    assert not report.failed
    found = outcomes(store)
    assert [found[MONDAY + timedelta(days=i)][2] for i in range(7)] == brisk
    words = [found[MONDAY + timedelta(days=i)][0] for i in range(7)]
    assert words == [Outcome.MET if n >= 30 else Outcome.MISSED for n in brisk]
    assert {r.day.tz for r in published(store)[0]} == {"Europe/Paris"}
    assert {r.day.state for r in published(store)[0]} == {State.FINAL}


def test_importing_again_writes_nothing(store: Store, tmp_path: Path) -> None:
    files = [
        minutes_csv(tmp_path / "day.csv", MONDAY, [waking(34), waking(3)]),
        walk_fit(tmp_path / "walk.fit", datetime(2026, 3, 9, 17, 0, 20, tzinfo=UTC), 31),
    ]
    bring(store, *files)
    before = published(store)
    again = bring(store, *files, now=NOW + timedelta(days=3))
    assert all(f.unchanged and f.imported for f in again.files)
    assert published(store) == before


def test_one_walk_by_two_roads_is_one_walk(store: Store, tmp_path: Path) -> None:
    walk = walk_fit(tmp_path / "walk.fit", datetime(2026, 3, 9, 17, 0, 20, tzinfo=UTC), 31)
    bring(store, zipped(walk))
    bring(store, walk)
    shutil.copy(walk, tmp_path / "renamed.bin")
    bring(store, tmp_path / "renamed.bin")
    _, walks, ledger = published(store)
    assert len(walks) == len(ledger) == 1
    assert walks[0].session.brisk_min == 31
    assert walks[0].session.steps == pytest.approx(31 * 110, abs=10)


def test_the_order_of_import_changes_nothing(
    store: Store, store_two: Store, tmp_path: Path
) -> None:
    early = [waking(34), [*waking(12)[:900], *[0] * 540]]
    files = [
        minutes_csv(tmp_path / "early.csv", MONDAY, early),
        minutes_csv(tmp_path / "late.csv", MONDAY + timedelta(days=1), [waking(31), waking(2)]),
        walk_fit(tmp_path / "a.fit", datetime(2026, 3, 10, 9, 0, 40, tzinfo=UTC), 25),
        walk_fit(tmp_path / "b.fit", datetime(2026, 3, 11, 16, 10, tzinfo=UTC), 33),
    ]
    for path in files:
        bring(store, path)
    for path in reversed(files):
        bring(store_two, path)
    assert meaning(store) == meaning(store_two)
    assert outcomes(store)[MONDAY + timedelta(days=1)][2] == 31


def test_watch_and_phone_merge_the_same_in_either_order(store: Store, store_two: Store) -> None:
    first = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp()) // 60
    watch: list[int | None] = [*waking(20)]
    watch[700:900] = [None] * 200
    phone: list[int | None] = [0] * 1440
    phone[600:630] = [95] * 30
    phone[750:765] = [112] * 15
    for one in (store, store_two):
        order = [(WATCH, watch), (PHONE, phone)]
        for source, values in order if one is store else reversed(order):
            put(one, source, first, values)
    assert meaning(store) == meaning(store_two)
    day = published(store)[0][0].day
    assert day.brisk_min == 35
    covered = [w if w is not None else p for w, p in zip(watch, phone, strict=True)]
    assert day.steps == sum(v for v in covered if v is not None)


def test_a_rebuild_changes_no_bit_with_or_without_the_derived_tables(
    store: Store, tmp_path: Path
) -> None:
    bring(
        store,
        minutes_csv(tmp_path / "week.csv", MONDAY, [waking(n) for n in (34, 19, 30, 0)]),
        walk_fit(tmp_path / "walk.fit", datetime(2026, 3, 10, 17, 0, 20, tzinfo=UTC), 31),
    )
    before = published(store)
    later = at(NOW + timedelta(days=40))
    assert preview_flips(store, since=None, clock=later) == ()
    for _ in range(2):
        assert rebuild(store, since=None, clock=later).flips == ()
        assert published(store) == before
    with store.write() as tx:
        derived.drop(tx)
    assert published(store)[0] == []
    rebuild(store, since=None, clock=later)
    assert published(store) == before


def test_a_rebuild_without_an_adapter_leaves_what_it_read_and_says_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(34), waking(33)]))
    before = outcomes(store)

    def gone(name: str) -> Adapter[Any]:
        raise ConfigError(f'The adapter "{name}" is gone.')

    monkeypatch.setattr(registry, "find", gone)
    report = rebuild(store, since=None, clock=at())
    assert report.problems == ('files of me stays as it was: The adapter "files" is gone.',)
    assert (report.payloads, report.flips) == (0, ())
    assert outcomes(store) == before


def test_a_rebuild_leaves_a_stream_that_the_adapter_has_given_up(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(34), waking(33)]))
    before, files = outcomes(store), registry.find("files")
    fewer = replace(files, capabilities=replace(files.capabilities, streams={}))
    monkeypatch.setattr(registry, "find", lambda _: fewer)
    assert rebuild(store, since=None, clock=at()).flips == ()
    assert outcomes(store) == before


def test_o5_a_rebuild_puts_what_the_parser_says_now_in_place_of_what_it_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(34), waking(33)]))
    files = registry.find("files")

    def mended(payload: RawPayload) -> Iterator[CanonicalRecord]:
        """Read no minute above a hundred steps, as a parser might after a fault was found."""
        for record in files.parse(payload):
            if isinstance(record, StepSeries):
                calm = tuple(None if v is None else min(v, 99) for v in record.value)
                yield record.model_copy(update={"value": calm})
            else:
                yield record

    monkeypatch.setattr(registry, "find", lambda _: replace(files, parse=mended))
    assert len(preview_flips(store, since=None, clock=at())) == 2
    assert outcomes(store)[MONDAY][2] == 34
    flips = rebuild(store, since=None, clock=at()).flips
    assert [(f.before, f.after) for f in flips] == [(Outcome.MET, Outcome.MISSED)] * 2
    assert outcomes(store)[MONDAY][2] == 0


def test_a_later_file_turns_a_missed_day_and_says_what_it_read(
    store: Store, tmp_path: Path
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(19), waking(34)]))
    assert outcomes(store)[MONDAY][0] is Outcome.MISSED
    walk = walk_fit(tmp_path / "walk.fit", datetime(2026, 3, 9, 17, 0, tzinfo=UTC), 20)
    bring(store, walk, now=NOW + timedelta(days=1))
    row = next(r for r in published(store)[0] if r.day.day == MONDAY)
    assert (row.day.outcome, row.revision) == (Outcome.MET, 2)
    assert row.day.reason.startswith("Met, after late data: 39 brisk minutes.")
    untouched = next(r for r in published(store)[0] if r.day.day == MONDAY + timedelta(days=1))
    assert untouched.revision == 1


def test_a_recording_takes_over_the_id_of_the_walk_that_was_inferred(
    store: Store, tmp_path: Path
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(30)]))
    (inferred,) = published(store)[1]
    walk = walk_fit(tmp_path / "walk.fit", datetime(2026, 3, 9, 9, 0, 20, tzinfo=UTC), 30)
    bring(store, walk)
    (recorded,) = published(store)[1]
    assert (inferred.session.kind, recorded.session.kind) == ("inferred", "recorded")
    assert recorded.id == inferred.id
    assert (inferred.revision, recorded.revision) == (1, 2)


def test_days_between_two_files_are_days_that_nobody_can_tell(store: Store, tmp_path: Path) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(31)]))
    bring(store, minutes_csv(tmp_path / "b.csv", MONDAY + timedelta(days=40), [waking(31)]))
    found = outcomes(store)
    assert len(found) == 41
    between = [found[MONDAY + timedelta(days=n)] for n in range(1, 40)]
    assert {(outcome, why) for outcome, why, _ in between} == {(Outcome.UNKNOWN, Why.NO_DATA)}


def test_a_file_that_ends_today_is_judged_again_when_time_has_passed(
    store: Store, tmp_path: Path
) -> None:
    half = waking(12)[:700]
    path = minutes_csv(tmp_path / "a.csv", MONDAY, [waking(31), half])
    noon = datetime(2026, 3, 10, 11, tzinfo=UTC)
    bring(store, path, now=noon)
    assert outcomes(store)[MONDAY + timedelta(days=1)][0] is None
    refresh(store, clock=at(noon + timedelta(days=3)))
    tuesday = outcomes(store)[MONDAY + timedelta(days=1)]
    assert tuesday == (Outcome.UNKNOWN, Why.NOT_SYNCED, 12)


def test_a_file_of_several_people_asks_for_a_cohort_and_makes_one_person_each(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "cohort.csv"
    rows = [f"{who},3/9/2026 10:{m:02}:00 AM,105" for who in (7, 8) for m in range(30)]
    path.write_text("\n".join(["Id,ActivityMinute,Steps", *rows]))
    refused = bring(store, path)
    assert refused.failed
    assert "--cohort" in refused.files[0].problems[0]
    assert published(store)[0] == []
    bring(store, path, cohort="trial", zone="America/New_York")
    with store.read() as cx:
        names = [p.name for p in people.listing(cx, cohort="trial")]
    assert names == ["trial/7", "trial/8"]


def test_a_file_without_a_zone_asks_for_one(store: Store, tmp_path: Path) -> None:
    path = minutes_csv(tmp_path / "a.csv", MONDAY, [waking(31)])
    refused = bring(store, path, zone=None)
    assert "--tz" in refused.files[0].problems[0]
    with store.write() as tx:
        person = people.add(tx, "me", now=NOW)
        people.set_zone(tx, person.id, "Asia/Tokyo", None)
    assert not bring(store, path, zone=None).failed
    assert published(store)[0][0].day.utc_offset_start_min == 540


def test_a_dry_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    report = bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(31)]), dry_run=True)
    assert report.files[0].minutes == 1440
    with store.read() as cx:
        assert people.listing(cx) == []


def test_nobody_is_guessed_when_several_are_known(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        people.add(tx, "anna", now=NOW)
        people.add(tx, "ben", now=NOW)
    with pytest.raises(ConfigError, match="--person"):
        bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(31)]))
    with pytest.raises(ConfigError, match="person add clara"):
        bring(store, tmp_path / "a.csv", person="clara")


def test_a_broken_file_among_good_ones_stops_none(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    good = walk_fit(folder / "good.fit", datetime(2026, 3, 9, 9, tzinfo=UTC), 12)
    minutes_csv(folder / "good.csv", MONDAY, [waking(31)])
    (folder / "cut.fit").write_bytes(good.read_bytes()[:-40])
    (folder / "empty.fit").write_bytes(b"")
    (folder / "photo.fit").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 200)
    report = bring(store, folder)
    broken = {f.path.name: f.problems for f in report.files if f.problems}
    assert sorted(broken) == ["cut.fit", "empty.fit", "photo.fit"]
    assert report.failed
    assert outcomes(store)[MONDAY][2] == 31
    assert len(published(store)[1]) == 2


def test_deriving_with_nothing_to_do_does_nothing(store: Store, tmp_path: Path) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", MONDAY, [waking(31)]))
    with store.read() as cx:
        person = people.listing(cx)[0]
    report = derive_person(store, person.id, clock=at())
    assert (report.days_judged, report.walks_found) == (0, 0)
