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


@dataclass(frozen=True)
class Forecast:
    """An 80 % range of the share at the deadline (fractions), and what reaching the target takes (persons a week)."""

    low: float
    high: float
    needed_per_week: int


def forecast(
    weekly: Sequence[int],
    as_of: dt.date,
    deadline: dt.date,
    target: float,
    *,
    counted: int,
    completed: int,
    counted_then: int,
) -> Forecast | None:
    """The forecast from `weekly`, the counts of completed on the last Sundays (oldest first).

    `completed` is of `counted` on `as_of`; `counted_then` are those who will count at the deadline by what is known.
    None after the deadline, for small groups, or where less than three weeks are known.
    """
    weeks_left = (deadline - as_of).days / 7
    if counted < SMALLEST or counted_then < SMALLEST or weeks_left <= 0 or len(weekly) < 4:
        return None
    # Of those who are left, so large a part finishes in a week; as they grow fewer, so do those who finish.
    rates = [-math.log((counted - b + 0.5) / (counted - a + 0.5)) for a, b in _last_steps(weekly, counted)]
    rate, spread = fmean(rates), stdev(rates)
    # The weeks to come scatter (n s²), and the rate itself is known from few weeks (n² s²/k).
    error = Z80 * spread * math.sqrt(weeks_left + weeks_left**2 / len(rates))
    left = 1 - min(completed / counted_then, 1)
    low, high = (
        min(max(1 - left * math.exp(-x), 0.0), 1.0) for x in (rate * weeks_left - error, rate * weeks_left + error)
    )
    missing = math.ceil(round(target * counted_then, 6)) - completed
    return Forecast(low, high, max(math.ceil(missing / max(weeks_left, 1)), 0))


def _last_steps(weekly: Sequence[int], counted: int) -> list[tuple[int, int]]:
    capped = [min(number, counted) for number in weekly]
    return list(pairwise(capped))[-WEEKS:]


def pace(weekly: Sequence[int]) -> float | None:
    """Persons a week over the last six weeks; None where nothing is known yet."""
    steps = [b - a for a, b in pairwise(weekly)][-WEEKS:]
    return fmean(steps) if steps else None
