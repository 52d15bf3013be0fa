"""``--tz``: a zone as typed, or what was probably meant."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer


def typed_zone(text: str) -> str:
    """Return the zone; raise ``BadParameter`` with near names for one that does not exist."""
    from syncd.settings import check_zone

    try:
        return check_zone(text.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


ZoneOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", parser=typed_zone, help="Zone of the local times, Europe/Paris."
    ),
]
