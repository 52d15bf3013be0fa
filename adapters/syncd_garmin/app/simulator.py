"""Garmin Connect on this machine: the app's paths and its sign-in, fed by a walker.

Its services are those of the Personal API's simulator; host, way in and a few paths are its own.
All data are those of the simulated clock's now; sockets, and the tokens of the package, are real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from syncd.sim.cloud import Cloud
from syncd.sim.faults import Faults
from syncd.sim.running import Simulator
from syncd.sim.server import Answer, Handler, Request, Routes, SimServer
from syncd.sim.weeks import lately
from syncd_garmin.simulated import telling
from syncd_garmin.simulated.putting_away import PutAway
from syncd_garmin.simulated.refusing import HEADERS, told
from syncd_garmin.simulated.services import DAY, SHARED, Service, Services
from syncd_garmin.simulated.sso import CODE, LOGIN, PASSWORD, Mode, Sso, routes_of
from syncd_garmin.simulated.world import Quirks, World

SHOWN_DAYS: Final = 42
ZONE: Final = "Europe/Berlin"
PROFILE_ID: Final = 1
_NAME: Final = telling.NAME


@dataclass
class GarminConnect:
    """The vendor: ``cloud`` is the person's data, ``now`` the simulated clock."""

    cloud: Cloud
    now: Callable[[], datetime]
    port: int = 0
    silence_s: float = 20.0
    quirks: Quirks = field(default_factory=Quirks)
    private: bool = False
    """The person's privacy settings hide the sums of days."""
    tells_device: bool = True
    """Whether ``mylastused`` says anything (``None``: it answers 204)."""
    sso: Sso = field(default_factory=Sso)
    away: PutAway = field(default_factory=PutAway)
    world: World = field(init=False)
    faults: Faults = field(init=False)
    server: SimServer = field(init=False)

    def __post_init__(self) -> None:
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
        for method, pattern, handler in routes_of(self.sso):
            routes.add(method, pattern, handler)
        for pattern, service in SHARED.items():
            routes.add("GET", pattern, self.sso.guarded(_bound(service, services)))
        own: Mapping[str, Handler] = {
            rf"/usersummary-service/usersummary/daily/{_NAME}": self._summary,
            rf"/wellness-service/wellness/dailySummaryChart/{_NAME}": self._rows,
            rf"/wellness-service/wellness/floorsChartData/daily/{DAY}": _bound(
                Services.floors, services
            ),
            rf"/download-service/files/wellness/{DAY}": self._minutes,
            "/userprofile-service/socialProfile": self._profile,
            "/userprofile-service/userprofile/user-settings": self._user_settings,
            "/device-service/deviceservice/mylastused": self._last_used,
        }
        for pattern, handler in own.items():
            routes.add("GET", pattern, self.sso.guarded(handler))
        reload_path = rf"/wellness-service/wellness/epoch/request/{DAY}"
        routes.add("POST", reload_path, self.sso.guarded(self._reload))
        return routes

    def _summary(self, request: Request) -> Answer:
        if self.private:
            return told({"calendarDate": request.query["calendarDate"], "privacyProtected": True})
        return Services(self.world).summary(request)

    def _rows(self, request: Request) -> Answer:
        day = date.fromisoformat(request.query["date"])
        if self.away.is_away(day, self.world.today()):
            return told(self.away.rows(self.world.span(day)))
        return told(telling.buckets(self.world, day))

    def _minutes(self, request: Request) -> Answer:
        day = date.fromisoformat(request.groups[0])
        if self.away.is_away(day, self.world.today()):
            return told({"error": "NotFoundException"}, 404)
        return Services(self.world).wellness_files(request)

    def _reload(self, request: Request) -> Answer:
        day = date.fromisoformat(request.groups[0])
        status = "COMPLETE" if self.away.fetch_back(day, self.world.today()) else "REJECTED"
        return told({"userProfilePk": PROFILE_ID, "calendarDate": f"{day}", "status": status})

    def _profile(self, request: Request) -> Answer:
        del request
        return told({"displayName": _NAME, "fullName": "A Walker", "profileId": PROFILE_ID})

    def _user_settings(self, request: Request) -> Answer:
        del request
        return told({"id": PROFILE_ID, "userData": {"measurementSystem": "metric"}})

    def _last_used(self, request: Request) -> Answer:
        del request
        if not self.tells_device:
            return Answer(204, headers=HEADERS)
        synced = self.world.last_sync()
        said: dict[str, Any] = {"userDeviceId": 3_400_000_123, "lastUsedDeviceName": "Watch"}
        hidden = synced is None or self.quirks.forgets_sync
        return told(said | {"lastUsedDeviceUploadTime": None if hidden else 1000 * (synced or 0)})


def _bound(service: Service, services: Services) -> Handler:
    return lambda request: service(services, request)


@dataclass(frozen=True, slots=True)
class _Running:
    """The vendor in the foreground of a terminal."""

    vendor: GarminConnect
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.vendor.base_url

    @property
    def requests(self) -> int:
        return sum("-service/" in line.path for line in self.vendor.server.log)

    def stop(self) -> None:
        self.vendor.server.stop()


def _start(port: int, now: Callable[[], datetime], folder: Path, seed: int) -> _Running:
    del folder
    last = (now() + timedelta(days=1)).date()
    cloud = lately(seed, ZONE, last, SHOWN_DAYS)
    vendor = GarminConnect(cloud, now, port, sso=Sso(mode=Mode.CODE))
    vendor.server.start()
    return _Running(vendor, {"base_url": vendor.base_url, "spacing_s": "0"})


def _serve(cloud: Cloud, zone: str, now: Callable[[], datetime], folder: Path) -> _Running:
    del folder
    vendor = GarminConnect(cloud, now, quirks=Quirks(zone=zone))
    vendor.server.start()
    return _Running(vendor, {"base_url": vendor.base_url, "spacing_s": "0"})


simulator = Simulator(
    name="garmin-connect",
    summary=f"Garmin Connect with six weeks of a made-up person: {LOGIN}, {PASSWORD}, code {CODE}",
    start=_start,
    serve=_serve,
)
