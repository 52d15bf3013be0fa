"""The vendor on this machine: real sockets, its own refusals, and a walker's life as its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from syncd.sim.cloud import Cloud, Minute
from syncd.sim.faults import Faults
from syncd.sim.running import Simulator
from syncd.sim.server import Answer, Handler, Request, Routes, SimServer
from syncd.sim.weeks import lately

KEY: Final = "sim-pedometer-key"
USER: Final = "person-4711"
ZONE: Final = "Europe/Berlin"
MINUTES_A_PAGE: Final = 1440
TOKEN_LIVES: Final = timedelta(hours=1)
SHOWN_DAYS: Final = 42
MINUTE_S: Final = 60
FOOT_MM: Final = 304.8


@dataclass
class Pedometer:
    """The vendor: ``cloud`` is the person's data, ``now`` the simulated clock."""

    cloud: Cloud
    now: Callable[[], datetime]
    port: int = 0
    zone: str = ZONE
    silence_s: float = 20.0
    tokens: dict[str, datetime] = field(default_factory=dict, repr=False)
    faults: Faults = field(init=False)
    server: SimServer = field(init=False)

    def __post_init__(self) -> None:
        self._number, routes = count(1), Routes()
        routes.add("POST", "/v1/token", self._token)
        routes.add("GET", "/v1/minutes", self._guarded(self._minutes))
        routes.add("GET", "/v1/device", self._guarded(self._device))
        routes.add("GET", "/v1/person", self._guarded(self._person))
        self.faults = Faults(routes, now=self.now)
        self.server = SimServer(self.faults, port=self.port, now=self.now, silence_s=self.silence_s)

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.stop()

    @property
    def _second(self) -> int:
        return int(self.now().timestamp())

    def _guarded(self, handler: Handler) -> Handler:
        """Let nobody in without a token that still lives."""

        def answer(request: Request) -> Answer:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            ends = self.tokens.get(token)
            if ends is None or ends <= self.now():
                return Answer.of_json({"error": "unauthorized"}, 401)
            return handler(request)

        return answer

    def _token(self, request: Request) -> Answer:
        if request.json().get("key") != KEY:
            return Answer.of_json({"error": "unknown key"}, 401)
        token, ends = f"sim-token-{next(self._number)}", self.now() + TOKEN_LIVES
        self.tokens[token] = ends
        return Answer.of_json({"token": token, "expires": int(ends.timestamp())})

    def _minutes(self, request: Request) -> Answer:
        """Tell a page of the minutes handed over so far, ``null`` where it was not worn."""
        first, last = int(request.query["from"]), int(request.query["to"])
        page, upto = int(request.query.get("page", "1")), self.cloud.last_sync(self._second) or 0
        worn = {m.at: m for m in self.cloud.watch_minutes(self._second, first, last)}
        zero = max(-(-first // MINUTE_S), self.cloud.truth.first_minute)
        told = range(zero, max(zero, min(last, upto) // MINUTE_S))
        shown = told[(page - 1) * MINUTES_A_PAGE : page * MINUTES_A_PAGE]
        more = page * MINUTES_A_PAGE < len(told)
        minutes = [self._minute(at, worn.get(at)) for at in shown]
        return Answer.of_json({"minutes": minutes, "next_page": page + 1 if more else None})

    def _minute(self, at: int, minute: Minute | None) -> dict[str, Any]:
        offset_s = self.cloud.truth.offset_at(at * MINUTE_S).offset_s
        return {
            "at": _stamp(at * MINUTE_S),
            "offset_min": offset_s // MINUTE_S,
            "steps": None if minute is None else minute.steps,
            "feet": None if minute is None else round(minute.distance_mm / FOOT_MM, 2),
        }

    def _device(self, request: Request) -> Answer:
        del request
        synced = self.cloud.last_sync(self._second)
        return Answer.of_json({"last_upload": None if synced is None else _stamp(synced)})

    def _person(self, request: Request) -> Answer:
        del request
        return Answer.of_json({"id": USER, "zone": self.zone})


def _stamp(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Running:
    """The vendor in the foreground of a terminal."""

    vendor: Pedometer

    @property
    def url(self) -> str:
        return self.vendor.server.url

    @property
    def settings(self) -> Mapping[str, str]:
        return {"base_url": self.url}

    @property
    def requests(self) -> int:
        return sum(line.path != "/v1/token" for line in self.vendor.server.log)

    def stop(self) -> None:
        self.vendor.server.stop()


def _start(port: int, now: Callable[[], datetime], folder: Path, seed: int) -> _Running:
    last = (now() + timedelta(days=1)).date()
    return _serve(lately(seed, ZONE, last, SHOWN_DAYS), ZONE, now, folder, port)


def _serve(
    cloud: Cloud, zone: str, now: Callable[[], datetime], folder: Path, port: int = 0
) -> _Running:
    del folder
    vendor = Pedometer(cloud, now, port, zone)
    vendor.server.start()
    return _Running(vendor)


simulator = Simulator(
    name="pedometer",
    summary=f"the pedometer's service with six weeks of a made-up person; the key is {KEY}",
    start=_start,
    serve=_serve,
)
