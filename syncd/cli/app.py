"""The command: its global options, its groups, and the one place where an error becomes words."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import typer

from syncd import __version__
from syncd.cli import (
    account,
    adapters,
    backup,
    config,
    days,
    demo,
    excuse,
    export,
    flare,
    importing,
    init,
    move,
    notify,
    person,
    plan,
    purge,
    rebuild,
    report,
    running,
    service,
    show,
    simulate,
    standing,
    sync,
    target,
    walk,
    walks,
    worker,
)
from syncd.cli.invocation import Clock, Invocation, say, say_aside, system_clock

FLAGS = frozenset({"-v", "--verbose", "--no-color", "--ascii", "--version"})
WITH_VALUE = "--config"


app = typer.Typer(
    name="syncd",
    help="Walk sessions and an honest verdict for every day, from fitness trackers.",
    epilog="Global options work anywhere in the line. Days: 2026-03-06, today, yesterday, -7d.",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 78},
)
days.register(app)
walks.register(app)
walk.register(app)
show.register(app)
importing.register(app)
rebuild.register(app)
running.register(app)
worker.register(app)
service.register(app)
export.register(app)
report.register(app)
target.register(app)
plan.register(app)
flare.register(app)
excuse.register(app)
notify.register(app)
person.register(app)
account.register(app)
sync.register(app)
backup.register(app)
move.register(app)
purge.register(app)
init.register(app)
config.register(app)
adapters.register(app)
demo.register(app)
simulate.register(app)
standing.register(app)


def _version(asked: bool) -> None:
    if asked:
        say([f"syncd {__version__}"])
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _global_options(
    ctx: typer.Context,
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="The settings file to use.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say more, also about our own bugs.")
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colours.")] = False,
    ascii_only: Annotated[
        bool, typer.Option("--ascii", help="Plain signs instead of ●○▲.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback has spoken and left
        bool,
        typer.Option("--version", help="Say the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    invocation: Invocation = ctx.obj
    invocation.config = config
    invocation.verbose = verbose
    invocation.no_color = no_color
    invocation.ascii = ascii_only
    if ctx.invoked_subcommand is None:
        from syncd.cli.home import home

        home(invocation)


_commands = cache(partial(typer.main.get_command, app))
"""The tree of commands: whoever runs many lines in one process builds it once."""


def run(
    argv: Sequence[str] | None = None,
    *,
    env: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
) -> int:
    """Run one command line and return its exit code; nothing is raised, nothing exits."""
    invocation = Invocation(env=os.environ if env is None else env, clock=clock)
    arguments = global_options_first(sys.argv[1:] if argv is None else argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _commands().main(arguments, prog_name="syncd", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        return _told(KeyboardInterrupt(), invocation)
    except (BrokenPipeError, SystemExit):  # the library's own way to say that nobody reads on
        return _close_quietly()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - told below, never swallowed
        return _told(error, invocation)
    return code if isinstance(code, int) else 0


def global_options_first(argv: Sequence[str]) -> list[str]:
    """Return the arguments with global options moved to the front, where they are understood."""
    front: list[str] = []
    rest: list[str] = []
    left = list(argv)
    while left:
        argument = left.pop(0)
        if argument == "--":
            return [*front, *rest, argument, *left]
        if argument in FLAGS or argument.startswith(f"{WITH_VALUE}="):
            front.append(argument)
        elif argument == WITH_VALUE and left:
            front += [argument, left.pop(0)]
        else:
            rest.append(argument)
    return [*front, *rest]


def _usage(error: typer.TyperException) -> int:
    """Tell what was wrong with the line typed, and where help is."""
    show_usage = getattr(error, "show", None)
    if show_usage is None:
        say_aside(f"Error: {error.format_message()}")
    else:
        show_usage()
    return error.exit_code


def _told(error: BaseException, invocation: Invocation) -> int:
    from syncd.cli.errors import INTERRUPTED, exit_code, sentence

    code = exit_code(error)
    words = sentence(error, verbose=invocation.verbose)
    if code != INTERRUPTED:
        words = f"syncd: {words}"
    for line in words.splitlines():
        for row in [line] if line.startswith(" ") else invocation.paper.sentence(line):
            say_aside(row)
    return code


def _close_quietly() -> int:
    """Send what is left to nowhere, so that closing standard output raises nothing either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return 0
