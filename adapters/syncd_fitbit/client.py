"""Fetch: the answers of a server that speaks the Fitbit Web API, untouched, one after the other.

Minutes are asked a measure and a civil day at a time; 150 questions an hour is all there are, so a
day without a step costs one, and a day that two windows share is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from syncd.contract import (
    AuthExpired,
    ConfigError,
    Context,
    Cursor,
    Fetch,
    Forbidden,
    Malformed,
    RawPayload,
    Response,
    Stream,
    Window,
)
from syncd_fitbit import routes, walls, wire
from syncd_fitbit.clocks import Clocks, zone_of
from syncd_fitbit.parse import KINDS, TOTALS, newest_sync
from syncd_fitbit.scopes import missing, not_allowed
from syncd_fitbit.settings import FitbitSettings

if TYPE_CHECKING:
    from syncd_fitbit.library import Library, Question

LOGS_A_PAGE: Final = 100
FARTHEST_OFFSET: Final = timedelta(hours=14)
"""Civil time is at most so far from UTC."""
DAY: Final = timedelta(days=1)
_NO_ROUTE: Final = frozenset((404,))
_JSON: Final = "application/json"
_PAGING: Final = {"afterDate": r"[\dT:.-]{10,30}", "sort": "asc", "limit": r"\d{1,3}",
                  "offset": r"\d{1,6}"}  # fmt: skip
"""What is taken over of the address of a next page; where it leads is ours to say."""


@contextmanager
def connect(settings: FitbitSettings, context: Context) -> Iterator[FitbitConnection]:
    """Yield the road to the server; nothing is sent before ``fetch``."""
    connection = FitbitConnection(settings, context)
    try:
        yield connection
    finally:
        connection.close()


class FitbitConnection:
    """Asks for one account. Remembers the clocks, shared days and listed logs while it is open."""

    def __init__(self, settings: FitbitSettings, context: Context) -> None:
        self._settings, self._context = settings, context
        self._library: Library | None = None
        self._clocks: Clocks | None = None
        self._synced: datetime | None = None
        self._shared: dict[tuple[date, str], Response] = {}
        self._listed: tuple[Window, list[wire.Log]] | None = None

    def close(self) -> None:
        """Close every connection."""
        if self._library is not None:
            self._library.close()

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield the answers for one stream; those about devices and profile know no window.

        Raise ``Forbidden`` without asking where a permission was not given, and ``Malformed``
        behind an answer that cannot be read on.
        """
        ask = STREAMS.get(stream)
        if ask is None:
            raise ConfigError(f"Fitbit has no stream called {stream}.")
        lacking = missing(stream, self._context.granted)
        if lacking:
            raise not_allowed(stream, lacking)
        if stream in OF_NOW:
            window = None
        elif window is not None and window.start == window.end:
            return
        yield from ask(self, Fetch(stream, window, cursor, self._context))

    def devices(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the paired devices; the profile is asked with them only when there is news."""
        answer = self._asked(lambda package: package.get_devices(), question.stream)
        payload = question.payload(answer, {})
        try:
            told = wire.read_devices(payload)
        except Malformed:
            yield payload
            return
        clocks, now = Clocks.of(question.cursor), self._context.now()
        written = max(
            (str(d.last_sync_time) for d in told if d.last_sync_time is not None), default=""
        )
        if not clocks.are_current(written, now):
            clocks = replace(self._with_profile(clocks), synced=written)
        self._remember(clocks, told)
        facts = {"zone": clocks.zone_now.key}
        yield replace(payload, facts=facts, token=clocks.token())

    def minutes(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield steps, distance and climb of the civil days that the window touches."""
        days = self._days(question.window)
        self._shared = {key: held for key, held in self._shared.items() if key[0] in days}
        for day in days:
            for kind in KINDS:
                payload = question.payload(self._day(day, kind), self._facts(kind, day))
                yield payload
                if kind == "steps" and not _stepped(payload):
                    break  # not worn, or not there: the rest is zeros as well

    def logs(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the log entries that start in the window, and remember them for their routes.

        Nothing is asked for days before the person was a member.
        """
        window, found = question.window, list[wire.Log]()
        zone = self._known_clocks().zone_now
        if not self._days(window):
            self._listed = window, found
            return
        first = (window.start - FARTHEST_OFFSET - DAY).date()
        asked = {"afterDate": first.isoformat(), "sort": "asc", "limit": str(LOGS_A_PAGE)}
        asked |= {"offset": "0"}
        seen = set[str]()
        while True:
            address = f"/1/user/-/activities/list.json?{urlencode(asked)}"
            answer = self._asked(_at(address), question.stream)
            payload = question.payload(answer, {"type": "logs", "zone": zone.key})
            yield payload
            page = wire.read(wire.Logs, payload, "activity log")
            found += page.activities
            last = max((walls.instant(log.start_time, zone)[0] for log in page.activities),
                       default=window.end)  # fmt: skip
            if not page.pagination.next or last >= window.end:
                break
            seen.add(urlencode(asked))
            asked = asked | _next_page(page.pagination.next)
            if urlencode(asked) in seen:
                raise Malformed("Fitbit's server sends the same page again and again.")
        self._listed = window, found

    def routes(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the routes of the window that the cursor does not know, the cursor's news with it.

        The log is listed only when this connection has not done so for the window.
        """
        if self._listed is None or not _holds(self._listed[0], question.window):
            for _ in self.logs(question):
                pass
        assert self._listed is not None
        zone, known = self._known_clocks().zone_now, routes.Known.of(question.cursor)
        for log in self._listed[1]:
            start, _sure = walls.instant(log.start_time, zone)
            inside = question.window.start <= start < question.window.end
            if not inside or not log.has_route or known.holds(log):
                continue
            address = f"/1/user/-/activities/{log.log_id}.tcx"
            answer = self._asked(
                _at(address),
                question.stream,
                passes=_NO_ROUTE,
            )
            known = known.with_route(log, start)
            facts = {**routes.facts(log, answer), "zone": zone.key}
            yield question.payload(answer, facts, token=known.token())

    def totals(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield totals of the civil days that the window touches."""
        days = self._days(question.window)
        if not days:
            return
        for kind in TOTALS:
            answer = self._asked(_totals_of(kind, days), question.stream)
            yield question.payload(answer, self._facts(kind, days[-1]))

    def profile(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield whose account it is, and the zone of today."""
        answer = self._asked(lambda package: package.user_profile_get(), question.stream)
        yield question.payload(answer, {})

    def _day(self, day: date, kind: str) -> Response:
        """Return one measure of one civil day, which two windows may share."""
        if (day, kind) not in self._shared:
            self._shared[day, kind] = self._asked(
                lambda package: package.intraday_time_series(
                    f"activities/{kind}", base_date=day, detail_level="1min"
                ),
                Stream.STEPS,
            )
        return self._shared[day, kind]

    def _facts(self, kind: str, day: date) -> dict[str, str]:
        """Return what an answer about a day, or days up to it, lacks.

        A sync after the day says no more of it than one at its end: the same day is the same pull.
        """
        zone = self._known_clocks().zone_on(day)
        facts = {"type": kind, "day": day.isoformat(), "zone": zone.key}
        if self._synced is not None:
            synced = min(self._synced, walls.midnight(day + DAY, zone))
            facts["synced"] = str(int(synced.timestamp()))
        return facts

    def _days(self, window: Window) -> list[date]:
        """Return the civil days that a window touches, since the person became a member."""
        clocks = self._known_clocks()
        first, last = (window.start - FARTHEST_OFFSET).date(), (window.end + FARTHEST_OFFSET).date()
        span = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [
            day
            for day in span
            if (clocks.since is None or day >= clocks.since)
            and walls.midnight(day, clocks.zone_on(day)) < window.end
            and walls.midnight(day + DAY, clocks.zone_on(day)) > window.start
        ]

    def _known_clocks(self) -> Clocks:
        """Return the clocks; asked for where this connection has not read the devices."""
        if self._clocks is None:
            try:
                question = Fetch(Stream.DEVICES, None, None, self._context)
                for _ in self.fetch(question.stream, None, None):
                    pass
            except Forbidden:
                self._remember(self._with_profile(Clocks()), ())
        return self._clocks or self._with_profile(Clocks())

    def _with_profile(self, clocks: Clocks) -> Clocks:
        """Ask for the zone of today; where that is not allowed, the person's own has to do."""
        person = wire.Person()
        try:
            lacking = missing(Stream.PROFILE, self._context.granted)
            if lacking:
                raise not_allowed(Stream.PROFILE, lacking)
            question = Fetch(Stream.PROFILE, None, None, self._context)
            for payload in self.profile(question):
                person = wire.read(wire.Profile, payload, "profile").user
        except Forbidden:
            pass
        zone = zone_of(person.timezone, self._context.facts)
        return clocks.seen(zone, self._context.now(), person.since)

    def _remember(self, clocks: Clocks, devices: tuple[wire.Device, ...]) -> None:
        self._clocks = clocks
        synced = newest_sync(devices, clocks.zone_now)
        self._synced = None if synced is None else min(synced, self._context.now())

    def _asked(
        self, question: Question, stream: Stream, *, passes: frozenset[int] = frozenset()
    ) -> Response:
        if self._library is None:
            self._library = self._opened()
        return self._library.ask(question, stream, passes=passes)

    def _opened(self) -> Library:
        if self._context.keeper is None:
            raise AuthExpired("Nobody has signed in to this account yet.")
        from syncd_fitbit.library import Library  # noqa: PLC0415 - slow to load, needed to ask only

        return Library(self._settings, self._context, self._context.keeper)


STREAMS: Final[Mapping[Stream, Callable[[FitbitConnection, Fetch], Iterator[RawPayload]]]] = {
    Stream.DEVICES: FitbitConnection.devices,
    Stream.STEPS: FitbitConnection.minutes,
    Stream.WORKOUTS: FitbitConnection.logs,
    Stream.ROUTES: FitbitConnection.routes,
    Stream.DAILY: FitbitConnection.totals,
    Stream.PROFILE: FitbitConnection.profile,
}
OF_NOW: Final = frozenset((Stream.DEVICES, Stream.PROFILE))
"""Streams that are about this moment, whatever span is asked for."""


def _stepped(payload: RawPayload) -> bool:
    """Tell whether there was a step in a day; raise ``Forbidden`` where the app gets no minutes."""
    slots = wire.read(wire.Day, payload, "minutes of steps").slots("steps")
    if slots is None:
        raise Forbidden(
            "Fitbit's server gives this app no minutes: only an app of the type Personal gets those"
            " of its owner. Register one, correct client_id and client_secret, then sign in again."
        )
    return any(slot.value for slot in slots.dataset)


def _at(address: str) -> Question:
    """Return the question for what the package has no method for."""
    return lambda package: package.make_request(package.API_ENDPOINT + address)


def _totals_of(kind: str, days: Sequence[date]) -> Question:
    return lambda package: package.time_series(
        f"activities/{kind}", base_date=days[0], end_date=days[-1]
    )


def _next_page(link: str) -> dict[str, str]:
    """Return what the address of a next page says of it, as far as it is what we would write."""
    said = dict(parse_qsl(urlsplit(link).query))
    return {
        name: said[name]
        for name, pattern in _PAGING.items()
        if name in said and re.fullmatch(pattern, said[name])
    }


def _holds(outer: Window, inner: Window) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
