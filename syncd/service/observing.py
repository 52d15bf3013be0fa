"""/healthz and /metrics on this machine: what Prometheus and a watching person ask for.

Everything about accounts is read from the store when it is asked for; only syncs are counted here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from syncd.contract import Adapter, ConfigError, StoreError
from syncd.daemon_settings import DaemonSettings, address_of
from syncd.service import logs
from syncd.service.claimed import Done
from syncd.service.health import AccountHealth, health
from syncd.service.worker_facts import WorkerFacts
from syncd.store import Store, accounts

if TYPE_CHECKING:
    from prometheus_client.core import Metric

log = logs.of(__name__)

_PATIENCE_S: Final = 10.0


class Observing:
    """Answers on the address of the settings, or nowhere; counts syncs."""

    def __init__(
        self,
        store: Store,
        settings: DaemonSettings,
        *,
        clock: Callable[[], datetime],
        find: Callable[[str], Adapter[Any]],
    ) -> None:
        self._store, self._settings, self._clock, self._find = store, settings, clock, find
        self._server: ThreadingHTTPServer | None = None
        self._counted: dict[tuple[str, str], int] = {}
        self._guard = threading.Lock()
        self._listen(settings.listen)

    @property
    def port(self) -> int | None:
        """Return the port it answers on."""
        return self._server.server_address[1] if self._server else None

    def synced(self, done: Done) -> None:
        """Count a sync by vendor and how it ended, where anybody may ask."""
        if self._server is None:
            return
        with self._store.read() as cx:
            vendor = accounts.get(cx, done.account_id).vendor
        key = (vendor, _ended(done))
        with self._guard:
            self._counted[key] = self._counted.get(key, 0) + 1

    def reload(self, settings: DaemonSettings) -> None:
        """Answer elsewhere, where the settings say so now; raises ``ConfigError``."""
        if settings.listen != self._settings.listen:
            self._listen(settings.listen)
        self._settings = settings

    def close(self) -> None:
        """Answer no more."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def _listen(self, listen: str | None) -> None:
        """Answer on ``listen`` and no longer on another address; what is taken changes nothing."""
        fresh = _server(listen, self._answer) if listen else None
        self.close()
        self._server = fresh
        if fresh is not None:
            threading.Thread(target=fresh.serve_forever, name="observing", daemon=True).start()
            log.info("listening", address=listen, port=self.port)

    def _answer(self, path: str) -> tuple[int, str, bytes]:
        """Return (status, media type, body) of a page."""
        if path not in {"/healthz", "/metrics"}:
            return 404, "text/plain", b"There are /healthz and /metrics.\n"
        try:
            known = self._known()
        except StoreError as error:
            return 503, "text/plain; charset=utf-8", f"{error}\n".encode()
        if path == "/healthz":
            return 200, "text/plain; charset=utf-8", b"ok\n"
        return 200, "text/plain; version=0.0.4; charset=utf-8", self._metrics(known)

    def _known(self) -> list[AccountHealth]:
        with self._store.read() as cx:
            return health(
                cx,
                self._clock(),
                find=self._find,
                nothing_written_days=self._settings.nothing_written_days,
            )

    def _metrics(self, known: list[AccountHealth]) -> bytes:
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - memory

        with self._guard:
            counted = dict(self._counted)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Facts(known, counted))
        registry.register(WorkerFacts(self._store))
        return generate_latest(registry)


class _Facts:
    """The families of one answer, in the way Prometheus collects them."""

    def __init__(self, known: list[AccountHealth], counted: dict[tuple[str, str], int]) -> None:
        self._known, self._counted = known, counted

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        from prometheus_client.core import (  # noqa: PLC0415 - only where somebody asks
            CounterMetricFamily,
            GaugeMetricFamily,
        )

        syncs = CounterMetricFamily(
            "syncd_syncs", "Syncs since the start, by how they ended.", labels=("vendor", "ended")
        )
        for labels, count in self._counted.items():
            syncs.add_metric(labels, count)
        yield syncs
        for name, about, value in _OF_ACCOUNTS:
            family = GaugeMetricFamily(name, about, labels=("vendor", "account", "person"))
            for one in self._known:
                said = value(one)
                if said is not None:
                    family.add_metric(
                        (one.account.vendor, one.account.name, one.person), float(said)
                    )
            yield family
        yield from self._of_streams(GaugeMetricFamily)

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
        for one in self._known:
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


def _ended(done: Done) -> str:
    if done.report is None:
        return "bug"
    if done.report.busy:
        return "busy"
    return type(done.report.step).__name__.lower() if done.report.step else "well"


def _server(listen: str, answer: Callable[[str], tuple[int, str, bytes]]) -> ThreadingHTTPServer:
    class Pages(BaseHTTPRequestHandler):
        """Answers a GET; anything else is refused by the library."""

        timeout = _PATIENCE_S
        server_version, sys_version = "syncd", ""

        def do_GET(self) -> None:
            """Answer."""
            status, kind, body = answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing: who asks for metrics does so every few seconds."""

    host, port = address_of(listen)
    try:
        return ThreadingHTTPServer((str(host), port), Pages)
    except OSError as error:
        raise ConfigError(
            f"daemon.listen: {listen} cannot be had: {error.strerror}. Is another program there?"
        ) from error
