"""Routes: which log entries have one that we do not hold, and how the cursor remembers those."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from syncd.contract import Cursor, Malformed, RawPayload, Response
from syncd_fitbit import wire

KEPT: Final = timedelta(days=30)
"""How long a route is remembered after the newest one: longer than any window is re-read."""
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """Entries whose route was asked for: id -> (start, Unix seconds; revision)."""

    routes: Mapping[str, tuple[int, str]]

    @classmethod
    def of(cls, cursor: Cursor | None) -> Known:
        """Return what a cursor remembers; nothing where it is strange: routes come again."""
        try:
            said = json.loads(cursor.token) if cursor and cursor.token else {}
            return cls({str(k): (int(start), str(rev)) for k, (start, rev) in said.items()})
        except (AttributeError, TypeError, ValueError):
            return cls({})

    def holds(self, log: wire.Log) -> bool:
        """Tell whether this revision's route was asked for."""
        return self.routes.get(str(log.log_id), (0, None))[1] == log.revision

    def with_route(self, log: wire.Log, start: datetime) -> Known:
        """Remember one more, and forget what is long past."""
        routes = {**self.routes, str(log.log_id): (int(start.timestamp()), log.revision)}
        oldest = max(at for at, _ in routes.values()) - int(KEPT.total_seconds())
        return replace(self, routes={k: v for k, v in routes.items() if v[0] >= oldest})

    def token(self) -> str:
        """Return it as the cursor keeps it."""
        return json.dumps(dict(sorted(self.routes.items())), separators=(",", ":"))


def is_none(answer: Response) -> bool:
    """Tell whether there is no route: entered by hand, or without a place."""
    return answer.status == 404 or not answer.body.strip()


def facts(log: wire.Log, answer: Response) -> dict[str, str]:
    """Return what the route lacks: the entry that it is of."""
    said = log.model_dump_json(by_alias=True, exclude_none=True)
    return {"type": "tcx", "log": said} | ({"route": NONE} if is_none(answer) else {})


def log_of(payload: RawPayload) -> wire.Log:
    """Return the entry that a route belongs to; raise ``Malformed`` without one."""
    try:
        return wire.Log.model_validate_json(payload.facts["log"])
    except (KeyError, ValueError):
        raise Malformed("a route without its activity", payload=payload) from None
