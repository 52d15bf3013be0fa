"""Fetch: Garmin Connect's answers, untouched, through the package ``garminconnect``.

Activities, their files and the profile are asked as the Personal API's adapter does it: the paths
are the same. What only Garmin Connect has is asked here, a civil day at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import quote

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
from syncd_garmin import wire
from syncd_garmin.app import buckets
from syncd_garmin.app.asking import LibraryHttp, closed_to_us
from syncd_garmin.app.details import Details, Step
from syncd_garmin.app.library import opened
from syncd_garmin.app.session import Session
from syncd_garmin.app.settings import GarminConnectSettings
from syncd_garmin.app.wire import StepBucket
from syncd_garmin.archives import is_whole
from syncd_garmin.civil import DAY, Civil
from syncd_garmin.client import GarminConnection
from syncd_garmin.refusals import is_nothing
from syncd_garmin.settings import GarminSettings

STEPS: Final = "/wellness-service/wellness/dailySummaryChart/"
FLOORS: Final = "/wellness-service/wellness/floorsChartData/daily/"
SUMMARY: Final = "/usersummary-service/usersummary/daily/"
DAILY_STEPS: Final = "/usersummary-service/stats/steps/daily/"
LAST_USED: Final = "/device-service/deviceservice/mylastused"
MINUTES: Final = "/download-service/files/wellness/"
RELOAD: Final = "/wellness-service/wellness/epoch/request/"
ANY: Final = "*/*"
FEW_DAYS: Final = 5
"""Fewer days are asked one by one, for then Garmin tells their floors as well."""
LONGEST_RANGE: Final = 28
_ANYWHERE: Final = "https://connectapi.garmin.com"
_KEPT_DAYS: Final = 3


@contextmanager
def connect(settings: GarminConnectSettings, context: Context) -> Iterator[GarminConnectConnection]:
    """Yield the road to Garmin Connect; nothing is sent before ``fetch``."""
    with opened(settings) as library:
        session = Session(library, context.keeper, context.now)
        http = LibraryHttp(library, session.start, context.now)
        yield GarminConnectConnection(settings, replace(context, http=http), session)


class GarminConnectConnection(GarminConnection):
    """Asks for one account; the answers about a past day are asked once a connection."""

    def __init__(self, settings: GarminConnectSettings, context: Context, session: Session) -> None:
        shared = GarminSettings(base_url=_ANYWHERE, spacing_s=settings.spacing_s)
        super().__init__(shared, context)
        self._session = session
        self._days: dict[date, dict[str, Response]] = {}

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield the answers for one stream; those about what is now know no window."""
        ask = STREAMS.get(stream)
        if ask is None:
            raise ConfigError(f"Garmin Connect has no stream called {stream}.")
        if stream in OF_NOW:
            window = None
        elif window is not None and window.start == window.end:
            return
        yield from ask(self, Fetch(stream, window, cursor, self._context))

    def device(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield when a device last handed over; Garmin may not say."""
        yield question.payload(self._asked(question, LAST_USED, {}, gone=True), {"type": "device"})

    def minutes_of_days(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield rows of steps of the days that the window touches.

        Where Garmin cuts its days elsewhere than we do, a day on either side belongs to it too.
        """
        civil, window = Civil.of(self._context), question.window
        first, last = civil.touched(window)
        for day in _days(first, last):
            payload, rows = self._rows(question, day)
            start, end = _told(rows, day)
            if day == first and start is not None and start > window.start:
                yield self._rows(question, day - DAY)[0]
            yield payload
            if day == last and end is not None and end < window.end:
                later, rows = self._rows(question, day + DAY)
                if rows:
                    yield later

    def sums_of_days(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield totals of the days that the window touches.

        Few days are asked one by one, with their floors by 15 minutes; many, as a past has, in one
        answer that knows no floors. Raises ``Forbidden`` where the person hides them.
        """
        first, last = Civil.of(self._context).touched(question.window)
        one_by_one = (last - first).days < FEW_DAYS
        yield from (self._one_by_one if one_by_one else self._ranges)(question, first, last)

    def _one_by_one(self, question: Fetch, first: date, last: date) -> Iterator[RawPayload]:
        for day in _days(first, last):
            answer = self._asked(question, SUMMARY + self._name(), {"calendarDate": f"{day}"})
            payload = question.payload(answer, {"type": "day"})
            yield payload
            if wire.read(wire.DailySummary, payload, "a day's summary").privacy_protected:
                raise closed_to_us("the sums of days")
            answer = self._asked(question, f"{FLOORS}{day}", {})
            yield question.payload(answer, {"type": "floors"})

    def _ranges(self, question: Fetch, first: date, last: date) -> Iterator[RawPayload]:
        while first <= last:
            end = min(last, first + timedelta(days=LONGEST_RANGE - 1))
            answer = self._asked(question, f"{DAILY_STEPS}{first}/{end}", {})
            yield question.payload(answer, {"type": "steps"})
            first = end + DAY

    def details(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield what may decide open days: the watch's minutes, or rows that Garmin put away."""
        today, undecided = Civil.of(self._context).today(), self._context.undecided()
        known = Details.of(question.cursor).only(undecided)
        for day, step in known.next_steps(undecided, today):
            ask = self._minutes_file if step is Step.MINUTES else self._rows_again
            known, payload = ask(question, day, known)
            if payload is not None:
                yield replace(payload, token=known.token())

    def _minutes_file(
        self, question: Fetch, day: date, known: Details
    ) -> tuple[Details, RawPayload | None]:
        answer = self._asked(question, f"{MINUTES}{day}", {}, accept=ANY, gone=True)
        facts = {"type": "minutes", "day": f"{day}", "zone": self._zone()}
        if is_nothing(answer):
            facts["gone"] = "yes"
        elif not is_whole(answer.body):
            raise Malformed(f"The watch's minutes of {day} are no archive, or only a part of one.")
        return known.done(day), question.payload(answer, facts)

    def _rows_again(
        self, question: Fetch, day: date, known: Details
    ) -> tuple[Details, RawPayload | None]:
        """Look for the rows of a day; ask once that Garmin fetch them back where it has none."""
        payload, rows = self._rows(question, day)
        if not buckets.is_blank(rows):
            return known.done(day), payload
        today = Civil.of(self._context).today()
        if day in known.asked:
            return known.looked(day), payload
        if not known.may_reload(day, today):
            return known, None
        answer = self._http.request("POST", f"{self._base}{RELOAD}{day}")
        return known.reloaded(day, today), question.payload(answer, {"type": "reload"})

    def _rows(self, question: Fetch, day: date) -> tuple[RawPayload, list[StepBucket]]:
        """Return the rows of a day; those that say nothing speak for no time at all.

        So nothing that is held is taken away by a day that Garmin has put away.
        """
        answer = self._of_day(question, day, STEPS + self._name(), {"date": f"{day}"})
        facts = {"type": "rows", "day": f"{day}", "zone": self._zone()}
        payload = question.payload(answer, facts)
        try:
            rows = wire.read_list(StepBucket, payload, "steps of a day")
        except Malformed:
            return payload, []  # parsing says so, when it is archived
        if rows and buckets.is_blank(rows) and payload.covers is not None:
            nothing = Window(payload.covers.start, payload.covers.start)
            return replace(payload, covers=nothing), rows
        return payload, rows

    def _of_day(self, question: Fetch, day: date, path: str, params: Mapping[str, str]) -> Response:
        """Return the answer about a day, asked now unless this connection has it."""
        held = self._days.setdefault(day, {})
        if path not in held:
            held[path] = self._asked(question, path, params)
            while len(self._days) > _KEPT_DAYS:
                self._days.pop(next(iter(self._days)))
        return held[path]

    def _name(self) -> str:
        self._session.start()
        return quote(self._session.name, safe="")

    def _zone(self) -> str:
        return self._context.facts.get("zone", "")


STREAMS: Final[
    Mapping[Stream, Callable[[GarminConnectConnection, Fetch], Iterator[RawPayload]]]
] = {
    Stream.DEVICES: GarminConnectConnection.device,
    Stream.STEPS: GarminConnectConnection.minutes_of_days,
    Stream.WORKOUTS: GarminConnection.activities,
    Stream.ROUTES: GarminConnection.recordings,
    Stream.DAILY: GarminConnectConnection.sums_of_days,
    Stream.PROFILE: GarminConnection.profile,
    Stream.FILES: GarminConnectConnection.details,
}
OF_NOW: Final = frozenset((Stream.DEVICES, Stream.PROFILE, Stream.FILES))
"""Streams that are about this moment, whatever span is asked for."""


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _told(rows: list[StepBucket], day: date) -> tuple[datetime | None, datetime | None]:
    """Return where Garmin's day begins, and where it ends once it is over."""
    starts = sorted(row.start for row in rows if row.start is not None)
    ends = [row.end for row in rows if row.end is not None]
    if not starts or not ends:
        return None, None
    local = buckets.offset_of_first(int(starts[0].timestamp()), day)
    end = max(ends)
    over = local is not None and (end.astimezone(UTC) + timedelta(seconds=local)).date() > day
    return starts[0], end if over else None
