"""``syncd run``: the service in the foreground; systemd starts it the same way."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation
from syncd.cli.options import invocation_of

if TYPE_CHECKING:
    from queue import SimpleQueue

    from syncd.daemon_settings import DaemonSettings
    from syncd.service.daemon import Daemon, Word
    from syncd.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    ctx: typer.Context,
    trust_clock: Annotated[
        bool,
        typer.Option("--trust-clock", help="Go on although something was written later than now."),
    ] = False,
) -> None:
    """Sync every account when it is due, until told to stop.

    In the foreground: Ctrl-C ends it in order, SIGHUP reads the settings again.
    """
    from queue import SimpleQueue

    from syncd.cli.neighbours import announced, place_of
    from syncd.service import logs

    invocation = invocation_of(ctx)
    logs.set_up(sys.stderr, verbose=invocation.verbose)
    words: SimpleQueue[Word] = SimpleQueue()
    heed_signals(words)
    place = place_of(invocation.settings.database_url)
    with invocation.store() as store, announced(invocation.env, place):
        in_time = _daemon(invocation, store, trust_clock=trust_clock).run(words)
        if not in_time:
            # What is left sits in a vendor's silence; its transaction is undone as by a power cut.
            sys.stderr.flush()
            os._exit(0)


def heed_signals(words: SimpleQueue[Word]) -> None:
    """Turn signals into words; the queue is one that a signal handler may use."""
    import signal

    from syncd.service.daemon import Word

    def heard(number: int, _frame: object) -> None:
        words.put(Word.RELOAD if number == signal.SIGHUP else Word.STOP)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, heard)


def _daemon(invocation: Invocation, store: Store, *, trust_clock: bool) -> Daemon:
    import random

    from syncd.service.connecting import Roads
    from syncd.service.daemon import Daemon
    from syncd.service.observing import Observing
    from syncd.service.requests import RequestTally
    from syncd.service.sending import send_due
    from syncd.service.supervisor import Supervisor
    from syncd.service.syncing import Engine
    from syncd.walks.notices import When

    settings, clock = invocation.settings, invocation.clock
    asked = RequestTally()
    roads = Roads(
        store=store, settings=settings, env=invocation.env, clock=clock, heard=asked.heard
    )
    engine = Engine(
        store=store,
        clock=clock,
        open=roads.open,
        rng=random.Random(),  # noqa: S311 - spreads polls over the hour
        notify_days=When(settings.notify.days),
    )
    return Daemon(
        engine=engine,
        settings=settings.daemon,
        reload=lambda: _read_again(invocation),
        supervisor=Supervisor(invocation.env),
        send=lambda: send_due(store, roads.lock(), clock, settings.notify),
        observe=lambda: Observing(
            store, settings.daemon, clock=clock, find=engine.find, requests=asked.counted
        ),
        trust_clock=trust_clock,
    )


def _read_again(invocation: Invocation) -> DaemonSettings:
    from syncd.settings import load

    return load(invocation.config, invocation.env).settings.daemon
