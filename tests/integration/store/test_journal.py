"""People, zones, offsets, pulls and the journal: what is told comes back, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from syncd.contract import ConfigError, StoreError, Stream, Window
from syncd.store import Store, accounts, archive, journal, offsets, people, pulls, series_days
from syncd.store import tables as t
from syncd.walks.model import Mark, Outcome, State
from tests.integration.store.made import (
    DAY,
    DAY_S,
    NOW,
    a_day,
    account_of,
    at,
    payload,
    pulled,
    source_of,
)

MIDNIGHT = DAY * DAY_S


def test_people_are_listed_by_name_and_cohorts_apart(store: Store):
    with store.write() as tx:
        for name in ("Zoë", "anna", "Émile", "Bob"):
            people.add(tx, name, now=NOW)
        member = people.add(tx, "study/7", cohort="study", now=NOW)
    with store.read() as cx:
        assert [p.name for p in people.listing(cx)] == sorted(
            ["Zoë", "anna", "Émile", "Bob", "study/7"]
        )
        assert people.listing(cx, cohort="study") == [member]
        assert people.find(cx, "study/7") == people.get(cx, member.id) == member
        assert people.find(cx, "nobody") is None


def test_a_name_gives_the_same_uid_in_any_database(store: Store):
    with store.write() as tx:
        assert people.add(tx, "me", now=NOW).uid == "cef0ade6-cbfb-5b29-a5a0-ed3050a51505"


def test_a_removed_persons_number_is_not_given_out_again(store: Store):
    with store.write() as tx:
        first = people.add(tx, "me", now=NOW)
        tx.execute(t.person.delete())
        assert people.add(tx, "me", now=NOW).id > first.id


@pytest.mark.parametrize(
    ("name", "cohort", "says"),
    [
        ("me", None, "already"),
        ("", None, "printable"),
        ("x" * 101, None, "printable"),
        ("a\nb", None, "printable"),
        (" a", None, "blanks"),
        ("-a", None, "begin"),
        ("a/b", None, "cohort"),
        ("a/b", "c", "c/ID"),
        ("c/", "c", "c/ID"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(store: Store, name, cohort, says):
    account_of(store)
    with store.write() as tx, pytest.raises(ConfigError, match=says):
        people.add(tx, name, cohort=cohort, now=NOW)


def test_zones_hold_from_a_day_on_and_a_misspelt_one_gets_a_hint(store: Store):
    person = account_of(store).person_id
    with store.write() as tx:
        people.set_zone(tx, person, "Asia/Tokyo", date(2026, 1, 5))
        people.set_zone(tx, person, "Europe/Paris", None, told=False)
        people.set_zone(tx, person, "Europe/London", None)
        assert people.zones(tx, person) == [
            people.ZoneRun(None, "Europe/London", told=True),
            people.ZoneRun(date(2026, 1, 5), "Asia/Tokyo", told=True),
        ]
        with pytest.raises(ConfigError, match=r"Did you mean .*Europe/Paris"):
            people.set_zone(tx, person, "Europe/Pariss", None)
        with pytest.raises(ConfigError, match="time zone"):
            people.set_zone(tx, person, "../etc/passwd", None)


def test_the_account_for_files_is_made_once_a_person(store: Store):
    mine, other = account_of(store), account_of(store, "other")
    assert account_of(store) == mine
    assert mine.id != other.id
    with store.read() as cx:
        assert accounts.of_person(cx, mine.person_id) == [mine]
        assert accounts.find_files_account(cx, mine.person_id) == mine
        with pytest.raises(StoreError, match="removed"):
            accounts.get(cx, 4711)


def run(start: int, offset_h: int, zone: str | None = None, by: str = "zone") -> offsets.OffsetRow:
    return offsets.OffsetRow(MIDNIGHT + start, offset_h * 3600, zone, by)


def test_a_changed_offset_dirties_the_days_up_to_the_next_run(store: Store):
    account = account_of(store)
    source = source_of(store, account)
    with store.write() as tx:
        series_days.put_series(tx, account.id, source, a_day(DAY + 20))
    first = [run(0, 1), run(5 * DAY_S + 3600, 2), run(9 * DAY_S, 1)]
    person = account.person_id

    def put(runs: list[offsets.OffsetRow]) -> set[int]:
        with store.write() as tx:
            return {day - DAY for day in offsets.replace_runs(tx, person, runs)}

    assert put(first) == set(range(21))
    assert put(list(reversed(first))) == set()
    assert put([first[0], run(5 * DAY_S + 3600, 3), first[2]]) == {5, 6, 7, 8, 9}
    assert put([first[0], run(6 * DAY_S, 3), first[2]]) == {5, 6}
    assert put([first[0], run(6 * DAY_S, 3, by="phone"), first[2]]) == set()
    assert put([first[0], run(6 * DAY_S, 3)]) == set(range(9, 21))
    assert put([]) == set(range(21))
    with store.read() as cx:
        assert offsets.load(cx, person) == []


def test_a_payload_comes_back_from_the_archive_as_it_was(store: Store):
    account = account_of(store)
    covers = Window(at(MIDNIGHT), at(MIDNIGHT + DAY_S))
    said = [
        replace(payload(b"a" * 5000, 0, name="x.csv", zone="Europe/Paris"), covers=covers),
        payload(b"\xff\x00noise", 1),
        payload(b"", 2),
    ]
    pull = pulled(store, account, *said)
    with store.read() as cx:
        assert list(pulls.payloads(cx, pull)) == said
        assert pulls.problems(cx, pull) == ("line 7: no number",)
        [row] = pulls.pulls_to_replay(cx, account.id)
    assert (row.id, row.parser, row.complete, row.stream) == (pull, 3, True, Stream.FILES)


def test_the_same_bytes_are_kept_once_in_an_account_and_month(store: Store):
    account, other = account_of(store), account_of(store, "other")
    pulled(store, account, payload(b"same"), payload(b"same", 1))
    pulled(store, account, payload(b"same"))
    pulled(store, other, payload(b"same"))
    later = replace(payload(b"same"), fetched_at=NOW + timedelta(days=31))
    pulled(store, account, later)
    with store.read() as cx:
        kept = cx.execute(t.archive.select()).all()
    assert sorted((row.account_id, row.month) for row in kept) == [
        (account.id, "2026-03"),
        (account.id, "2026-04"),
        (other.id, "2026-03"),
    ]


def test_an_import_is_known_by_its_bytes_and_facts_but_not_by_its_name(store: Store):
    account = account_of(store)
    one, two = payload(b"one", name="a.csv", zone="Asia/Tokyo"), payload(b"two", 1, name="a.csv")
    pull = pulled(store, account, one, two)
    shas = [archive.sha256(one.body), archive.sha256(two.body)]
    tokyo, paris = {"name": "b.csv", "zone": "Asia/Tokyo"}, {"zone": "Europe/Paris"}
    with store.read() as cx:
        assert pulls.find_complete(cx, account.id, shas, [tokyo, {}]) == pull
        assert pulls.find_complete(cx, account.id, shas, [paris, {}]) is None
        assert pulls.find_complete(cx, account.id, shas[:1], [tokyo]) is None
        assert pulls.find_complete(cx, account.id, shas[::-1], [{}, tokyo]) is None
        assert pulls.find_complete(cx, account.id, [], []) is None


def test_a_pull_that_is_not_complete_is_neither_known_nor_replayed(store: Store):
    account = account_of(store)
    pulled(store, account, payload(b"one"), done=False)
    with store.read() as cx:
        assert pulls.find_complete(cx, account.id, [archive.sha256(b"one")], [{}]) is None
        assert pulls.pulls_to_replay(cx, account.id) == []


def test_a_pull_whose_bytes_are_gone_is_not_replayed(store: Store):
    account = account_of(store)
    pulled(store, account, payload(b"gone"))
    kept = pulled(store, account, payload(b"kept"))
    with store.write() as tx:
        assert pulls.all_replayable(tx, account.id)
        gone = t.archive.c.sha256 == archive.sha256(b"gone")
        tx.execute(t.archive.delete().where(gone))
        assert not pulls.all_replayable(tx, account.id)
        assert [row.id for row in pulls.pulls_to_replay(tx, account.id)] == [kept]


def test_bytes_that_changed_in_the_archive_are_refused(store: Store):
    account = account_of(store)
    pull = pulled(store, account, payload(b"a" * 500))
    with store.write() as tx:
        tx.execute(t.archive.update().values(body=b"x\x9c nonsense"))
    with store.read() as cx, pytest.raises(StoreError, match="damaged"):
        list(pulls.payloads(cx, pull))


def test_a_target_said_twice_is_one_and_the_first_day_orders_them(store: Store):
    person = account_of(store).person_id
    with store.write() as tx:
        march = journal.set_target(tx, person, {"day_target": 20}, date(2026, 3, 1), NOW)
        always = journal.set_target(tx, person, {"day_target": 25}, None, NOW)
        again = journal.set_target(tx, person, {"day_target": 20}, date(2026, 3, 1), NOW)
        changed = journal.set_target(tx, person, {"day_target": 40}, date(2026, 3, 1), NOW)
        found = journal.targets(tx, person)
    assert (march, always, again, changed) == (1, 2, 1, 3)
    assert [(row.id, row.knobs["day_target"]) for row in found] == [(2, 25), (1, 20), (3, 40)]


def entry(number: int, start: int, **changes: object) -> journal.LedgerRow:
    row = journal.LedgerRow(
        id=f"00000000-0000-0000-0000-{number:012}",
        person_id=1,
        recorded_key=None,
        kind="inferred",
        start=start,
        end=start + 600,
        revision=1,
        changed_at=NOW,
        retired_at=None,
        hash=bytes(16),
    )
    return replace(row, **changes)


def test_the_ledger_finds_walks_by_span_and_by_key_and_writes_only_changes(store: Store):
    person = account_of(store).person_id
    rows = [
        entry(1, MIDNIGHT, person_id=person),
        entry(2, MIDNIGHT + 900, person_id=person, recorded_key="fit:1"),
        entry(3, MIDNIGHT + 9000, person_id=person, retired_at=NOW),
    ]
    with store.write() as tx:
        assert journal.put_ledger(tx, rows) == 3
        assert journal.put_ledger(tx, rows) == 0
        moved = replace(rows[0], end=MIDNIGHT + 700, revision=2)
        assert journal.put_ledger(tx, [moved, rows[1]]) == 1
    with store.read() as cx:
        assert journal.ledger(cx, person, MIDNIGHT, MIDNIGHT + 900) == [moved]
        assert journal.ledger(cx, person, MIDNIGHT + 650, MIDNIGHT + 9001) == [moved, *rows[1:]]
        assert journal.ledger_by_key(cx, person, ["fit:1", "fit:2"]) == {"fit:1": rows[1]}


def test_revisions_of_a_day_are_all_kept(store: Store):
    person = account_of(store).person_id
    day = date(2026, 3, 1)

    def read(number: int, outcome: Outcome | None) -> journal.DayRevision:
        return journal.DayRevision(
            day=day,
            revision=number,
            changed_at=NOW,
            outcome=outcome,
            brisk_min=number,
            state=State.JUDGED,
            target_id=0,
            rules=1,
            hash=bytes(16),
        )

    told = [read(1, None), read(2, Outcome.MISSED), read(3, Outcome.MET)]
    with store.write() as tx:
        journal.add_revisions(tx, person, told)
        journal.add_revisions(tx, person, [])
    with store.read() as cx:
        assert journal.revisions(cx, person, day) == told
        assert journal.last_revisions(cx, person, day, day) == {day: told[-1]}
        assert journal.history(cx, person, day, day) == {day: told}
        assert journal.history(cx, person, date(2026, 3, 2), date(2026, 3, 9)) == {}


def test_marks_that_were_dropped_are_not_read(store: Store):
    person = account_of(store).person_id
    row = {"person_id": person, "first_day": date(2026, 3, 1), "created_at": NOW, "why": None}
    with store.write() as tx:
        tx.execute(
            t.mark.insert(),
            [
                {**row, "id": 1, "kind": "flare", "dropped_at": None},
                {**row, "id": 2, "kind": "excused", "dropped_at": NOW},
            ],
        )
    with store.read() as cx:
        [found] = journal.marks(cx, person)
    assert (found.id, found.kind, found.last_day) == (1, Mark.FLARE, None)


def test_a_mark_is_added_ended_and_dropped_and_its_number_is_not_given_out_again(store: Store):
    person = account_of(store).person_id
    day = date(2026, 3, 2)
    with store.write() as tx:
        flare = journal.add_mark(tx, person, Mark.FLARE, day, None, now=NOW)
        excuse = journal.add_mark(tx, person, Mark.EXCUSED, day, day, why="travel", now=NOW)
        assert journal.marks(tx, person) == [flare, excuse]
        journal.end_mark(tx, person, flare.id, day)
        journal.drop_mark(tx, person, excuse.id, NOW)
        assert journal.marks(tx, person) == [replace(flare, last_day=day)]
        assert journal.add_mark(tx, person, Mark.FLARE, day, day, now=NOW).id == excuse.id + 1
