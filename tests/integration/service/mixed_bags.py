"""A life of two weeks in files of every format, with all that a person can say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from syncd.service.by_hand import add_walk
from syncd.service.marks import end_flare, excuse, start_flare
from syncd.service.promises import set_target
from syncd.sim.fit_monitoring_writer import STILL, WALK, Told, monitoring
from syncd.sim.fit_writer import WALKING, FitWriter, Sample
from syncd.sim.markup_writer import gpx, tcx
from syncd.store import Store, people
from tests.integration.service.lives import NOW, at, minutes_csv
from tests.integration.service.test_spine import waking

FIRST = date(2026, 5, 4)
"""A Monday."""
PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a local time on the day so many days after FIRST."""
    there = FIRST + day * DAY
    return datetime(there.year, there.month, there.day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def samples(minutes: int, per_leg: float, *, climb: float = 0.0, late_s: int = 0) -> list[Sample]:
    """Return a walk north, 5 s apart, ``climb`` metres up a metre."""
    return [
        Sample(
            at_s=late_s + s,
            distance_m=1.35 * s,
            altitude_m=200.0 + climb * 1.35 * s,
            speed_mps=1.35,
            cadence_per_leg=per_leg,
            latitude=45 + 1.35 * s / 111_195,
            longitude=14.5,
        )
        for s in range(0, 60 * minutes + 1, 5)
    ]


def quarters(minutes: list[int]) -> list[int]:
    """Return the sums of quarters of an hour."""
    return [sum(minutes[i : i + 15]) for i in range(0, len(minutes), 15)]


def walked(brisk: int, easy: int = 0) -> list[int]:
    """Return a waking day with a brisk walk at ten and an easy one at 15:05."""
    day = waking(brisk)
    day[905 : 905 + easy] = [75] * easy
    return day


def _counted(path: Path, day: int, brisk: int, part: slice) -> Path:
    """Write a part of a watch's day: counters each minute at ten, gaps of an hour around."""
    midnight = moment(day, 0)
    told = [Told(midnight + timedelta(minutes=m), STILL) for m in range(60, 601, 60)]
    told += [
        Told(midnight + timedelta(minutes=600 + m), WALK, 106 * m) for m in range(1, brisk + 1)
    ]
    told += [
        Told(midnight + timedelta(minutes=m), WALK, 106 * brisk + 150 * k)
        for k, m in enumerate(range(660, 1440, 60), start=1)
    ]
    told.append(Told(midnight + DAY, WALK, 106 * brisk + 1950, packed=False))
    path.write_bytes(
        monitoring(told[part], begins=midnight, local_offset_s=7200, writer=FitWriter(serial=7))
    )
    return path


def files(folder: Path) -> list[Path]:
    """Write the files of two weeks: minutes, quarters, totals, counters and recordings."""
    bag = [
        minutes_csv(folder / "minutes.csv", FIRST, [walked(n, 12) for n in (34, 19, 0, 30)]),
        _counted(folder / "a.fit", 4, 24, slice(0, 20)),
        _counted(folder / "b.fit", 4, 24, slice(20, None)),
        _counted(folder / "c.fit", 5, 31, slice(None)),
    ]
    lines = ["time,steps"]
    for n, (brisk, easy) in enumerate([(40, 0), (16, 20), (0, 0), (33, 10), (22, 0)], start=6):
        for k, steps in enumerate(quarters(walked(brisk, easy))):
            lines.append(f"{FIRST + n * DAY}T{k // 4:02d}:{k % 4 * 15:02d}:00,{steps}")
    (folder / "quarters.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    totals = [f"{FIRST + n * DAY},{steps}" for n, steps in ((11, 2100), (12, 9000))]
    (folder / "days.csv").write_text("\n".join(["day,steps", *totals]) + "\n", encoding="utf-8")
    bag += [folder / "quarters.csv", folder / "days.csv"]
    recordings = {
        "watch.fit": (4, 10, samples(26, 53.0)),  # the counters' own watch, on the same walk
        "hike.fit": (7, 14, samples(30, 44.0, climb=0.09)),  # in quarters, brisk uphill
        "tail.fit": (1, 17, samples(25, 56.0)),
        "alone.fit": (13, 9, samples(36, 55.0)),
        "total.fit": (11, 9, samples(18, 55.0)),
    }
    for name, (day, hour, told) in recordings.items():
        data = FitWriter(serial=7).activity(start=moment(day, hour), samples=told, sport=WALKING)
        (folder / name).write_bytes(data)
        bag.append(folder / name)
    (folder / "x.gpx").write_bytes(
        gpx(moment(1, 17), samples(26, 56.0, late_s=40), kind="walking", creator="StravaGPX")
    )
    (folder / "y.tcx").write_bytes(tcx(moment(9, 10), samples(22, 52.0), sport="Other"))
    return [*bag, folder / "x.gpx", folder / "y.tcx"]


def say_all(store: Store, seed: int) -> None:
    """Say in some order all that a person can say: a flare, an excuse, targets, a walk."""
    with store.read() as cx:
        (me,) = people.listing(cx)
    today, clock = NOW.date(), at()

    def flare() -> None:
        start_flare(store, me.id, FIRST + 8 * DAY, today=today, clock=clock)
        end_flare(store, me.id, FIRST + 9 * DAY, today=today, clock=clock)

    said: list[Callable[[], object]] = [
        flare,
        lambda: excuse(
            store, me.id, (FIRST + 2 * DAY, FIRST + 2 * DAY), "travel", today=today, clock=clock
        ),
        lambda: add_walk(store, me, moment(7, 19), 20, brisk_min=15, why="treadmill", clock=clock),
    ]
    for one in Random(seed).sample(said, len(said)):
        one()
    for changes, day in (
        ({"height_adjust": True, "height_cm": 172.0}, 3),
        ({"day_target": 20, "height_adjust": False}, 5),
        ({"count_mode": "bouts"}, 6),
        ({"count_mode": "minutes", "day_target": 30}, 8),
    ):
        set_target(store, me.id, changes, FIRST + day * DAY, clock=clock)
