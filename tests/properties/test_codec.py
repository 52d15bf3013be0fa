"""The packed day and the packed track: nothing lost, nothing believed that we did not write."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.contract import OffsetRun, Series, StoreError, Track
from syncd.store import grids, intervals
from syncd.store.grids import Grid
from syncd.store.series import (
    Columns,
    digest,
    minute_grid,
    pack,
    pack_grid,
    pack_rows,
    read_grid,
    read_rows,
    split_days,
    unpack,
)
from syncd.store.track_codec import pack_track, unpack_track

DAY_S = 86_400
DAYS = st.integers(-30_000, 60_000)
ZONES = st.sampled_from([None, "Europe/Paris", "Asia/Kathmandu", "America/Argentina/Ushuaia"])
OFFSETS = st.integers(-18 * 3600, 18 * 3600)
TOPS = st.sampled_from([1, 254, 255, 65_534, 65_535, 2**32 - 2, 2**32 - 1, 99_999_999])


@st.composite
def runs_of(draw, starts: Sequence[int], end: int) -> tuple[OffsetRun, ...]:
    """Draw offset runs whose first covers the first interval."""
    if draw(st.booleans()):
        return ()
    places = draw(st.lists(st.integers(starts[0] + 1, end), max_size=3, unique=True))
    first = starts[0] - draw(st.integers(0, 10**6))
    return tuple(
        OffsetRun(start=place, offset_s=draw(OFFSETS), zone=draw(ZONES))
        for place in (first, *sorted(places))
    )


@st.composite
def days(draw, exact: int = 1) -> tuple[int, Columns]:
    """Draw a UTC day of any form: a grid with or without holes, or intervals as they come."""
    day = draw(DAYS)
    top = draw(TOPS)
    value = st.one_of(st.none(), st.just(0), st.integers(0, min(top, 10**9 - 1)))
    if draw(st.booleans()):
        every = draw(st.sampled_from([1, 60, 60, 300, 900, 3600]))
        slots = draw(
            st.lists(st.integers(0, min(DAY_S // every, 200) - 1), min_size=1, unique=True)
        )
        phase = draw(st.integers(0, every - 1)) if draw(st.booleans()) else 0
        starts = [day * DAY_S + slot * every + phase for slot in sorted(slots)]
        starts = [start for start in starts if start // DAY_S == day] or [day * DAY_S]
        lengths = [every] * len(starts)
    else:
        gaps = draw(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 4000)), min_size=1))
        starts, lengths, place = [], [], day * DAY_S
        for gap, length in gaps:
            if place + gap < (day + 1) * DAY_S:
                starts.append(place + gap)
                lengths.append(length)
                place += gap + length
    values = draw(st.lists(value, min_size=len(starts), max_size=len(starts)))
    runs = draw(runs_of(starts, starts[-1] + lengths[-1]))
    scaled = [None if v is None else v / exact for v in values]
    return day, Columns(tuple(starts), tuple(lengths), tuple(scaled), runs)


def told(columns: Columns) -> list[tuple[int, int, float, tuple[int, str | None] | None]]:
    """Say every interval with a value, and the offset at its start."""
    said = []
    for start, length, value in zip(columns.start, columns.duration, columns.value, strict=True):
        if value is not None:
            here = [run for run in columns.offsets if run.start <= start]
            offset = (here[-1].offset_s, here[-1].zone) if here else None
            said.append((start, length, value, offset))
    return said


@given(days())
def test_what_is_packed_comes_back(drawn):
    day, columns = drawn
    body = pack(Series.STEPS, day, columns)
    assert told(unpack(Series.STEPS, day, body)) == told(columns)


@given(days(exact=100), st.sampled_from([Series.DISTANCE, Series.CLIMB]))
def test_a_centimetre_comes_back(drawn, series):
    day, columns = drawn
    assert told(unpack(series, day, pack(series, day, columns))) == told(columns)


@given(days())
def test_the_same_content_has_the_same_bytes_by_every_road(drawn):
    day, columns = drawn
    body = pack(Series.STEPS, day, columns)
    assert pack(Series.STEPS, day, unpack(Series.STEPS, day, body)) == body
    assert pack_rows(day, *read_rows(day, body)) == body
    grid = read_grid(body)
    if grid is not None:
        assert pack_grid(day, grid) == body


@given(days())
def test_the_digest_names_the_content_and_not_the_compression(drawn):
    day, columns = drawn
    body = pack(Series.STEPS, day, columns)
    if len(body) and body[1] & 0x80:
        payload = zlib.decompress(body[2:], -15)
        squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
        other = body[:2] + squeezer.compress(payload) + squeezer.flush()
        plain = bytes((body[0], body[1] & 0x7F)) + payload
        assert digest(other) == digest(plain) == digest(body)
        assert unpack(Series.STEPS, day, other) == unpack(Series.STEPS, day, body)


@given(days())
def test_a_minute_grid_says_what_unpacking_says(drawn):
    day, columns = drawn
    body = pack(Series.STEPS, day, columns)
    grid = minute_grid(body)
    if grid is None:
        return
    first, values, _ = grid
    null = 255 if isinstance(values, bytes) else {"H": 0xFFFF, "I": 0xFFFFFFFF}[values.typecode]
    seen = {
        day * DAY_S + (first + i) * 60: value for i, value in enumerate(values) if value != null
    }
    columns = unpack(Series.STEPS, day, body)
    assert seen == dict(zip(columns.start, columns.value, strict=True))


@given(st.binary(max_size=400), st.booleans(), st.sampled_from([1, 2, 0x81, 0x82]))
@example(b"", False, 1)
def test_garbage_is_refused_and_nothing_else_happens(noise, ours, form):
    if form & 0x80:
        squeezer = zlib.compressobj(1, zlib.DEFLATED, -9)
        noise = squeezer.compress(noise) + squeezer.flush() if ours else noise
    for body in (noise, bytes((1, form)) + noise):
        for read in (
            lambda body: unpack(Series.STEPS, 0, body),
            lambda body: read_rows(0, body),
            minute_grid,
            read_grid,
            digest,
        ):
            try:
                read(body)
            except StoreError as error:
                assert "damaged" in str(error)  # noqa: PT017 -- it may also be readable


@given(days(), st.data())
def test_one_changed_byte_never_raises_anything_but_a_store_error(drawn, data):
    day, columns = drawn
    body = bytearray(pack(Series.STEPS, day, columns))
    if body:
        body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with suppress(StoreError):
            unpack(Series.STEPS, day, bytes(body))


def test_a_body_that_inflates_without_end_is_refused():
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = squeezer.compress(bytes(64 * 1024 * 1024)) + squeezer.flush()
    with pytest.raises(StoreError):
        unpack(Series.STEPS, 0, bytes((1, 0x81)) + bomb)
    with pytest.raises(StoreError):
        unpack_track(b"\1" + zlib.compress(bytes(128 * 1024 * 1024), 9))


def test_a_body_of_another_day_is_refused():
    body = pack(Series.STEPS, 5, Columns((5 * DAY_S,), (60,), (1,)))
    with pytest.raises(StoreError):
        unpack(Series.STEPS, 6, body)


GRIDS = st.builds(
    lambda first, values: Grid(60, 0, first, grids.narrow(values)),
    st.integers(0, 1000),
    st.lists(st.integers(-1, 300), min_size=1, max_size=40),
)


def cells(grid: Grid) -> dict[int, int]:
    return {grid.first + i: value for i, value in enumerate(grid.cells) if value != grid.null}


@given(GRIDS, GRIDS)
def test_the_richest_of_two_grids_is_the_larger_of_each_slot(a, b):
    one, other = cells(a), cells(b)
    larger = {slot: max(one.get(slot, -1), other.get(slot, -1)) for slot in {*one, *other}}
    assert cells(grids.richest(a, b)) == cells(grids.richest(b, a)) == larger


@given(GRIDS, GRIDS, st.sampled_from([(), ((0, (3600, "Europe/Paris")),)]))
def test_two_grids_become_the_bytes_that_their_rows_become(a, b, runs):
    one, other = (pack_grid(0, replace(grid, runs=runs)) for grid in (a, b))
    x, y = read_grid(one), read_grid(other)
    if x and y:
        union = pack_rows(0, *intervals.union(*read_rows(0, one), *read_rows(0, other)))
        assert pack_grid(0, grids.richest(x, y)) == union
        rows, told = read_rows(0, other)
        spans = [(start, start + length) for start, length, _ in rows]
        newest = pack_rows(0, *intervals.newest(*read_rows(0, one), rows, told, spans))
        assert pack_grid(0, grids.overlay(x, y)) == newest


@given(GRIDS, GRIDS)
def test_a_newer_grid_lies_over_an_older_one(a, b):
    assert cells(grids.overlay(a, b)) == {**cells(a), **cells(b)}


@given(GRIDS, st.integers(-5000, 100_000), st.integers(-5000, 100_000))
def test_a_cut_takes_what_starts_in_it(grid, low, high):
    kept = {s: v for s, v in cells(grid).items() if not low <= s * 60 < high}
    assert cells(grids.without(grid, low, high)) == kept


ROWS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 40), st.integers(0, 9)),
    unique_by=lambda row: row[:2],
).map(sorted)


@given(ROWS)
def test_rows_that_overlap_are_thinned_to_some_that_do_not(rows):
    kept = intervals.disjoint(rows)
    assert all(a[0] + a[1] <= b[0] for a, b in pairwise(kept))
    assert set(kept) <= set(rows)
    for row in rows:  # whatever was left out overlaps one that is at least as fine
        if row not in kept:
            assert any(
                k[0] < row[0] + row[1] and row[0] < k[0] + k[1] and k[1] <= row[1] for k in kept
            )


RUNS = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.one_of(st.just(()), st.tuples(st.integers(-5, 5), st.sampled_from(["", "Z"]))),
    ),
    max_size=4,
    unique_by=lambda run: run[0],
).map(sorted)


@given(st.lists(st.tuples(ROWS, RUNS), min_size=2, max_size=4), st.data())
def test_a_union_of_rows_does_not_depend_on_the_order(parts, data):
    def union(some):
        rows, runs = [], ()
        for part in some:
            body = pack_rows(0, *intervals.union(rows, runs, *part))
            rows, runs = read_rows(0, body)
        return body

    assert union(parts) == union(data.draw(st.permutations(parts)))


FINE = st.integers(-(10**9), 10**9)


@st.composite
def tracks(draw) -> Track:
    ats = sorted(draw(st.sets(st.integers(-(2**31), 2**32), min_size=1, max_size=30)))

    def column(scale: int) -> tuple[float | None, ...]:
        if draw(st.booleans()):
            return ()
        numbers = st.one_of(st.none(), FINE.map(lambda n: n / scale))
        return tuple(draw(st.lists(numbers, min_size=len(ats), max_size=len(ats))))

    place = column(10_000_000)
    return Track(
        at=tuple(ats),
        distance_m=column(100),
        altitude_m=column(100),
        speed_mps=column(1000),
        cadence_spm=column(128),
        latitude=place,
        longitude=place[::-1],
    )


@given(tracks())
def test_a_track_comes_back_exactly(track):
    body, name = pack_track(track)
    assert unpack_track(body) == track
    assert pack_track(unpack_track(body)) == (body, name)


@given(st.binary(max_size=300), st.booleans())
def test_a_garbled_track_is_refused(noise, ours):
    body = b"\1" + (zlib.compress(noise) if ours else noise)
    try:
        unpack_track(body)
    except StoreError as error:
        assert "damaged" in str(error)  # noqa: PT017 -- it may also be readable


def test_a_track_beyond_measure_is_refused_with_a_sentence():
    with pytest.raises(StoreError, match="beyond anything"):
        pack_track(Track(at=(0,), distance_m=(1e300,)))


@given(days(), days())
def test_a_series_is_cut_where_its_days_are(one, other):
    (day, a), (_, b) = one, other
    shift = ((a.start[-1] + a.duration[-1]) // DAY_S + 1 - b.start[0] // DAY_S) * DAY_S
    both = Columns(
        (*a.start, *(start + shift for start in b.start)),
        (*a.duration, *b.duration),
        (*a.value, *b.value),
        a.offsets,
    )
    parts = list(split_days(both))
    assert [part[0] for part in parts] == [day, (b.start[0] + shift) // DAY_S]
    joined = [row for _, part in parts for row in told(part)]
    assert joined == told(both)
