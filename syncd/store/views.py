"""Views for people with an SQL shell: names instead of ids, RFC 3339 instead of numbers."""

from __future__ import annotations

_WALKS = """
CREATE VIEW walks_v AS
SELECT w.id, p.name AS person, w.day, {start} AS start_local, {end} AS end_local,
    w.kind, w.detected, w.activity, w.label, w.precision, w.steps, w.distance_m, w.moving_time_s,
    w.pace_s_per_km, w.speed_mps, w.cadence_spm, w.elevation_gain_m, w.elevation_loss_m,
    w.elevation_source, w.gain_device_m, w.grade_max, w.brisk_min, w.uphill_min, w.downhill_min,
    w.sources, w.revision, {changed} AS changed_at
FROM walk w JOIN person p ON p.id = w.person_id
"""

_DAYS = """
CREATE VIEW days_v AS
SELECT p.name AS person, d.day, d.tz, d.utc_offset_start_min, d.utc_offset_end_min, d.length_h,
    d.outcome, d.state, d.mark, d.flagged, d.close_call, d.why, d.reason, d.brisk_min, d.edge_min,
    d.brisk_min_low, d.brisk_min_high, d.bouted_min, d.target_min, d.target_id, d.walking_min,
    d.steps, d.seen_h, d.longest_unseen_min, d.resolution, d.peak1_spm, d.peak30_spm, d.rules,
    d.revision, {changed} AS changed_at
FROM day d JOIN person p ON p.id = d.person_id
"""

NAMES = ("walks_v", "days_v")


def create(dialect: str) -> tuple[str, ...]:
    """Return the statements that create the views."""
    rfc3339 = _sqlite if dialect == "sqlite" else _postgresql
    return (
        _WALKS.format(
            start=rfc3339("w.start_at", "w.utc_offset_start_s"),
            end=rfc3339("w.end_at", "w.utc_offset_end_s"),
            changed=rfc3339("w.changed_at"),
        ).strip(),
        _DAYS.format(changed=rfc3339("d.changed_at")).strip(),
    )


def drop() -> tuple[str, ...]:
    """Return the statements that drop the views."""
    return tuple(f"DROP VIEW IF EXISTS {name}" for name in NAMES)


def _sqlite(at: str, offset: str | None = None) -> str:
    if offset is None:
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', {at}, 'unixepoch')"
    return (
        f"strftime('%Y-%m-%dT%H:%M:%S', {at} + {offset}, 'unixepoch') || "
        f"printf('%s%02d:%02d', CASE WHEN {offset} < 0 THEN '-' ELSE '+' END, "
        f"abs({offset}) / 3600, abs({offset}) / 60 % 60)"
    )


def _postgresql(at: str, offset: str | None = None) -> str:
    if offset is None:
        return f"to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    return (
        f"to_char(({at} AT TIME ZONE 'UTC') + {offset} * INTERVAL '1 second', "
        f"'YYYY-MM-DD\"T\"HH24:MI:SS') || CASE WHEN {offset} < 0 THEN '-' ELSE '+' END || "
        f"to_char(abs({offset}) / 3600, 'FM00') || ':' || to_char(abs({offset}) / 60 % 60, 'FM00')"
    )
