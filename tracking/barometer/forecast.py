"""Where a campaign will be at its deadline, as a range: pure arithmetic on weekly counts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
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
    weekly: Sequence[int], as_of: dt.date, deadline: dt.date, target: float, *, counted: int, completed: int, counted_then: int
) -> Forecast | None:
    """The forecast from `weekly`, the counts of completed on the last Sundays (oldest first).

    `completed` is of `counted` on `as_of`; `counted_then` are those who will count at the deadline by what is known.
    None after the deadline, for small groups, or where less than three weeks are known.
    """
    steps = [b - a for a, b in zip(weekly, weekly[1:], strict=False)][-WEEKS:]
    weeks_left = (deadline - as_of).days / 7
    if counted < SMALLEST or counted_then < SMALLEST or weeks_left <= 0 or len(steps) < 3:
        return None
    pace, spread = fmean(steps), stdev(steps)
    # The weeks to come scatter (n s²), and the pace itself is known from few weeks (n² s²/k).
    error = Z80 * spread * math.sqrt(weeks_left + weeks_left**2 / len(steps))
    middle = completed + pace * weeks_left
    low, high = (min(max(x, min(completed, counted_then)), counted_then) / counted_then for x in (middle - error, middle + error))
    missing = math.ceil(round(target * counted_then, 6)) - completed
    return Forecast(low, high, max(math.ceil(missing / weeks_left), 0))


def pace(weekly: Sequence[int]) -> float | None:
    """Persons a week over the last six weeks; None where nothing is known yet."""
    steps = [b - a for a, b in zip(weekly, weekly[1:], strict=False)][-WEEKS:]
    return fmean(steps) if steps else None
