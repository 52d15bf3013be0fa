"""Import files: recognised by content, kept in the archive, stored per person, then derived."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from syncd.contract import (
    Adapter,
    ConfigError,
    Context,
    Malformed,
    RawPayload,
    Stream,
    StreamSpec,
    SyncdError,
)
from syncd.ingest import registry
from syncd.ingest.pull import Parsed, parsed, store_parsed
from syncd.service.derive import derive_person
from syncd.service.import_batches import batches
from syncd.service.views import FileReport, ImportProgress, ImportReport
from syncd.store import (
    Store,
    accounts,
    archive,
    derived,
    dirty,
    locks,
    people,
    pulls,
    records,
)

DEFAULT_PERSON = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asked for; ``zone`` is an IANA name or ``None``."""

    person: str | None
    cohort: str | None
    zone: str | None
    machine_zone: str
    dry_run: bool


@dataclass(slots=True)
class _Run:
    """An import under way."""

    store: Store
    adapter: Adapter[Any]
    request: Request
    clock: Callable[[], datetime]
    progress: Callable[[ImportProgress], None]
    touched: dict[int, str] = field(default_factory=dict)
    at: ImportProgress | None = None

    def reached(self, connection: object) -> None:
        """Say how far an archive has been read, where the road to it tells."""
        part, parts = getattr(connection, "part", 0), getattr(connection, "parts", 0)
        if self.at is not None and parts:
            self.progress(replace(self.at, part=part, parts=parts))

    @property
    def spec(self) -> StreamSpec:
        return self.adapter.capabilities.streams[Stream.FILES]


def import_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    person: str | None,
    cohort: str | None,
    zone: str | None,
    machine_zone: str,
    clock: Callable[[], datetime],
    dry_run: bool = False,
    progress: Callable[[ImportProgress], None] | None = None,
) -> ImportReport:
    """Import files and folders; one that cannot be used is reported and stops no other.

    Raises ``ConfigError`` when it is not clear whose the files are.
    """
    request = Request(
        person=person, cohort=cohort, zone=zone, machine_zone=machine_zone, dry_run=dry_run
    )
    run = _Run(store, registry.find("files"), request, clock, progress or (lambda _: None))
    owner = None if cohort else _owner(run)
    files = tuple(files_under(paths))
    reports: list[FileReport] = []
    for i, path in enumerate(files):
        run.at = ImportProgress(stage="reading", name=path.name, files_done=i, files=len(files))
        run.progress(run.at)
        reports.append(_asked_for(_import_file(run, path, owner, files), paths))
    _judge(run)
    with store.read() as cx:
        walks, days = derived.counts(cx, list(run.touched)) if run.touched else (0, 0)
        others = people.are_several(cx)
    return ImportReport(
        files=tuple(reports),
        people=len({name for r in reports for name in r.people}),
        days_judged=days,
        walks_found=walks,
        person=owner,
        others=others,
        dry_run=dry_run,
    )


def _judge(run: _Run) -> None:
    """Derive whoever has dirty days: those just imported, and those an interrupted run left."""
    with run.store.read() as cx:
        waiting = {i: people.get(cx, i).name for i in dirty.people_with_marks(cx)}
    for done, (person_id, name) in enumerate(waiting.items()):
        run.progress(
            ImportProgress(stage="judging", name=name, files_done=done, files=len(waiting))
        )
        derive_person(run.store, person_id, clock=run.clock)


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files as given, and those in folders in order; hidden ones and links are left out."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for inside in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in inside.relative_to(path).parts)
            if inside.is_file() and not inside.is_symlink() and not hidden:
                yield inside


def _owner(run: _Run) -> str:
    """Return whose the files are when no cohort was named."""
    with run.store.read() as cx:
        if run.request.person is not None:
            if people.find(cx, run.request.person) is None:
                name = run.request.person
                raise ConfigError(
                    f'There is nobody called "{name}" yet. Add them first: syncd person add {name}'
                )
            return run.request.person
        known = people.listing(cx)
    if len(known) > 1:
        raise ConfigError(
            f"{len(known)} people are known here. Say whose files these are: --person NAME, "
            "or --cohort NAME for a study's file."
        )
    return known[0].name if known else DEFAULT_PERSON


def _asked_for(report: FileReport, paths: Sequence[Path]) -> FileReport:
    """Return a report in which a file that a person named and that gave nothing says why."""
    if report.left_out and report.path in paths:
        return replace(report, problems=report.others, others=())
    return report


def _import_file(run: _Run, path: Path, owner: str | None, beside: Sequence[Path]) -> FileReport:
    try:
        report = _imported(run, path, owner, beside)
    except SyncdError as error:
        problems = error.problems if isinstance(error, Malformed) else (str(error),)
        return FileReport(path=path, imported=False, problems=problems)
    except OSError as error:
        return FileReport(path=path, imported=False, problems=(_os_sentence(error),))
    return report


def _os_sentence(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "There is no such file. Check the name and the folder."
        case PermissionError():
            return "This file may not be read by you. Check its permissions."
        case IsADirectoryError():
            return "This is a folder; syncd expected a file."
        case _:
            return f"The file could not be read: {error.strerror or error}."


def _imported(run: _Run, path: Path, owner: str | None, beside: Sequence[Path]) -> FileReport:
    facts = {"zone": run.request.zone} if run.request.zone else {}
    context = Context(account="import", now=run.clock, facts=facts)
    report = FileReport(path=path, imported=False, unchanged=True)
    faults, others = list[str](), list[str]()
    settings = run.adapter.settings(path=path, beside=beside)
    with run.adapter.connect(settings, context) as connection:
        payloads = _until_fault(connection.fetch(Stream.FILES, None, None), faults, others)
        if owner is not None:
            for mine in batches(payloads):
                run.reached(connection)
                try:
                    _refuse_several(mine)
                except ConfigError as error:
                    if not report.imported:
                        raise
                    faults.append(str(error))
                    continue
                report = _joined(report, _store_part(run, path, owner, mine))
        else:
            for subject, part in groupby(payloads, key=lambda p: p.facts.get("subject")):
                name = _member(run.request.cohort, subject)
                report = _joined(report, _store_part(run, path, name, list(part)))
    return replace(
        report,
        problems=(*report.problems, *faults),
        others=(*report.others, *others),
        unchanged=report.unchanged and report.imported,
    )


def _until_fault(
    payloads: Iterator[RawPayload], faults: list[str], others: list[str]
) -> Iterator[RawPayload]:
    """Yield payloads until the file turns out to be broken; what came before it stands."""
    try:
        yield from payloads
    except Malformed as error:
        faults.extend(error.problems)
        others.extend(error.others)


def _refuse_several(payloads: Sequence[RawPayload]) -> None:
    """Raise ``ConfigError`` when one person's import holds several people."""
    subjects = sorted({s for p in payloads if (s := p.facts.get("subject")) is not None})
    if len(subjects) > 1:
        some = ", ".join(subjects[:3])
        raise ConfigError(
            f"This file holds {len(subjects)} people ({some}{', ...' * (len(subjects) > 3)}). "
            "Say which group they are: --cohort NAME. Each becomes NAME/Id."
        )


def _member(cohort: str | None, subject: str | None) -> str:
    if subject is None:
        raise ConfigError(
            "This file names nobody inside, so it cannot be a cohort's. "
            "Say whose it is: --person NAME."
        )
    return f"{cohort}/{subject}"


def _store_part(run: _Run, path: Path, name: str, group: list[RawPayload]) -> FileReport:
    """Store one person's part of a file, in one transaction."""
    told = _zone(run, name)
    zoned = [_with_zone(p, told, run.request.zone) for p in group]
    if run.request.dry_run:
        return _report(path, name, parsed(run.adapter, zoned, run.spec), changed=None)
    with run.store.read() as cx:
        known = _known_import(cx, name, zoned)
    if known is not None:
        return FileReport(path=path, imported=True, people=(name,), unchanged=True, problems=known)
    outcome = parsed(run.adapter, zoned, run.spec)
    if not outcome.records:
        return _report(path, name, outcome, changed=None)
    changed = _write(run, name, zoned, outcome)
    return _report(path, name, outcome, changed)


def _with_zone(payload: RawPayload, told: str | None, asked: str | None) -> RawPayload:
    """Return the payload with the zone it is read in; times with their own need only ``asked``."""
    facts = {k: v for k, v in payload.facts.items() if k != "zone"}
    match payload.facts.get("format"):
        case "minutes_wide" | "minutes_narrow" | "intervals" | "days":
            zone = told
        case "fit" | "gpx" | "tcx":
            zone = asked
        case _:  # an account's export says for itself when things were
            zone = None
    return replace(payload, facts={**facts, "zone": zone} if zone else facts)


def _zone(run: _Run, name: str) -> str | None:
    """Return the zone for local times: what was asked, else the newest that the person told."""
    if run.request.zone:
        return run.request.zone
    with run.store.read() as cx:
        person = people.find(cx, name)
        told = [z for z in people.zones(cx, person.id) if z.told] if person else []
    return told[-1].zone if told else None


def _known_import(
    cx: Connection, name: str, payloads: Sequence[RawPayload]
) -> tuple[str, ...] | None:
    """Return the problems of the earlier import of the same bytes, or ``None`` if there is none."""
    person = people.find(cx, name)
    account = accounts.find_files_account(cx, person.id) if person else None
    if account is None:
        return None
    shas = [archive.sha256(p.body) for p in payloads]
    facts: list[Mapping[str, str]] = [p.facts for p in payloads]
    pull_id = pulls.find_complete(cx, account.id, shas, facts)
    return pulls.problems(cx, pull_id) if pull_id is not None else None


def _write(run: _Run, name: str, payloads: Sequence[RawPayload], outcome: Parsed) -> set[int]:
    prepared = records.prepare(outcome.records)
    now = run.clock()
    with run.store.write() as tx:
        person = people.find(tx, name) or _newcomer(run, tx, name, now)
        locks.lock_person(tx, person.id)  # merging reads before it writes: one at a time
        account = accounts.files_account(tx, person.id, now=now)
        pull_id = pulls.begin(tx, account.id, Stream.FILES, None, now)
        for payload in payloads:
            archive.keep(tx, account.id, pull_id, replace(payload, account=account.name))
        changed = store_parsed(
            tx, account, prepared, run.spec, stream=Stream.FILES, covers=None, now=now
        )
        pulls.complete(
            tx, pull_id, covers=None, parser=run.adapter.parser, problems=outcome.problems
        )
    run.touched[person.id] = name
    return changed


def _newcomer(run: _Run, tx: Connection, name: str, now: datetime) -> people.Person:
    """Add a person that an import names for the first time."""
    person = people.add(tx, name, cohort=run.request.cohort, now=now)
    asked = run.request.zone
    people.set_zone(tx, person.id, asked or run.request.machine_zone, None, told=asked is not None)
    return person


def _report(path: Path, name: str, outcome: Parsed, changed: set[int] | None) -> FileReport:
    return FileReport(
        path=path,
        imported=bool(outcome.records),
        people=(name,) if outcome.records else (),
        walks=outcome.workouts,
        minutes=outcome.intervals,
        readings=outcome.readings,
        totals=outcome.totals,
        counted={(name, *counter): total for counter, total in outcome.counted.items()},
        days=len(changed or ()),
        unchanged=False,
        problems=outcome.problems,
        others=outcome.others,
    )


def _joined(a: FileReport, b: FileReport) -> FileReport:
    return FileReport(
        path=a.path,
        imported=a.imported or b.imported,
        people=tuple(dict.fromkeys((*a.people, *b.people))),
        walks=a.walks + b.walks,
        minutes=a.minutes + b.minutes,
        readings=a.readings + b.readings,
        totals=a.totals + b.totals,
        counted=_larger(a.counted, b.counted),
        days=a.days + b.days,
        unchanged=a.unchanged and b.unchanged,
        problems=(*a.problems, *b.problems),
        others=(*a.others, *b.others),
    )


def _larger(a: Mapping[Hashable, int], b: Mapping[Hashable, int]) -> Mapping[Hashable, int]:
    return {name: max(a.get(name, 0), b.get(name, 0)) for name in (*a, *b)}
