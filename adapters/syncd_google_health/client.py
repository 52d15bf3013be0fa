"""Fetch: Google's answers, untouched, one after the other.

Merged minutes come from ``reconcile`` (summing ``list`` counts a phone and a watch twice), days
from ``dailyRollUp``, exercises from ``list`` by civil start. No page is kept beyond the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Final

from syncd.contract import (
    ConfigError,
    Context,
    Cursor,
    Fetch,
    Malformed,
    RawPayload,
    Response,
    Stream,
    Window,
)
from syncd_google_health import kinds, routes, wire
from syncd_google_health.refusals import PASSES, TOO_LONG, error_for, refusal_of
from syncd_google_health.scopes import missing, not_allowed
from syncd_google_health.settings import GoogleHealthSettings

PAGE_SIZES: Final = (10_000, 2_500, 500)
"""Points a page; the next one is tried where Google takes too long over the last."""
EXERCISES_A_PAGE: Final = 25
DEVICES_A_PAGE: Final = 100
LONGEST_ROLLUP: Final = timedelta(days=90)
FARTHEST_OFFSET: Final = timedelta(hours=14)
"""Civil time is at most so far from UTC."""
_JSON: Final = "application/json"


@contextmanager
def connect(settings: GoogleHealthSettings, context: Context) -> Iterator[GoogleHealthConnection]:
    """Yield the road to Google Health; nothing is sent before ``fetch``."""
    yield GoogleHealthConnection(settings, context)


class _TooSlowError(Exception):
    """Google gave up on a page of this size."""


class GoogleHealthConnection:
    """Asks for one account. Remembers the exercises it has listed, so that routes cost no list."""

    def __init__(self, settings: GoogleHealthSettings, context: Context) -> None:
        if context.http is None:
            raise ConfigError("Google Health is asked over the network; there is no client for it.")
        self._http, self._context = context.http, context
        self._base = f"{settings.base_url}/users/me"
        self._listed: tuple[Window, list[wire.ExercisePoint]] | None = None

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield the answers for one stream; those about devices and settings know no window.

        Raise ``Forbidden`` without asking where a permission was not given, and ``Malformed``
        behind an answer that cannot be read on.
        """
        lacking = missing(stream, self._context.granted) if stream in STREAMS else ()
        if lacking:
            raise not_allowed(stream, lacking)
        ask = STREAMS.get(stream)
        if ask is None:
            raise ConfigError(f"Google Health has no stream called {stream}.")
        if stream in OF_NOW:
            window = None
        elif window is not None and window.start == window.end:
            return
        yield from ask(self, Fetch(stream, window, cursor, self._context))

    def devices(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the paired devices."""
        params = {"pageSize": str(DEVICES_A_PAGE)}
        yield from self._pages(question, "pairedDevices", params, {})

    def minutes(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield merged steps, distance and climb of the window."""
        for kind in kinds.MINUTES:
            yield from self._smaller_and_smaller(question, kind)

    def exercises(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the exercises that start in the window, and remember them for their routes."""
        window, found = question.window, list[wire.ExercisePoint]()
        civil = _civil(window.start - FARTHEST_OFFSET), _civil(window.end + FARTHEST_OFFSET)
        params = {
            "filter": _between(kinds.EXERCISE_MEMBER, *civil),
            "pageSize": str(EXERCISES_A_PAGE),
        }
        path = f"dataTypes/{kinds.EXERCISE}/dataPoints"
        for payload in self._pages(question, path, params, {"type": kinds.EXERCISE}):
            yield payload
            found += wire.read(wire.Exercises, payload, "exercises").data_points
        self._listed = window, found

    def routes(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the routes of the window that the cursor does not know, the cursor's news with it.

        Exercises are listed only when this connection has not done so for the window.
        """
        if self._listed is None or not _holds(self._listed[0], question.window):
            for _ in self.exercises(question):
                pass
        assert self._listed is not None
        known = routes.Known.of(question.cursor)
        for point in routes.wanted(self._listed[1], question.window, known):
            path = f"dataTypes/{kinds.EXERCISE}/dataPoints/{point.id}:exportExerciseTcx"
            answer = self._http.request(
                "GET", f"{self._base}/{path}", params={"alt": "media"}, passes=PASSES
            )
            if answer.status >= 400 and not routes.is_none(answer):
                raise error_for(answer, question.stream)
            known = known.with_route(point)
            yield question.payload(answer, routes.facts(point, answer), token=known.token())

    def days(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield daily sums of the civil days that the window touches."""
        window = question.window
        first, end = window.start.date(), (window.end - timedelta(microseconds=1)).date()
        for kind in kinds.DAYS:
            yield from self._rolled(question, kind, first, end + timedelta(days=1))

    def profile(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the person's settings; on a first time also who it is."""
        names = ["settings"] if question.cursor is not None else ["settings", "identity"]
        for name in names:
            answer = self._asked(question, "GET", name, {})
            yield question.payload(answer, {"type": name})

    def _rolled(
        self, question: Fetch, kind: kinds.Kind, first: date, end: date
    ) -> Iterator[RawPayload]:
        """Yield sums in spans as long as Google takes; it says so where that is less than 90."""
        path = f"dataTypes/{kind.path}/dataPoints:dailyRollUp"
        longest = LONGEST_ROLLUP
        while first < end:
            last = min(end, first + longest)
            said = {"range": {"start": _date(first), "end": _date(last)}, "windowSizeDays": 1}
            answer = self._http.request("POST", f"{self._base}/{path}", json=said, passes=PASSES)
            if answer.status >= 400:
                shorter = _allowed_days(answer)
                if shorter is None or shorter >= longest:
                    raise error_for(answer, question.stream)
                longest = shorter
                continue
            yield question.payload(answer, {"type": kind.path})
            first = last

    def _smaller_and_smaller(self, question: Fetch, kind: kinds.Kind) -> Iterator[RawPayload]:
        """Yield pages; where Google is too slow, begin again with smaller ones."""
        window, path = question.window, f"dataTypes/{kind.path}/dataPoints:reconcile"
        asked = _between(kind.member, _instant(window.start), _instant(window.end))
        for size in PAGE_SIZES:
            params = {"filter": asked, "pageSize": str(size)}
            try:
                yield from self._pages(
                    question, path, params, {"type": kind.path}, slow=size != PAGE_SIZES[-1]
                )
            except _TooSlowError:
                continue
            return

    def _pages(
        self,
        question: Fetch,
        path: str,
        params: Mapping[str, str],
        facts: Mapping[str, str],
        *,
        slow: bool = False,
    ) -> Iterator[RawPayload]:
        """Yield page after page until no token comes: an empty page may have one."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            more = {"pageToken": token} if token else {}
            answer = self._asked(question, "GET", path, {**params, **more}, slow=slow)
            payload = question.payload(answer, facts)
            yield payload
            token = wire.read(wire.Page, payload, path).next_page_token
            if not token:
                return
            if token in seen:
                raise Malformed("Google Health sends the same page again and again.")
            seen.add(token)

    def _asked(
        self,
        question: Fetch,
        method: str,
        path: str,
        params: Mapping[str, str],
        *,
        slow: bool = False,
    ) -> Response:
        answer = self._http.request(method, f"{self._base}/{path}", params=params, passes=PASSES)
        if answer.status == 504 and slow:
            raise _TooSlowError
        if answer.status >= 400:
            raise error_for(answer, question.stream)
        return answer


STREAMS: Final[Mapping[Stream, Callable[[GoogleHealthConnection, Fetch], Iterator[RawPayload]]]] = {
    Stream.DEVICES: GoogleHealthConnection.devices,
    Stream.STEPS: GoogleHealthConnection.minutes,
    Stream.WORKOUTS: GoogleHealthConnection.exercises,
    Stream.ROUTES: GoogleHealthConnection.routes,
    Stream.DAILY: GoogleHealthConnection.days,
    Stream.PROFILE: GoogleHealthConnection.profile,
}


OF_NOW: Final = frozenset((Stream.DEVICES, Stream.PROFILE))
"""Streams that are about this moment, whatever span is asked for."""


def _between(member: str, start: str, end: str) -> str:
    """Return a filter; only ``>=`` and ``<`` exist."""
    return f'{member} >= "{start}" AND {member} < "{end}"'


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _civil(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _date(day: date) -> dict[str, dict[str, int]]:
    return {"date": {"year": day.year, "month": day.month, "day": day.day}}


def _holds(outer: Window, inner: Window) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _allowed_days(answer: Response) -> timedelta | None:
    """Return how long a rollup may be, where that is what Google minds."""
    said = refusal_of(answer)
    days = said.metadata.get("maxDurationDays", "")
    if said.reason != TOO_LONG or not days.isdecimal() or not 1 <= int(days) <= 366:
        return None
    return timedelta(days=int(days))
