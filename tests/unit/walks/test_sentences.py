"""Every sentence about a day: its wording, its length, its first word."""

from __future__ import annotations

import os
import textwrap
from dataclasses import fields
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.walks.model import CountMode, Mark, Outcome, State, Why
from syncd.walks.sentences import (
    ASCII_GLYPHS,
    GLYPHS,
    CloseCall,
    DayFacts,
    OtherTracker,
    ReadBefore,
    because,
    glyph,
    label,
    reason,
)
from tests.unit.walks.day_cases import MORE, TABLE

GOLDEN = Path(__file__).parents[2] / "golden" / "day_sentences.txt"

FIRST_WORDS = {
    Outcome.MET: "Met",
    Outcome.LIKELY_MET: "Probably met",
    Outcome.UNKNOWN: "Can't tell",
    Outcome.LIKELY_MISSED: "Probably missed",
    Outcome.MISSED: "Missed",
}


@pytest.mark.parametrize("case", TABLE)
def test_the_product_s_own_sentences_are_said_to_the_letter(case: str) -> None:
    facts, sentence = TABLE[case]
    assert reason(facts) == sentence


def test_every_sentence_reads_as_it_was_last_read_by_a_person() -> None:
    known = {name: facts for name, (facts, _) in TABLE.items()} | MORE
    lines = [f"{name}\n{textwrap.fill(reason(facts), 78)}\n" for name, facts in known.items()]
    text = "\n".join(lines)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_only_an_excused_day_takes_a_person_s_own_words() -> None:
    excused = DayFacts(mark=Mark.EXCUSED, brisk=12)
    assert because(reason(excused), "travel") == "Excused (travel), not counted: 12 brisk minutes."
    assert because(reason(excused), None) == reason(excused)
    flare = reason(DayFacts(mark=Mark.FLARE))
    assert because(flare, "travel") == flare


T = TypeVar("T")
counts = st.integers(0, 1500)
names = st.none() | st.text(st.characters(exclude_characters="!N"), max_size=120)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001
dates = st.dates(date(2000, 1, 1), date(2037, 1, 1))
times = st.times(time(0, 0), time(23, 59))
hours = st.floats(0, 50)
outcomes = st.sampled_from(Outcome)


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


facts_of_any_day = st.builds(
    DayFacts,
    outcome=maybe(outcomes),
    state=st.sampled_from(State),
    why=maybe(st.sampled_from(Why)),
    mark=maybe(st.sampled_from(Mark)),
    mark_why=names,
    day=maybe(dates),
    target=st.integers(1, 300),
    count_mode=st.sampled_from(CountMode),
    bout_min=st.integers(1, 60),
    brisk=maybe(counts),
    brisk_bouted=maybe(counts),
    steps=maybe(st.integers(0, 200_000)),
    tracker=names,
    silent=names,
    last_sync=maybe(moments),
    hole_from=maybe(times),
    hole_to=maybe(times),
    other_holes=st.booleans(),
    seen_h=maybe(hours),
    waking_h=maybe(hours),
    length_h=hours,
    clock_change_h=st.floats(-26, 26),
    close_call=maybe(st.builds(CloseCall, st.sampled_from([95, 105]), counts)),
    before=maybe(st.builds(ReadBefore, outcomes, maybe(counts), dates)),
    late=names,
    other=maybe(st.builds(OtherTracker, names.map(lambda name: name or ""), counts)),
    recorded_only=st.booleans(),
    rest_steps=maybe(st.integers(0, 200_000)),
    total_holds=st.booleans(),
    easy_walks=st.integers(0, 40),
    easy_min=counts,
    easy_about=st.booleans(),
    epoch_min=maybe(st.sampled_from([5, 15, 60])),
    estimate=maybe(counts),
    low=maybe(counts),
    high=maybe(counts),
    least=maybe(counts),
    most=maybe(counts),
    minutes_suffice=st.booleans(),
    fits_walk=maybe(st.tuples(counts, times)),
    fits_walks=st.integers(1, 20),
)


def test_the_random_days_vary_in_every_fact() -> None:
    drawn = set(facts_of_any_day.wrapped_strategy.kwargs)  # type: ignore[attr-defined]
    assert drawn == {field.name for field in fields(DayFacts)}


@given(facts_of_any_day)
def test_a_sentence_fits_two_lines_of_a_terminal(facts: DayFacts) -> None:
    sentence = reason(facts)
    assert len(textwrap.wrap(sentence, 78)) <= 2
    assert len(sentence) <= 156


@given(facts_of_any_day)
def test_a_sentence_is_one_plain_line_that_ends_with_a_full_stop(facts: DayFacts) -> None:
    sentence = reason(facts)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert "  " not in sentence
    assert "!" not in sentence
    assert "None" not in sentence


@given(facts_of_any_day)
def test_a_sentence_starts_with_its_word(facts: DayFacts) -> None:
    sentence = reason(facts)
    if facts.mark is not None:
        assert sentence.startswith("Flare day" if facts.mark is Mark.FLARE else "Excused")
    elif facts.outcome is not None:
        assert sentence.startswith(FIRST_WORDS[facts.outcome])
    else:
        waiting = facts.state is State.WAITING
        assert sentence.startswith("Waiting: " if waiting else "So far ")


@pytest.mark.parametrize("ascii_only", [False, True])
def test_signs_are_two_columns_and_tell_the_verdicts_apart(*, ascii_only: bool) -> None:
    known = ASCII_GLYPHS if ascii_only else GLYPHS
    signs = [glyph(outcome, None, known) for outcome in (*Outcome, None)]
    signs += [glyph(None, mark, known) for mark in Mark]
    assert len(set(signs)) == len(signs)
    assert all(len(sign) == 2 for sign in signs)
    assert not ascii_only or all(sign.isascii() for sign in signs)


def test_labels_are_the_words_of_the_product_and_a_mark_comes_first() -> None:
    assert [label(outcome, State.FINAL, None) for outcome in Outcome] == [
        "met",
        "probably met",
        "can't tell",
        "probably missed",
        "missed",
    ]
    assert label(None, State.OPEN, None) == "so far"
    assert label(None, State.WAITING, None) == "waiting"
    assert label(Outcome.MET, State.FINAL, Mark.FLARE) == "flare"
    assert label(None, State.OPEN, Mark.EXCUSED) == "excused"
