"""What a client may ask: actions and filters of each type, pages, and ranges of rollups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from syncd_google_health.simulated.refusing import RefusedError

LARGEST_PAGE: Final = 10_000
EXERCISES_A_PAGE: Final = 25
DEFAULT_PAGE: Final = 1440
SHORT_ROLLUPS: Final = frozenset(
    ("active-minutes", "heart-rate", "total-calories", "calories-in-heart-rate-zone")
)
FAMILIES: Final = frozenset(("all-sources", "google-wearables", "google-sources", "self-sources"))
ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "steps": ("list", "reconcile", "rollup", "dailyRollup"),
    "distance": ("list", "reconcile", "rollup", "dailyRollup"),
    "altitude": ("list", "reconcile", "rollup", "dailyRollup"),
    "floors": ("reconcile", "rollup", "dailyRollup"),
    "exercise": ("list", "reconcile", "get"),
    "total-calories": ("rollup", "dailyRollup"),
}
_CLAUSE: Final = re.compile(r'([a-z_]+(?:\.[a-z_]+)+) ?(>=|<=|<|>|=) ?"([^"]*)"')
_CIVIL: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?")
_FOR_EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Asked:
    """From when to when; ``civil`` times are the wearer's clock, carried as if they were UTC."""

    start: datetime
    end: datetime
    civil: bool

    def holds(self, at: datetime, offset_s: int) -> bool:
        """Tell whether an interval that begins at ``at`` is asked for."""
        seen = at + timedelta(seconds=offset_s) if self.civil else at
        return self.start <= seen < self.end


def allowed(kind: str, action: str) -> None:
    """Refuse a type that nobody has, and an action that the type does not have."""
    if kind not in ACTIONS:
        raise RefusedError(400, "INVALID_PARENT_DATA_TYPE_COLLECTION")
    if action not in ACTIONS[kind]:
        allowed_actions = ", ".join(ACTIONS[kind])
        raise RefusedError(
            400, "UNSUPPORTED_DATA_TYPE_ACTION", {"allowed_actions": allowed_actions}
        )


def filtered(kind: str, text: str) -> Asked:
    """Read a filter: an AIP-160 subset of ``>=`` and ``<`` joined by ``AND``."""
    if not text:
        return Asked(*_FOR_EVER, civil=False)
    low, high = _FOR_EVER
    civil = False
    for clause in text.split(" AND "):
        match = _CLAUSE.fullmatch(clause.strip())
        if match is None:
            raise RefusedError(400, "INVALID_DATA_POINT_FILTER_SYNTAX")
        member, comparator, value = match.groups()
        civil = _is_civil(kind, member)
        if comparator not in {">=", "<"}:
            raise RefusedError(400, "INVALID_DATA_POINT_FILTER_RESTRICTION_COMPARATOR")
        at = _moment(value, civil=civil)
        low, high = (at, high) if comparator == ">=" else (low, at)
    if low >= high:
        raise RefusedError(400, "INVALID_TIME_RANGE")
    return Asked(low, high, civil)


def family(query: Mapping[str, str]) -> str:
    """Return the source family asked for."""
    said = query.get("dataSourceFamily", "users/me/dataSourceFamilies/all-sources")
    name = said.rpartition("/")[2]
    if name not in FAMILIES:
        raise RefusedError(400, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY")
    return name


def page_size(kind: str, query: Mapping[str, str]) -> int:
    """Return the points a page; more than Google gives is cut without a word."""
    said = query.get("pageSize") or query.get("page_size") or "0"
    most = EXERCISES_A_PAGE if kind == "exercise" else LARGEST_PAGE
    default = EXERCISES_A_PAGE if kind == "exercise" else DEFAULT_PAGE
    return min(most, int(said) if said.isdecimal() and int(said) else default)


def longest_rollup(kind: str) -> int:
    """Return the most days of a rollup."""
    return 14 if kind in SHORT_ROLLUPS else 90


def civil_range(kind: str, body: Any) -> tuple[date, date]:  # noqa: ANN401 - whatever was sent
    """Return the dates of a daily rollup, the last excluded."""
    try:
        bounds = body["range"]
        first, end = (_civil_date(bounds[name]["date"]) for name in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        raise RefusedError(400, "INVALID_TIME_RANGE") from None
    if first >= end:
        raise RefusedError(400, "INVALID_TIME_RANGE")
    most = longest_rollup(kind)
    if (end - first).days > most:
        raise RefusedError(400, "INVALID_ROLLUP_QUERY_DURATION", {"maxDurationDays": str(most)})
    size = body.get("pageSize")
    if size is not None and (kind == "total-calories" or size < (end - first).days):
        raise RefusedError(400)
    return first, end


def physical_range(kind: str, body: Any) -> tuple[datetime, datetime, int]:  # noqa: ANN401
    """Return the span of a rollup and the seconds of its windows."""
    try:
        bounds = body["range"]
        start, end = _moment(bounds["startTime"]), _moment(bounds["endTime"])
        size = int(str(body["windowSize"]).removesuffix("s"))
    except (KeyError, TypeError, ValueError):
        raise RefusedError(400, "INVALID_TIME_RANGE") from None
    if start >= end or size < 1:
        raise RefusedError(400, "INVALID_TIME_RANGE")
    most = longest_rollup(kind)
    if end - start > timedelta(days=most):
        raise RefusedError(400, "INVALID_ROLLUP_QUERY_DURATION", {"maxDurationDays": str(most)})
    return start, end, size


def _is_civil(kind: str, member: str) -> bool:
    """Tell what a filter's member means; exercises know only their civil start."""
    name = kind.replace("-", "_")
    civil = f"{name}.interval.civil_start_time"
    if member == civil:
        return True
    if member != f"{name}.interval.start_time" or kind == "exercise":
        raise RefusedError(400, "INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER")
    return False


def _moment(text: str, *, civil: bool = False) -> datetime:
    if civil != bool(_CIVIL.fullmatch(text)):
        raise RefusedError(400, "INVALID_DATA_POINT_FILTER_CIVIL_DATE_TIME_FORMAT")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(400, "INVALID_DATA_POINT_FILTER_SYNTAX") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _civil_date(said: Mapping[str, int]) -> date:
    return date(said["year"], said["month"], said["day"])
