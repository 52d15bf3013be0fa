"""Fitbit's Web API on this machine: true to the protocol down to its quirks, fed by a walker.

What ``simulated`` knows of the protocol is joined here with what ``syncd.sim`` knows of a life.
All data are those of the simulated clock's now; sockets are real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from syncd.sim.cloud import Cloud, Outing
from syncd.sim.devices import pauses, track
from syncd.sim.faults import Faults
from syncd.sim.oauth import Rules, SignIn
from syncd.sim.running import Simulator
from syncd.sim.server import Answer, Handler, Request, Routes, SimServer
from syncd.sim.truth import MINUTE_S, Kind
from syncd.sim.weeks import lately
from syncd_fitbit.simulated import letting_in, telling
from syncd_fitbit.simulated.quirks import Hours, Quirks
from syncd_fitbit.simulated.refusing import RefusedError

LIFE: Final = timedelta(hours=8)
GRACE: Final = timedelta(minutes=2)
FLOOR_MM: Final = 3048
SHOWN_DAYS: Final = 42
ZONE: Final = "Europe/Berlin"
_ME: Final = r"/1/user/-"
_KIND: Final = r"(steps|distance|elevation|floors|calories)"
_DATE: Final = r"(\d{4}-\d\d-\d\d)"


@dataclass
class FitbitVendor:
    """The vendor: ``cloud`` is the person's data, ``now`` the simulated clock."""

    cloud: Cloud
    now: Callable[[], datetime]
    port: int = 0
    silence_s: float = 20.0
    quirks: Quirks = field(default_factory=Quirks)
    sign_in: SignIn = field(init=False)
    faults: Faults = field(init=False)
    server: SimServer = field(init=False)
    hours: Hours = field(init=False)

    def __post_init__(self) -> None:
        rules = Rules(rotating=True, grace=GRACE, access_life=LIFE)
        self.sign_in = SignIn(self.now, rules=rules)
        self.hours = Hours(self.quirks.limit)
        self.faults = Faults(self._routes(), now=self._vendor_now)
        self.server = SimServer(
            self.faults, port=self.port, now=self._vendor_now, silence_s=self.silence_s
        )
        self._drawn: dict[tuple[date, int, int], dict[str, dict[int, int]]] = {}

    @property
    def base_url(self) -> str:
        """Return what the adapter's setting of that name has to be."""
        return self.server.url

    def settings(self, folder: Path) -> dict[str, str]:
        """Return the settings of an account that asks here; the secret lies in ``folder``."""
        file = folder / "fitbit-client-secret"
        file.write_text(f"{self.sign_in.client_secret}\n", encoding="utf-8")
        return {
            "client_id": self.sign_in.client_id,
            "client_secret": f"file:{file}",
            "base_url": self.base_url,
        }

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
        routes.add("GET", "/oauth2/authorize", self._authorize)
        for path, ask in (("token", self.sign_in.token), ("revoke", self.sign_in.revoke)):
            routes.add("POST", f"/oauth2/{path}", self._signing(ask))
        activities = f"{_ME}/activities"
        whose: Mapping[str, tuple[str, Callable[[Request], Answer]]] = {
            rf"{activities}/{_KIND}/date/{_DATE}/1d/(1|5|15)min\.json": ("activity", self._minutes),
            rf"{activities}/(?:tracker/)?{_KIND}/date/{_DATE}/([\w-]+)\.json": (
                "activity",
                self._series,
            ),
            rf"{activities}/date/{_DATE}\.json": ("activity", self._summary),
            rf"{activities}/list\.json": ("activity", self._list),
            rf"{activities}/(\d+)\.tcx": ("location", self._tcx),
            rf"{_ME}/devices\.json": ("settings", self._devices),
            rf"{_ME}/profile\.json": ("profile", self._profile),
        }
        for pattern, (scope, handler) in whose.items():
            routes.add("GET", pattern, self._guarded(handler, scope))
        return self._unless_retired(routes)

    def _unless_retired(self, handler: Handler) -> Handler:
        def answer(request: Request) -> Answer:
            if self.quirks.retired:
                return Answer(410, b"<html><body>Gone</body></html>", "text/html; charset=utf-8")
            return handler(request)

        return answer

    def _authorize(self, request: Request) -> Answer:
        """Consent; Fitbit always gives a refresh token."""
        lasting = {"access_type": "offline", "prompt": "consent"}
        return self.sign_in.authorize(replace(request, query={**request.query, **lasting}))

    def _signing(self, handler: Handler) -> Handler:
        def answer(request: Request) -> Answer:
            try:
                app = request.headers.get("authorization", "")
                said = handler(replace(request, body=letting_in.form_of(request.form(), app)))
                return Answer.of_json(letting_in.told(said.status, said.body), said.status)
            except RefusedError as refused:
                return Answer.of_json(refused.body(), refused.code)

        return answer

    def _guarded(self, handler: Handler, scope: str) -> Handler:
        """Let nobody in without a valid token, and count what they ask."""

        def answer(request: Request) -> Answer:
            granted = self.sign_in.scopes_of(request)
            if granted is None:
                why = "expired_token" if self.sign_in.is_over(request) else "invalid_token"
                return Answer.of_json(RefusedError(401, why).body(), 401)
            self.hours.limit = self.quirks.limit
            is_admitted, headers = self.hours.admits(self._vendor_now())
            if not is_admitted:
                return replace(Answer.of_json(RefusedError(429).body(), 429), headers=headers)
            if scope not in granted:
                said = Answer.of_json(RefusedError(403, "insufficient_scope").body(), 403)
                return replace(said, headers=headers)
            try:
                return replace(handler(request), headers=headers)
            except RefusedError as refused:
                said = Answer.of_json(refused.body(), refused.code)
            except ValueError:
                said = Answer.of_json(RefusedError(400, "validation").body(), 400)
            return replace(said, headers=headers)

        return answer

    def _wall_minutes(self, day: date, kind: str) -> Mapping[int, int]:
        """Return what Fitbit has of a local day by wall-clock minute; equal ones are summed."""
        if self._drawn and next(iter(self._drawn))[2] != self._second:
            self._drawn.clear()
        what = day, id(self.cloud), self._second
        if what not in self._drawn:
            self._drawn[what] = self._drawn_now(day)
        return self._drawn[what].get(kind, {})

    def _drawn_now(self, day: date) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {"steps": {}, "distance": {}, "elevation": {}}
        for first, end in self.cloud.truth.spans(day):
            for minute in self.cloud.minutes(self._second, first * MINUTE_S, end * MINUTE_S):
                at = minute.at * MINUTE_S
                wall = (at + self._offset(at)) // MINUTE_S % 1440
                climb = (minute.climb_mm or 0) if self.quirks.altimeter else 0
                for kind, value in (
                    ("steps", minute.steps),
                    ("distance", minute.distance_mm),
                    ("elevation", climb),
                ):
                    found[kind][wall] = found[kind].get(wall, 0) + value
        climbed, floors = 0, dict[int, int]()
        for wall, climb in sorted(found["elevation"].items()):
            before, climbed = climbed, climbed + climb
            floors[wall] = climbed // FLOOR_MM - before // FLOOR_MM
        return {**found, "floors": floors, "calories": dict.fromkeys(found["steps"], 1)}

    def _minutes(self, request: Request) -> Answer:
        kind, day, every = request.groups
        on, language = date.fromisoformat(day), _language(request)
        told = {
            wall: telling.value(kind, value, language)
            for wall, value in self._wall_minutes(on, kind).items()
        }
        slots = self.quirks.personal
        return Answer.of_json(telling.intraday(kind, on, told, every=int(every), slots=slots))

    def _total(self, kind: str, day: date, language: str) -> float:
        return telling.value(kind, sum(self._wall_minutes(day, kind).values()), language)

    def _series(self, request: Request) -> Answer:
        kind, first, end = request.groups
        days = telling.days(date.fromisoformat(first), end)
        if not 1 <= len(days) <= 1095:
            raise RefusedError(400, "validation")
        language = _language(request)
        totals = ((day, self._total(kind, day, language)) for day in days)
        return Answer.of_json(telling.series(kind, totals))

    def _summary(self, request: Request) -> Answer:
        day, language = date.fromisoformat(request.groups[0]), _language(request)
        kinds = ("steps", "floors", "elevation", "distance")
        totals = {kind: self._total(kind, day, language) for kind in kinds}
        return Answer.of_json(telling.summary(totals))

    def _list(self, request: Request) -> Answer:
        query, language = dict(request.query), _language(request)
        after, before, sort = query.get("afterDate"), query.get("beforeDate"), query.get("sort")
        if (after is None) == (before is None) or sort != ("asc" if after else "desc"):
            raise RefusedError(400, "validation")
        if not 1 <= int(query.get("limit", "0")) <= 100 or "offset" not in query:
            raise RefusedError(400, "validation")
        bound = datetime.fromisoformat(after or before or "").replace(tzinfo=None)
        outings = self.cloud.outings(self._second)[:: 1 if after else -1]
        found = [
            self._log(outing, language)
            for outing in outings
            if (self._wall(outing.start) >= bound) == bool(after)
        ]
        elsewhere = "http://elsewhere.invalid" if self.quirks.stray_links else self.base_url
        return Answer.of_json(telling.logs(found, query, elsewhere))

    def _log(self, outing: Outing, language: str) -> dict[str, Any]:
        walk = outing.walk
        stood = sum(b - a for a, b in pauses(walk))
        return telling.log(
            _number(outing),
            self.cloud.truth.local(outing.start),
            seconds=outing.end - outing.start,
            active_s=outing.end - walk.start - stood,
            updated=outing.updated,
            running=walk.kind is Kind.RUN,
            detected=outing.detected,
            steps=walk.steps,
            distance_mm=1000 * walk.distance_m,
            climb_mm=1000 * walk.ascent_m if self.quirks.altimeter else None,
            language=language,
            base=self.base_url,
        )

    def _tcx(self, request: Request) -> Answer:
        outings = self.cloud.outings(self._second)
        outing = next((o for o in outings if str(_number(o)) == request.groups[0]), None)
        if outing is None or outing.detected:
            raise RefusedError(404)
        walk, samples = outing.walk, track(outing.walk)
        points = zip(samples.at, samples.distance_m, samples.altitude_m, strict=True)
        body = telling.tcx(
            "Running" if walk.kind is Kind.RUN else "Walking",
            walk.start,
            walk.end - walk.start,
            walk.distance_m,
            ((at, along or 0.0, high or 0.0) for at, along, high in points),
        )
        return Answer(200, body, "application/vnd.garmin.tcx+xml")

    def _devices(self, request: Request) -> Answer:
        del request
        synced, skew = self.cloud.last_sync(self._second), int(self.faults.skew.total_seconds())
        told = None if synced is None else self._wall(synced, skew)
        return Answer.of_json(telling.devices(told, self._wall(self._second, skew)))

    def _profile(self, request: Request) -> Answer:
        del request
        since = self.cloud.day_of(self.cloud.truth.first_minute * MINUTE_S)
        run = self.cloud.truth.offset_at(self._second)
        zone = (self.quirks.zone or run.zone) if self.quirks.tells_zone else None
        return Answer.of_json(telling.profile(zone, run.offset_s, since))

    def _offset(self, at: int) -> int:
        return self.cloud.truth.offset_at(at).offset_s

    def _wall(self, at: int, skew_s: int = 0) -> datetime:
        """Return what the clock on the wall showed."""
        return self.cloud.truth.local(at).replace(tzinfo=None) + timedelta(seconds=skew_s)


def _number(outing: Outing) -> int:
    return int(f"9{outing.start}")


def _language(request: Request) -> str:
    return request.headers.get("accept-language", "")


@dataclass(frozen=True, slots=True)
class _Running:
    """The vendor in the foreground of a terminal."""

    vendor: FitbitVendor
    url: str
    settings: Mapping[str, str]

    @property
    def requests(self) -> int:
        return sum(line.path.startswith("/1/") for line in self.vendor.server.log)

    def stop(self) -> None:
        self.vendor.server.stop()


def _start(port: int, now: Callable[[], datetime], folder: Path, seed: int) -> _Running:
    last = (now() + timedelta(days=1)).date()
    return _serve(lately(seed, ZONE, last, SHOWN_DAYS), ZONE, now, folder, port)


def _serve(
    cloud: Cloud, zone: str, now: Callable[[], datetime], folder: Path, port: int = 0
) -> _Running:
    vendor = FitbitVendor(cloud, now, port, quirks=Quirks(zone=zone))
    vendor.server.start()
    return _Running(vendor, vendor.base_url, vendor.settings(folder))


simulator = Simulator(
    name="fitbit",
    summary="the Fitbit Web API as it was, with the last six weeks of a made-up person",
    start=_start,
    serve=_serve,
)
