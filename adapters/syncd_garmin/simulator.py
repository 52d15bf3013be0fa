"""Garmin's Personal API on this machine: true to the sheet down to its quirks, fed by a walker.

It serves any client that honours ``GARMIN_PERSONAL_API_BASE_URL``. All data are those of the
simulated clock's now; sockets are real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from syncd.sim.cloud import Cloud
from syncd.sim.faults import Faults
from syncd.sim.running import Simulator
from syncd.sim.server import Answer, Handler, Request, Routes, SimServer
from syncd.sim.weeks import lately
from syncd_garmin.settings import TOKEN_PATH
from syncd_garmin.simulated.keys import KEY, Keys
from syncd_garmin.simulated.refusing import RefusedError, refusing
from syncd_garmin.simulated.services import SHARED, Service, Services
from syncd_garmin.simulated.world import Quirks, World

SHOWN_DAYS: Final = 42
ZONE: Final = "Europe/Berlin"
BURST: Final = 10
OWN: Final[Mapping[str, Service]] = {
    r"/usersummary-service/usersummary/daily": Services.summary,
    r"/usersummary-service/v2/dailysummaries": Services.summaries,
    r"/wellness-service/wellness/dailyHeartRate": Services.heart_rates,
}
"""What this interface has at addresses of its own: no name of a person is in them."""


@dataclass
class Garmin:
    """The vendor: ``cloud`` is the person's data, ``now`` the simulated clock."""

    cloud: Cloud
    now: Callable[[], datetime]
    port: int = 0
    silence_s: float = 20.0
    burst: int | None = None
    quirks: Quirks = field(default_factory=Quirks)
    keys: Keys = field(init=False)
    world: World = field(init=False)
    faults: Faults = field(init=False)
    server: SimServer = field(init=False)

    def __post_init__(self) -> None:
        self.keys = Keys(self.now, burst=self.burst)
        self.world = World(self.cloud, self.now, self.quirks)
        self.faults = Faults(self._routes(), now=self._vendor_now)
        self.server = SimServer(
            self.faults, port=self.port, now=self._vendor_now, silence_s=self.silence_s
        )

    @property
    def base_url(self) -> str:
        """Return what the adapter's setting of that name has to be."""
        return self.server.url

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

    def _vendor_now(self) -> datetime:
        return self.now() + self.faults.skew

    def _routes(self) -> Handler:
        routes, services = Routes(), Services(self.world)
        routes.add("POST", TOKEN_PATH, refusing(self.keys.exchange))
        for pattern, service in {**SHARED, **OWN}.items():
            routes.add("GET", pattern, self.keys.guarded(_bound(service, services)))
        routes.add("GET", "/.*", self.keys.guarded(_not_offered))
        return routes


def _bound(service: Service, services: Services) -> Handler:
    return lambda request: service(services, request)


def _not_offered(request: Request) -> Answer:
    """Answer what only Garmin Connect has: the minutes of days, devices, tracks."""
    del request
    raise RefusedError(404, {"error": "NotFoundException"})


@dataclass(frozen=True, slots=True)
class _Running:
    """The vendor in the foreground of a terminal."""

    vendor: Garmin
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.vendor.base_url

    @property
    def requests(self) -> int:
        return len(self.vendor.server.log) - self.vendor.keys.exchanges

    def stop(self) -> None:
        self.vendor.server.stop()


def _start(port: int, now: Callable[[], datetime], folder: Path, seed: int) -> _Running:
    del folder
    last = (now() + timedelta(days=1)).date()
    vendor = Garmin(lately(seed, ZONE, last, SHOWN_DAYS), now, port, burst=BURST)
    vendor.server.start()
    return _Running(vendor, {"base_url": vendor.base_url})


def _serve(cloud: Cloud, zone: str, now: Callable[[], datetime], folder: Path) -> _Running:
    del folder
    vendor = Garmin(cloud, now, quirks=Quirks(zone=zone))
    vendor.server.start()
    return _Running(vendor, {"base_url": vendor.base_url, "spacing_s": "0"})


simulator = Simulator(
    name="garmin",
    summary=f"Garmin's Personal API with six weeks of a made-up person; the Garmin key is {KEY}",
    start=_start,
    serve=_serve,
    key=KEY,
)
