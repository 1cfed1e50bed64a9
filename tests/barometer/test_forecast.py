"""The forecast: a range that levels off, never above everybody, and what the target takes."""

from __future__ import annotations

import datetime as dt

import pytest

from tracking.barometer.forecast import Forecast, forecast, pace

TODAY = dt.date(2026, 11, 15)


def told(
    weekly: list[int], *, weeks: int = 10, counted: int = 400, target: float = 0.9, **values: int
) -> Forecast | None:
    numbers = {"counted": counted, "completed": weekly[-1] if weekly else 0, "counted_then": counted} | values
    return forecast(weekly, TODAY, TODAY + dt.timedelta(weeks=weeks), target, **numbers)


def test_the_range_lies_around_the_pace_and_below_everybody() -> None:
    found = told([100, 110, 118, 130, 139, 150, 160])
    assert found is not None
    assert 160 / 400 < found.low < found.high < 1


def test_a_longer_way_is_a_wider_range() -> None:
    near, far = told([100, 104, 118, 124, 139, 142, 160], weeks=2), told([100, 104, 118, 124, 139, 142, 160], weeks=12)
    assert near is not None
    assert far is not None
    assert near.high - near.low < far.high - far.low


def test_needed_per_week_counts_those_who_will_count_at_the_deadline() -> None:
    found = told([100, 110, 120, 130, 140], weeks=10, counted_then=300)
    assert found is not None
    assert found.needed_per_week == 13  # 90 % of 300 is 270, less 140, in ten weeks


def test_in_the_last_days_no_more_are_needed_in_a_week_than_are_missing() -> None:
    found = forecast(
        [100, 110, 120, 130, 140],
        TODAY,
        TODAY + dt.timedelta(days=1),
        0.5,
        counted=300,
        completed=140,
        counted_then=300,
    )
    assert found is not None
    assert found.needed_per_week == 10


def test_nothing_more_is_needed_once_the_target_is_reached() -> None:
    found = told([350, 355, 360, 365, 370])
    assert found is not None
    assert found.needed_per_week == 0


@pytest.mark.parametrize("weekly", [[6, 12, 3, 1, 7, 0, 6], [10, 30, 10, 30, 10, 30, 11], [0, 0, 35, 34, 33, 32, 1]])
def test_weeks_that_nearly_cancel_give_a_wide_range_and_not_an_error(weekly: list[int]) -> None:
    found = told(weekly, weeks=30, counted=40)
    assert found is not None
    assert weekly[-1] / 40 <= found.low < found.high <= 1


def test_everybody_done_is_a_forecast_of_everybody() -> None:
    assert told([380, 390, 395, 400, 400]) == Forecast(1.0, 1.0, 0)


def test_nobody_yet_is_a_forecast_of_nobody() -> None:
    assert told([0, 0, 0, 0, 0]) == Forecast(0.0, 0.0, 36)


@pytest.mark.parametrize(
    ("weekly", "weeks", "counted"), [([10, 12, 14, 16], 10, 29), ([100, 110, 120], 10, 400), ([10, 20, 30, 40], 0, 400)]
)
def test_no_forecast_for_few_people_few_weeks_or_after_the_deadline(
    weekly: list[int], weeks: int, counted: int
) -> None:
    assert told(weekly, weeks=weeks, counted=counted) is None


def test_the_pace_is_the_mean_of_the_last_six_weeks() -> None:
    assert pace([0, 100, 110, 120, 130, 140, 150, 160]) == 10
    assert pace([5]) is None


def test_where_a_gathering_is_needed_the_seats_bound_the_forecast() -> None:
    free = told([100, 120, 140, 160, 180])
    few = told([100, 120, 140, 160, 180], seats=10)
    assert free and few
    assert few.high == (180 + 10) / 400 < free.low
    assert (few.low, few.seats, free.seats) == (few.high, 10, None)
    assert few.at_most and not free.at_most
    still = told([160, 160, 160, 160, 160], seats=10)
    assert still and still.low == still.high and not still.at_most, "the pace says so, not the room"
    assert few.needed_per_week == free.needed_per_week, "what the target takes does not shrink with the seats"
    assert told([100, 120, 140, 160, 180], seats=400) == free
