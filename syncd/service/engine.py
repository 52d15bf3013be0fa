"""The distributed engine: Procrastinate takes jobs out of PostgreSQL and runs them in threads.

The one place with an event loop. What a job does is plain code in a thread, the same as on one
machine; what is safe is made so by the lease of each account, not here.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from syncd.service import logs
from syncd.service.handing_out import HEARTBEAT_S
from syncd.service.shares import Shares
from syncd.store import Limits
from syncd.store.job_queue import TASK
from syncd.store.queue_schema import SCHEMA

if TYPE_CHECKING:
    from procrastinate import App, JobContext
    from procrastinate.jobs import Job, Status

log = logs.of(__name__)

POLL_S: Final = 0.5
"""Workers are told of new jobs; this is for a vendor that had its share of threads."""
AGAIN_S: Final = 1.0
DRAIN_S: Final = 5.0
_LIMITS: Final = Limits(connections=4, statement_s=30)
"""A process that is stopped with a job half taken must not keep it: the server ends that."""
_IN_ORDER: Final = " -c enable_sort=off"
"""Jobs are taken along the index. A server that believes the queue empty, as it was when it last
looked, would sort all that wait for every job it gives: 125 ms in 2,000 jobs instead of half a one.
"""

Work = Callable[[int, str], None]
"""Syncs one account (id, vendor); what it raises puts its job back into the queue."""


class LoopThread:
    """Runs jobs until ``stop``, through every restart of the database."""

    def __init__(self, address: str, *, threads: int, work: Work, shares: Shares) -> None:
        self._threads, self._work, self._shares = threads, work, shares
        self._app = _app(address, self._job, shares, lost=self._cancel)
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn: asyncio.Task[None] | None = None
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="engine", daemon=True
        )

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self, within_s: float) -> bool:
        """Take no more jobs and wait for those under way; ``False`` where some are not done."""
        self._stopping.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _job(self, context: JobContext, account_id: int) -> None:
        vendor = context.job.queue
        try:
            self._work(account_id, vendor)
        finally:
            self._shares.ended(vendor)

    # The event loop, all of it.

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(self._threads, "sync"))
        while not self._stopping.is_set():
            self._turn = asyncio.create_task(self._take_jobs())
            try:
                await self._turn
            except asyncio.CancelledError:
                continue
            except Exception as error:  # noqa: BLE001 - the database is away, or told us to go
                log.warning("queue broken off", why=" ".join(str(error).split()) or repr(error))
            await asyncio.sleep(AGAIN_S)

    async def _take_jobs(self) -> None:
        async with self._app.open_async():
            await self._app.run_worker_async(
                concurrency=self._threads,
                fetch_job_polling_interval=POLL_S,
                update_heartbeat_interval=HEARTBEAT_S,
                shutdown_graceful_timeout=DRAIN_S,
                delete_jobs="always",
                install_signal_handlers=False,
            )

    def _cancel(self) -> None:
        """End this turn once its jobs are done; a second time would break that off."""
        if self._turn is not None and not self._turn.cancelling():
            self._turn.cancel()


def _app(
    address: str, job: Callable[..., None], shares: Shares, *, lost: Callable[[], object]
) -> App:
    """Return Procrastinate's app with our one task, on tables in the queue's own schema.

    ``lost`` is called when the end of a job could not be written down. The queue would take the job
    to be running as long as this worker gives signs of life under the same number.
    """
    from procrastinate import App, PsycopgConnector, RetryStrategy  # noqa: PLC0415 - an extra
    from procrastinate.manager import JobManager  # noqa: PLC0415 - an extra

    class FairJobs(JobManager):
        """Takes the next job of a vendor that has not had its share of this worker's threads."""

        async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
            """Return a job that is ours from now on."""
            fair = shares.open()
            found = await super().fetch_job(queues if fair is None else fair, worker_id)
            if found is not None:
                shares.begun(found.queue)
            return found

        async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001 - not ours
            """Write down that a job is done."""
            with _told(lost):
                await super().finish_job(job, status, delete_job)

        async def retry_job(self, job: Job, *args: Any, **options: Any) -> None:  # noqa: ANN401
            """Put a job back into the queue."""
            with _told(lost):
                await super().retry_job(job, *args, **options)

    options: dict[str, Any] = {
        "application_name": "syncd",
        "options": f"-c search_path={SCHEMA} -c timezone=UTC{_IN_ORDER}{_LIMITS.options()}",
        "connect_timeout": 10,
    }
    connector = PsycopgConnector(
        conninfo=address, kwargs=options, min_size=1, max_size=_LIMITS.connections, timeout=10
    )
    app = App(connector=connector)
    app.job_manager = FairJobs(connector=connector)
    app.task(name=TASK, pass_context=True, retry=RetryStrategy(wait=5))(job)
    return app


@contextmanager
def _told(lost: Callable[[], object]) -> Iterator[None]:
    try:
        yield
    except Exception:
        lost()
        raise
