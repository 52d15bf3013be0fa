"""What walking costs, and what cadence stands for; each equation refuses beyond its validity.

Speeds are metres a second, grades fractions (0.1 is 10 %). On a slope every one of them is an
estimate (about +-0.7 METs, walking-rules 3): show one decimal at most. ``None`` is "refused".
"""

from __future__ import annotations

from syncd.contract.units import kmh_to_mps

ML_A_MET = 3.5
JOULES_A_ML = 20.9
W_A_MET = ML_A_MET * JOULES_A_ML / 60
"""Watts a kilogram of one MET, 1.2192, under the same constant of oxygen."""
MPS_A_MPH = 0.44704
LCDA_MAX_MPS, LCDA_GRADES = 1.96, (-0.40, 0.45)
LANKFORD_MAX_MPH, LANKFORD_GRADES = 3.5, (-0.18, 0.40)
ACSM_M_A_MIN = (50.0, 100.0)
MINETTI_MAX_GRADE = 0.45
ADJUSTED_MAX_GRADE = 0.30
CADENCE_SPM = (80.0, 140.0)
HEIGHT_CM, HEIGHT_SPM = (152.0, 198.0), (113.0, 90.0)


def lcda_w_per_kg(speed_mps: float, grade: float) -> float | None:
    """Return watts a kilogram by the graded LCDA equation, up and down hill.

    Looney et al., MSSE 2019;51:1954 (SEE 0.42 W/kg): 0 to 1.96 m/s, -40 to +45 %.
    """
    if not (0 <= speed_mps <= LCDA_MAX_MPS and LCDA_GRADES[0] <= grade <= LCDA_GRADES[1]):
        return None
    percent = grade * 100
    level: float = 1.44 + 1.94 * speed_mps**0.43 + 0.24 * speed_mps**4
    slope: float = 1 - 1.05 ** (1 - 1.11 ** (percent + 32))
    return level + 0.34 * speed_mps * percent * slope


def lcda_mets(speed_mps: float, grade: float) -> float | None:
    """Return METs by the graded LCDA equation, at 20.9 J per mL of oxygen."""
    watts = lcda_w_per_kg(speed_mps, grade)
    return None if watts is None else watts / W_A_MET


def acsm_vo2(speed_mps: float, grade: float) -> float | None:
    """Return mL of oxygen a kilogram and minute by the ACSM walking equation.

    VO2 = 3.5 + 0.1 v + 1.8 v g, v in m/min: 50 to 100 m/min, and never downhill, where it is
    11 mL too low (walking-rules 3, on the data of Lankford et al.).
    """
    v = speed_mps * 60
    if grade < 0 or not ACSM_M_A_MIN[0] <= v <= ACSM_M_A_MIN[1]:
        return None
    return ML_A_MET + 0.1 * v + 1.8 * v * grade


def lankford_vo2(speed_mps: float, grade: float) -> float | None:
    """Return mL of oxygen a kilogram and minute by the equation of Lankford et al.

    Eur J Appl Physiol 2020;120:2095: up to 3.5 mph, -18 to +40 %.
    """
    s, percent = speed_mps / MPS_A_MPH, grade * 100
    if not (0 <= s <= LANKFORD_MAX_MPH and LANKFORD_GRADES[0] <= grade <= LANKFORD_GRADES[1]):
        return None
    slope = 0.2916 * percent + 0.01062 * percent**2 - 0.00014 * percent**3
    return 5.43483 + 2.89406 * s - 0.05372 * percent + s * slope


def pandolf_w(
    body_kg: float, load_kg: float, speed_mps: float, grade: float, terrain: float = 1.0
) -> float | None:
    """Return watts by the equation of Pandolf et al., level and uphill only.

    M = 1.5 W + 2 (W+L) (L/W)^2 + eta (W+L) (1.5 S^2 + 0.35 S G); ``terrain`` is eta, 1 on a firm
    path. J Appl Physiol 1977;43:577; known to under-predict.
    """
    if grade < 0 or speed_mps < 0 or body_kg <= 0:
        return None
    mass = body_kg + load_kg
    moving = 1.5 * speed_mps**2 + 0.35 * speed_mps * grade * 100
    return 1.5 * body_kg + 2 * mass * (load_kg / body_kg) ** 2 + terrain * mass * moving


def minetti_j_per_kg_m(grade: float) -> float | None:
    """Return the net cost of a metre walked, joules a kilogram, up to 45 % either way.

    Minetti et al., J Appl Physiol 2002;93:1039, ten mountain runners: use it as a ratio only.
    """
    if abs(grade) > MINETTI_MAX_GRADE:
        return None
    i = grade
    return 280.5 * i**5 - 58.7 * i**4 - 76.8 * i**3 + 51.9 * i**2 + 19.6 * i + 2.5


def level_ratio(grade: float) -> float:
    """Return how many level metres a metre on a slope is worth, slopes held at 30 % (Minetti)."""
    held = max(-ADJUSTED_MAX_GRADE, min(ADJUSTED_MAX_GRADE, grade))
    slope, level = minetti_j_per_kg_m(held), minetti_j_per_kg_m(0.0)
    assert slope is not None
    assert level is not None
    return slope / level


def cadence_mets(spm: float) -> tuple[float, float] | None:
    """Return METs of a man and of a woman, 18 to 39 years, at a cadence of 80 to 140.

    Tudor-Locke et al. 2005 (walking-rules 1.1); below 80 its line runs to nothing.
    """
    if not CADENCE_SPM[0] <= spm <= CADENCE_SPM[1]:
        return None
    return 0.105 * spm - 7.065, 0.110 * spm - 8.805


def height_cadence_spm(height_cm: float) -> float:
    """Return the steps a minute that are moderate effort for a person of ``height_cm``.

    Rowe et al., MSSE 2011;43:312-318: 113 at 152 cm down to 90 at 198 cm; linear between those
    published ends, and held at them beyond.
    """
    (short, tall), (most, least) = HEIGHT_CM, HEIGHT_SPM
    spm = most - (most - least) * (height_cm - short) / (tall - short)
    return min(most, max(least, spm))


def is_as_hard_as_level(speed_mps: float, grade: float, level_kmh: float) -> bool:
    """Tell whether a slope costs at least what ``level_kmh`` costs on the level, by LCDA.

    Where either is refused the answer is no.
    """
    here = lcda_w_per_kg(speed_mps, grade)
    level = lcda_w_per_kg(kmh_to_mps(level_kmh), 0.0)
    return here is not None and level is not None and here >= level
