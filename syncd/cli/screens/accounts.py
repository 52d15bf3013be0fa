"""Accounts as a list, as facts, and as rows of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from syncd.cli.screens.paper import Paper, clip
from syncd.cli.screens.tables import facts_lines
from syncd.service.admitting import SignedIn
from syncd.service.attention import day_words, moment
from syncd.service.enrolling import Added
from syncd.service.standing import AccountView, StreamView
from syncd.walks.phrases import plural_s

NOBODY = (
    "No account yet. syncd adapters shows which vendors there are; then: syncd account add VENDOR"
)
WORDS = {
    "active": "active",
    "paused": "paused",
    "waiting": "waits",
    "needs_sign_in": "needs a sign-in",
    "retired": "retired by its vendor",
    "removed": "removed; its days are kept",
}


def account_lines(found: Sequence[AccountView], paper: Paper, now: datetime) -> list[str]:
    """Return an entry for each account: whose, how it stands, what it needs."""
    if not found:
        return paper.wrap(NOBODY)
    width = min(24, max(len(one.account.name) for one in found))
    lines: list[str] = []
    for one in found:
        first = f" {clip(one.account.name, width).ljust(width)}  "
        said = f"{one.person}: {_state(one)}, {_synced(one, now)}."
        lines += paper.wrap(said, first=first, indent=len(first))
        for more in (one.need, one.wait):
            if more is not None:
                blank = " " * len(first)
                lines += paper.wrap(more, first=blank, indent=len(first))
    return lines


def account_facts(
    one: AccountView, streams: Sequence[StreamView], paper: Paper, now: datetime
) -> list[str]:
    """Return everything known of one account, without any secret."""
    account = one.account
    facts = [
        ("Account", account.name),
        ("Vendor", account.vendor),
        ("Person", one.person),
        ("State", f"{_state(one)}, {_synced(one, now)}"),
        ("Needs you", one.need or "Nothing."),
    ]
    if one.wait is not None:
        facts.append(("Waits", one.wait))
    if account.grant_ends_at is not None:
        facts.append(("Signed in", f"until {day_words(account.grant_ends_at, one.zone)}"))
    facts += [(f"Set {key}", str(value)) for key, value in account.settings.items()]
    facts += [
        (stream.row.stream.value.capitalize(), _stream(stream, one.zone)) for stream in streams
    ]
    return facts_lines(facts, paper)


def account_row(one: AccountView) -> Mapping[str, object]:
    """Return one account as a row of a document."""
    account = one.account

    def told(at: datetime | None) -> str | None:
        return at.astimezone(one.zone).isoformat() if at is not None else None

    return {
        "account": account.name,
        "vendor": account.vendor,
        "person": one.person,
        "state": one.state,
        "why": account.why,
        "needs": one.need,
        "waiting_until": told(account.waiting_until),
        "synced_at": told(account.synced_ok_at),
        "device_sync_at": told(account.device_sync_at),
        "next_sync_at": told(account.next_sync_at),
        "sign_in_ends_at": told(account.grant_ends_at),
    }


def stream_row(stream: StreamView, zone: ZoneInfo) -> Mapping[str, object]:
    """Return one stream as part of a document."""
    row = stream.row
    return {
        "stream": row.stream.value,
        "state": row.state,
        "why": row.why,
        "complete_until": row.watermark.astimezone(zone).isoformat() if row.watermark else None,
        "missing": [
            {"from": g.start_at.astimezone(zone).isoformat(), "to": _iso(g.end_at, zone)}
            for g in stream.missing
        ],
        "days_held_back": stream.held_back,
    }


def added_lines(added: Added, summary: str, zone: str, paper: Paper, advice: str = "") -> list[str]:
    """Return what was added and what to do next."""
    account, person = added.account, added.person.name
    verb = "is back" if added.came_back else "added"
    lines = paper.wrap(f"{account.name} {verb} for {person}: {summary.rstrip('.')}.")
    if added.came_back:
        lines += paper.wrap("What it brought before is still here.")
    if added.new_person:
        lines += paper.wrap(
            f"{person} is new here; days run in {zone} until the vendor or you say otherwise"
            f" (syncd person set {person} --tz ZONE)."
        )
    if advice:
        lines += ["", *paper.wrap(advice), ""]
    verb = "login" if added.needs_sign_in else "sync"
    command = (
        f"syncd account login {account.name}" if verb == "login" else f"syncd sync {account.name}"
    )
    return [*lines, f"Next: {command}"]


def signed_in_lines(done: SignedIn, zone: ZoneInfo, paper: Paper) -> list[str]:
    """Return what a sign-in came to: what will be missing, when it ends, what to do next."""
    name = done.account.name
    lines = paper.wrap(f"Signed in to {name}. The sign-in is kept sealed on this machine.")
    for sentence in done.lacking:
        lines += ["", *paper.wrap(f"Will be missing: {sentence}")]
    if done.ends_at is not None:
        why = done.why_short or "Its vendor lets no sign-in last longer."
        lines += ["", *paper.wrap(f"It ends on {day_words(done.ends_at, zone)}. {why}")]
    if not done.lasting:
        lines += [
            "",
            *paper.wrap("The vendor gave a sign-in for a short while only, not a lasting one."),
        ]
    if done.account.paused_at is not None:
        lines += ["", *paper.wrap(f"{name} is paused. To go on: syncd account resume {name}")]
        return lines
    return [*lines, "", f"Next: syncd sync {name}"]


def _state(one: AccountView) -> str:
    """Return the state in words; of one that was moved, where to."""
    if one.account.moved_to is None:
        return WORDS[one.state]
    why = one.account.why or "Moved."
    return f"m{why[1:].rstrip('.')}"


def _synced(one: AccountView, now: datetime) -> str:
    at = one.account.synced_ok_at
    return f"last synced {moment(at, one.zone, now)}" if at else "never synced"


def _stream(stream: StreamView, zone: ZoneInfo) -> str:
    row = stream.row
    if row.state != "ok":
        return f"{row.state}: {row.why}"
    said = [f"complete until {day_words(row.watermark, zone)}" if row.watermark else "asked"]
    if stream.missing:
        said.append(f"older days back to {day_words(stream.missing[0].start_at, zone)} not fetched")
    if stream.held_back:
        some = f"{stream.held_back} day{plural_s(stream.held_back)}"
        said.append(f"{some} came back smaller and wait for a second answer")
    return "; ".join(said)


def _iso(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()


def removed_words(days: int) -> Iterable[str]:
    """Return what a removal does and what it leaves, for the question before it."""
    kept = f"Its {days:,} day{plural_s(days)} of data stay" if days else "There is no data of it"
    return (
        "Its sign-in is deleted from this machine and it is never asked again.",
        f"{kept}: verdicts do not change. All of a person goes with: syncd purge --person NAME",
        "What you allowed at the vendor is taken back there, in your account's settings.",
    )
