"""``syncd simulate``: a vendor on this machine, for those who write adapters."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import say
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from syncd.sim.running import Running


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    ctx: typer.Context,
    vendor: Annotated[str, typer.Argument(metavar="VENDOR", help="As in `syncd adapters`.")],
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes a free one.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another N, another life.")] = 1,
) -> None:
    """Run a vendor on this machine, with a made-up person.

    Answers on loopback only, until Ctrl-C. For adapter developers.
    """
    from syncd.ingest.simulators import find

    simulator = find(vendor)
    with TemporaryDirectory(prefix="syncd-simulate-") as folder:
        try:
            running = simulator.start(port, invocation_of(ctx).clock, Path(folder), seed)
        except OSError as error:
            raise typer.BadParameter(
                f"port {port} cannot be had: {error.strerror}.", param_hint="--port"
            ) from None
        try:
            say(_lines(simulator.summary, running))
            sys.stdout.flush()
            Event().wait()
        except KeyboardInterrupt:
            say(["", "Stopped."])
        finally:
            running.stop()


def _lines(summary: str, running: Running) -> list[str]:
    """Return what it is, where, and how an account is pointed at it."""
    lines = [f"{summary}:", f"  {running.url}", "", "Settings of an account that asks it:"]
    wide = max(map(len, running.settings))
    told = (f"  {name:<{wide}} = {value}" for name, value in running.settings.items())
    return [*lines, *told, "", "Ctrl-C ends it."]
