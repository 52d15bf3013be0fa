"""A sample history on disk: people with a life of their own, as the files they would hand over.

Every person has a folder with one minute CSV of their watch and a FIT file for each walk that they
recorded, so that a first look at the calendar shows days met, missed, close calls, days that nobody
can tell, a week of a flare-up, and a clock change where one falls into the span.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncd.sim.cast import ROLES, SEED, Role
from syncd.sim.csv_writer import write_narrow, write_wide
from syncd.sim.devices import pauses, recorded_walks, track, watch_log
from syncd.sim.fit_writer import RUNNING, WALKING, FitWriter, Sample
from syncd.sim.truth import Kind, TrueWalk, Truth
from syncd.sim.walker import Life, live


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One person of the sample: who, where, what really happened, and the files."""

    name: str
    zone: str
    truth: Truth = field(repr=False)
    files: tuple[Path, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SampleManifest:
    """What was written; days are civil days, both included."""

    folder: Path
    first_day: date
    last_day: date
    people: tuple[SamplePerson, ...]


def write_sample(
    folder: Path, people: int = 3, days: int = 42, *, end: date, seed: int = SEED
) -> SampleManifest:
    """Write the sample history of one to three ``people`` into ``folder``; ``end`` is its last day.

    ``folder`` is made if needed. Raises ``ValueError`` on other numbers of people or no days.
    """
    if not 1 <= people <= len(ROLES) or days < 1:
        raise ValueError(f"a sample has 1 to {len(ROLES)} people and at least one day")
    first = end - timedelta(days=days - 1)
    written = tuple(
        _write_person(folder / role.name, role, role.life(end, days, seed=seed + i), i)
        for i, role in enumerate(ROLES[:people])
    )
    return SampleManifest(folder, first, end, written)


def fit_activity(walk: TrueWalk, truth: Truth, serial: int) -> bytes:
    """Return the FIT file that a watch with this serial number would have made of an outing."""
    samples = track(walk)
    cadence = [spm or 0.0 for spm in samples.cadence_spm]
    start = datetime.fromtimestamp(walk.start, UTC)
    return FitWriter(serial, barometer=True).activity(
        start=start,
        samples=[
            Sample(at - walk.start, distance, altitude, speed, spm / 2)
            for at, distance, altitude, speed, spm in zip(
                samples.at,
                samples.distance_m,
                samples.altitude_m,
                samples.speed_mps,
                cadence,
                strict=True,
            )
        ],
        sport=RUNNING if walk.kind is Kind.RUN else WALKING,
        total_cycles=walk.steps // 2,
        total_distance_m=walk.distance_m,
        moving_s=walk.moving_s,
        ascent_m=round(walk.ascent_m),
        descent_m=round(walk.descent_m),
        pauses=[(a - walk.start, b - walk.start) for a, b in pauses(walk)],
        local_offset_s=truth.offset_at(walk.start).offset_s,
    )


def _write_person(folder: Path, role: Role, life: Life, number: int) -> SamplePerson:
    truth = live(life)
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write_minutes(folder, truth, role.zone, number)]
    for walk in recorded_walks(truth):
        path = folder / f"{truth.local(walk.start):%Y-%m-%d-%H%M}-{walk.kind}.fit"
        path.write_bytes(fit_activity(walk, truth, serial=1_000_001 + number))
        files.append(path)
    return SamplePerson(role.name, role.zone, truth, tuple(files))


def _write_minutes(folder: Path, truth: Truth, zone: str, number: int) -> Path:
    """Write the watch's minutes, in another kind of CSV for each person."""
    log = watch_log(truth)
    if number == 1:
        path = folder / "minuteStepsWide.csv.gz"
        write_wide(path, log, zone)
    else:
        path = folder / "minuteStepsNarrow.csv"
        write_narrow(path, log, zone, us=number == 2)
    return path
