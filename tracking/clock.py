"""Oslo days and ISO weeks: inside, moments are aware UTC; days are Europe/Oslo's."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")


def oslo_day(at: dt.datetime) -> dt.date:
    """The day in Oslo at the moment `at`."""
    return at.astimezone(OSLO).date()


def known_until(day: dt.date) -> dt.datetime:
    """The moment before which facts count as known for `day`: 06:00 in Oslo on the day after (barometer.md, "Time")."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(6), OSLO).astimezone(dt.UTC)


def sunday_of(day: dt.date) -> dt.date:
    """The Sunday that ends the ISO week of `day`."""
    return day + dt.timedelta(days=7 - day.isoweekday())


def last_sunday(day: dt.date) -> dt.date:
    """The newest Sunday on or before `day`."""
    return day - dt.timedelta(days=day.isoweekday() % 7)


def week_name(day: dt.date) -> str:
    """The ISO week of `day`, as "2026-W47"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def week_sunday(name: str) -> dt.date:
    """The Sunday of the ISO week `name`. Raises ValueError where it is no week."""
    match = _WEEK.match(name)
    if not match:
        raise ValueError(f"{name!r} is not an ISO week such as 2026-W47.")
    return dt.date.fromisocalendar(int(match[1]), int(match[2]), 7)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same date `months` later, clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (first_of_next - dt.timedelta(days=1)).day))
