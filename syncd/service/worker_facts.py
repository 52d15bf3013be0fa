"""What Prometheus is told of workers and their queue; nothing on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from syncd.store import Store, job_queue, queue_schema
from syncd.store.worker_place import workers

if TYPE_CHECKING:
    from prometheus_client.core import Metric


class WorkerFacts:
    """The families of one answer, in the way Prometheus collects them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield how many workers run, and how many jobs of each vendor wait and run."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - memory

        with self._store.read() as cx:
            if not queue_schema.is_installed(cx):
                return
            there = job_queue.outstanding(cx)
        running = len(workers(self._store))
        yield GaugeMetricFamily("syncd_workers", "Workers on this database.", value=running)
        jobs = GaugeMetricFamily(
            "syncd_jobs", "Accounts in the queue, by what they do.", labels=("vendor", "status")
        )
        for vendor, counts in sorted(there.items()):
            for status, count in sorted(counts.items()):
                jobs.add_metric((vendor, status), count)
        yield jobs
