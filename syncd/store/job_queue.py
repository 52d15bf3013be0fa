"""The queue that workers share: accounts claimed and handed out as jobs in one transaction.

What is claimed is in the queue or not claimed at all, whenever a worker dies. Everything here goes
by the database's clock, so that machines need not agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from syncd.store.accounts import FILES
from syncd.store.queue_schema import FIRST, SCHEMA, driver, explained_driver

WORKERS: Final = "workers"
"""Who holds a claim that is a job in the queue."""
TASK: Final = "sync"
FRESH, PAST = 0, -10
"""Priorities of jobs: weeks of the past wait behind everybody's fresh days."""
_LOCK: Final = 0x73796E636454  # "syncdT"; an advisory lock, so any number will do


@dataclass(frozen=True, slots=True)
class Claimed:
    """An account that is due, and what its job is to know."""

    account_id: int
    vendor: str
    priority: int


_VENDORS = text(  # one step in the index a vendor, however many accounts there are
    "WITH RECURSIVE v AS ((SELECT vendor FROM account ORDER BY vendor LIMIT 1) UNION ALL"
    " SELECT (SELECT a.vendor FROM account a WHERE a.vendor > v.vendor ORDER BY a.vendor LIMIT 1)"
    " FROM v WHERE v.vendor IS NOT NULL)"
    f" SELECT vendor FROM v WHERE vendor IS NOT NULL AND vendor <> '{FILES}'"
)
_OUTSTANDING = text(
    f"SELECT queue_name, status::text, count(*) FROM {SCHEMA}.procrastinate_jobs"
    " WHERE status IN ('todo', 'doing') GROUP BY 1, 2"
)
_CLAIM = (
    "WITH room(vendor, most) AS"
    " (SELECT * FROM unnest(CAST(:vendors AS text[]), CAST(:rooms AS int[]))),"
    " due AS (SELECT a.id, room.vendor FROM room CROSS JOIN LATERAL ("
    "SELECT account.id FROM account WHERE account.vendor = room.vendor"
    " AND next_sync_at <= clock_timestamp() AND paused_at IS NULL"
    " AND state IN ('active', 'waiting')"
    " AND (queued_until IS NULL OR queued_until <= clock_timestamp())"
    " AND {past} (only_past AND next_sync_at > clock_timestamp() - INTERVAL '1 hour')"
    f" AND NOT EXISTS (SELECT 1 FROM {SCHEMA}.procrastinate_jobs j"
    " WHERE j.queueing_lock = 'account ' || account.id AND j.status = 'todo')"
    f" AND NOT EXISTS (SELECT 1 FROM {SCHEMA}.procrastinate_jobs j"
    " WHERE j.lock = 'account ' || account.id AND j.status = 'doing')"
    " ORDER BY next_sync_at, account.id LIMIT room.most FOR UPDATE SKIP LOCKED) a)"
    f" UPDATE account SET queued_by = '{WORKERS}',"
    " queued_until = date_trunc('second', clock_timestamp()) + CAST(:hold AS interval)"
    " FROM due WHERE account.id = due.id RETURNING account.id, account.vendor"
)
_CLAIM_FRESH, _CLAIM_PAST = text(_CLAIM.format(past="NOT")), text(_CLAIM.format(past=""))
_STALLED = text(
    "SELECT j.id, j.attempts, CAST(j.args->>'account_id' AS bigint) AS account_id"
    f" FROM {SCHEMA}.procrastinate_jobs j"
    f" LEFT JOIN {SCHEMA}.procrastinate_workers w ON w.id = j.worker_id WHERE j.status = 'doing'"
    " AND (w.id IS NULL OR w.last_heartbeat < clock_timestamp() - CAST(:silent AS interval))"
    " ORDER BY j.id FOR UPDATE OF j SKIP LOCKED"
)
_AGAIN = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
_STILL_CLAIMED = text(
    f"SELECT queued_by = '{WORKERS}' AND paused_at IS NULL AND state IN ('active', 'waiting')"
    " FROM account WHERE id = :id"
)
_LET_GO = text(
    "UPDATE account SET queued_by = NULL, queued_until = NULL"
    f" WHERE id = :id AND queued_by = '{WORKERS}'"
)


def enter(tx: Connection, *, wait: bool = False) -> bool:
    """Have the queue to oneself until the end of the transaction; the first call in it.

    ``False`` when somebody else has it; with ``wait`` that is waited for.
    """
    tx.execute(FIRST, {"schema": SCHEMA})
    kind = "" if wait else "try_"
    got = tx.execute(text(f"SELECT pg_{kind}advisory_xact_lock(:lock)"), {"lock": _LOCK}).scalar()
    return wait or bool(got)


def vendors(cx: Connection) -> list[str]:
    """Return the vendors that anybody has an account at."""
    return list(cx.execute(_VENDORS).scalars())


def outstanding(cx: Connection) -> dict[str, dict[str, int]]:
    """Return how many jobs of each vendor wait (``todo``) and run (``doing``)."""
    found: dict[str, dict[str, int]] = {}
    for vendor, status, count in cx.execute(_OUTSTANDING):
        found.setdefault(vendor, {"todo": 0, "doing": 0})[status] = count
    return found


def claim(tx: Connection, rooms: Mapping[str, int], *, hold: timedelta) -> list[Claimed]:
    """Claim due accounts, no more at each vendor than ``rooms`` says: the past last."""
    found: list[Claimed] = []
    left = dict(rooms)
    for statement, priority in ((_CLAIM_FRESH, FRESH), (_CLAIM_PAST, PAST)):
        left = {vendor: room for vendor, room in left.items() if room > 0}
        if not left:
            break
        asked = {"vendors": list(left), "rooms": list(left.values()), "hold": hold}
        for account_id, vendor in tx.execute(statement, asked):
            found.append(Claimed(account_id, vendor, priority))
            left[vendor] -= 1
    return found


def defer(tx: Connection, claimed: Sequence[Claimed], place: str) -> None:
    """Put a job for each account into the queue of its vendor, in this transaction."""
    from procrastinate import SyncPsycopgConnector  # noqa: PLC0415 - an extra
    from procrastinate.jobs import Job  # noqa: PLC0415 - an extra
    from procrastinate.manager import JobManager  # noqa: PLC0415 - an extra

    if not claimed:
        return
    jobs = [
        Job(
            queue=one.vendor,
            priority=one.priority,
            lock=f"account {one.account_id}",
            queueing_lock=f"account {one.account_id}",
            task_name=TASK,
            task_kwargs={"account_id": one.account_id},
        )
        for one in claimed
    ]
    with explained_driver(place):
        JobManager(SyncPsycopgConnector()).batch_defer_jobs(jobs, connection=driver(tx))


def again(tx: Connection, *, silent: timedelta, most: int) -> tuple[list[int], list[int]]:
    """Let jobs of workers that have been silent so long run again.

    Returns (accounts whose jobs run again, accounts whose jobs died ``most`` times: those are gone
    from the queue, and the caller says what becomes of the account).
    """
    back: list[int] = []
    deadly: list[int] = []
    for job in tx.execute(_STALLED, {"silent": silent}).all():
        if job.attempts + 1 >= most:
            tx.execute(
                text(f"DELETE FROM {SCHEMA}.procrastinate_jobs WHERE id = :id"), {"id": job.id}
            )
            deadly.append(job.account_id)
        else:
            tx.execute(_AGAIN, {"id": job.id})
            back.append(job.account_id)
    return back, deadly


def still_claimed(cx: Connection, account_id: int) -> bool:
    """Tell whether a job still has something to do: nobody has synced or paused its account."""
    return bool(cx.execute(_STILL_CLAIMED, {"id": account_id}).scalar())


def let_go(tx: Connection, account_id: int) -> None:
    """Let go of an account whose job has nothing to do."""
    tx.execute(_LET_GO, {"id": account_id})


def draw(tx: Connection, vendor: str, *, want: int, most: int) -> bool:
    """Take ``want`` requests out of this minute's ``most``; ``False`` where they are not left."""
    drawn: dict[str, Any] = {"vendor": vendor, "want": want, "most": most}
    return tx.execute(_DRAW, drawn).first() is not None


def is_spent(cx: Connection, vendor: str, most: int) -> bool:
    """Tell whether this minute's requests are all taken."""
    return bool(cx.execute(_SPENT, {"vendor": vendor, "most": most}).scalar())


_MINUTE = "date_trunc('minute', clock_timestamp())"
_DRAW = text(
    f"INSERT INTO {SCHEMA}.budget AS b (vendor, minute, used) VALUES (:vendor, {_MINUTE}, :want)"
    " ON CONFLICT (vendor) DO UPDATE SET minute = excluded.minute,"
    " used = CASE WHEN b.minute = excluded.minute THEN b.used ELSE 0 END + excluded.used"
    " WHERE b.minute < excluded.minute OR b.used + excluded.used <= :most RETURNING 1"
)
_SPENT = text(
    f"SELECT used >= :most FROM {SCHEMA}.budget WHERE vendor = :vendor AND minute = {_MINUTE}"
)
