"""Fetch from the Personal API: Garmin's answers, untouched, one after the other, never in a hurry.

How often Garmin may be asked is written nowhere; a dozen questions at once were too many. So there
is a second between two, and a poll asks two: today's summary, which tells when the watch synced,
and what was recorded since.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from syncd.contract import (
    ConfigError,
    Context,
    Cursor,
    Fetch,
    RawPayload,
    Response,
    Stream,
    Transient,
    Window,
)
from syncd_garmin import routes, wire
from syncd_garmin.civil import Civil, around
from syncd_garmin.refusals import PASSES, error_for, is_nothing
from syncd_garmin.settings import GarminSettings
from syncd_garmin.undecided import Asked, undecided

PAGE_SIZES: Final = (45, 20)
"""Activities a page; Garmin fails over longer pages, and the next one is tried where it does."""
SHARED_ITEMS: Final = 1
"""So many of a page come again on the next: if they do not, the list has moved meanwhile."""
SETTINGS_EVERY: Final = timedelta(days=7)
ARCHIVES: Final = "application/zip, application/x-zip-compressed, application/octet-stream"
"""Asked for octets alone, Garmin refuses (406)."""
SUMMARY: Final = "/usersummary-service/usersummary/daily"
SUMMARIES: Final = "/usersummary-service/v2/dailysummaries"
ACTIVITIES: Final = "/activitylist-service/activities/search/activities"
ACTIVITY: Final = "/activity-service/activity/"
ORIGINAL: Final = "/download-service/files/activity/"
HEART_RATES: Final = "/wellness-service/wellness/dailyHeartRate"
SETTINGS: Final = "/userprofile-service/userprofile/settings"


@contextmanager
def connect(settings: GarminSettings, context: Context) -> Iterator[GarminConnection]:
    """Yield the road to the Personal API; nothing is sent before ``fetch``."""
    yield GarminConnection(settings, context)


class GarminConnection:
    """Asks for one account, one question after the other.

    It remembers what it has heard of today and of activities, so that no stream asks again what
    another one did.
    """

    def __init__(
        self,
        settings: GarminSettings,
        context: Context,
        *,
        sleep: Callable[[float], None] = time.sleep,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        if context.http is None:
            raise ConfigError("Garmin is asked over the network; there is no client for it.")
        self._http, self._context, self._base = context.http, context, settings.base_url
        self._spacing_s, self._sleep, self._ticks = settings.spacing_s, sleep, ticks
        self._asked_at: float | None = None
        self._today: wire.DailySummary | None = None
        self._listed: tuple[Window, list[wire.ActivityItem]] | None = None

    def fetch(
        self, stream: Stream, window: Window | None, cursor: Cursor | None
    ) -> Iterator[RawPayload]:
        """Yield the answers for one stream; those about the watch and settings know no window."""
        ask = STREAMS.get(stream)
        if ask is None:
            raise ConfigError(f"Garmin's Personal API has no stream called {stream}.")
        if stream in OF_NOW:
            window = None
        elif window is not None and window.start == window.end:
            return
        yield from ask(self, Fetch(stream, window, cursor, self._context))

    def today(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield today's summary, which tells when the watch last synced."""
        day = Civil.of(self._context).today()
        answer = self._asked(question, SUMMARY, {"calendarDate": day.isoformat()})
        payload = question.payload(answer, {"type": "summary"})
        yield payload
        if payload.body.strip():
            self._today = wire.read(wire.DailySummary, payload, "today's summary")

    def activities(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the activities that start in the window, and remember them."""
        window, found = question.window, dict[int, wire.ActivityItem]()
        first, last = around(window)
        params = {
            "startDate": first.isoformat(),
            "endDate": last.isoformat(),
            "excludeChildren": "false",
        }
        for payload in self._pages(question, params):
            yield payload
            for item in wire.read_list(wire.ActivityItem, payload, "activities"):
                found.setdefault(item.activity_id, item)
        self._listed = window, list(found.values())

    def recordings(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield details and original file of activities that the cursor does not know.

        Activities are listed only when this connection has not done so for the window.
        """
        known = routes.Known.of(question.cursor)
        for item in routes.wanted(self._items(question), question.window, known):
            facts = {"item": item.model_dump_json(by_alias=True, exclude_none=True)}
            number = str(item.activity_id)
            answer = self._asked(question, ACTIVITY + number, {}, gone=True)
            yield question.payload(answer, {**facts, "type": "detail", **_gone(answer)})
            if not is_nothing(answer):
                facts["detail"] = _told(answer)
            answer = self._asked(question, ORIGINAL + number, {}, accept=ARCHIVES, gone=True)
            known = known.with_recording(item)
            told = {**facts, "type": "file", **_gone(answer)}
            yield question.payload(answer, told, token=known.token())

    def days(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield sums of the civil days that the window touches, then what may settle some.

        A day of few steps is missed only if somebody wore the watch: its heart rates tell.
        """
        civil = Civil.of(self._context)
        first, last = civil.touched(question.window)
        params = {"startDate": first.isoformat(), "endDate": last.isoformat()}
        payload = question.payload(self._asked(question, SUMMARIES, params), {"type": "summaries"})
        yield payload
        if not payload.body.strip():
            return
        said = wire.read(wire.SummedDays, payload, "summaries of days")
        synced = None if self._today is None else self._today.last_sync_timestamp_gmt
        asked = Asked.of(question.cursor)
        for day in undecided(said, self._listed_items(), lambda day: civil.is_over(day, synced)):
            if day in asked.days:
                continue
            answer = self._asked(question, HEART_RATES, {"date": day.isoformat()})
            asked = asked.with_day(day)
            facts = {"type": "pulse", "day": day.isoformat()}
            yield question.payload(answer, facts, covers=civil.span(day), token=asked.token())

    def profile(self, question: Fetch) -> Iterator[RawPayload]:
        """Yield the person's settings: at first, once a week, and when the clock has moved.

        In between there is nothing to ask: one question a day less.
        """
        now, offset = self._context.now(), None if self._today is None else self._today.utc_offset_s
        then = _Told.of(question.cursor)
        if then is not None and now - then.at < SETTINGS_EVERY and offset in (None, then.offset_s):
            return
        answer = self._asked(question, SETTINGS, {})
        token = _Told(now, offset).token()
        yield question.payload(answer, {"type": "settings"}, token=token)

    def _items(self, question: Fetch) -> list[wire.ActivityItem]:
        """Return the activities of the window, listed now unless that was done."""
        if self._listed is None or not _holds(self._listed[0], question.window):
            for _ in self.activities(question):
                pass
        return self._listed_items()

    def _listed_items(self) -> list[wire.ActivityItem]:
        return self._listed[1] if self._listed is not None else []

    def _pages(self, question: Fetch, params: Mapping[str, str]) -> Iterator[RawPayload]:
        """Yield page after page until one is short; each begins with the last item of the other.

        Where it does not, something was deleted while we read, and another may have slipped by:
        raises ``Transient``, and all is asked again later.
        """
        start, size, last = 0, PAGE_SIZES[0], None
        while True:
            answer, size = self._page(question, params, start, size)
            payload = question.payload(answer, {"type": "activities"})
            found = wire.read_list(wire.ActivityItem, payload, "activities")
            if last is not None and last not in [item.activity_id for item in found]:
                raise Transient("Garmin's list of activities changed while it was read.")
            yield payload
            if len(found) < size:
                return
            start, last = start + size - SHARED_ITEMS, found[-1].activity_id

    def _page(
        self, question: Fetch, params: Mapping[str, str], start: int, size: int
    ) -> tuple[Response, int]:
        """Return a page and how long it may be; where Garmin fails, a shorter one is tried."""
        for shorter in (one for one in PAGE_SIZES if one <= size):
            paged = {**params, "start": str(start), "limit": str(shorter)}
            answer = self._sent(ACTIVITIES, paged)
            if answer.status < 400:
                return answer, shorter
            if answer.status != 500 or shorter == PAGE_SIZES[-1]:
                raise error_for(answer, question.stream)
        raise AssertionError("there is always a shortest page")

    def _asked(
        self,
        question: Fetch,
        path: str,
        params: Mapping[str, str],
        *,
        accept: str | None = None,
        gone: bool = False,
    ) -> Response:
        """Return an answer; with ``gone`` also one that says that there is no such thing."""
        answer = self._sent(path, params, accept)
        if answer.status >= 400 and not (gone and is_nothing(answer)):
            raise error_for(answer, question.stream)
        return answer

    def _sent(self, path: str, params: Mapping[str, str], accept: str | None = None) -> Response:
        if self._asked_at is not None:
            wait = self._asked_at + self._spacing_s - self._ticks()
            if wait > 0:
                self._sleep(wait)
        headers = {"accept": accept or "application/json"}
        try:
            return self._http.request(
                "GET", self._base + path, params=params, headers=headers, passes=PASSES
            )
        finally:
            self._asked_at = self._ticks()


STREAMS: Final[Mapping[Stream, Callable[[GarminConnection, Fetch], Iterator[RawPayload]]]] = {
    Stream.DEVICES: GarminConnection.today,
    Stream.WORKOUTS: GarminConnection.activities,
    Stream.ROUTES: GarminConnection.recordings,
    Stream.DAILY: GarminConnection.days,
    Stream.PROFILE: GarminConnection.profile,
}
OF_NOW: Final = frozenset((Stream.DEVICES, Stream.PROFILE))
"""Streams that are about this moment, whatever span is asked for."""


def _holds(outer: Window, inner: Window) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _gone(answer: Response) -> dict[str, str]:
    return {"gone": "yes"} if is_nothing(answer) else {}


def _told(answer: Response) -> str:
    """Return what of an activity's details parsing wants, and no more of it."""
    try:
        said = wire.ActivityDetail.model_validate_json(answer.body)
    except ValueError:
        return ""  # parsing the details themselves says what is wrong
    return said.model_dump_json(by_alias=True, exclude_none=True)


@dataclass(frozen=True, slots=True)
class _Told:
    """When the settings were last read, and by which clock the day began then."""

    at: datetime
    offset_s: int | None

    @classmethod
    def of(cls, cursor: Cursor | None) -> _Told | None:
        try:
            at, _, offset = (cursor.token or "").partition(" ") if cursor else ("", "", "")
            return cls(datetime.fromisoformat(at), int(offset) if offset else None)
        except ValueError:
            return None

    def token(self) -> str:
        return self.at.isoformat() + ("" if self.offset_s is None else f" {self.offset_s}")
