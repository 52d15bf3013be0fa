"""/healthz and /metrics on this machine: what Prometheus and a watching person ask for.

Everything about accounts and days is read from the store when it is asked for; only syncs and
requests are counted as they happen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from syncd.contract import Adapter, ConfigError, StoreError
from syncd.daemon_settings import DaemonSettings, address_of
from syncd.service import logs
from syncd.service.claimed import Done
from syncd.service.health import health
from syncd.service.metrics import Facts, as_text
from syncd.service.worker_facts import WorkerFacts
from syncd.store import Store, accounts, outcomes

log = logs.of(__name__)

_PATIENCE_S: Final = 10.0
DAYS_SHOWN: Final = timedelta(days=28)
"""The days whose outcomes are counted: four weeks, so that a figure tells how it goes now."""


class Observing:
    """Answers on the address of the settings, or nowhere; counts syncs."""

    def __init__(
        self,
        store: Store,
        settings: DaemonSettings,
        *,
        clock: Callable[[], datetime],
        find: Callable[[str], Adapter[Any]],
        requests: Callable[[], Mapping[tuple[str, str], int]] = dict,
    ) -> None:
        """Begin to answer; ``requests`` gives how many there were by (vendor, what became)."""
        self._store, self._settings, self._clock, self._find = store, settings, clock, find
        self._requests = requests
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
            facts = self._facts()
        except StoreError as error:
            return 503, "text/plain; charset=utf-8", f"{error}\n".encode()
        if path == "/healthz":
            return 200, "text/plain; charset=utf-8", b"ok\n"
        return (
            200,
            "text/plain; version=0.0.4; charset=utf-8",
            as_text(facts, WorkerFacts(self._store)),
        )

    def _facts(self) -> Facts:
        now = self._clock()
        with self._guard:
            syncs = dict(self._counted)
        with self._store.read() as cx:
            known = health(
                cx, now, find=self._find, nothing_written_days=self._settings.nothing_written_days
            )
            days = outcomes.counted(cx, first=(now - DAYS_SHOWN).date())
        return Facts(now=now, accounts=known, days=days, syncs=syncs, requests=self._requests())


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
