"""Derivation: dirty days in, verdicts and walks out, under the person's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from syncd.service.loading import day_number, day_of, load
from syncd.service.touching import mark_days
from syncd.service.views import DeriveReport
from syncd.store import (
    Store,
    accounts,
    derived,
    dirty,
    journal,
    locks,
    offsets,
    people,
    series_days,
)
from syncd.walks.day import DAYS_WAITED_FOR, History, JudgedDay, Reading
from syncd.walks.facts import ReadBefore
from syncd.walks.identity import Published, identify
from syncd.walks.model import Day, Outcome, State, WalkSession
from syncd.walks.offsets import DAY_S, Timeline
from syncd.walks.sentences import reason

CHUNK_DAYS = 31
"""Days derived in one transaction: short enough that other writers hardly wait."""
MARGIN_BEFORE, MARGIN_AFTER = 2 + DAYS_WAITED_FOR, 3
"""UTC days loaded around the days that are written: silence is judged over the week before."""
REACH_BEFORE, REACH_AFTER = 1, 1 + DAYS_WAITED_FOR
"""Days that new data of one UTC day can change: neighbours by offset, a week by waiting."""
TRUSTED = 3
"""UTC days at the start of what was loaded whose offsets may lean on what was not loaded."""
Tell = Callable[[Connection, Sequence[date]], None]
"""What is to be done with the days that read anew, in the transaction that writes them."""
VERDICTS = {Outcome.MET, Outcome.LIKELY_MET, Outcome.MISSED, Outcome.LIKELY_MISSED}


def derive_person(
    store: Store,
    person_id: int,
    *,
    clock: Callable[[], datetime],
    run_first: bool = False,
    tell: Tell | None = None,
    first: int | None = None,
) -> DeriveReport:
    """Derive everything of one person that is marked dirty, a month a transaction.

    With ``run_first`` whoever is being synced now is left to that sync, which judges at its end.
    UTC days before ``first`` stay dirty: their data are still on the way.
    """
    with store.write() as tx:
        locks.lock_person(tx, person_id)
        uncovered = (day for day in _uncovered(tx, person_id) if first is None or day >= first)
        dirty.mark(tx, person_id, uncovered)
    report = DeriveReport(person_id=person_id)
    while True:
        with store.write() as tx:
            locks.lock_person(tx, person_id)
            if run_first and accounts.in_a_run(tx, person_id, now=clock()):
                return report
            chunk = _derive_chunk(tx, person_id, clock(), tell, first=first)
        if chunk is None:
            return report
        report = report.joined(chunk)


def derive_marked(tx: Connection, person_id: int, now: datetime) -> None:
    """Derive everything of one person that is marked dirty inside the caller's transaction."""
    dirty.mark(tx, person_id, _uncovered(tx, person_id))
    while _derive_chunk(tx, person_id, now) is not None:
        pass


def _derive_chunk(
    tx: Connection,
    person_id: int,
    now: datetime,
    tell: Tell | None = None,
    *,
    first: int | None = None,
) -> DeriveReport | None:
    """Derive the earliest chunk of dirty days; ``None`` when there is none left."""
    marks = [m for m in dirty.read(tx, person_id) if first is None or m.utc_day >= first]
    if not marks:
        _trim(tx, person_id)
        return None
    days = sorted({m.utc_day for m in marks})
    chunk = next(_chunks(days))
    last = chunk[-1] + REACH_AFTER
    if len(chunk) < len(days):
        last = min(last, days[len(chunk)] - REACH_BEFORE - 1)  # the next chunk's own
    report = derive_days(tx, person_id, chunk[0] - REACH_BEFORE, last, now, tell=tell)
    dirty.clear(tx, person_id, [m for m in marks if m.utc_day <= chunk[-1]])
    return report


def set_zone(
    store: Store, person_id: int, zone: str, first: date | None, *, clock: Callable[[], datetime]
) -> DeriveReport:
    """Say in which zone a person lives from a day on, and judge the days from there again."""
    with store.write() as tx:
        people.set_zone(tx, person_id, zone, first)
        mark_days(tx, person_id, first, None)
    return derive_person(store, person_id, clock=clock)


def _uncovered(cx: Connection, person_id: int) -> Iterator[int]:
    """Yield days between the first and last data that have no row yet: gaps are days too.

    A UTC day of data may lie on the civil day beside it, so one day at the ends is no gap.
    """
    span = series_days.days_span(cx, person_id)
    if span is None:
        return
    held = derived.days_range(cx, person_id)
    if held is None:
        yield from range(span[0], span[1] + 1)
        return
    first, last = day_number(held[0]), day_number(held[1])
    if span[0] < first - 1:
        yield from range(span[0], first)
    if span[1] > last + 1:
        yield from range(last + 1, span[1] + 1)


def _trim(tx: Connection, person_id: int) -> None:
    """Drop rows of days beyond the person's data, as a retired source leaves them."""
    span = series_days.days_span(tx, person_id)
    held = derived.days_range(tx, person_id)
    if held is None:
        return
    if span is None:
        derived.replace_days(tx, person_id, held[0], held[1], ())
        return
    before, after = day_of(span[0] - 2), day_of(span[1] + 2)
    if held[0] <= before:
        derived.replace_days(tx, person_id, held[0], before, ())
    if held[1] >= after:
        derived.replace_days(tx, person_id, after, held[1], ())


def _chunks(days: Sequence[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for day in days:
        if chunk and (day - chunk[-1] > REACH_AFTER or day - chunk[0] >= CHUNK_DAYS):
            yield chunk
            chunk = []
        chunk.append(day)
    if chunk:
        yield chunk


def derive_days(
    tx: Connection,
    person_id: int,
    first: int,
    last: int,
    now: datetime,
    *,
    tell: Tell | None = None,
) -> DeriveReport:
    """Derive and publish the civil days numbered ``first``..``last``; the caller holds the lock."""
    history = load(tx, person_id, first - MARGIN_BEFORE, last + MARGIN_AFTER)
    reading = Reading(history)
    wanted = _closed(reading, [d for d in reading.days if day_of(first) <= d <= day_of(last)])
    _keep_offsets(tx, person_id, history)
    person = people.get(tx, person_id)
    span = series_days.days_span(tx, person_id)
    judged = [j for d in wanted if _has_row(j := reading.judge(d, now), span)]
    rows, changed = _day_rows(tx, person, judged, history.line, now)
    derived.replace_days(tx, person_id, wanted[0], wanted[-1], rows)
    if tell is not None and changed:
        tell(tx, changed)
    start, end = _span(reading, wanted)
    walks = reading.sessions(wanted)
    walks_changed, retired = _publish_walks(tx, person, walks, (start, end), now)
    return DeriveReport(
        person_id=person_id,
        first_day=rows[0].day.day if rows else None,
        last_day=rows[-1].day.day if rows else None,
        days_judged=len(rows),
        days_changed=len(changed),
        walks_found=len(walks),
        walks_changed=walks_changed,
        walks_retired=retired,
    )


def _span(reading: Reading, days: Sequence[date]) -> tuple[int, int]:
    """Return the Unix seconds [start, end) that hold all pieces of ``days``."""
    pieces = [piece for day in days for piece in reading.days[day]]
    return min(p.start for p in pieces) * 60, max(p.end for p in pieces) * 60


def _closed(reading: Reading, days: Sequence[date]) -> list[date]:
    """Return ``days`` in order, with every other day that has a piece inside their span.

    Over the date line a date is lived twice, and its second piece lies after the next date's start.
    """
    found = set(days)
    while True:
        start, end = _span(reading, sorted(found))
        more = {
            day
            for day, pieces in reading.days.items()
            if any(p.start * 60 < end and p.end * 60 > start for p in pieces)
        }
        if more <= found:
            return sorted(found)
        found |= more


def _has_row(judged: JudgedDay, span: tuple[int, int] | None) -> bool:
    """Tell whether a day is shown: it has data, or data lies on both sides of it."""
    number = day_number(judged.day.day)
    return judged.has_data or (span is not None and span[0] < number < span[1])


def _keep_offsets(tx: Connection, person_id: int, history: History) -> None:
    """Keep the loaded stretch of the offset timeline; days beyond it that it moves are dirty."""
    start = history.first * 60 + TRUSTED * DAY_S
    end = history.end * 60
    known = offsets.load(tx, person_id)
    inside = [
        offsets.OffsetRow(max(r.start, start), r.offset_s, r.zone, r.source)
        for i, r in enumerate(history.line.runs)
        if i + 1 == len(history.line.runs) or history.line.runs[i + 1].start > start
    ]
    before = [r for r in known if r.from_utc < start]
    after = [replace(r, from_utc=max(r.from_utc, end)) for r in _from(known, end)]
    merged: list[offsets.OffsetRow] = []
    for row in [*before, *inside, *after]:
        if merged and (merged[-1].offset_s, merged[-1].zone) == (row.offset_s, row.zone):
            continue
        merged.append(row)
    if merged != known:
        offsets.replace_runs(tx, person_id, merged)


def _from(known: Sequence[offsets.OffsetRow], at: int) -> Sequence[offsets.OffsetRow]:
    """Return the run in force at ``at`` (Unix seconds) and all later ones."""
    started = sum(row.from_utc <= at for row in known)
    return known[max(0, started - 1) :]


def _day_rows(
    tx: Connection,
    person: people.Person,
    judged: Sequence[JudgedDay],
    line: Timeline,
    now: datetime,
) -> tuple[list[derived.DayRow], list[date]]:
    """Return the rows to publish, with revisions, and the days of those that are new."""
    if not judged:
        return [], []
    told = journal.history(tx, person.id, judged[0].day.day, judged[-1].day.day)
    rows: list[derived.DayRow] = []
    added: list[journal.DayRevision] = []
    by_hand = journal.days_by_hand(tx, person.id)  # what a person typed is no late data
    for j in judged:
        said = told.get(j.day.day, [])
        current = _revision(j.day, said, now)
        if not said or current is not said[-1]:
            said = [*said, current]
            added.append(current)
        before = None if j.day.day in by_hand else _before(said, line)
        day = replace(j.day, reason=reason(replace(j.facts, before=before)))
        rows.append(
            derived.DayRow(person.id, person.name, day, current.revision, current.changed_at)
        )
    journal.add_revisions(tx, person.id, added)
    return rows, [revision.day for revision in added]


def _revision(day: Day, told: Sequence[journal.DayRevision], now: datetime) -> journal.DayRevision:
    """Return the last revision if the day still reads the same, else a new one."""
    content = derived.day_hash(day)
    if told and told[-1].hash == content:
        return told[-1]
    return journal.DayRevision(
        day=day.day,
        revision=told[-1].revision + 1 if told else 1,
        changed_at=now.replace(microsecond=0),
        outcome=day.outcome,
        brisk_min=day.brisk_min,
        state=day.state,
        target_id=day.target_id,
        rules=day.rules,
        hash=content,
    )


def _before(told: Sequence[journal.DayRevision], line: Timeline) -> ReadBefore | None:
    """Return what a judged day read before late data flipped it, under the same rule."""
    now = told[-1]
    flipped = now
    for earlier in reversed(told[:-1]):
        if (earlier.target_id, earlier.rules) != (now.target_id, now.rules):
            return None
        if earlier.outcome != now.outcome:
            settled = earlier.state in {State.JUDGED, State.FINAL}
            if settled and earlier.outcome in VERDICTS and now.outcome in VERDICTS:
                changed = line.local(int(flipped.changed_at.timestamp())).date()
                return ReadBefore(earlier.outcome, earlier.brisk_min, changed)
            return None
        flipped = earlier
    return None


def _publish_walks(
    tx: Connection,
    person: people.Person,
    walks: Sequence[WalkSession],
    span: tuple[int, int],
    now: datetime,
) -> tuple[int, int]:
    """Give the walks that start in ``span`` (Unix seconds) their ids, write ledger and rows.

    Return how many changed and how many were retired.
    """
    start, end = span
    low = min([start, *(w.start for w in walks)])
    high = max([end, *(w.end for w in walks)])
    known = {row.id: row for row in journal.ledger(tx, person.id, low, high)}
    keys = [w.recorded_key for w in walks if w.recorded_key]
    known.update((row.id, row) for row in journal.ledger_by_key(tx, person.id, keys).values())
    published = [
        Published(r.id, r.recorded_key, r.start, r.end, r.retired_at is not None)
        for r in sorted(known.values(), key=lambda r: (r.start, r.id))
        if r.recorded_key in keys or _may_continue(r, start, end)
    ]
    ids = identify(walks, published, person.uid)
    rows = [
        _ledger_row(known.get(i), i, w, person.id, now) for i, w in zip(ids, walks, strict=True)
    ]
    gone = [
        replace(r, retired_at=now.replace(microsecond=0), changed_at=now.replace(microsecond=0))
        for r in known.values()
        if r.retired_at is None and start <= r.start < end and r.id not in ids
    ]
    fresh = [r for r in rows if r != known.get(r.id)]
    journal.put_ledger(tx, [*fresh, *gone])
    published_rows = [
        derived.WalkRow(r.id, person.id, person.name, w, r.revision, r.changed_at)
        for r, w in zip(rows, walks, strict=True)
    ]
    derived.replace_walks(tx, person.id, start, end, published_rows)
    return len(fresh), len(gone)


def _may_continue(row: journal.LedgerRow, start: int, end: int) -> bool:
    """Tell whether an entry is free to be continued: not one of a walk beyond what is written."""
    return row.retired_at is not None or start <= row.start < end


def _ledger_row(
    known: journal.LedgerRow | None, walk_id: str, walk: WalkSession, person_id: int, now: datetime
) -> journal.LedgerRow:
    content = derived.walk_hash(walk)
    if known is not None and known.hash == content and known.retired_at is None:
        return known
    return journal.LedgerRow(
        id=walk_id,
        person_id=person_id,
        recorded_key=walk.recorded_key,
        kind=walk.kind,
        start=walk.start,
        end=walk.end,
        revision=known.revision + 1 if known else 1,
        changed_at=now.replace(microsecond=0),
        retired_at=None,
        hash=content,
    )
