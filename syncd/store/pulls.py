"""Pulls: what was asked, what came, what it covers, and whether it is complete."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, insert, select, update

from syncd.contract import RawPayload, Stream, Window
from syncd.store import tables as t
from syncd.store.archive import inflated

HARMLESS_FACTS = {"name", "lines"}
"""What a file was called, and where in it a part stood, do not make it another file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRow:
    """One pull of one stream; ``kept`` are the (source key, UTC day) whose older steps stayed."""

    id: int
    account_id: int
    stream: Stream
    asked: Window | None
    covers: Window | None
    started_at: datetime
    complete: bool
    parser: int | None
    problems: tuple[str, ...]
    kept: tuple[tuple[str, int], ...] = ()


def begin(
    tx: Connection, account_id: int, stream: Stream, asked: Window | None, now: datetime
) -> int:
    """Open a pull and return its id."""
    values = {
        "account_id": account_id,
        "stream": stream.value,
        "asked_start": asked.start if asked else None,
        "asked_end": asked.end if asked else None,
        "started_at": now,
        "complete": False,
    }
    pull_id: int = tx.execute(insert(t.pull).values(values).returning(t.pull.c.id)).scalar_one()
    return pull_id


def complete(
    tx: Connection,
    pull_id: int,
    *,
    covers: Window | None,
    parser: int,
    problems: Sequence[str] = (),
    kept: Sequence[tuple[str, int]] = (),
) -> None:
    """Close a pull, in the transaction that stores its records."""
    values = {
        "complete": True,
        "covers_start": covers.start if covers else None,
        "covers_end": covers.end if covers else None,
        "parser": parser,
        "problems": json.dumps(list(problems), ensure_ascii=False),
        "kept": json.dumps([list(day) for day in kept]),
    }
    tx.execute(update(t.pull).where(t.pull.c.id == pull_id).values(values))


def problems(cx: Connection, pull_id: int) -> tuple[str, ...]:
    """Return what a pull brought that was not understood, one sentence each."""
    told = cx.execute(select(t.pull.c.problems).where(t.pull.c.id == pull_id)).scalar()
    return tuple(json.loads(told)) if told else ()


def pulls_to_replay(cx: Connection, account_id: int) -> list[PullRow]:
    """Return the account's complete pulls whose payloads are still here, oldest first."""
    complete_ones = complete_pulls(cx, account_id)
    gone = _gone(cx, account_id)
    return [pull for pull in complete_ones if pull.id not in gone]


def complete_pulls(cx: Connection, account_id: int) -> list[PullRow]:
    """Return the account's complete pulls, oldest first."""
    here = t.pull.c
    mine = (here.account_id == account_id) & here.complete
    rows = cx.execute(select(t.pull).where(mine).order_by(here.id)).mappings()
    return [_pull(row) for row in rows]


def all_replayable(cx: Connection, account_id: int) -> bool:
    """Say whether every complete pull of the account can be replayed."""
    return not _gone(cx, account_id)


def payloads(cx: Connection, pull_id: int) -> Iterator[RawPayload]:
    """Yield the payloads of a pull in order, one body in memory at a time."""
    here, kept = t.pull_payload.c, t.archive.c
    told = select(here.account_id, here.seq).select_from(
        t.pull_payload.join(
            t.pull, and_(here.account_id == t.pull.c.account_id, here.pull_id == t.pull.c.id)
        )
    )
    named = (
        select(t.pull_payload, kept.size, kept.deflated, kept.body, t.account.c.name)
        .join(t.account, t.account.c.id == here.account_id)
        .join(
            t.archive,
            and_(
                kept.account_id == here.account_id,
                kept.month == here.month,
                kept.sha256 == here.sha256,
            ),
        )
    )
    found = cx.execute(told.where(t.pull.c.id == pull_id).order_by(here.seq)).all()
    for account_id, seq in found:
        one = (here.account_id == account_id) & (here.pull_id == pull_id) & (here.seq == seq)
        row = cx.execute(named.where(one)).mappings().first()
        if row is not None:
            yield _payload(row)


def find_complete(
    cx: Connection, account_id: int, shas: Sequence[str], facts: Sequence[Mapping[str, str]]
) -> int | None:
    """Return the complete pull that brought just these bytes with these facts (names aside)."""
    if not shas:
        return None
    here = t.pull_payload.c
    brought = (
        select(here.pull_id)
        .join(t.pull, and_(t.pull.c.account_id == here.account_id, t.pull.c.id == here.pull_id))
        .where(here.account_id == account_id, here.sha256 == shas[0], t.pull.c.complete)
        .distinct()
        .order_by(here.pull_id)
    )
    wanted = [(sha, _that_matter(fact)) for sha, fact in zip(shas, facts, strict=True)]
    candidates: Sequence[int] = cx.execute(brought).scalars().all()
    for pull_id in candidates:
        mine = (here.account_id == account_id) & (here.pull_id == pull_id)
        rows = cx.execute(select(here.sha256, here.facts).where(mine).order_by(here.seq))
        if [(sha, _that_matter(json.loads(told))) for sha, told in rows] == wanted:
            return pull_id
    return None


def _that_matter(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if name not in HARMLESS_FACTS}


def _gone(cx: Connection, account_id: int) -> set[int]:
    """Return complete pulls with a payload that is no longer in the archive."""
    here, kept = t.pull_payload.c, t.archive.c
    same = and_(
        kept.account_id == here.account_id, kept.month == here.month, kept.sha256 == here.sha256
    )
    query = (
        select(here.pull_id)
        .join(t.pull, and_(t.pull.c.account_id == here.account_id, t.pull.c.id == here.pull_id))
        .outerjoin(t.archive, same)
        .where(here.account_id == account_id, t.pull.c.complete, kept.sha256.is_(None))
    )
    return set(cx.execute(query).scalars())


def _pull(row: RowMapping) -> PullRow:
    return PullRow(
        id=row["id"],
        account_id=row["account_id"],
        stream=Stream(row["stream"]),
        asked=_window(row["asked_start"], row["asked_end"]),
        covers=_window(row["covers_start"], row["covers_end"]),
        started_at=row["started_at"],
        complete=row["complete"],
        parser=row["parser"],
        problems=tuple(json.loads(row["problems"])),
        kept=tuple((key, day) for key, day in json.loads(row["kept"])),
    )


def _payload(row: RowMapping) -> RawPayload:
    return RawPayload(
        account=row["name"],
        stream=Stream(row["stream"]),
        covers=_window(row["covers_start"], row["covers_end"]),
        seq=row["seq"],
        fetched_at=row["fetched_at"],
        media_type=row["media_type"],
        body=inflated(row["body"], row["size"], deflated=row["deflated"], name=row["sha256"]),
        facts=json.loads(row["facts"]),
    )


def _window(start: datetime | None, end: datetime | None) -> Window | None:
    return Window(start, end) if start is not None and end is not None else None
