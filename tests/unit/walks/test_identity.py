"""Ids of walks outlive every derivation: by key, by overlap, else minted."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from syncd.walks.identity import Published, identify
from syncd.walks.model import WalkSession
from tests.unit.walks.lives import DAY, life, tracker, waking

UID = "5a0c8f9e-2f55-5d5e-8c55-0d6f3b6a1f00"
(WALK,) = life(tracker([waking(at_1200=[110] * 20)])).sessions([DAY])


def walk(start_min: int, minutes: int, key: str | None = None) -> WalkSession:
    start = WALK.start + 60 * start_min
    kind = "recorded" if key else "inferred"
    return replace(WALK, start=start, end=start + 60 * minutes, recorded_key=key, kind=kind)


def told(
    name: str, start_min: int, minutes: int, key: str | None = None, *, retired: bool = False
) -> Published:
    start = WALK.start + 60 * start_min
    return Published(name, key, start, start + 60 * minutes, retired)


def test_a_new_walk_gets_an_id_that_its_person_and_start_decide() -> None:
    (first,) = identify([walk(0, 20)], [], UID)
    assert identify([walk(0, 31)], [], UID) == [first]
    assert identify([walk(1, 20)], [], UID) != [first]
    assert identify([walk(0, 20)], [], str(UUID(int=7))) != [first]


def test_half_of_the_shorter_continues_a_published_walk_and_less_does_not() -> None:
    assert identify([walk(10, 20)], [told("old", 0, 20)], UID) == ["old"]
    assert identify([walk(11, 20)], [told("old", 0, 20)], UID) != ["old"]


def test_the_larger_overlap_wins_and_each_id_is_used_once() -> None:
    known = [told("a", 0, 20), told("b", 20, 30)]
    assert identify([walk(5, 40)], known, UID) == ["b"]
    split = identify([walk(0, 9), walk(11, 9)], [told("a", 0, 20)], UID)
    assert split[0] == "a"
    assert split[1] not in {"a", split[0]}


def test_a_recorded_key_beats_any_overlap() -> None:
    known = [told("by key", 300, 20, "fit:1"), told("by place", 0, 20)]
    assert identify([walk(0, 20, "fit:1")], known, UID) == ["by key"]


def test_two_recordings_are_two_walks_whatever_they_share() -> None:
    (minted,) = identify([walk(0, 20, "fit:2")], [told("other", 0, 20, "fit:1")], UID)
    assert minted != "other"


def test_one_outing_by_another_road_keeps_its_id() -> None:
    known = [told("first", 0, 20, "fit:1:2")]
    assert identify([walk(0, 20, "garmin:7")], known, UID) == ["first"]
    assert identify([walk(0, 20, "garmin:7")], [told("first", 11, 20, "fit:1:2")], UID) != ["first"]
    both = [walk(0, 20, "fit:1:2"), walk(0, 20, "garmin:7")]
    assert identify(both, known, UID)[0] == "first"
    assert identify(both, known, UID)[1] != "first"


def test_a_retired_id_is_not_given_to_a_walk_nearby_but_comes_back_to_its_own() -> None:
    gone = told("gone", 0, 20, retired=True)
    assert identify([walk(3, 20)], [gone], UID) != ["gone"]
    (own,) = identify([walk(0, 20)], [], UID)
    assert identify([walk(0, 20)], [told(own, 0, 20, retired=True)], UID) == [own]


def test_an_id_in_use_is_never_minted_again() -> None:
    (own,) = identify([walk(0, 20)], [], UID)
    ids = identify([walk(0, 20), walk(40, 20)], [told(own, 40, 20)], UID)
    assert ids[1] == own
    assert ids[0] != own
