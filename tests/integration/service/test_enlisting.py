"""People in bulk: all or nothing, twice is once, and every wrong line by its number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from syncd.contract import ConfigError, StoreError
from syncd.service import enlisting, people_file
from syncd.service.enlisting import Enlisted, enlist
from syncd.store import Store, people
from syncd.store import enlisting as bulk
from syncd.store import tables as t
from tests.integration.service.lives import NOW, WATCH
from tests.integration.service.lives import put as tracked

MONDAY = date(2026, 3, 9)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "cohort.csv"
    file.write_bytes(text.encode(encoding))
    return file


def put(store: Store, file: Path, *, dry_run: bool = False) -> Enlisted:
    return enlist(store, file, zone="Etc/UTC", clock=lambda: NOW, dry_run=dry_run)


def there(store: Store) -> dict[str, tuple[str | None, list[tuple[str, bool]]]]:
    with store.read() as cx:
        return {
            one.name: (one.cohort, [(run.zone, run.told) for run in people.zones(cx, one.id)])
            for one in people.listing(cx)
        }


def test_people_come_with_cohort_and_zone_and_a_second_time_changes_nothing(store, tmp_path):
    file = written(
        tmp_path,
        "\ufeffPerson;Cohort;TZ\r\n1;trial;Europe/Paris\r\n"
        '"trial/Müller; Anna";trial;\r\n;;\r\n\r\nother/2;;Asia/Tokyo\r\nBo;;\r\n',
    )
    expected = {
        "Bo": (None, [("Etc/UTC", False)]),
        "other/2": ("other", [("Asia/Tokyo", True)]),
        "trial/1": ("trial", [("Europe/Paris", True)]),
        "trial/Müller; Anna": ("trial", [("Etc/UTC", False)]),
    }
    assert put(store, file, dry_run=True).added == 4
    assert there(store) == {}
    assert put(store, file) == Enlisted(added=4, cohorts={"trial", "other"})
    assert there(store) == expected
    assert put(store, file) == Enlisted(same=4, cohorts={"trial", "other"})
    assert there(store) == expected


def test_a_person_from_a_file_has_the_uid_they_would_have_had_by_hand(store, store_two, tmp_path):
    put(store, written(tmp_path, "person,cohort\n7,trial\n"))
    with store_two.write() as tx:
        by_hand = people.add(tx, "trial/7", cohort="trial", now=NOW)
    with store.read() as cx:
        found = people.find(cx, "trial/7")
    assert found is not None
    assert (found.uid, found.cohort) == (by_hand.uid, by_hand.cohort)


def test_every_wrong_line_is_told_and_nothing_is_half_imported(store, tmp_path, monkeypatch):
    monkeypatch.setattr(enlisting, "CHUNK", 2)
    with store.write() as tx:
        mover = people.add(tx, "trial/9", cohort="trial", now=NOW)
        people.set_zone(tx, mover.id, "Europe/Paris", None)
        people.set_zone(tx, mover.id, "Asia/Tokyo", MONDAY)
    before = there(store)
    file = written(
        tmp_path,
        "person,cohort,zone\n1,trial,Europe/Paris\n2,trial,Europe/Pariss\n,trial,\n"
        '1,trial,\nx,trial\n"y,trial,\nq/1,trial,\n3,trial,\n9,trial,Europe/Rome\n-z,,\n'
        "M\xfcller,trial,\n",
        "latin-1",
    )
    with pytest.raises(ConfigError) as refused:
        put(store, file)
    first, *lines = str(refused.value).splitlines()
    assert first == f"{file}: nothing was imported: 9 lines need a change."
    assert [line.partition(": ")[0] for line in lines] == [
        f"Line {n}" for n in (3, 4, 5, 6, 7, 8, 10, 11, 12)
    ]
    for line, words in zip(
        lines,
        (
            "'Europe/Pariss' is not a time zone. Did you mean Europe/Paris?",
            "names no person.",
            "trial/1 is in line 2 already.",
            "has 2 fields, the first line names 3.",
            'has a quote (") that is opened or closed alone.',
            "is called trial/ID, not trial/q/1.",
            "trial/9 has moved since, by syncd person set. Write Asia/Tokyo",
            'A name cannot begin with "-"',
            "is not UTF-8 text. Save the file as CSV UTF-8.",
        ),
        strict=True,
    ):
        assert words in line
    assert there(store) == before


def test_beyond_fifty_wrong_lines_go_by_their_numbers(store, tmp_path):
    wrong = [f"{n},c,Nowhere" for n in range(2, 60)]
    file = written(tmp_path, "\n".join(["person,cohort,zone", *wrong, "60,c,", "61,c,x"]))
    with pytest.raises(ConfigError) as refused:
        put(store, file)
    lines = str(refused.value).splitlines()
    assert len(lines) == 52
    assert lines[-1] == "Wrong too: lines 52-59, 61."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the first line names no column person"),
        ("1,trial,UTC\n", "the first line names no column person"),
        ("person,zoen\n", "there is no column 'zoen'. Did you mean zone?"),
        ("person,zone,tz\n", "names a column twice"),
        ("person\n" + "x" * 5000, "line 2 is longer than 4096 characters"),
    ],
)
def test_a_file_that_is_none_of_people_is_refused_in_a_sentence(store, tmp_path, text, words):
    with pytest.raises(ConfigError, match=words):
        put(store, written(tmp_path, text))
    with pytest.raises(ConfigError, match="cannot be read"):
        put(store, tmp_path / "missing.csv")


def test_a_changed_zone_is_taken_over_and_the_days_are_judged_in_it(store, tmp_path):
    put(store, written(tmp_path, "person,zone\nme,Europe/Paris\nBo,Europe/Paris\n"))
    tracked(store, WATCH, 29_550_000, [100] * 3000)
    file = written(tmp_path, "person,zone\nme,Europe/Helsinki\nBo,\n")
    with store.read() as cx:
        assert set(cx.execute(select(t.day.c.tz)).scalars()) == {"Europe/Paris"}
    assert put(store, file) == Enlisted(moved=1, same=1)
    assert there(store)["me"] == (None, [("Europe/Helsinki", True)])
    with store.read() as cx:
        assert set(cx.execute(select(t.day.c.tz)).scalars()) == {"Europe/Helsinki"}
        assert cx.execute(select(func.count()).select_from(t.dirty)).scalar() == 0


def test_who_moved_by_hand_may_stay_in_the_file_as_they_were(store, tmp_path):
    file = written(tmp_path, "person,zone\nAda,Europe/Paris\n")
    put(store, file)
    with store.write() as tx:
        ada = people.find(tx, "Ada")
        assert ada is not None
        people.set_zone(tx, ada.id, "Asia/Tokyo", MONDAY)
    assert put(store, file) == Enlisted(same=1)
    assert put(store, written(tmp_path, "person,zone\nAda,Asia/Tokyo\n")) == Enlisted(same=1)


def test_thousands_of_people_take_few_statements(store, tmp_path):
    file = written(tmp_path, "person,cohort\n" + "".join(f"{n},c\n" for n in range(3000)))
    said: list[str] = []

    def note(_cx, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        assert put(store, file).added == 3000
        first, said[:] = len(said), []
        assert put(store, file).same == 3000
    finally:
        event.remove(store._engine, "before_cursor_execute", note)
    assert first < 60
    assert len(said) < 10
    assert not any("INSERT" in statement for statement in said)


def test_somebody_who_is_added_meanwhile_undoes_the_import(store, tmp_path, monkeypatch):
    file = written(tmp_path, "person,cohort\n1,c\n2,c\n")
    put(store, file)
    monkeypatch.setattr(bulk, "known", lambda *_: {})
    file = written(tmp_path, "person,cohort\n3,c\n1,c\n")
    with pytest.raises(StoreError, match="at the same time; nothing was imported"):
        put(store, file)
    assert sorted(there(store)) == ["c/1", "c/2"]


def test_lines_are_read_one_at_a_time(tmp_path):
    file = written(tmp_path, "person\n" + "".join(f"{n}\n" for n in range(20_000)))
    said = people_file.read_people(file)
    assert next(said) == people_file.Entry(2, "0", None, None)
    file.write_bytes(b"person\n")
    assert sum(1 for _ in said) < 10_000, "it was read before it was asked for"
