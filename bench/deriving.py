"""A person-day derived: unpack, merge two sources, walks, verdict and its sentence."""

from __future__ import annotations

from bench.lives import NOW, phones, watches
from bench.measure import Row, side_by_side
from syncd.contract import Series, StepSeries
from syncd.service.loading import Grid
from syncd.store import series
from syncd.store.series_days import SeriesDay
from syncd.walks.day import History, Reading
from syncd.walks.model import DAY_MIN, Rules, SourceView, Target
from syncd.walks.offsets import held, timeline, zone_evidence
from syncd.walks.sentences import reason

GOAL_US = 300.0
Packed = list[SeriesDay]


def _packed(whole: StepSeries) -> Packed:
    return [
        SeriesDay(1, day, series.pack(Series.STEPS, day, columns))
        for day, columns in series.split_days(whole)
    ]


def run() -> list[Row]:
    """Return the row."""
    people = [(_packed(w), _packed(p)) for w, p in zip(watches(), phones(), strict=True)]
    counted = 0

    def ours() -> None:
        nonlocal counted
        counted = sum(_derived(watch, phone) for watch, phone in people)

    def loop() -> None:
        for watch, phone in people:
            _looped(watch, phone)

    ours()
    us, reference = (s / counted * 1e6 for s in side_by_side(ours, loop))
    return [
        Row(
            "a person-day derived",
            f"{us:.0f} us",
            f"merge and count in a loop {reference:.0f} us",
            us / reference,
            f"<= {GOAL_US:g} us",
            us <= GOAL_US,
        )
    ]


def _derived(watch: Packed, phone: Packed) -> int:
    first = min(watch[0].utc_day, phone[0].utc_day) * DAY_MIN
    end = (max(watch[-1].utc_day, phone[-1].utc_day) + 1) * DAY_MIN
    grids = []
    for days in (watch, phone):
        grid = Grid(first, end - first)
        for day in days:
            grid.lay(day)
        grids.append(grid)
    base = zone_evidence([(None, "Europe/Berlin")], first * 60, end * 60)
    line = timeline([base, *(held(g.evidence) for g in reversed(grids))])
    views = tuple(
        SourceView(
            id=i,
            name=name,
            rank=i,
            whole_day=True,
            minutes=grid.minutes(),
            last_sync=NOW,
            key=name,
        )
        for i, (name, grid) in enumerate(zip(("the watch", "the phone"), grids, strict=True))
    )
    history = History(
        first=first,
        end=end,
        line=line,
        sources=views,
        outings=(),
        targets=(Target(0, None, Rules()),),
    )
    reading = Reading(history)
    for day in reading.days:
        reason(reading.judge(day, NOW).facts)
    reading.sessions(reading.days)
    return len(reading.days)


def _looped(watch: Packed, phone: Packed) -> int:
    """Merge and count brisk minutes a minute at a time, in plain Python."""
    minutes: dict[int, float] = {}
    for days in (phone, watch):
        for day in days:
            columns = series.unpack(Series.STEPS, day.utc_day, day.body)
            pairs = zip(columns.start, columns.value, strict=True)
            minutes.update((start, value) for start, value in pairs if value is not None)
    return sum(value >= 100 for value in minutes.values())
