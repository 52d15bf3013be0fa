"""What goes into the outbox: with the days that a sync judges, and once a day all else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from syncd.service.asking import target_hint
from syncd.service.attention import quoted
from syncd.service.derive import Tell
from syncd.service.loading import target_on, targets_of
from syncd.service.marks import listing
from syncd.service.whereabouts import local_now
from syncd.store import accounts, derived, due, notices, series_days, sources
from syncd.store.accounts import Account
from syncd.store.instants import from_unix
from syncd.walks.flares import flare_question
from syncd.walks.model import Day, Mark
from syncd.walks.notice_sentences import ending_words, failing_words, silent_words
from syncd.walks.notices import (
    SILENT_AFTER,
    Kind,
    Lately,
    Owed,
    When,
    day_notices,
    flare_notice,
    week_name,
)
from syncd.walks.offsets import DAY_S

TOLD_FOR = timedelta(days=7)
"""A day that ended longer ago is told in the digest only."""
LOOK_BACK = timedelta(days=14)
ENDS_SOON = timedelta(days=7)
"""A sign-in or key that ends by itself is told so long before."""
SHORT_LIFE, ENDS_VERY_SOON = timedelta(days=14), timedelta(days=1)
"""One that lives no longer than the first is told the second before: sooner would be at once."""
DIGEST_UNTIL_WEEKDAY = 2
"""A digest that could not be sent on Monday is sent until Wednesday."""
A_DAY = timedelta(days=1)


def teller(account: Account, when: When, clock: Callable[[], datetime]) -> Tell:
    """Return what a sync does with the days it has judged anew, in the same transaction.

    Only a sync's fresh days are told: neither its past weeks nor an import, a rebuild or another
    target hand this to the derivation.
    """

    def tell(tx: Connection, fresh: Sequence[date]) -> None:
        owe_days(tx, account.person_id, fresh, since=account.created_at, when=when, now=clock())

    return tell


def owe_days(
    tx: Connection,
    person_id: int,
    fresh: Sequence[date],
    *,
    since: datetime,
    when: When,
    now: datetime,
) -> None:
    """Put into the outbox what the days judged anew give to tell.

    Of days that ended after ``since`` and less than seven days ago.
    """
    today = local_now(tx, person_id, now).date()
    if when is When.NEVER or max(fresh) < today - TOLD_FOR - A_DAY:
        return
    first = today - LOOK_BACK
    first -= timedelta(days=first.weekday())
    days = [row.day for row in derived.iter_days(tx, [person_id], first=first, last=today)]
    ends = {day.day: _end(day) for day in days}
    targets = targets_of(tx, person_id)
    lately = Lately(
        days=days,
        fresh=frozenset(fresh),
        since=min((d for d, end in ends.items() if since < end), default=today),
        tellable={d for d, end in ends.items() if since < end <= now and now - end < TOLD_FOR},
        today=today,
        owed=notices.owed(tx, person_id),
        sent=notices.went_out(tx, person_id),
        most_days=lambda day: target_on(targets, day).rules.most_days,
    )
    for one in day_notices(lately, when):
        notices.owe(tx, person_id, one.kind, one.subject, words="", now=now)


def _end(day: Day) -> datetime:
    midnight = datetime.combine(day.day, time(), UTC) + A_DAY
    return midnight - timedelta(minutes=day.utc_offset_end_min)


def owe_daily(tx: Connection, person_id: int, at: datetime, now: datetime) -> None:
    """Put into the outbox, as of ``at`` on the wearer's day, what no sync writes.

    The digest of the week that ended, a silent or failing account, a flare's question, the hint at
    a first target.
    """
    local = local_now(tx, person_id, now)
    if has_digest(tx, person_id, local):
        name = week_name(local.date() - timedelta(days=7))
        notices.owe(tx, person_id, Kind.DIGEST, name, words="", now=at)
    said = [*account_notices(tx, person_id, local), *flare_notices(tx, person_id, local.date())]
    for one, words in said:
        notices.owe(tx, person_id, one.kind, one.subject, words=words, now=at)
    hint = target_hint(tx, person_id, local.date(), now)
    if hint is not None:
        notices.owe(tx, person_id, Kind.FIRST_TARGET, "", words=hint, now=at)


def has_digest(cx: Connection, person_id: int, local: datetime) -> bool:
    """Tell whether the week that ended is told: it has data, and was lived with an account here.

    It is early in the week then; whoever only imports files looks at the report instead.
    """
    today = local.date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), local.tzinfo)
    span = derived.data_span(cx, [person_id])
    if span is None or span[1] < monday.date() - timedelta(days=7):
        return False
    lived = any(
        account.vendor != accounts.FILES and account.created_at < monday
        for account in accounts.of_person(cx, person_id)
    )
    return lived and today.weekday() <= DIGEST_UNTIL_WEEKDAY


def account_notices(cx: Connection, person_id: int, local: datetime) -> list[tuple[Owed, str]]:
    """Return what is to be said of accounts: no data, no sync that worked, a sign-in that ends."""
    found = []
    for account in accounts.of_person(cx, person_id):
        runs = account.vendor != accounts.FILES and account.paused_at is None
        if runs and account.state in (due.ACTIVE, due.WAITING):
            found += [*_silence(cx, account, local), *_ending(account, local)]
    return found


def _ending(account: Account, local: datetime) -> list[tuple[Owed, str]]:
    """Return what to say of a sign-in that ends by itself soon."""
    ends = account.grant_ends_at
    if ends is None:
        return []
    lives = ends - (account.signed_in_at or account.created_at)
    if ends - local > (ENDS_VERY_SOON if lives <= SHORT_LIFE else ENDS_SOON):
        return []
    again = f"syncd account login {quoted(account.name)}"
    day = ends.astimezone(local.tzinfo).date()
    words = ending_words(account.name, day, local.date(), again)
    return [(Owed(Kind.SIGN_IN_ENDS, _subject(account, ends)), words)]


def _silence(cx: Connection, account: Account, local: datetime) -> list[tuple[Owed, str]]:
    """Return what to say of an account: that it fails, else that it is silent, else nothing."""
    today, zone = local.date(), local.tzinfo
    worked = account.synced_ok_at
    if local - (worked or account.created_at) > SILENT_AFTER:
        words = failing_words(
            account.name, worked.astimezone(zone) if worked else None, account.why, today
        )
        return [(Owed(Kind.FAILING, _subject(account, worked)), words)]
    syncs = [row.last_sync for row in sources.of_account(cx, account.id) if row.last_sync]
    last = max(syncs, default=None) or _end_of_data(cx, account.person_id)
    if local - (last or account.created_at) > SILENT_AFTER:
        words = silent_words(account.name, last.astimezone(zone) if last else None, today)
        return [(Owed(Kind.SILENT, _subject(account, last)), words)]
    return []


def _end_of_data(cx: Connection, person_id: int) -> datetime | None:
    """Return the end of the last day with data, for a vendor that names no device's sync."""
    span = series_days.days_span(cx, person_id)
    return from_unix((span[1] + 1) * DAY_S) if span is not None else None


def _subject(account: Account, since: datetime | None) -> str:
    return f"{account.name} {(since or account.created_at):%Y-%m-%dT%H:%M:%SZ}"


def flare_notices(cx: Connection, person_id: int, today: date) -> list[tuple[Owed, str]]:
    """Return the question to ask today about each flare that runs."""
    found = []
    for mark in listing(cx, person_id, Mark.FLARE):
        if mark.last_day is None:
            days = derived.iter_days(cx, [person_id], first=mark.first_day, last=today)
            outcomes = [row.day.outcome for row in days]
            owed = flare_notice(mark.first_day, today, outcomes)
            words = flare_question(mark.first_day, today, outcomes)
            if owed is not None and words is not None:
                found.append((owed, words))
    return found
