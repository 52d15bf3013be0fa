"""``syncd person``: who is here, and in which zone their days run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.dates import TypedDay, typed_day
from syncd.cli.invocation import Invocation, say
from syncd.cli.options import CohortOption, JsonOption, invocation_of
from syncd.cli.person_import import import_people
from syncd.cli.purge import YesNameOption, remove_person
from syncd.cli.zones import ZoneOption, typed_zone
from syncd.walks.phrases import plural_s

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.store.people import Person

group = typer.Typer(help="The people whose days are judged.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the person is called.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="person")


@group.command("add")
def add(ctx: typer.Context, name: NameArgument, zone: ZoneOption = None) -> None:
    """Add a person; their zone is this machine's where none is said."""
    from syncd.cli.errors import UsageProblem
    from syncd.contract.errors import ConfigError
    from syncd.store import people

    invocation = invocation_of(ctx)
    home = zone or invocation.zone.name
    with invocation.store() as store, store.write() as tx:
        try:
            person = people.add(tx, name, now=invocation.clock())
        except ConfigError as error:
            raise UsageProblem(str(error)) from error
        people.set_zone(tx, person.id, home, None, told=zone is not None)
    why = "" if zone else f" ({invocation.zone.said_by}; syncd person set changes it)"
    say([f"Added {person.name}; days run in {home}{why}."])


group.command("import")(import_people)


@group.command("list")
def list_people(ctx: typer.Context, cohort: CohortOption = None, json: JsonOption = False) -> None:
    """List the people and the zone each lives in."""
    from syncd.cli.screens.tables import document, people_lines
    from syncd.store import people

    invocation = invocation_of(ctx)
    with invocation.reading() as cx:
        found = people.listing(cx, cohort=cohort) if cx is not None else []
        zones = [_zone(invocation, cx, one) for one in found] if cx is not None else []
    if json:
        rows = [
            {"person": one.name, "cohort": one.cohort, "tz": zone}
            for one, zone in zip(found, zones, strict=True)
        ]
        say([document("people", rows)])
    elif not found:
        say(["Nobody yet. syncd import PATH makes a person; so does syncd person add NAME."])
    else:
        pairs = zip((one.name for one in found), zones, strict=True)
        say(people_lines(list(pairs), invocation.paper))


@group.command("show")
def show(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="May be left out where there is one.")
    ] = None,
) -> None:
    """Show one person: zones, sources, how much is known of them."""
    from syncd.cli.screens.tables import facts_lines
    from syncd.cli.who import one_person
    from syncd.store import derived, people, sources

    invocation = invocation_of(ctx)
    with invocation.reading() as cx:
        if cx is None:
            say(["Nobody yet. syncd import PATH makes a person; so does syncd person add NAME."])
            return
        person = one_person(cx, name)
        walks, days = derived.counts(cx, [person.id])
        runs = [
            run.zone if run.from_day is None else f"{run.zone} from {run.from_day}"
            for run in people.zones(cx, person.id)
        ]
        rows = sources.of_person(cx, person.id)
    facts = [
        ("Name", person.name),
        ("Zone", ", ".join(runs) or f"{invocation.zone.name} ({invocation.zone.said_by})"),
        ("Sources", ", ".join(row.device or row.key for row in rows) or "none yet"),
        (
            "Known",
            f"{days:,} day{plural_s(days)} with data, {walks:,} walk{plural_s(walks)}",
        ),
    ]
    say(facts_lines(facts, invocation.paper))


@group.command("set")
def set_person(
    ctx: typer.Context,
    name: NameArgument,
    zone: Annotated[
        str, typer.Option("--tz", metavar="ZONE", parser=typed_zone, help="Like Europe/Paris.")
    ],
    since: Annotated[
        TypedDay | None,
        typer.Option(
            "--from", metavar="DAY", parser=typed_day, help="From this day on; else always."
        ),
    ] = None,
) -> None:
    """Say in which zone a person lives.

    From a day on, or always. Days from there are judged again.
    """
    from syncd.cli.who import one_person, today_of
    from syncd.service.derive import set_zone

    invocation = invocation_of(ctx)
    with invocation.store() as store:
        with store.read() as cx:
            person = one_person(cx, name)
            today = today_of(cx, person, invocation.zone.name, invocation.clock())
        first = since.on(today) if since else None
        report = set_zone(store, person.id, zone, first, clock=invocation.clock)
    when = f"from {first} on" if first else "always"
    say([f"{person.name} lives in {zone}, {when}. {report.days_judged:,} days judged again."])


@group.command("remove")
def remove(ctx: typer.Context, name: NameArgument, yes: YesNameOption = None) -> None:
    """Remove a person for good.

    The same as syncd purge --person NAME: everything known of them goes.
    """
    remove_person(invocation_of(ctx), name, yes)


def _zone(invocation: Invocation, cx: Connection, person: Person) -> str:
    from syncd.cli.who import zone_of

    return zone_of(cx, person, invocation.zone.name)
