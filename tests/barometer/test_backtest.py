"""The forecast on simulated campaigns: its range holds as often as it says, and is better than linear pace."""

from __future__ import annotations

import pytest

from tests.barometer.surges import HORIZONS, Outcome, backtest


@pytest.fixture(scope="module")
def outcomes() -> dict[int, Outcome]:
    return backtest(seed=11, campaigns=400)


@pytest.mark.parametrize("weeks", HORIZONS)
def test_the_range_covers_about_four_of_five(outcomes: dict[int, Outcome], weeks: int) -> None:
    assert 0.75 <= outcomes[weeks].covered / outcomes[weeks].told <= 0.90


@pytest.mark.parametrize("weeks", HORIZONS)
def test_the_range_has_a_better_score_than_linear_pace(outcomes: dict[int, Outcome], weeks: int) -> None:
    assert outcomes[weeks].score < outcomes[weeks].linear_score
