"""What one FIT file tells, read frame by frame with fitdecode and kept as plain numbers.

The library's own data processors are off: they cost a third of the time and tag local times as
UTC. Numbers of messages and fields are those of the FIT profile.
"""

from __future__ import annotations

import io
import math
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from fitdecode import FIT_FRAME_DATA, CrcCheck, ErrorHandling, FitError, FitReader
from fitdecode.profile import FIELD_TYPES

FIT_EPOCH_S: Final = 631_065_600
"""1989-12-31T00:00:00Z in Unix seconds."""
SYSTEM_TIME_BELOW: Final = 0x10000000
"""Times below count from switching on: the device did not know the date."""

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, ACTIVITY = 0, 12, 18, 19, 20, 21, 34
DEVICE_INFO: Final = 23
_LOCAL, _BAROMETER = 5, 4
"""A part of the device itself, and which one."""
MONITORING, MONITORING_INFO = 55, 103
TIMESTAMP: Final = 253

_LATITUDE, _LONGITUDE, _ALTITUDE, _CADENCE, _DISTANCE, _SPEED = 0, 1, 2, 4, 5, 6
_FRACTIONAL_CADENCE, _ENHANCED_SPEED, _ENHANCED_ALTITUDE = 53, 73, 78
_OF_RECORD: Final = frozenset(
    (
        *(_LATITUDE, _LONGITUDE, _ALTITUDE, _CADENCE, _DISTANCE, _SPEED),
        *(_FRACTIONAL_CADENCE, _ENHANCED_SPEED, _ENHANCED_ALTITUDE, TIMESTAMP),
    )
)

_LIBRARY_ERRORS: Final = (
    *(FitError, struct.error, ArithmeticError, AssertionError),
    *(AttributeError, LookupError, TypeError, ValueError),
)
"""What fitdecode raises on messages that contradict themselves, checksum or not."""

Fields = dict[int, Any]
"""Raw values of a message by field number; ``None`` for the invalid marks of the format."""
Sample = list[float | None]
"""Distance m, altitude m, speed m/s, cadence (one leg) 1/min, latitude, longitude in half turns."""


class UndecodableError(Exception):
    """The messages contradict themselves at byte ``offset``."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"undecodable at byte {offset}")
        self.offset = offset


@dataclass(slots=True)
class Told:
    """Everything of one FIT file that matters here; samples by Unix second.

    ``monitoring`` keeps messages of two kinds, with their numbers, in the order of the file.
    """

    file_id: Fields = field(default_factory=dict)
    sport: Fields = field(default_factory=dict)
    activity: Fields = field(default_factory=dict)
    sessions: list[Fields] = field(default_factory=list)
    laps: list[Fields] = field(default_factory=list)
    events: list[Fields] = field(default_factory=list)
    barometer: bool = False
    samples: dict[int, Sample] = field(default_factory=dict, repr=False)
    monitoring: list[tuple[int, Fields]] = field(default_factory=list, repr=False)

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing in it could be an outing."""
        return not (self.sessions or self.laps or self.samples)


def read(data: bytes) -> Told:
    """Return what a whole FIT file (header to checksum, already verified) tells.

    Raise ``UndecodableError`` where its messages contradict themselves.
    """
    told, stream = Told(), io.BytesIO(data)
    reader = FitReader(
        stream, processor=None, check_crc=CrcCheck.DISABLED, error_handling=ErrorHandling.IGNORE
    )
    lists = {SESSION: told.sessions, LAP: told.laps, EVENT: told.events}
    try:
        for frame in reader:
            if frame.frame_type != FIT_FRAME_DATA:
                continue
            number = frame.def_mesg.global_mesg_num
            if number == RECORD:
                _keep_sample(told.samples, frame)
            elif number in lists:
                lists[number].append(_fields(frame))
            elif number in {MONITORING, MONITORING_INFO}:
                told.monitoring.append((number, _fields(frame)))
            elif number == FILE_ID:
                told.file_id = told.file_id or _fields(frame)
            elif number == SPORT:
                told.sport = told.sport or _fields(frame)
            elif number == ACTIVITY:
                told.activity = _fields(frame)
            elif number == DEVICE_INFO and not told.barometer:
                part = _fields(frame)
                told.barometer = (part.get(25), part.get(1)) == (_LOCAL, _BAROMETER)
    except _LIBRARY_ERRORS as error:
        raise UndecodableError(stream.tell()) from error
    return told


def _fields(frame: Any) -> Fields:  # noqa: ANN401 - fitdecode has no types
    """Return raw values by number; a developer's fields have numbers of their own, left out."""
    got: Fields = {}
    for f in frame.fields:
        definition = f.field_def
        if definition is None:
            got.setdefault(f.field.def_num, f.raw_value)
        elif not definition.is_dev:
            got[definition.def_num] = f.raw_value
    return got


def _keep_sample(samples: dict[int, Sample], frame: Any) -> None:  # noqa: ANN401
    """Lay a record on its second; what a second record of that second measured wins."""
    got: Fields = {}
    for f in frame.fields:
        definition = f.field_def
        if definition is None:
            # Worked out by the library: the time of a compressed header, or the speed and
            # distance that old devices pack into three bytes.
            number = f.field.def_num
            if number == TIMESTAMP:
                got[number] = f.raw_value
            elif number in (_DISTANCE, _SPEED):
                got.setdefault(number, f.value)
        elif definition.def_num in _OF_RECORD and not definition.is_dev:
            got[definition.def_num] = f.raw_value if definition.def_num == TIMESTAMP else f.value
    at = unix(got.get(TIMESTAMP))
    if at is None:
        return
    sample = _sample(got)
    earlier = samples.get(at)
    if earlier is not None:
        sample = [b if b is not None else a for a, b in zip(earlier, sample, strict=True)]
    samples[at] = sample


def _sample(got: Fields) -> Sample:
    altitude = finite(got.get(_ENHANCED_ALTITUDE))
    speed = finite(got.get(_ENHANCED_SPEED))
    cadence = finite(got.get(_CADENCE))
    if cadence is not None:
        cadence += finite(got.get(_FRACTIONAL_CADENCE)) or 0.0
    return [
        finite(got.get(_DISTANCE)),
        finite(got.get(_ALTITUDE)) if altitude is None else altitude,
        finite(got.get(_SPEED)) if speed is None else speed,
        cadence,
        finite(got.get(_LATITUDE)),
        finite(got.get(_LONGITUDE)),
    ]


def finite(value: object) -> float | None:
    """Return a finite number, ``None`` for anything else a field may hold (arrays, text, NaN)."""
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    return None


def whole(value: object) -> int | None:
    """Return an integer that is not negative, ``None`` for anything else."""
    return value if isinstance(value, int) and value >= 0 else None


def scaled(value: object, scale: float) -> float | None:
    """Return a value that is not negative divided by the scale of its field."""
    found = finite(value)
    return None if found is None or found < 0 else found / scale


def unix(value: object) -> int | None:
    """Return Unix seconds of a FIT time."""
    seconds = whole(value)
    return None if seconds is None or seconds >= 2**32 else seconds + FIT_EPOCH_S


def called(kind: str, value: object) -> str | None:
    """Return the FIT profile's word for a number of the type ``kind``, in lower case."""
    found = whole(value)
    if found is None:
        return None
    return str(FIELD_TYPES[kind].enum.get(found, f"{kind}_{found}"))
