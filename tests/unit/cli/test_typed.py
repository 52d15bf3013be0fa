from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import typer

from syncd.cli.app import global_options_first
from syncd.cli.dates import typed_day, typed_moment
from syncd.cli.errors import UsageProblem, exit_code, sentence
from syncd.cli.invocation import Invocation
from syncd.contract.errors import (
    AuthExpired,
    ConfigError,
    Malformed,
    RateLimited,
    StoreError,
    Transient,
)

TODAY = date(2026, 3, 6)
NOW = datetime(2026, 3, 6, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("today", TODAY),
        ("Yesterday", date(2026, 3, 5)),
        ("-7d", date(2026, 2, 27)),
        ("-0d", TODAY),
    ],
)
def test_days_are_typed_in_four_shapes(typed, meant):
    assert typed_day(typed).on(TODAY) == meant


@pytest.mark.parametrize("typed", ["2026-02-30", "6.3.2026", "7d", "-7", "tomorrow", "", "-99999d"])
def test_other_days_are_refused_with_the_shapes_there_are(typed):
    with pytest.raises(typer.BadParameter, match=r"2026-03-06, today|before the calendar"):
        typed_day(typed).on(date(100, 1, 1))


def test_a_moment_has_an_offset_or_is_a_day_in_the_zone():
    assert typed_moment("2026-03-01T08:00:00Z").on(NOW, "Europe/Paris") == datetime(
        2026, 3, 1, 8, tzinfo=UTC
    )
    assert typed_moment("2026-03-01").on(NOW, "Europe/Paris") == datetime(
        2026, 2, 28, 23, tzinfo=UTC
    )
    assert typed_moment("today").on(NOW, "UTC") == datetime(2026, 3, 6, tzinfo=UTC)
    with pytest.raises(typer.BadParameter, match="has no offset"):
        typed_moment("2026-03-01T08:00:00")
    with pytest.raises(typer.BadParameter, match="is not a moment"):
        typed_moment("2026-03-01T99")


def test_global_options_are_understood_anywhere():
    assert global_options_first(["days", "--json", "--ascii", "--config", "f", "-v"]) == [
        *("--ascii", "--config", "f", "-v"),
        *("days", "--json"),
    ]
    assert global_options_first(["days", "--config=f"]) == ["--config=f", "days"]
    assert global_options_first(["person", "add", "--", "--ascii"]) == [
        *("person", "add", "--", "--ascii")
    ]
    assert global_options_first(["days", "--config"]) == ["days", "--config"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageProblem("x"), 2),
        (ConfigError("x"), 78),
        (AuthExpired("x"), 77),
        (Transient("x"), 75),
        (RateLimited("x"), 75),
        (Malformed("x"), 1),
        (StoreError("x"), 1),
        (OSError(28, "No space left on device", "/tmp/x"), 1),
        (ValueError("x"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert exit_code(error) == code


def test_only_a_bug_of_ours_shows_where_and_only_when_asked():
    assert sentence(ConfigError("Say whose."), verbose=True) == "Say whose."
    assert "No space left" in sentence(OSError(28, "No space left on device"), verbose=True)
    with pytest.raises(ZeroDivisionError) as bug:
        _ = 1 / 0
    assert "Traceback" not in sentence(bug.value, verbose=False)
    assert "-v" in sentence(bug.value, verbose=False)
    assert "Traceback" in sentence(bug.value, verbose=True)


@pytest.mark.parametrize(
    ("env", "width"),
    [({}, 78), ({"COLUMNS": "200"}, 78), ({"COLUMNS": "40"}, 40), ({"COLUMNS": "wide"}, 78)],
)
def test_columns_are_respected_up_to_78(env, width):
    assert Invocation(env=env).paper.width == width


@pytest.mark.parametrize(
    ("env", "said", "colour"),
    [
        ({}, {}, True),
        ({"NO_COLOR": "1"}, {}, False),
        ({"NO_COLOR": ""}, {}, True),
        ({"TERM": "dumb"}, {}, False),
        ({}, {"no_color": True}, False),
    ],
)
def test_colour_is_for_terminals_whose_owner_wants_it(monkeypatch, env, said, colour):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert Invocation(env=env, **said).paper.colour is colour


def test_a_pipe_gets_no_colour():
    assert Invocation(env={}).paper.colour is False


def test_a_stream_that_cannot_say_our_signs_gets_plain_ones(monkeypatch):
    class Latin:
        encoding = "latin-1"

        def isatty(self):
            return False

    monkeypatch.setattr("sys.stdout", Latin())
    assert Invocation(env={}).paper.glyphs.signs.met == "*"
