"""Write the pages that are made from the program itself; ``--check`` only says what is stale.

Run by ``make docs``. The command line is read from the Typer application and the fields from the
list that exports are made from, so that a page can never promise what does not exist.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from syncd.cli.app import app
from syncd.export.fields import FIELDS, Field, Kind
from syncd.export.formulas import FORMULAS

PAGES = Path(__file__).resolve().parent / "reference"
MADE = "Made from the program by `make docs`; not edited by hand."


def commands(command: Any, path: tuple[str, ...] = ("syncd",)) -> Iterator[tuple[str, Any]]:
    """Yield every visible command with its full name, groups before their members."""
    yield " ".join(path), command
    for name, member in getattr(command, "commands", {}).items():
        if not member.hidden:
            yield from commands(member, (*path, name))


def usage(name: str, command: Any) -> str:
    """Return the line that shows how a command is called."""
    context = typer.Context(command, info_name=name)
    return " ".join((name, *command.collect_usage_pieces(context)))


def cell(text: object) -> str:
    """Return text on one line that does not end a table's cell."""
    return " ".join(str(text).replace("|", "\\|").split())


def options(name: str, command: Any) -> Iterator[str]:
    """Yield a table row for each argument and option that has something to say."""
    context = typer.Context(command, info_name=name)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and not parameter.hidden:
            called, said = map(cell, record)
            if parameter.param_type_name == "argument":
                called = called.partition(" <")[0]
            yield f"| `{called}` | {said} |"


def command_page() -> str:
    """Return the page of the whole command line."""
    lines = ["# The command line", "", MADE]
    for name, command in commands(get_command(app)):
        lines += ["", f"## `{name}`", "", "```", usage(name, command), "```"]
        if command.help:
            lines += ["", *(line.rstrip() for line in command.help.strip().splitlines())]
        table = list(options(name, command))
        if table:
            lines += ["", "| | |", "|---|---|", *table]
    return "\n".join(lines) + "\n"


def field_row(kind: Kind, field: Field) -> str:
    """Return the table row of one field."""
    held = field.type if field.unit is None else f"{field.type}, {field.unit}"
    words = ", ".join(f"`{value}`" for value in field.values)
    meaning = f"{field.meaning} {words}." if words else field.meaning
    formula = FORMULAS[kind].get(field.name)
    if formula is not None:
        meaning += f" *Formula:* {formula}."
    empty = "yes" if field.nullable else ""
    return f"| `{field.name}` | {cell(held)} | {empty} | {cell(meaning)} |"


def field_page() -> str:
    """Return the codebook of everything that machines are told."""
    lines = [
        "# Fields of walks, days, weeks and minutes",
        "",
        MADE,
        "",
        "The same names in `--json`, JSONL, CSV and Parquet. Units are in the names. *Empty* says",
        "whether a field may be `null` (an empty cell in CSV): not measured, or not known. 0 is",
        "measured, and none. Times are RFC 3339 with the offset of where the wearer was. Parquet",
        "has instants; walks have `utc_offset_start_min` and `utc_offset_end_min` beside them.",
        "",
        "A walk that no longer exists comes, with `--changed-since`, as",
        '`{"id": ..., "deleted": true}`.',
        "",
        "What the numbers mean: [the walking rules](../explanation/walking-rules.md).",
    ]
    for kind, listed in FIELDS.items():
        lines += ["", f"## {kind.capitalize()}", "", "| field | holds | empty | meaning |"]
        lines += ["|---|---|---|---|", *(field_row(kind, field) for field in listed)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the pages; return 1 when a checked page is stale."""
    stale = []
    for file, text in ((PAGES / "cli.md", command_page()), (PAGES / "fields.md", field_page())):
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            stale.append(file.name)
        else:
            file.write_text(text, encoding="utf-8")
            print(f"wrote {file.name}")
    if stale:
        print(f"stale: {', '.join(stale)}. `make docs` writes them again.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
