"""Every merged minute of a day, with who spoke and which walk holds it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from syncd.export import row_fields
from syncd.service.minutes import iter_minutes
from syncd.store import Store, people
from syncd.walks.model import PersonMinute
from tests.integration.service.lives import bring, minutes_csv, published, walk_fit

SATURDAY = date(2026, 3, 28)


def minutes(
    store: Store, first: date | None = None, last: date | None = None
) -> list[PersonMinute]:
    with store.read() as cx:
        ids = [p.id for p in people.listing(cx)]
        return list(iter_minutes(cx, ids, first=first, last=last))


def day() -> list[int]:
    found = [0] * 1440
    found[600:620] = [105] * 20
    return found


def test_the_days_of_a_clock_change_have_all_their_minutes_and_no_more(
    store: Store, tmp_path: Path
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", SATURDAY, [day(), day()]))
    found = minutes(store)
    assert Counter(m.minute.day for m in found) == {
        SATURDAY: 1440,
        date(2026, 3, 29): 1380,
    }
    starts = [m.minute.start for m in found]
    assert starts == sorted(set(starts))
    assert sum(m.minute.steps or 0 for m in found) == sum(
        r.day.steps or 0 for r in published(store)[0]
    )


def test_a_recording_speaks_for_its_minutes_and_names_its_walk(
    store: Store, tmp_path: Path
) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", SATURDAY, [day()]))
    bring(store, walk_fit(tmp_path / "w.fit", datetime(2026, 3, 28, 16, 0, tzinfo=UTC), 12))
    by_start = {m.minute.start: m for m in minutes(store)}
    inside = by_start[int(datetime(2026, 3, 28, 16, 5, tzinfo=UTC).timestamp())]
    recorded = next(w for w in published(store)[1] if w.session.kind == "recorded")
    assert inside.walk_id == recorded.id
    assert (inside.minute.source, inside.minute.steps) == ("fit:1:2697:7", 110)
    assert inside.minute.distance_m == 84.0
    assert inside.minute.brisk_by == "cadence"
    outside = by_start[int(datetime(2026, 3, 28, 20, 0, tzinfo=UTC).timestamp())]
    assert (outside.minute.source, outside.minute.steps, outside.walk_id) == ("csv", 0, None)


def test_only_the_days_that_were_asked_for(store: Store, tmp_path: Path) -> None:
    bring(store, minutes_csv(tmp_path / "a.csv", SATURDAY, [day()] * 3))
    found = minutes(store, date(2026, 3, 30), date(2026, 3, 30))
    assert len(found) == 1440
    fields = row_fields(found[0])
    assert fields["minute_local"] == "2026-03-30T00:00:00+02:00"
    assert fields["minute_utc"] == "2026-03-29T22:00:00+00:00"
    assert fields["interval_s"] == 60
