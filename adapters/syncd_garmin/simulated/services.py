"""Garmin's services: what answers a path, whichever of its interfaces the path is of.

Each simulator takes those that its interface offers and puts its own guard before them. Handlers
raise ``RefusedError``; groups of a pattern are what the path caught, the display name last or
first where the interface has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from syncd.sim.cloud import Outing
from syncd.sim.server import Answer, Request
from syncd_garmin.simulated import files, telling
from syncd_garmin.simulated.refusing import HEADERS, RefusedError, told
from syncd_garmin.simulated.world import World, days

DAY: Final = r"(\d{4}-\d\d-\d\d)"
MOST_STEP_DAYS: Final = 28
MOST_SUMMARIES: Final = 90
DEFAULT_PAGE: Final = 99
ZIP: Final = "application/x-zip-compressed"
_TAKES: Final = frozenset(("*/*", "application/*", "application/zip", ZIP))


@dataclass(frozen=True)
class Services:
    """The answers of one account."""

    world: World

    def steps_daily(self, request: Request) -> Answer:
        """Answer ``/usersummary-service/stats/steps/daily/{start}/{end}``; 28 days at most."""
        first, last = (_date(text) for text in request.groups[:2])
        if not 0 <= (last - first).days < MOST_STEP_DAYS:
            raise RefusedError(400)
        rows = [telling.steps_row(day, self.world.sums(day)) for day in days(first, last)]
        return told([row for row in rows if row["totalSteps"] is not None])

    def summary(self, request: Request) -> Answer:
        """Answer ``/usersummary-service/usersummary/daily``; nulls where nothing was told."""
        return told(telling.summary(self.world, _date(request.query.get("calendarDate", ""))))

    def summaries(self, request: Request) -> Answer:
        """Answer ``/usersummary-service/v2/dailysummaries``; 500 from about 90 days on."""
        first, last = (_date(request.query.get(name, "")) for name in ("startDate", "endDate"))
        if last < first:
            raise RefusedError(400)
        if (last - first).days >= MOST_SUMMARIES:
            raise RefusedError(500, {"error": "InternalServerErrorException"})
        lived = [day for day in days(first, last) if self.world.span(day) is not None]
        return told({"data": [telling.summary_v2(self.world, day) for day in lived]})

    def heart_rates(self, request: Request) -> Answer:
        """Answer ``/wellness-service/wellness/dailyHeartRate``."""
        day = _date(request.query.get("date", ""))
        if self.world.sums(day) is None:
            return Answer(204, headers=HEADERS)
        return told(telling.heart_rates(self.world, day))

    def buckets(self, request: Request) -> Answer:
        """Answer ``/wellness-service/wellness/dailySummaryChart/{name}``."""
        return told(telling.buckets(self.world, _date(request.query.get("date", ""))))

    def floors(self, request: Request) -> Answer:
        """Answer ``/wellness-service/wellness/floorsChartData/daily/{date}``."""
        return told(telling.floors(self.world, _date(request.groups[0])))

    def activities(self, request: Request) -> Answer:
        """Answer ``/activitylist-service/activities/search/activities``, the newest first."""
        start, limit = (_number(request.query.get(k, d)) for k, d in (("start", "0"), _LIMIT))
        if limit > self.world.quirks.largest_page:
            raise RefusedError(500, {"error": "InternalServerErrorException"})
        asked = [request.query.get(name) for name in ("startDate", "endDate")]
        first, last = (None if text is None else _date(text) for text in asked)
        found = [
            telling.item(self.world, outing)
            for outing in self.world.outings()
            if (first is None or self.world.cloud.day_of(outing.start) >= first)
            and (last is None or self.world.cloud.day_of(outing.start) <= last)
        ]
        return told(found[start : start + limit])

    def activity(self, request: Request) -> Answer:
        """Answer ``/activity-service/activity/{id}``."""
        return told(telling.detail(self.world, self._outing(request)))

    def _outing(self, request: Request) -> Outing:
        outing = self.world.outing(int(request.groups[0]))
        if outing is None:
            raise RefusedError(404, {"error": "NotFoundException", "message": "HTTP 404 Not Found"})
        return outing

    def original(self, request: Request) -> Answer:
        """Answer ``/download-service/files/activity/{id}``; 406 unless archives are accepted."""
        accept = request.headers.get("accept", "*/*")
        if not _TAKES & {part.partition(";")[0].strip().lower() for part in accept.split(",")}:
            raise RefusedError(406, {"error": "NotAcceptableException"})
        outing = self._outing(request)
        if self.world.quirks.file_kind == "none":
            raise RefusedError(404, {"error": "NotFoundException"})
        if self.world.quirks.file_kind == "junk":
            return Answer(200, b"this is no archive", ZIP, HEADERS)
        return Answer(200, files.original(self.world, outing), ZIP, HEADERS)

    def wellness_files(self, request: Request) -> Answer:
        """Answer ``/download-service/files/wellness/{date}``; 404 where the day has none."""
        body = files.wellness(self.world, _date(request.groups[0]))
        if body is None:
            raise RefusedError(404, {"error": "NotFoundException"})
        return Answer(200, body, ZIP, HEADERS)

    def settings(self, request: Request) -> Answer:
        """Answer ``/userprofile-service/userprofile/settings``."""
        del request
        return told(telling.settings(self.world))


_LIMIT: Final = ("limit", str(DEFAULT_PAGE))

Service = Callable[[Services, Request], Answer]
SHARED: Final[Mapping[str, Service]] = {
    rf"/usersummary-service/stats/steps/daily/{DAY}/{DAY}": Services.steps_daily,
    r"/activitylist-service/activities/search/activities": Services.activities,
    r"/activity-service/activity/(\d+)": Services.activity,
    r"/download-service/files/activity/(\d+)": Services.original,
    r"/userprofile-service/userprofile/settings": Services.settings,
}
"""What both interfaces have under the same path; all are asked with GET."""


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise RefusedError(400) from None


def _number(text: str) -> int:
    if not text.isdecimal():
        raise RefusedError(400)
    return int(text)
