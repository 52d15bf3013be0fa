"""All tables. Keys lead with a person or an account, so that the schema can be sharded."""

from syncd.store.tables.columns import metadata
from syncd.store.tables.derived import DERIVED, day, walk
from syncd.store.tables.journal import (
    day_revision,
    manual_walk,
    mark,
    notice,
    plan,
    plan_hold,
    plan_step,
    target,
    walk_ledger,
)
from syncd.store.tables.notices import channel, delivery
from syncd.store.tables.owners import (
    account,
    gap_run,
    person,
    person_zone,
    secret,
    shrunk,
    source,
    stream_state,
)
from syncd.store.tables.received import (
    archive,
    daily_total,
    dirty,
    offset_run,
    pull,
    pull_payload,
    series_day,
    step_counter,
    track,
    workout,
)

__all__ = [
    "DERIVED",
    "account",
    "archive",
    "channel",
    "daily_total",
    "day",
    "day_revision",
    "delivery",
    "dirty",
    "gap_run",
    "manual_walk",
    "mark",
    "metadata",
    "notice",
    "offset_run",
    "person",
    "person_zone",
    "plan",
    "plan_hold",
    "plan_step",
    "pull",
    "pull_payload",
    "secret",
    "series_day",
    "shrunk",
    "source",
    "step_counter",
    "stream_state",
    "target",
    "track",
    "walk",
    "walk_ledger",
    "workout",
]
