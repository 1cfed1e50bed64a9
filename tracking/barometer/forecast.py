"""Where a campaign will be at its deadline, as a range: pure arithmetic on weekly counts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, stdev

WEEKS = 6
SMALLEST = 30
Z80 = 1.2816  # the normal distribution's 10th and 90th percentiles
# What campaigns have in common, chosen on simulated ones (docs/forecast.md): how much more people complete in the very
# last week, and how unlike campaigns are in that; from how many weeks before the deadline on.
SURGE, SURGE_SPREAD, SURGE_WEEKS = 0.6, 0.42, 5
# How much of a week is worked in the holidays, by ISO week.
WORKED = {52: 0.25, 53: 0.25, 1: 0.25, 28: 0.35, 29: 0.35, 30: 0.35}
# The pace itself drifts by so much (as a part of it) in the course of a dozen weeks.
DRIFT = 0.15
# How much of the chance that is in who completes the scatter of the weeks has not already shown.
CHANCE = 0.35
# Where weeks that add and weeks that take away nearly cancel, the scatter, as a part of the pace, is without bounds.
MOST_SPREAD = 3.0


@dataclass(frozen=True)
class Forecast:
    """An 80 % range of the share at the deadline (fractions), and what reaching the target takes (persons a week).

    `seats`: how many can still have a seat before the deadline, where that is what bounds the range. `places`, of a
    programme: how many have a place in a class that ends by then; the range is then all that can happen.
    """

    low: float
    high: float
    needed_per_week: int
    seats: int | None = None
    places: int | None = None

    @property
    def at_most(self) -> bool:
        """Whether room, and not the pace, decides: one figure, of which it is sure only that it is not passed."""
        return self.low == self.high < 1 and (self.seats is not None or self.places is not None)


def forecast(
    weekly: Sequence[int],
    as_of: dt.date,
    deadline: dt.date,
    target: float,
    *,
    counted: int,
    completed: int,
    counted_then: int,
    seats: int | None = None,
) -> Forecast | None:
    """The forecast from `weekly`, the counts of completed on the last Sundays (oldest first).

    `completed` is of `counted` on `as_of`; `counted_then` are those who will count at the deadline by what is known.
    `seats`: for how many there is room in the gatherings until the deadline, where one is needed (None: no bound).
    None after the deadline, for small groups, or where less than three weeks are known.
    """
    weeks_left = (deadline - as_of).days / 7
    if counted < SMALLEST or counted_then < SMALLEST or weeks_left <= 0 or len(weekly) < 4:
        return None
    low, high = _range(_last_steps(weekly, counted), as_of, deadline, counted, completed / counted_then, counted_then)
    needed = _needed(target, completed, counted_then, weeks_left)
    if seats is None or (most := min((completed + seats) / counted_then, 1.0)) >= high:
        return Forecast(low, high, needed)
    return Forecast(min(low, most), most, needed, seats)


def by_classes(
    as_of: dt.date, deadline: dt.date, target: float, *, counted: int, completed: int, counted_then: int, places: int
) -> Forecast | None:
    """The range for a programme, of which the pace of six weeks says nothing: from those who have completed it to all
    who have a place (`places`) in a class that ends by the deadline. None after it, and for small groups."""
    weeks_left = (deadline - as_of).days / 7
    if counted < SMALLEST or counted_then < SMALLEST or weeks_left <= 0:
        return None
    low, high = (min(number / counted_then, 1.0) for number in (completed, completed + places))
    return Forecast(low, high, _needed(target, completed, counted_then, weeks_left), places=places)


def _needed(target: float, completed: int, counted_then: int, weeks_left: float) -> int:
    """Persons a week until the target."""
    missing = math.ceil(round(target * counted_then, 6)) - completed
    return max(math.ceil(missing / max(weeks_left, 1)), 0)


def _last_steps(weekly: Sequence[int], counted: int) -> list[tuple[int, int]]:
    capped = [min(number, counted) for number in weekly]
    return list(pairwise(capped))[-WEEKS:]


def _range(
    steps: Sequence[tuple[int, int]], as_of: dt.date, deadline: dt.date, counted: int, share: float, people: int
) -> tuple[float, float]:
    """Of those who are left, so large a part finishes in an ordinary week; holidays and the deadline weigh it."""
    behind = [(week, _pull(week, deadline)) for week in _sundays_until(as_of, len(steps))]
    rates = [
        -math.log((counted - b + 0.5) / (counted - a + 0.5)) / (worked * (1 + SURGE * lift))
        for (a, b), (_, (worked, lift)) in zip(steps, behind, strict=True)
    ]
    rate, left = fmean(rates), 1 - min(share, 1.0)
    if rate <= 0 or left <= 0:
        return min(share, 1.0), min(share, 1.0)
    ahead = [_pull(as_of + dt.timedelta(weeks=n), deadline, part) for n, part in _weeks_until(as_of, deadline)]
    weight = sum(worked * (1 + SURGE * lift) for worked, lift in ahead)
    lifted = sum(worked * lift for worked, lift in ahead)
    scatter = stdev(rates) / rate
    # Weeks scatter, the pace is known from few of them and drifts, and nobody knows how strong the surge will be.
    spread = math.sqrt(
        scatter**2 / max(weight, 1) + scatter**2 / len(rates) + (SURGE_SPREAD * lifted / weight) ** 2
        + DRIFT**2 * min(len(ahead) / 12, 1)
    )  # fmt: skip
    factor = math.exp(Z80 * min(spread, MOST_SPREAD))
    low, high = (1 - math.exp(-rate * weight * pull) for pull in (1 / factor, factor))
    chance = CHANCE * Z80 * math.sqrt(max(low * (1 - low), high * (1 - high)) / max(left * people, 1))
    return 1 - left * (1 - max(low - chance, 0.0)), 1 - left * (1 - min(high + chance, 1.0))


def _sundays_until(as_of: dt.date, number: int) -> list[dt.date]:
    """The last Sundays on or before the day, oldest first."""
    last = as_of - dt.timedelta(days=as_of.isoweekday() % 7)
    return [last - dt.timedelta(weeks=n) for n in reversed(range(number))]


def _weeks_until(as_of: dt.date, deadline: dt.date) -> list[tuple[int, float]]:
    """(number, how much of it) of the weeks ahead; the last may be a part of one."""
    whole, days = divmod((deadline - as_of).days, 7)
    return [(n + 1, 1.0) for n in range(whole)] + ([(whole + 1, days / 7)] if days else [])


def _pull(week: dt.date, deadline: dt.date, part: float = 1.0) -> tuple[float, float]:
    """(how much of the week that ends then is worked, how near the deadline is: 0 far, 1 in its last week)."""
    weeks_left = max((deadline - week).days / 7, 0.0)
    return WORKED.get(week.isocalendar().week, 1.0) * part, max(1 - weeks_left / SURGE_WEEKS, 0.0)


def pace(weekly: Sequence[int]) -> float | None:
    """Persons a week over the last six weeks; None where nothing is known yet."""
    steps = [b - a for a, b in pairwise(weekly)][-WEEKS:]
    return fmean(steps) if steps else None
