"""Oslo days: the cutoff at 06:00, also where the clock is changed, and the weeks at the turn of the year."""

from __future__ import annotations

import datetime as dt

import pytest

from tracking.clock import known_until, last_sunday, oslo_day, sunday_of, week_name, week_sunday


@pytest.mark.parametrize(
    ("sunday", "utc"),
    [
        ("2026-11-15", "2026-11-16T05:00+00:00"),
        ("2026-06-14", "2026-06-15T04:00+00:00"),
        ("2026-03-29", "2026-03-30T04:00+00:00"),  # the clock goes forward that night
        ("2026-10-25", "2026-10-26T05:00+00:00"),  # and back
    ],
)
def test_a_day_closes_at_six_in_oslo_the_morning_after(sunday: str, utc: str) -> None:
    assert known_until(dt.date.fromisoformat(sunday)) == dt.datetime.fromisoformat(utc)


def test_the_night_before_the_clock_goes_forward_closes_at_six_too() -> None:
    assert known_until(dt.date(2026, 3, 28)) == dt.datetime(2026, 3, 29, 4, tzinfo=dt.UTC)


def test_late_evening_in_oslo_is_still_the_same_day() -> None:
    assert oslo_day(dt.datetime(2026, 6, 14, 21, 59, tzinfo=dt.UTC)) == dt.date(2026, 6, 14)
    assert oslo_day(dt.datetime(2026, 6, 14, 22, 0, tzinfo=dt.UTC)) == dt.date(2026, 6, 15)


def test_a_year_may_have_fifty_three_weeks() -> None:
    assert week_name(dt.date(2027, 1, 3)) == "2026-W53"
    assert week_sunday("2026-W53") == dt.date(2027, 1, 3)


def test_a_sunday_is_its_own_last_sunday() -> None:
    assert last_sunday(dt.date(2026, 11, 15)) == dt.date(2026, 11, 15) == sunday_of(dt.date(2026, 11, 9))
