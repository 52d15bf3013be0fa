"""``syncd worker``: one of many processes on a PostgreSQL database."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.invocation import Invocation
from syncd.cli.options import invocation_of
from syncd.cli.running import heed_signals

if TYPE_CHECKING:
    from queue import SimpleQueue

    from syncd.service.daemon import Word
    from syncd.service.worker import Worker
    from syncd.store import Store

MOST = 256
CONNECTIONS_MOST = 16


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    ctx: typer.Context,
    concurrency: Annotated[
        int, typer.Option(min=1, max=MOST, help="How many accounts are synced side by side.")
    ] = 16,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where /healthz and /metrics answer."),
    ] = None,
) -> None:
    """Sync what is due with other workers, on PostgreSQL.

    As many as wanted, on as many machines, until told to stop. At home, on one machine,
    syncd run does all of it.
    """
    from queue import SimpleQueue

    from syncd.service import logs
    from syncd.store import Limits, open_store

    invocation = invocation_of(ctx)
    url = invocation.settings.database_url
    _refuse_sqlite(url)
    logs.set_up(sys.stderr, verbose=invocation.verbose)
    words: SimpleQueue[Word] = SimpleQueue()
    heed_signals(words)
    store = open_store(url, limits=Limits(connections=min(concurrency, CONNECTIONS_MOST) + 4))
    try:
        if not _worker(invocation, store, concurrency, listen).run(words):
            # What is left sits in a vendor's silence; its transaction is undone as by a power cut.
            sys.stderr.flush()
            os._exit(0)
    finally:
        store.close()


def _refuse_sqlite(url: str) -> None:
    from syncd.contract import ConfigError

    if url.startswith("sqlite"):
        raise ConfigError(
            "Workers share a PostgreSQL database; this one is SQLite, where syncd run does all the"
            " work by itself. To change over: syncd move --to postgresql://USER@HOST/NAME"
        )


def _worker(invocation: Invocation, store: Store, concurrency: int, listen: str | None) -> Worker:
    import random
    from dataclasses import replace

    from syncd.ingest import registry
    from syncd.service.connecting import Roads
    from syncd.service.housekeeping import Housekeeping
    from syncd.service.observing import Observing
    from syncd.service.sending import send_due
    from syncd.service.supervisor import Supervisor
    from syncd.service.syncing import Engine
    from syncd.service.worker import Worker
    from syncd.store.store_clock import StoreClock
    from syncd.walks.notices import When

    settings, clock = invocation.settings, StoreClock(store)
    roads = Roads(store=store, settings=settings, env=invocation.env, clock=clock)
    engine = Engine(
        store=store,
        clock=clock,
        open=roads.open,
        rng=random.Random(),  # noqa: S311 - spreads polls over the hour
        notify_days=When(settings.notify.days),
    )
    observed = replace(settings.daemon, listen=listen)
    return Worker(
        engine=engine,
        clock=clock,
        settings=settings.worker,
        threads=concurrency,
        supervisor=Supervisor(invocation.env),
        observe=lambda: Observing(store, observed, clock=clock, find=registry.find),
        keep_house=lambda stopping: Housekeeping(
            store=store,
            clock=clock,
            find=registry.find,
            archive_days=lambda: settings.daemon.archive_days,
            stopping=stopping,
        )(),
        send=lambda: send_due(store, roads.lock(), clock, settings.notify),
    )
