"""The older minute JSON: read where its clock is known, refused where it is not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from syncd.contract import DeviceSync, Malformed, StepSeries
from syncd.formats import takeout_json
from syncd.formats.takeout_offsets import Evidence, Offsets, Outing, Steps, decide
from syncd.formats.takeout_times import DAY_MIN, EPOCH_DAY

BEFORE = datetime(2026, 10, 7, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2026, 9, 1).toordinal()


def entry(clock: str, value: object = "12") -> dict[str, object]:
    return {"dateTime": clock, "value": value}


def read(entries: object, offsets: str) -> tuple[StepSeries | None, DeviceSync | None, list[str]]:
    series: StepSeries | None = None
    synced: DeviceSync | None = None
    try:
        data = json.dumps(entries).encode()
        for one in takeout_json.minutes(data, name="x", before=BEFORE, offsets=offsets):
            if isinstance(one, StepSeries):
                series = one
            else:
                synced = one
    except Malformed as error:
        return series, synced, list(error.problems)
    return series, synced, []


def test_minutes_lie_where_their_clock_says():
    told = [entry("09/26/26 00:30:00", "0"), entry("09/26/26 20:18:00", "13")]
    series, synced, problems = read(told, "local;2026-09-26=7200")
    assert series is not None
    assert not problems
    assert [datetime.fromtimestamp(at, UTC).isoformat() for at in series.start] == [
        "2026-09-25T22:30:00+00:00",
        "2026-09-26T18:18:00+00:00",
    ]
    assert series.value == (0, 13)
    assert [(run.start, run.offset_s) for run in series.offsets] == [(series.start[0], 7200)]
    assert synced is not None
    assert synced.at == datetime(2026, 9, 26, 18, 19, tzinfo=UTC)


def test_utc_says_nothing_of_local_time():
    series, _, _ = read([entry("09/26/26 20:18:00")], "utc;2026-09-26=0")
    assert series is not None
    assert series.offsets == ()
    assert series.start == (int(datetime(2026, 9, 26, 20, 18, tzinfo=UTC).timestamp()),)


def test_days_that_were_refused_stay_out():
    told = [entry("09/26/26 20:18:00"), entry("09/27/26 20:18:00")]
    series, _, problems = read(told, "utc;2026-09-26=0,2026-09-27=-")
    assert series is not None
    assert (len(series.start), problems) == (1, [])


def test_padding_in_the_future_is_dropped_and_steps_there_are_told():
    told = [entry("09/26/26 20:18:00"), entry("12/26/26 20:18:00", "0")]
    assert read(told, "utc;2026-09-26=0")[2] == []
    told.append(entry("12/26/26 20:18:00", "7"))
    series, _, problems = read(told, "utc;2026-09-26=0")
    assert series is not None
    assert problems == ["steps at 2026-12-26 20:18 UTC cannot be; left out."]


@pytest.mark.parametrize(
    "odd",
    [
        3,
        None,
        {"dateTime": "26/09/26 20:18:00", "value": "1"},
        {"dateTime": "2026-09-26 20:18", "value": "1"},
        {"dateTime": 5, "value": "1"},
        {"dateTime": "09/26/26 20:18:00"},
        {"dateTime": "09/26/26 20:18:00", "value": "-1"},
        {"dateTime": "09/26/26 20:18:00", "value": "NaN"},
        {"dateTime": "09/26/26 20:18:00", "value": "1_0"},
        {"dateTime": "09/26/26 20:18:00", "value": True},
        {"dateTime": "09/26/26 20:18:00", "value": {}},
    ],
)
def test_an_entry_that_is_none_is_told_and_the_others_stand(odd):
    series, _, problems = read([entry("09/26/26 20:19:00"), odd], "utc;2026-09-26=0")
    assert series is not None
    assert len(series.start) == 1
    assert len(problems) == 1


@pytest.mark.parametrize("body", [b"", b"[", b"{}", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_list_is_told(body):
    with pytest.raises(Malformed):
        list(takeout_json.minutes(body, name="x", before=BEFORE, offsets="utc;"))


# -- where the clock stood --


def walked(days: int, seed: int = 1) -> dict[int, int]:
    """Return steps by Unix minute: some waking minutes of each day."""
    random = Random(seed)
    return {
        (FIRST + day - EPOCH_DAY) * DAY_MIN + 420 + minute: random.randint(1, 120)
        for day in range(days)
        for minute in range(0, 840, random.randint(3, 9))
    }


def by_clock(minutes: dict[int, int], zone: ZoneInfo | None) -> Steps:
    """Return minutes by the clock of a zone, or of UTC."""
    found = Steps()
    for minute, steps in minutes.items():
        at = datetime.fromtimestamp(60 * minute, zone or UTC)
        found.put(at.date().toordinal(), 60 * at.hour + at.minute, steps)
    return found


def table(minutes: dict[int, int], since: int = 0) -> dict[str, Steps]:
    found = Steps()
    for minute, steps in minutes.items():
        if minute // DAY_MIN + EPOCH_DAY >= FIRST + since:
            found.put(minute // DAY_MIN + EPOCH_DAY, minute % DAY_MIN, steps)
    return {"Air": found}


def outing(day: int, minutes: dict[int, int]) -> Outing:
    """Return an exercise of an hour in the afternoon, in Paris."""
    start = (FIRST + day - EPOCH_DAY) * DAY_MIN + 840
    steps = sum(minutes.get(at, 0) for at in range(start, start + 60))
    return Outing(start, start + 60, 120, steps)


def told(found: Offsets, days: int) -> list[int | None]:
    return [found.of(FIRST + day) for day in range(days)]


def test_every_day_that_a_table_tells_votes_for_its_own_offset():
    minutes = walked(12)
    known = Evidence(table(minutes), ())
    assert told(decide(by_clock(minutes, None), known), 12) == [0] * 12
    assert told(decide(by_clock(minutes, PARIS), known), 12) == [7200] * 12


def test_days_before_the_tables_follow_where_utc_is_proved_and_else_are_refused():
    minutes = walked(40)
    walls, tables = by_clock(minutes, None), table(minutes, since=30)
    alone = decide(walls, Evidence(tables, ()))
    assert told(alone, 40) == [None] * 28 + [0] * 12
    proved = decide(walls, Evidence(tables, (outing(33, minutes),)))
    assert told(proved, 40) == [0] * 40
    assert proved.utc


def test_a_local_clock_is_followed_where_the_zone_is_told():
    minutes = walked(60)
    walls, tables = by_clock(minutes, PARIS), table(minutes, since=50)
    assert told(decide(walls, Evidence(tables, ())), 50)[:40] == [None] * 40
    found = decide(walls, Evidence(tables, (), PARIS))
    assert told(found, 54) == [7200] * 54
    assert decide(by_clock(walked(60), PARIS), Evidence(tables, (), ZoneInfo("Asia/Tokyo"))).of(
        FIRST
    ) is None  # fmt: skip


@pytest.mark.parametrize(("zone", "offset"), [(None, 0), (PARIS, 7200)])
def test_exercises_alone_can_tell_the_clock(zone, offset):
    minutes = walked(10)
    outings = tuple(outing(day, minutes) for day in range(10))
    assert all(o.steps and o.steps > 300 for o in outings)
    found = decide(by_clock(minutes, zone), Evidence({}, outings))
    assert told(found, 9) == [offset] * 9


def test_nothing_to_lay_beside_it_refuses_everything_zone_or_not():
    walls = by_clock(walked(10), None)
    assert told(decide(walls, Evidence({}, ())), 10) == [None] * 10
    assert told(decide(walls, Evidence({}, (), PARIS)), 10) == [None] * 10


def test_a_day_so_even_that_every_offset_fits_says_nothing():
    first = (FIRST - EPOCH_DAY) * DAY_MIN
    minutes = dict.fromkeys(range(first, first + 9 * DAY_MIN), 7)
    assert told(decide(by_clock(minutes, None), Evidence(table(minutes), ())), 9) == [None] * 9


def test_other_peoples_minutes_match_nowhere():
    found = decide(by_clock(walked(10), None), Evidence(table(walked(10, seed=2)), ()))
    assert told(found, 10) == [None] * 10


def test_what_is_known_is_written_down_and_read_again():
    found = Offsets(((FIRST, 0), (FIRST + 3, None), (FIRST + 5, -12_600)))
    assert str(found) == "local;2026-09-01=0,2026-09-04=-,2026-09-06=-12600"
    assert Offsets.read(str(found)) == found
    assert found.over([FIRST + 4, FIRST + 6]) == "local;2026-09-05=-,2026-09-07=-12600"
