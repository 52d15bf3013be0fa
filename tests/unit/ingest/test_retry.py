from __future__ import annotations

import random
from datetime import timedelta

import pytest

from syncd.contract import (
    AuthExpired,
    ConfigError,
    Forbidden,
    Malformed,
    RateLimited,
    Retired,
    Transient,
)
from syncd.ingest.retry import GiveUp, SignIn, Skip, Wait, next_step


@pytest.fixture
def rng():
    return random.Random(7)


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (AuthExpired("gone"), SignIn("gone")),
        (Retired("off"), GiveUp("off")),
        (Forbidden("no scope"), Skip("forbidden", "no scope")),
        (Malformed("odd"), Skip("degraded", "odd")),
        (ConfigError("edit it"), Wait(timedelta(hours=1), "edit it")),
    ],
)
def test_each_error_says_what_to_do_next(error, step, rng):
    assert next_step(error, 0, rng) == step


def test_a9_retry_after_is_obeyed_to_the_second(rng):
    step = next_step(RateLimited("slow down", timedelta(seconds=127)), 5, rng)
    assert step == Wait(timedelta(seconds=127), "slow down", bidden=True)


def test_an_absurd_retry_after_is_capped_at_a_day(rng):
    step = next_step(RateLimited("slow down", timedelta(days=400)), 0, rng)
    assert step == Wait(timedelta(days=1), "slow down", bidden=True)


@pytest.mark.parametrize("error", [Transient("5xx"), RateLimited("slow down", None)])
def test_a8_waiting_doubles_with_jitter_up_to_an_hour(error, rng):
    for attempt in range(40):
        ceiling = min(30 * 2**attempt, 3600)
        step = next_step(error, attempt, rng)
        assert isinstance(step, Wait)
        assert ceiling / 2 <= step.delay.total_seconds() <= ceiling


def test_two_accounts_do_not_wait_in_step():
    delays = {next_step(Transient("x"), 3, random.Random(seed)) for seed in range(20)}
    assert len(delays) == 20


def test_an_error_that_is_none_of_ours_is_raised_again(rng):
    with pytest.raises(ZeroDivisionError):
        next_step(ZeroDivisionError("a bug"), 0, rng)
