"""Bytes that version 1 of the codecs wrote, frozen: they are read for ever."""

from __future__ import annotations

import zlib

import pytest

from syncd.contract import OffsetRun, Series, StoreError, Track
from syncd.store.series import Columns, digest, minute_grid, pack, unpack
from syncd.store.track_codec import pack_track, unpack_track

DAY = 16_903
MIDNIGHT = DAY * 86_400
SEVEN = MIDNIGHT + 7 * 3600
NEW_YORK = OffsetRun(start=SEVEN, offset_s=-14_400, zone="America/New_York")
NEPAL = OffsetRun(start=MIDNIGHT + 10, offset_s=20_700)
PARIS = OffsetRun(start=MIDNIGHT + 5, offset_s=3600, zone="Europe/Paris")
SUMMER = OffsetRun(start=MIDNIGHT + 86_399, offset_s=7200, zone="Europe/Paris")
LONG_AGO = -25_000 * 86_400 + 60

FROZEN = {
    "a grid of bytes with a hole": (
        Series.STEPS,
        DAY,
        Columns(
            tuple(SEVEN + 60 * i for i in range(40) if i != 11),
            (60,) * 39,
            (*[0] * 10, 104, 98, *[0] * 20, 254, *[3] * 6),
            (NEW_YORK,),
        ),
        (
            "0181ebeb6062fc7084b1e121a380636e6a516672a2be5f6a797c647e51b60dc31266460638c8f89f"
            "c48005fc63060300"
        ),
        "04f45c6e6fda4c8dc21f9737c3dd689d",
    ),
    "a grid of two bytes, in centimetres": (
        Series.DISTANCE,
        DAY,
        Columns((MIDNIGHT, MIDNIGHT + 60, MIDNIGHT + 180), (60,) * 3, (0.0, 81.25, 700.0)),
        "0181ebeb6062b0616060610082bdf20c0cff81a04090910100",
        "6ef690038d855634a0bacb0686478aa2",
    ),
    "a grid of four bytes, out of step with midnight": (
        Series.STEPS,
        DAY,
        Columns((MIDNIGHT + 10, MIDNIGHT + 910), (900, 900), (70_000, 12), (NEPAL,)),
        "01018e8802010ab9c3020084070a0004701101000c000000",
        "7df89a5ea43184a71e625f2f5e4a56dd",
    ),
    "intervals of any length, an offset that changes": (
        Series.STEPS,
        DAY,
        Columns(
            (MIDNIGHT + 5, MIDNIGHT + 3600, MIDNIGHT + 86_399),
            (55, 1800, 7200),
            (7, 2**33, 0),
            (PARIS, SUMMER),
        ),
        (
            "01028e88020205a1380c4575726f70652f5061726973ffa205c1700c4575726f70652f5061726973"
            "03058b1cef860537880ea03807808080802000"
        ),
        "154a35a5617843b824b06d21abd05625",
    ),
    "a day before 1970": (
        Series.WEAR,
        -25_000,
        Columns((LONG_AGO,), (60,), (1,)),
        "0101cf8603003c00010101",
        "4a8ba464701ff990db3a13c4f6f07d51",
    ),
}

TRACK = Track(
    at=(MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + 5),
    distance_m=(0, 1.25, None),
    altitude_m=(-3.2, 0, 300.01),
    speed_mps=(1.234, None, 0),
    cadence_spm=(110.5, 0, 118 + 1 / 64),
    latitude=(48.8566969, None, 48.8566971),
    longitude=(2.35, 2.36, -2.37),
)
FROZEN_TRACK = (
    "01789c636661686064b16260e0616008676060640462865a062686030e86ff184b991881dc4b0c7a"
    "2c0cbf99181c0e30999fb0660109ed6460fac0c020c7c020cbc0c0c2f06041c29436a734463d4686"
    "bf00f8530f51"
)


def payload(body: bytes) -> bytes:
    return zlib.decompress(body[2:], -15) if body[1] & 0x80 else body[2:]


@pytest.mark.parametrize("name", FROZEN)
def test_what_version_1_wrote_is_read(name):
    series, day, columns, frozen, _ = FROZEN[name]
    assert unpack(series, day, bytes.fromhex(frozen)) == columns


@pytest.mark.parametrize("name", FROZEN)
def test_version_1_still_writes_the_same_content(name):
    series, day, columns, frozen, named = FROZEN[name]
    body = pack(series, day, columns)
    assert payload(body) == payload(bytes.fromhex(frozen))
    assert digest(body).hex() == named


def test_the_minutes_of_a_frozen_body_come_as_they_lie():
    frozen = FROZEN["a grid of bytes with a hole"][3]
    first, values, offsets = minute_grid(bytes.fromhex(frozen))
    assert first == 7 * 60
    assert values == bytes([*[0] * 10, 104, 255, 98, *[0] * 20, 254, *[3] * 6])
    assert offsets == (NEW_YORK,)


def test_a_version_from_the_future_is_refused():
    with pytest.raises(StoreError, match="newer syncd"):
        unpack(Series.STEPS, DAY, b"\2" + bytes.fromhex(FROZEN["a day before 1970"][3])[1:])


def test_a_frozen_track_is_read():
    assert unpack_track(bytes.fromhex(FROZEN_TRACK)) == TRACK


def test_a_track_is_still_written_the_same():
    body, name = pack_track(TRACK)
    assert zlib.decompress(body[1:]) == zlib.decompress(bytes.fromhex(FROZEN_TRACK)[1:])
    assert name.hex() == "50e756afbc82259a03f8b6a72a3e0a1e"
