"""What walking costs (walking-rules 3 and 8, vectors 1-20)."""

from __future__ import annotations

import pytest

from syncd.walks.effort import height_cadence_spm


@pytest.mark.parametrize(
    ("height_cm", "spm"), [(140, 113), (152, 113), (160, 109), (178, 100), (198, 90), (210, 90)]
)
def test_tall_people_reach_moderate_effort_with_fewer_steps(height_cm: float, spm: float) -> None:
    assert height_cadence_spm(height_cm) == pytest.approx(spm, abs=1e-3)
