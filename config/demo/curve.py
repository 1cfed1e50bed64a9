"""When people take courses: slowly at first, more after reminders, on weekdays in office hours, less in holidays."""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from .calendar import Calendar, moment

# Weight of each week since the start; the reminders went out in weeks 6 and 10.
WEEKS = (0.25, 0.45, 0.7, 0.9, 0.8, 1.5, 1.25, 0.9, 0.85, 1.55, 1.15, 1.0, 0.95)
WEEKDAYS = (1.15, 1.2, 1.1, 1.05, 0.7, 0.07, 0.06)
# Holidays by ISO week: winter, autumn, summer, Christmas.
HOLIDAYS = {8: 0.6, 40: 0.55, 41: 0.6, 27: 0.5, 28: 0.25, 29: 0.2, 30: 0.25, 31: 0.5, 52: 0.1, 1: 0.35}
HOURS = (7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21)  # when a visit begins, Oslo's clock
HOUR_WEIGHTS = (6, 11, 13, 12, 6, 9, 14, 12, 5, 2, 4, 4, 2)


class Curve:
    """The days since the start, to be drawn by weight."""

    def __init__(self, calendar: Calendar) -> None:
        self.days = calendar.days()
        self.weights = [weight(day, calendar.start) for day in self.days]
        self._sums = list(accumulate(self.weights))

    def draw(self, rng: random.Random) -> dt.date:
        return self.days[bisect_right(self._sums, rng.random() * self._sums[-1])]

    def near(self, rng: random.Random, day: dt.date, within: int) -> dt.date:
        """A day up to `within` days before `day`, drawn by weight (or `day` itself)."""
        last = (day - self.days[0]).days
        first = max(last - within, 0)
        return rng.choices(self.days[first : last + 1], self.weights[first : last + 1])[0]


def weight(day: dt.date, start: dt.date) -> float:
    week = WEEKS[min((day - start).days // 7, len(WEEKS) - 1)]
    return week * WEEKDAYS[day.weekday()] * HOLIDAYS.get(day.isocalendar().week, 1)


def begins(rng: random.Random, day: dt.date) -> dt.datetime:
    """When a visit on `day` begins (aware UTC)."""
    hour = rng.choices(HOURS, HOUR_WEIGHTS)[0]
    return moment(day, dt.time(hour, rng.randrange(60), rng.randrange(60), rng.randrange(1_000_000)))


def pick(rng: random.Random, options: Sequence[int], share: float) -> list[int]:
    """Each of `options` with the chance `share`, in order."""
    return [option for option in options if rng.random() < share]
