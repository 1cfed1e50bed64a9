"""Simulated campaigns to try the forecast on: eager and slow people, reminders, deadline surges, holidays, noise.

The forecast knows none of these numbers; it sees weekly counts and the calendar only. Each person who is left completes
in a week with a probability that scatters from week to week and rises towards the deadline by a factor that differs
from campaign to campaign.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from random import Random

from tracking.barometer.forecast import Forecast, forecast, pace

MONDAY = dt.date(2026, 1, 5)
HORIZONS = (2, 4, 8, 12)  # weeks before the deadline


@dataclass(frozen=True)
class Simulated:
    """Completed on each Sunday, from the start to the deadline (a Sunday), of `people`."""

    people: int
    first: dt.date
    weekly: tuple[int, ...]

    def sunday(self, week: int) -> dt.date:
        return self.first + dt.timedelta(weeks=week)

    @property
    def deadline(self) -> dt.date:
        return self.sunday(len(self.weekly) - 1)


def simulate(rng: Random) -> Simulated:
    people = rng.choice([40, 80, 150, 400, 1200, 4300])
    weeks = rng.randint(max(HORIZONS) + 6, 52)
    first = MONDAY + dt.timedelta(days=6, weeks=rng.randint(0, 51))
    base = math.exp(rng.gauss(math.log(0.03), 0.6))  # of those left, in an ordinary week
    surge = math.exp(abs(rng.gauss(0.5, 0.5)))  # in the last weeks
    surge_weeks = rng.randint(2, 6)
    scatter = rng.uniform(0.1, 0.6)
    reminder = rng.choice([0, 0, 8, 13])
    eager = rng.uniform(0.5, 1.0)  # part of the people whom the pace is about; others are three times as slow
    left = [round(people * eager), people - round(people * eager)]
    done, weekly = 0, []
    for week in range(weeks):
        sunday = first + dt.timedelta(weeks=week)
        pull = base * rest(sunday, rng) * rng.gammavariate(1 / scatter**2, scatter**2)
        if weeks - week <= surge_weeks:
            pull *= 1 + (surge - 1) * (1 - (weeks - week - 1) / surge_weeks)
        if reminder and week % reminder == 0 and week:
            pull *= 1.8
        for kind, slower in enumerate((1, 3)):
            finished = binomial(rng, left[kind], 1 - math.exp(-pull / slower))
            left[kind] -= finished
            done += finished
        weekly.append(done)
    return Simulated(people, first, tuple(weekly))


def rest(sunday: dt.date, rng: Random) -> float:
    """How much of a week is worked: Christmas, Easter week (about), the summer."""
    week = sunday.isocalendar().week
    if week in (52, 53, 1):
        return rng.uniform(0.1, 0.4)
    if week in (28, 29, 30):
        return rng.uniform(0.2, 0.5)
    return rng.uniform(0.4, 0.7) if week == 14 else 1.0


def binomial(rng: Random, number: int, chance: float) -> int:
    mean, spread = number * chance, math.sqrt(number * chance * (1 - chance))
    if number > 200 and spread > 3:
        return min(max(round(rng.gauss(mean, spread)), 0), number)
    return sum(rng.random() < chance for _ in range(number))


def told(one: Simulated, weeks_left: int) -> Forecast | None:
    """The forecast that many weeks before the deadline."""
    now = len(one.weekly) - 1 - weeks_left
    done = one.weekly[now]
    return forecast(
        one.weekly[: now + 1], one.sunday(now), one.deadline, 0.9,
        counted=one.people, completed=done, counted_then=one.people,
    )  # fmt: skip


def linear(one: Simulated, weeks_left: int) -> tuple[float, float]:
    """The plain way: the mean of the last six weeks goes on, give or take what weeks have scattered."""
    now = len(one.weekly) - 1 - weeks_left
    seen = one.weekly[: now + 1]
    steps = [b - a for a, b in zip(seen[-7:], seen[-6:], strict=False)]
    mean = pace(seen) or 0.0
    spread = math.sqrt(sum((step - mean) ** 2 for step in steps) / max(len(steps) - 1, 1))
    error = 1.2816 * spread * math.sqrt(weeks_left + weeks_left**2 / max(len(steps), 1))
    low, high = (seen[-1] + mean * weeks_left + sign * error for sign in (-1, 1))
    return min(max(low / one.people, 0.0), 1.0), min(max(high / one.people, 0.0), 1.0)


def interval_score(low: float, high: float, truth: float) -> float:
    """Of an 80 % range: its width, and ten times the distance by which it misses. Gneiting and Raftery (2007)."""
    return high - low + 10 * max(low - truth, 0, truth - high)


@dataclass
class Outcome:
    """Of all ranges told at one horizon."""

    told: int = 0
    covered: int = 0
    below: int = 0
    score: float = 0.0
    linear_score: float = 0.0


def backtest(seed: int, campaigns: int) -> dict[int, Outcome]:
    """How the ranges fared, by horizon."""
    found = {weeks: Outcome() for weeks in HORIZONS}
    rng = Random(seed)
    for _ in range(campaigns):
        one = simulate(rng)
        truth = one.weekly[-1] / one.people
        for weeks, outcome in found.items():
            range_ = told(one, weeks)
            if range_ is None:
                continue
            outcome.told += 1
            outcome.covered += range_.low - 1e-9 <= truth <= range_.high + 1e-9
            outcome.below += truth < range_.low - 1e-9
            outcome.score += interval_score(range_.low, range_.high, truth)
            outcome.linear_score += interval_score(*linear(one, weeks), truth)
    return found
