"""What walking costs (walking-rules 3 and 8, vectors 1-20)."""

from __future__ import annotations

import pytest

from syncd.walks.effort import (
    ML_A_MET,
    MPS_A_MPH,
    acsm_vo2,
    cadence_mets,
    height_cadence_spm,
    is_as_hard_as_level,
    lankford_vo2,
    lcda_mets,
    lcda_w_per_kg,
    level_ratio,
    minetti_j_per_kg_m,
    pandolf_w,
)

KMH = 1 / 3.6


def close(value: float, tol: float = 1e-3) -> object:
    return pytest.approx(value, abs=tol)


@pytest.mark.parametrize(
    ("mph", "grade", "vo2", "tol"),
    [
        pytest.param(3.0, 0.0, 11.5467, 1e-3, id="1"),
        pytest.param(3.0, 0.05, 18.7888, 1e-3, id="2a"),
        pytest.param(3.0, 0.10, 26.0308, 1e-3, id="2b"),
        pytest.param(2.5, 0.0, 10.2056, 1e-3, id="3"),
        pytest.param(3.2, 0.041, 18.41, 0.02, id="4a"),
        pytest.param(3.2, 0.058, 21.03, 0.02, id="4b"),
    ],
)
def test_the_acsm_equation_of_the_vectors(mph: float, grade: float, vo2: float, tol: float) -> None:
    assert acsm_vo2(mph * MPS_A_MPH, grade) == close(vo2, tol)


def test_a_walk_of_three_miles_an_hour_is_above_three_mets_and_of_two_and_a_half_below() -> None:
    assert (acsm_vo2(3.0 * MPS_A_MPH, 0.0) or 0) / ML_A_MET == close(3.2991)
    assert (acsm_vo2(3.0 * MPS_A_MPH, 0.05) or 0) / ML_A_MET == close(5.3682)
    assert (acsm_vo2(3.0 * MPS_A_MPH, 0.10) or 0) / ML_A_MET == close(7.4374)
    assert (acsm_vo2(2.5 * MPS_A_MPH, 0.0) or 9) / ML_A_MET == close(2.9159)


def test_the_acsm_equation_refuses_downhill_and_speeds_it_was_not_made_for() -> None:
    assert acsm_vo2(1.34, -0.01) is None  # vector 5
    assert acsm_vo2(0.8, 0.0) is None
    assert acsm_vo2(1.7, 0.0) is None


def test_the_acsm_line_runs_through_a_published_row_that_is_too_slow_for_it() -> None:
    """Vector 6: a row of 1.07 mph at 32.5 %, which is too slow for the equation to be asked."""
    assert acsm_vo2(1.07 * MPS_A_MPH, 0.325) is None
    inside = acsm_vo2(1.0, 0.325)
    assert inside is not None
    assert (inside - 3.5) * 1.07 * MPS_A_MPH + 3.5 == close(23.1589, 0.002)


@pytest.mark.parametrize(
    ("speed_mps", "percent", "watts"),
    [
        pytest.param(0.4768426667, 13.24968434, 5.002099, id="7"),
        pytest.param(0.89408, 15.15151515, 8.042027, id="8"),
        pytest.param(0.54395076, -11.83712121, 2.305600, id="9"),
        pytest.param(0.0, 0.0, 1.44, id="10"),
        pytest.param(1.34112, 0.0, 4.417357, id="11a"),
        pytest.param(1.34112, 5.0, 6.461745, id="11b"),
        pytest.param(1.34112, 10.0, 8.880973, id="11c"),
        pytest.param(1.34112, -5.0, 3.195306, id="11d"),
        pytest.param(1.34112, -10.0, 2.806383, id="11e"),
        pytest.param(1.34112, -20.0, 3.370763, id="11f"),
    ],
)
def test_the_lcda_equation_of_the_vectors(speed_mps: float, percent: float, watts: float) -> None:
    assert lcda_w_per_kg(speed_mps, percent / 100) == close(watts, 1e-5)


@pytest.mark.parametrize(
    ("percent", "mets"),
    [(-10, 2.290), (-5, 2.608), (0, 3.604), (3, 4.541), (5, 5.271), (10, 7.244)],
)
def test_the_effort_of_a_brisk_walk_on_a_slope(percent: int, mets: float) -> None:
    assert lcda_mets(4.8 * KMH, percent / 100) == close(mets)  # vector 12


@pytest.mark.parametrize(("percent", "kmh"), [(3, 3.486), (5, 2.725), (10, 1.674)])
def test_the_speed_uphill_that_is_as_hard_as_a_brisk_walk(percent: int, kmh: float) -> None:
    """Vector 13: just below that speed it is easier, just above it is not."""
    assert not is_as_hard_as_level((kmh - 0.001) * KMH, percent / 100, 4.8)
    assert is_as_hard_as_level((kmh + 0.001) * KMH, percent / 100, 4.8)


@pytest.mark.parametrize(
    ("speed_mps", "grade"), [(1.961, 0.0), (1.0, -0.401), (1.0, 0.451), (-0.1, 0.0)]
)
def test_effort_is_refused_where_nobody_measured_it(speed_mps: float, grade: float) -> None:
    assert lcda_w_per_kg(speed_mps, grade) is None
    assert lcda_mets(speed_mps, grade) is None
    assert not is_as_hard_as_level(speed_mps, grade, 4.8)


def test_the_limits_of_the_lcda_equation_are_inside_it() -> None:
    assert lcda_w_per_kg(1.96, -0.40) is not None
    assert lcda_w_per_kg(1.96, 0.45) is not None
    assert not is_as_hard_as_level(1.9, 0.3, 7.2), "no level walk of that speed was measured"


@pytest.mark.parametrize(
    ("i", "cost"), [(-0.10, 1.12712), (0.0, 2.5), (0.10, 4.89914), (0.20, 7.87744)]
)
def test_the_cost_of_a_metre_of_the_vectors(i: float, cost: float) -> None:
    assert minetti_j_per_kg_m(i) == close(cost, 1e-5)  # vector 14


def test_the_cheapest_metre_lies_fifteen_percent_downhill() -> None:
    """Vector 15."""
    costs = {i: minetti_j_per_kg_m(i / 10_000) or 9.0 for i in range(-4500, 4501)}
    cheapest = min(costs, key=costs.__getitem__)
    assert cheapest / 10_000 == close(-0.1525, 1e-4)
    assert costs[cheapest] == close(0.93549, 1e-5)


def test_the_power_uphill_is_that_of_the_published_table() -> None:
    """Vector 16: 1.07 mph at 32.5 %, 91.171992 kg, in kJ a minute."""
    cost = minetti_j_per_kg_m(0.325)
    assert cost is not None
    power = cost * 1.07 * MPS_A_MPH * 60 * 91.171992 / 1000
    assert 31.602 <= round(power, 3) <= 31.603


def test_a_metre_uphill_is_worth_more_level_metres_and_steep_ones_are_held_at_thirty() -> None:
    assert level_ratio(0.0) == 1.0
    assert level_ratio(0.10) == close(4.89914 / 2.5)
    assert level_ratio(0.44) == level_ratio(0.30)
    assert minetti_j_per_kg_m(0.451) is None


def test_carrying_of_the_vectors_and_nothing_downhill() -> None:
    assert pandolf_w(70, 0, 1.34112, 0.0) == close(293.8533)  # vector 17
    assert pandolf_w(70, 0, 1.34112, 0.05) == close(458.1405)
    assert pandolf_w(70, 10, 1.34112, 0.0) == close(324.0976)  # vector 18
    assert pandolf_w(70, 0, 1.34112, -0.01) is None


def test_the_equation_of_lankford_on_the_level_and_where_it_refuses() -> None:
    assert lankford_vo2(3.0 * MPS_A_MPH, 0.0) == close(5.43483 + 2.89406 * 3)
    assert lankford_vo2(3.0 * MPS_A_MPH, 0.05) == close(18.96641)
    assert lankford_vo2(3.6 * MPS_A_MPH, 0.0) is None
    assert lankford_vo2(1.0, -0.19) is None
    assert lankford_vo2(1.0, 0.41) is None


def test_three_mets_by_cadence_for_men_and_for_women() -> None:
    """Vector 19."""
    assert (cadence_mets(96) or (0, 0))[0] == close(3.015)
    assert (cadence_mets(107) or (0, 0))[1] == close(2.965)
    assert cadence_mets(79.9) is None
    assert cadence_mets(140.1) is None


@pytest.mark.parametrize(
    ("height_cm", "spm"), [(140, 113), (152, 113), (160, 109), (178, 100), (198, 90), (210, 90)]
)
def test_tall_people_reach_moderate_effort_with_fewer_steps(height_cm: float, spm: float) -> None:
    assert height_cadence_spm(height_cm) == close(spm)  # vector 20
