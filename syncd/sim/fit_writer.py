"""Write FIT activity files, for simulators and tests: small, deterministic, right checksums.

Covers what real devices do on the wire: big-endian messages, compressed timestamp headers,
developer fields, several sessions in a file. It knows nothing of how the files are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.sim.fit_wire import BASE_TYPES, Field, fit_seconds, semicircles, wrap

WALKING, HIKING, RUNNING, CYCLING, GENERIC = 11, 17, 1, 2, 0

FILE_ID, SESSION, LAP, RECORD, EVENT, ACTIVITY = 0, 18, 19, 20, 21, 34
FIELD_DESCRIPTION, DEVELOPER_DATA_ID, DEVICE_INFO = 206, 207, 23


@dataclass(frozen=True, slots=True)
class Sample:
    """One record, ``at_s`` seconds after the start; ``None`` columns are left out of the file.

    ``cadence_per_leg`` is strides per minute on foot, crank turns per minute on a bicycle; its
    fraction goes into ``fractional_cadence``. Degrees, metres, metres per second.
    """

    at_s: int
    distance_m: float | None = None
    altitude_m: float | None = None
    speed_mps: float | None = None
    cadence_per_leg: float | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a device claims about a session or a lap; seconds, metres, strides."""

    elapsed_s: float | None = None
    timer_s: float | None = None
    moving_s: float | None = None
    distance_m: float | None = None
    cycles: int | None = None
    ascent_m: int | None = None
    descent_m: int | None = None


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap, from and to seconds after the start."""

    start_s: int
    end_s: int
    totals: Totals = Totals()


class FitWriter:
    """Collect messages of one device, then ``finish()`` them into a file.

    ``serial=None`` is a device that does not tell. With ``compressed_timestamps`` records within
    32 s of the last time carry five bits of time in their header, as older watches write them.
    With ``barometer`` the device lists one among its parts.
    """

    def __init__(
        self,
        serial: int | None = 123456789,
        manufacturer: int = 1,
        product: int = 2697,
        *,
        big_endian: bool = False,
        compressed_timestamps: bool = False,
        developer_fields: bool = False,
        barometer: bool = False,
    ) -> None:
        self.serial, self.manufacturer, self.product = serial, manufacturer, product
        self._endian = ">" if big_endian else "<"
        self._compressed = compressed_timestamps
        self._developer = developer_fields
        self._barometer = barometer
        self._reset()

    def _reset(self) -> None:
        self._body = bytearray()
        self._locals: dict[int, bytes] = {}
        self._last_time: int | None = None
        self._described = False

    # -- any message -----------------------------------------------------------------------

    def message(
        self,
        num: int,
        *fields: Field,
        local: int = 0,
        developer: Sequence[Field] = (),
        time_offset: int | None = None,
    ) -> None:
        """Append a data message, preceded by its definition when the local type changes.

        ``developer`` fields belong to developer index 0. ``time_offset`` (0-31) makes the header a
        compressed timestamp; ``local`` is then at most 3.
        """
        encoded = [f.encode(self._endian) for f in (*fields, *developer)]
        definition = self._definition(num, fields, developer, [len(e) for e in encoded])
        if self._locals.get(local) != definition:
            self._locals[local] = definition
            self._body.append((0x60 if developer else 0x40) | local)
            self._body += definition
        self._body.append(local if time_offset is None else 0x80 | local << 5 | time_offset)
        for part in encoded:
            self._body += part

    def _definition(
        self, num: int, fields: Sequence[Field], developer: Sequence[Field], sizes: list[int]
    ) -> bytes:
        out = struct.pack(
            self._endian + "xBHB", int(self._endian == ">"), num, len(fields)
        ) + b"".join(
            bytes((f.num, size, BASE_TYPES[f.base][0]))
            for f, size in zip(fields, sizes, strict=False)
        )
        if developer:
            out += bytes((len(developer),))
            out += b"".join(
                bytes((f.num, size, 0))
                for f, size in zip(developer, sizes[len(fields) :], strict=True)
            )
        return out

    # -- the messages of an activity ----------------------------------------------------------

    def file_id(self, time_created: datetime | None, *, file_type: int = 4) -> None:
        """Append who wrote the file and when; type 4 is an activity."""
        self.message(
            FILE_ID,
            Field(0, "enum", file_type),
            Field(1, "uint16", self.manufacturer),
            Field(2, "uint16", self.product),
            Field(3, "uint32z", self.serial),
            Field(4, "uint32", None if time_created is None else fit_seconds(time_created)),
        )
        for part in (0, *((4,) if self._barometer else ())):  # the receiver, the barometer
            self.message(DEVICE_INFO, Field(25, "enum", 5), Field(1, "uint8", part), local=11)

    def timer(self, at: datetime, *, running: bool) -> None:
        """Append the event that starts or stops the timer."""
        self._last_time = fit_seconds(at)
        self.message(
            EVENT,
            Field(253, "uint32", self._last_time),
            Field(0, "enum", 0),
            Field(1, "enum", 0 if running else 4),
            local=4,
        )

    def record(self, start: datetime, sample: Sample) -> None:
        """Append one sample, with a compressed timestamp where that is asked for and possible."""
        at = fit_seconds(start) + sample.at_s
        fields = _record_fields(sample)
        developer = self._developer_sample(sample) if self._developer else ()
        last, self._last_time = self._last_time, at
        if self._compressed and last is not None and 0 <= at - last < 32:
            self.message(RECORD, *fields, local=1, developer=developer, time_offset=at & 31)
        else:
            self.message(RECORD, Field(253, "uint32", at), *fields, local=5, developer=developer)

    def _developer_sample(self, sample: Sample) -> tuple[Field, ...]:
        if not self._described:
            self._described = True
            self.message(
                DEVELOPER_DATA_ID, Field(1, "byte", bytes(range(16))), Field(3, "uint8", 0), local=6
            )
            self.message(
                FIELD_DESCRIPTION,
                Field(0, "uint8", 0),
                Field(1, "uint8", 0),
                Field(2, "uint8", BASE_TYPES["float32"][0]),
                Field(3, "string", "distance"),
                Field(8, "string", "parsec"),
                local=7,
            )
        return (Field(0, "float32", float(sample.at_s) * 1e6),)

    def lap(self, start: datetime, lap: Lap, *, sport: int | None = None) -> None:
        """Append the totals of one lap."""
        begin, end = fit_seconds(start) + lap.start_s, fit_seconds(start) + lap.end_s
        self.message(
            LAP,
            Field(253, "uint32", end),
            Field(2, "uint32", begin),
            *_total_fields(lap.totals, ascent=21, moving=52),
            Field(25, "enum", sport),
            local=8,
        )

    def session(
        self,
        start: datetime,
        end: datetime,
        totals: Totals,
        *,
        sport: int | None = WALKING,
        sub_sport: int | None = None,
    ) -> None:
        """Append the totals of one session."""
        self.message(
            SESSION,
            Field(253, "uint32", fit_seconds(end)),
            Field(2, "uint32", fit_seconds(start)),
            Field(5, "enum", sport),
            Field(6, "enum", sub_sport),
            *_total_fields(totals, ascent=22, moving=59),
            local=9,
        )

    def closing(self, at: datetime, local_offset_s: int | None, *, sessions: int = 1) -> None:
        """Append the activity message; its local time tells the UTC offset."""
        utc = fit_seconds(at)
        self.message(
            ACTIVITY,
            Field(253, "uint32", utc),
            Field(5, "uint32", None if local_offset_s is None else utc + local_offset_s),
            Field(1, "uint16", sessions),
            local=10,
        )

    def finish(self, *, header_size: int = 14) -> bytes:
        """Return the file and start afresh."""
        data = wrap(bytes(self._body), header_size=header_size)
        self._reset()
        return data

    # -- a whole activity ---------------------------------------------------------------------

    def activity(
        self,
        *,
        start: datetime,
        samples: Sequence[Sample],
        sport: int | None = WALKING,
        sub_sport: int | None = None,
        total_cycles: int | None = None,
        total_distance_m: float | None = None,
        timer_s: float | None = None,
        elapsed_s: float | None = None,
        moving_s: float | None = None,
        ascent_m: int | None = None,
        descent_m: int | None = None,
        pauses: Iterable[tuple[int, int]] = (),
        laps: Sequence[Lap] = (),
        local_offset_s: int | None = None,
        time_created: datetime | None = None,
        with_session: bool = True,
    ) -> bytes:
        """Return the file of one outing; pauses are (from, to) seconds after ``start``.

        Elapsed time defaults to the last sample, timer time to that without the pauses, and
        ``time_created`` to ``start``.
        """
        stops = sorted(pauses)
        last = max((s.at_s for s in samples), default=0)
        elapsed = float(last) if elapsed_s is None else elapsed_s
        end = start + timedelta(seconds=elapsed)
        timer = elapsed - sum(b - a for a, b in stops) if timer_s is None else timer_s
        self._reset()
        self.file_id(time_created or start)
        self.timer(start, running=True)
        self._timed(start, samples, stops)
        self.timer(end, running=False)
        for lap in laps:
            self.lap(start, lap, sport=sport)
        totals = Totals(
            elapsed_s=elapsed,
            timer_s=timer,
            moving_s=moving_s,
            distance_m=total_distance_m,
            cycles=total_cycles,
            ascent_m=ascent_m,
            descent_m=descent_m,
        )
        if with_session:
            self.session(start, end, totals, sport=sport, sub_sport=sub_sport)
        self.closing(end, local_offset_s)
        return self.finish()

    def _timed(
        self, start: datetime, samples: Sequence[Sample], stops: Sequence[tuple[int, int]]
    ) -> None:
        events = [(at, running) for a, b in stops for at, running in ((a, False), (b, True))]
        for sample in samples:
            while events and events[0][0] <= sample.at_s:
                at, running = events.pop(0)
                self.timer(start + timedelta(seconds=at), running=running)
            self.record(start, sample)
        for at, running in events:
            self.timer(start + timedelta(seconds=at), running=running)


def _scaled(value: float | None, scale: float, offset: float = 0.0) -> int | None:
    return None if value is None else round((value + offset) * scale)


def _record_fields(sample: Sample) -> list[Field]:
    """Return a record's fields, those that the sample has."""
    fields = []
    if sample.latitude is not None and sample.longitude is not None:
        fields.append(Field(0, "sint32", semicircles(sample.latitude)))
        fields.append(Field(1, "sint32", semicircles(sample.longitude)))
    if sample.distance_m is not None:
        fields.append(Field(5, "uint32", _scaled(sample.distance_m, 100)))
    if sample.speed_mps is not None:
        fields.append(Field(73, "uint32", _scaled(sample.speed_mps, 1000)))
    if sample.altitude_m is not None:
        fields.append(Field(78, "uint32", _scaled(sample.altitude_m, 5, 500)))
    if sample.cadence_per_leg is not None:
        whole = int(sample.cadence_per_leg)
        fields.append(Field(4, "uint8", whole))
        fields.append(Field(53, "uint8", int((sample.cadence_per_leg - whole) * 128)))
    return fields


def _total_fields(totals: Totals, *, ascent: int, moving: int) -> list[Field]:
    """Return totals as fields; sessions and laps differ in the numbers of climb and moving time."""
    return [
        Field(7, "uint32", _scaled(totals.elapsed_s, 1000)),
        Field(8, "uint32", _scaled(totals.timer_s, 1000)),
        Field(9, "uint32", _scaled(totals.distance_m, 100)),
        Field(10, "uint32", totals.cycles),
        Field(ascent, "uint16", totals.ascent_m),
        Field(ascent + 1, "uint16", totals.descent_m),
        Field(moving, "uint32", _scaled(totals.moving_s, 1000)),
    ]
