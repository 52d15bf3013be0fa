"""Google Health on this machine: true to the protocol down to its quirks, fed by a walker.

What ``simulated`` knows of the protocol is joined here with what ``syncd.sim`` knows of a life.
All data are those of the simulated clock's now; sockets are real.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from syncd.sim.cloud import Cloud, Minute, Outing
from syncd.sim.devices import pauses, track
from syncd.sim.faults import Faults
from syncd.sim.oauth import SignIn
from syncd.sim.running import Simulator
from syncd.sim.server import Answer, Handler, Request, Routes, SimServer
from syncd.sim.truth import MINUTE_S, Kind
from syncd.sim.weeks import lately
from syncd_google_health import scopes
from syncd_google_health.simulated import asking, profile, telling
from syncd_google_health.simulated.quirks import Quirks, let_in
from syncd_google_health.simulated.refusing import RefusedError

FLOOR_MM: Final = 3048
SHOWN_DAYS: Final = 42
ZONE: Final = "Europe/Berlin"
_TYPE: Final = r"/v4/users/(?:me|\d+)/dataTypes/([a-z-]+)/dataPoints"
_NORTH, _EAST, _DEGREE_M = 10.0, 20.0, 111_195.0
"""Where every simulated walk begins: a place that is nobody's home."""


@dataclass
class GoogleHealth:
    """The vendor: ``cloud`` is the person's data, ``now`` the simulated clock."""

    cloud: Cloud
    now: Callable[[], datetime]
    port: int = 0
    silence_s: float = 20.0
    quirks: Quirks = field(default_factory=Quirks)
    sign_in: SignIn = field(init=False)
    faults: Faults = field(init=False)
    server: SimServer = field(init=False)

    def __post_init__(self) -> None:
        self.sign_in = SignIn(self.now)
        self.faults = Faults(self._routes(), now=self._vendor_now)
        self.server = SimServer(
            self.faults, port=self.port, now=self._vendor_now, silence_s=self.silence_s
        )
        self._drawn: tuple[object, list[dict[str, Any]]] = (None, [])

    @property
    def base_url(self) -> str:
        """Return what the adapter's setting of that name has to be."""
        return f"{self.server.url}/v4"

    def write_client_file(self, folder: Path) -> Path:
        """Write the client file that Google's console would hand out, and return its path."""
        path = folder / "client.json"
        who = self.sign_in
        said = profile.client_file(who.client_id, who.client_secret, self.server.url)
        path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        return path

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

    @property
    def _second(self) -> int:
        return int(self.now().timestamp())

    def _routes(self) -> Handler:
        routes = Routes()
        routes.add("GET", "/o/oauth2/v2/auth", self.sign_in.authorize)
        routes.add("POST", "/token", self.sign_in.token)
        routes.add("POST", "/revoke", self.sign_in.revoke)
        whose: Mapping[str, tuple[str, str, Callable[[Request], Answer]]] = {
            _TYPE: ("GET", scopes.ACTIVITY, self._list),
            f"{_TYPE}:reconcile": ("GET", scopes.ACTIVITY, self._reconcile),
            f"{_TYPE}:rollUp": ("POST", scopes.ACTIVITY, self._roll_up),
            f"{_TYPE}:dailyRollUp": ("POST", scopes.ACTIVITY, self._daily_roll_up),
            rf"{_TYPE}/(\d+)": ("GET", scopes.ACTIVITY, self._get),
            rf"{_TYPE}/(\d+):exportExerciseTcx": ("GET", scopes.LOCATION, self._tcx),
            "/v4/users/me/pairedDevices": ("GET", scopes.SETTINGS, self._devices),
            "/v4/users/me/settings": ("GET", scopes.SETTINGS, self._settings),
            "/v4/users/me/identity": ("GET", "", self._identity),
        }
        for pattern, (method, scope, handler) in whose.items():
            routes.add(method, pattern, self._guarded(handler, scope))
        return routes

    def _guarded(self, handler: Handler, scope: str) -> Handler:
        """Let nobody in without a valid token, and tell refusals in Google's shape."""

        def answer(request: Request) -> Answer:
            try:
                let_in(self.sign_in.scopes_of(request), scope, self.quirks)
                return handler(request)
            except RefusedError as refused:
                return Answer.of_json(refused.body(), refused.code)
            except ValueError:
                return Answer.of_json(RefusedError(400).body(), 400)

        return answer

    def _list(self, request: Request) -> Answer:
        [kind] = request.groups
        asking.allowed(kind, "list")
        if kind == "exercise":
            return self._paged(request, kind, self._exercises)
        return self._paged(request, kind, lambda asked: self._of_each(kind, asked, request.query))

    def _reconcile(self, request: Request) -> Answer:
        [kind] = request.groups
        asking.allowed(kind, "reconcile")
        if kind == "exercise":
            return self._paged(request, kind, self._reconciled_exercises)
        return self._paged(request, kind, lambda asked: self._merged(kind, asked, request.query))

    def _paged(
        self,
        request: Request,
        kind: str,
        points: Callable[[asking.Asked], Iterator[dict[str, Any]]],
    ) -> Answer:
        """Answer one page, the newest points first."""
        query = request.query
        asking.family(query)
        size = asking.page_size(kind, query)
        if self.quirks.slow_from is not None and size > self.quirks.slow_from:
            raise RefusedError(504)
        what = (request.path, query.get("filter"), query.get("dataSourceFamily"), self._second)
        if self._drawn[0] != what:
            asked = asking.filtered(kind, query.get("filter", ""))
            drawn = sorted(points(asked), key=lambda p: _start_of(p, kind), reverse=True)
            self._drawn = what, drawn
        token = query.get("pageToken") or query.get("page_token") or ""
        found, more = telling.page(
            self._drawn[1],
            size,
            token,
            overlap=self.quirks.overlap,
            empty_first=self.quirks.empty_first,
        )
        return Answer.of_json(
            ({"dataPoints": found} if found else {}) | ({"nextPageToken": more} if more else {})
        )

    def _minutes(self, asked: asking.Asked) -> Iterator[Minute]:
        """Yield merged minutes that begin in what is asked for."""
        slack = 86_400 if asked.civil else 0
        start, end = int(asked.start.timestamp()) - slack, int(asked.end.timestamp()) + slack
        for minute in self.cloud.minutes(self._second, start, end):
            at = minute.at * MINUTE_S
            if not slack or asked.holds(datetime.fromtimestamp(at, UTC), self._offset(at)):
                yield minute

    def _merged(
        self, kind: str, asked: asking.Asked, query: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        if asking.family(query) == "self-sources":
            return
        for at, value in self._values(kind, self._minutes(asked)):
            yield telling.measured(kind, self._span(at * MINUTE_S, MINUTE_S), value)

    def _of_each(
        self, kind: str, asked: asking.Asked, query: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        """Yield what each source said: watch, phone, and the phone once more by another road.

        The watch also says twice what a sync cut in two.
        """
        bounds = self._second, int(asked.start.timestamp()), int(asked.end.timestamp())
        family = asking.family(query)
        if family != "self-sources":
            for at, value in self._values(kind, self.cloud.watch_minutes(*bounds)):
                yield self._sourced(kind, telling.WATCH, at * MINUTE_S, MINUTE_S, value)
            for minute, seconds in self.cloud.cut_minutes(*bounds):
                for at, value in self._values(kind, iter([minute])):
                    yield self._sourced(kind, telling.WATCH, at * MINUTE_S, seconds, value)
        if family in {"all-sources", "google-sources"}:
            for at, value in self._values(kind, self.cloud.phone_minutes(*bounds)):
                yield self._sourced(kind, telling.PHONE, at * MINUTE_S, MINUTE_S, value)
                yield self._sourced(kind, telling.COPY, at * MINUTE_S, MINUTE_S, value)

    def _sourced(
        self, kind: str, source: Mapping[str, Any], at: int, seconds: int, value: int
    ) -> dict[str, Any]:
        return {"dataSource": source} | telling.measured(kind, self._span(at, seconds), value)

    def _values(self, kind: str, minutes: Iterator[Minute]) -> Iterator[tuple[int, int]]:
        """Yield (Unix minute, value) of one type; without altimeter there is no climb."""
        climbed, day = 0, None
        for minute in minutes:
            if kind == "steps":
                yield minute.at, minute.steps
            elif kind == "distance":
                yield minute.at, minute.distance_mm
            elif minute.climb_mm is None or not self.quirks.altimeter:
                continue
            elif kind == "altitude":
                yield minute.at, minute.climb_mm
            else:
                today = self.cloud.day_of(minute.at * MINUTE_S)
                climbed, day = (climbed, day) if today == day else (0, today)
                before, climbed = climbed, climbed + minute.climb_mm
                yield minute.at, climbed // FLOOR_MM - before // FLOOR_MM

    def _roll_up(self, request: Request) -> Answer:
        [kind] = request.groups
        asking.allowed(kind, "rollup")
        start, end, size = asking.physical_range(kind, request.json())
        asked = asking.Asked(start, end, civil=False)
        zero, sums = int(start.timestamp()), dict[int, int]()
        for at, value in self._values(kind, self._minutes(asked)):
            window = (at * MINUTE_S - zero) // size
            sums[window] = sums.get(window, 0) + value
        return _rolled(
            {
                "startTime": telling.stamp(zero + window * size),
                "endTime": telling.stamp(min(zero + (window + 1) * size, int(end.timestamp()))),
            }
            | telling.summed(kind, value, empty=window % 2 == 0)
            for window, value in sorted(sums.items(), reverse=True)
        )

    def _daily_roll_up(self, request: Request) -> Answer:
        [kind] = request.groups
        asking.allowed(kind, "dailyRollup")
        first, end = asking.civil_range(kind, request.json())
        most = self.quirks.longest_rollup
        if most is not None and (end - first).days > most:
            metadata = {"maxDurationDays": str(most)}
            raise RefusedError(400, "INVALID_ROLLUP_QUERY_DURATION", metadata)
        sums: dict[date, int] = {}
        for day in (first + timedelta(days=i) for i in range((end - first).days)):
            for a, b in self.cloud.truth.spans(day):
                minutes = self.cloud.minutes(self._second, a * MINUTE_S, b * MINUTE_S)
                for _, value in self._values(kind, minutes):
                    sums[day] = sums.get(day, 0) + value
        return _rolled(
            telling.civil_window(day) | telling.summed(kind, value, empty=day.day % 2 == 0)
            for day, value in sorted(sums.items(), reverse=True)
        )

    def _exercises(self, asked: asking.Asked) -> Iterator[dict[str, Any]]:
        for outing in self.cloud.outings(self._second):
            at = datetime.fromtimestamp(outing.start, UTC)
            if asked.holds(at, self._offset(outing.start)):
                yield self._exercise(outing)

    def _reconciled_exercises(self, asked: asking.Asked) -> Iterator[dict[str, Any]]:
        for point in self._exercises(asked):
            name = point.pop("name")
            point.pop("dataSource")
            yield {"dataPointName": name} | point

    def _get(self, request: Request) -> Answer:
        kind, number = request.groups
        asking.allowed(kind, "get")
        return Answer.of_json(self._exercise(self._outing(number)))

    def _outing(self, number: str) -> Outing:
        for outing in self.cloud.outings(self._second):
            if _number(outing) == number:
                return outing
        raise RefusedError(404)

    def _exercise(self, outing: Outing) -> dict[str, Any]:
        walk, stops = outing.walk, pauses(outing.walk)
        times = [(walk.start, "START"), *((a, "PAUSE") for a, _ in stops)]
        times += [*((b, "RESUME") for _, b in stops), (outing.end, "STOP")]
        return telling.exercise(
            _number(outing),
            self._span(outing.start, outing.end - outing.start),
            running=walk.kind is Kind.RUN,
            detected=outing.detected,
            created=outing.created,
            updated=outing.updated,
            active_s=outing.end - walk.start - sum(b - a for a, b in stops),
            times=times,
            steps=walk.steps,
            metres=walk.distance_m,
            climbed_m=walk.ascent_m if self.quirks.altimeter else None,
        )

    def _tcx(self, request: Request) -> Answer:
        kind, number = request.groups
        asking.allowed(kind, "get")
        outing = self._outing(number)
        if outing.detected:
            raise RefusedError(404)
        walk, samples = outing.walk, track(outing.walk)
        body = telling.tcx(
            sport="Running" if walk.kind is Kind.RUN else "Walking",
            start=walk.start,
            seconds=float(walk.end - walk.start),
            metres=walk.distance_m,
            points=(
                (at, along or 0.0, high or 0.0, _NORTH + (along or 0.0) / _DEGREE_M, _EAST)
                for at, along, high in zip(
                    samples.at, samples.distance_m, samples.altitude_m, strict=True
                )
            ),
        )
        if request.query.get("alt") == "media":
            return Answer(200, body, "application/vnd.garmin.tcx+xml")
        return Answer.of_json({"tcxData": body.decode()})

    def _devices(self, request: Request) -> Answer:
        del request
        synced, skew = self.cloud.last_sync(self._second), int(self.faults.skew.total_seconds())
        told = None if synced is None else synced + skew
        return Answer.of_json(profile.devices(told, self._second + skew, self.quirks))

    def _settings(self, request: Request) -> Answer:
        del request
        return Answer.of_json(profile.settings(self._offset(self._second), self.quirks))

    def _identity(self, request: Request) -> Answer:
        del request
        return Answer.of_json(profile.IDENTITY)

    def _offset(self, at: int) -> int:
        return self.cloud.truth.offset_at(at).offset_s

    def _span(self, start: int, seconds: int) -> dict[str, Any]:
        end = start + seconds
        return telling.interval(start, end, self._offset(start), self._offset(end))


def _number(outing: Outing) -> str:
    return f"9{outing.start}"


def _start_of(point: Mapping[str, Any], kind: str) -> str:
    start: str = point[kind]["interval"]["startTime"]
    return start


def _rolled(windows: Iterator[dict[str, Any]]) -> Answer:
    found = list(windows)
    return Answer.of_json({"rollupDataPoints": found} if found else {})


@dataclass(frozen=True, slots=True)
class _Running:
    """The vendor in the foreground of a terminal."""

    vendor: GoogleHealth
    url: str
    settings: Mapping[str, str]

    @property
    def requests(self) -> int:
        return sum(line.path.startswith("/v4/") for line in self.vendor.server.log)

    def stop(self) -> None:
        self.vendor.server.stop()


def _start(port: int, now: Callable[[], datetime], folder: Path, seed: int) -> _Running:
    last = (now() + timedelta(days=1)).date()
    return _serve(lately(seed, ZONE, last, SHOWN_DAYS), ZONE, now, folder, port)


def _serve(
    cloud: Cloud, zone: str, now: Callable[[], datetime], folder: Path, port: int = 0
) -> _Running:
    vendor = GoogleHealth(cloud, now, port, quirks=Quirks(zone=zone))
    vendor.server.start()
    file, url = str(vendor.write_client_file(folder)), vendor.base_url
    return _Running(vendor, url, {"client_file": file, "base_url": url})


simulator = Simulator(
    name="google-health",
    summary="Google Health with the last six weeks of a made-up person",
    start=_start,
    serve=_serve,
)
