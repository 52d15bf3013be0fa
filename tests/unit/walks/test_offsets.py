"""Civil days: both clock changes, flights west and east, and who is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from syncd.walks.offsets import Evidence, civil_days, held, timeline, whole_day, zone_evidence


def unix(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


def minutes_by_day(zone: str, start: int, end: int) -> dict[date, int]:
    line = timeline([zone_evidence([(None, zone)], start, end)])
    days = civil_days(line, start // 60, end // 60)
    return {day: sum(p.end - p.start for p in pieces) for day, pieces in days.items()}


def test_the_clock_changes_make_days_of_23_and_25_hours() -> None:
    days = minutes_by_day("Europe/Paris", unix(2026, 3, 27, 23), unix(2026, 10, 27, 23))
    assert days[date(2026, 3, 29)] == 23 * 60
    assert days[date(2026, 10, 25)] == 25 * 60
    assert sorted(set(days.values())) == [23 * 60, 24 * 60, 25 * 60]


def test_a_half_hour_zone_cuts_at_its_own_midnight() -> None:
    days = minutes_by_day("Asia/Kolkata", unix(2026, 5, 1, 18, 30), unix(2026, 5, 3, 18, 30))
    assert days == {date(2026, 5, 2): 1440, date(2026, 5, 3): 1440}


def flight(before: int, after: int, at: int, span: tuple[int, int]) -> dict[date, list[int]]:
    line = timeline([[Evidence(span[0], at, before * 3600), Evidence(at, span[1], after * 3600)]])
    days = civil_days(line, span[0] // 60, span[1] // 60)
    covered = [m for pieces in days.values() for p in pieces for m in range(p.start, p.end)]
    assert sorted(covered) == list(range(span[0] // 60, span[1] // 60))
    return {day: [p.end - p.start for p in pieces] for day, pieces in days.items()}


def test_a_flight_west_makes_a_long_day() -> None:
    days = flight(1, -5, unix(2026, 6, 10, 16), (unix(2026, 6, 8, 23), unix(2026, 6, 12, 5)))
    assert sum(days[date(2026, 6, 10)]) == 30 * 60


def test_a_flight_east_makes_a_short_day() -> None:
    days = flight(-5, 1, unix(2026, 6, 11, 2), (unix(2026, 6, 10, 5), unix(2026, 6, 12, 23)))
    assert sum(days[date(2026, 6, 10)]) == 21 * 60
    assert sum(days[date(2026, 6, 11)]) == 21 * 60


def test_over_the_date_line_eastwards_a_date_is_lived_twice() -> None:
    landed = unix(2026, 6, 10, 13)  # 02:00 on the 11th in Auckland, 03:00 on the 10th in Honolulu
    days = flight(13, -10, landed, (unix(2026, 6, 8, 11), unix(2026, 6, 12, 10)))
    assert len(days[date(2026, 6, 10)]) == 2
    assert days[date(2026, 6, 11)][0] == 120


def test_over_the_date_line_westwards_a_date_is_never_lived() -> None:
    landed = unix(2026, 6, 10, 10)
    days = flight(-10, 14, landed, (unix(2026, 6, 9, 10), unix(2026, 6, 12, 10)))
    assert date(2026, 6, 10) not in days


def test_a_workout_abroad_speaks_for_its_civil_day_where_only_the_zone_spoke() -> None:
    start, end = unix(2026, 6, 1), unix(2026, 6, 10)
    walk = Evidence(unix(2026, 6, 5, 6), unix(2026, 6, 5, 7), 9 * 3600, None, "workout")
    line = timeline([zone_evidence([(None, "UTC")], start, end), [whole_day(walk)], [walk]])
    assert [r.offset_s for r in line.runs] == [0, 9 * 3600, 0]
    assert line.runs[1].start == unix(2026, 6, 4, 15)
    assert line.local(unix(2026, 6, 5, 6)).hour == 15


def test_an_offset_holds_over_a_night_but_not_over_a_week() -> None:
    hour = 3600
    first = Evidence(0, 10 * hour, 7200, None, "series")
    soon = Evidence(20 * hour, 30 * hour, 7200, None, "series")
    late = Evidence(230 * hour, 231 * hour, 7200, None, "series")
    spans = [(e.start, e.end) for e in held([late, first, soon])]
    assert spans == [(0, 30 * hour + 36 * hour), (230 * hour, 231 * hour)]


def test_a_person_who_moved_has_two_zones() -> None:
    start, end = unix(2026, 1, 1), unix(2026, 3, 1)
    zones = [(None, "Europe/Paris"), (date(2026, 2, 1), "America/New_York")]
    line = timeline([zone_evidence(zones, start, end)])
    assert [r.offset_s // 3600 for r in line.runs] == [1, -5]
    assert line.runs[1].start == unix(2026, 2, 1, 5)
    days = civil_days(line, start // 60, end // 60)
    assert sum(p.end - p.start for p in days[date(2026, 2, 1)]) == 30 * 60
