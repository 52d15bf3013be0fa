"""What Prometheus is told, family by family: accounts, streams, days, syncs, requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from syncd.service.health import AccountHealth

if TYPE_CHECKING:
    from prometheus_client.core import Metric

NOT_YET: Final = "open"
"""The label of days that are not over and have no outcome yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at ``now``: ``days`` by (outcome, state), counts since the process began."""

    now: datetime
    accounts: Sequence[AccountHealth]
    days: Mapping[tuple[str | None, str], int]
    syncs: Mapping[tuple[str, str], int]
    requests: Mapping[tuple[str, str], int]

    @property
    def waited(self) -> timedelta:
        """Return how long the account that has been due for longest waits for its sync."""
        waits = [
            self.now - one.account.next_sync_at
            for one in self.accounts
            if one.runs and not one.in_run and one.account.next_sync_at is not None
        ]
        return max([timedelta(), *waits])


class Collector(Protocol):
    """Families that somebody else tells, in the way Prometheus collects them."""

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""


def as_text(facts: Facts, *others: Collector) -> bytes:
    """Return the facts, and what others tell, in the text format of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - memory

    registry = CollectorRegistry(auto_describe=False)
    for told in (_Families(facts), *others):
        registry.register(told)
    return generate_latest(registry)


class _Families:
    """The families of one answer, in the way Prometheus collects them."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        from prometheus_client.core import (  # noqa: PLC0415 - only where somebody asks
            CounterMetricFamily,
            GaugeMetricFamily,
        )

        yield from self._counters(CounterMetricFamily)
        yield self._days(GaugeMetricFamily)
        lag = GaugeMetricFamily(
            "syncd_schedule_lag_seconds", "How long the account due for longest has waited."
        )
        lag.add_metric((), self._facts.waited.total_seconds())
        yield lag
        for name, about, value in _OF_ACCOUNTS:
            family = GaugeMetricFamily(name, about, labels=("vendor", "account", "person"))
            for one in self._facts.accounts:
                said = value(one)
                if said is not None:
                    family.add_metric(
                        (one.account.vendor, one.account.name, one.person), float(said)
                    )
            yield family
        yield from self._of_streams(GaugeMetricFamily)

    def _counters(self, counter: Callable[..., Any]) -> Iterator[Metric]:
        for name, about, labels, counts in (
            (
                "syncd_syncs",
                "Syncs since the start, by how they ended.",
                ("vendor", "ended"),
                self._facts.syncs,
            ),
            (
                "syncd_vendor_requests",
                "Requests since the start, by the status of the answer or why there was none.",
                ("vendor", "status"),
                self._facts.requests,
            ),
        ):
            family = counter(name, about, labels=labels)
            for said, count in sorted(counts.items()):
                family.add_metric(said, count)
            yield family

    def _days(self, gauge: Callable[..., Any]) -> Metric:
        family: Metric = gauge(
            "syncd_days", "Days of the last four weeks by outcome.", labels=("outcome", "state")
        )
        for (outcome, state), count in self._facts.days.items():
            family.add_metric((outcome or NOT_YET, state), count)  # type: ignore[attr-defined]
        return family

    def _of_streams(self, gauge: Callable[..., Any]) -> Iterator[Metric]:
        labels = ("vendor", "account", "person", "stream")
        asked = gauge(
            "syncd_stream_asked_age_seconds", "Since the last complete answer.", labels=labels
        )
        stored = gauge(
            "syncd_stream_stored_age_seconds", "Since anything new was written.", labels=labels
        )
        well = gauge("syncd_stream_ok", "1 when the stream can be had.", labels=labels)
        missing = gauge("syncd_stream_missing_days", "Days still to be asked for.", labels=labels)
        for one in self._facts.accounts:
            for stream in one.streams:
                who = (one.account.vendor, one.account.name, one.person, stream.stream.value)
                well.add_metric(who, float(stream.state == "ok"))
                missing.add_metric(who, stream.missing_days)
                for family, at in ((asked, stream.asked_at), (stored, stream.stored_at)):
                    if at is not None:
                        family.add_metric(who, (one.now - at).total_seconds())
        yield from (asked, stored, well, missing)


_OF_ACCOUNTS: Final[tuple[tuple[str, str, Callable[[AccountHealth], float | bool | None]], ...]] = (
    ("syncd_account_runs", "1 when it is synced by itself.", lambda one: one.runs),
    ("syncd_account_needs_person", "1 when a person must act.", lambda one: one.needs_person),
    ("syncd_account_late", "1 when it is due and nobody syncs it.", lambda one: one.late),
    ("syncd_account_stale", "1 when no data came for two days.", lambda one: one.stale),
    (
        "syncd_account_lag_seconds",
        "Age of the newest data.",
        lambda one: None if one.lag is None else one.lag.total_seconds(),
    ),
    (
        "syncd_account_failures",
        "Failed syncs since the last good one.",
        lambda one: one.account.attempts,
    ),
    (
        "syncd_account_shrunk_days",
        "Days whose older steps were kept.",
        lambda one: sum(len(stream.shrunk) for stream in one.streams),
    ),
)
