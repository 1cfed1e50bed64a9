"""Units beside the country's mean, fairly: limits that chance alone seldom passes, widened by how unlike units are.

A unit's share scatters around the mean p by √(p(1-p)/n). Units differ by more than chance (shifts, seats, size), so the
limits are widened by `spread`, how far apart the shown leaf units typically stand in such steps: the median distance
from their median, which a few outliers do not move. Source: D. J. Spiegelhalter, Funnel plots for comparing
institutional performance (2005); medians in place of winsorised squares because there may be few units.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from .suppression import View
from .tree import Count, Tree, children_of

LIMIT = 3.0902  # the normal distribution's 99.8 %, both sides
NORMAL_MEDIAN = 0.6745  # of a standard normal variable's size
SMALLEST = 10  # persons who count
FEWEST_UNITS = 5
AHEAD, BEHIND = "ahead", "behind"


@dataclass(frozen=True)
class Yardstick:
    """What units are compared with: the country's share, and how much wider than chance the limits are (1 or more)."""

    mean: float
    spread: float

    def limits(self, counted: int) -> tuple[float, float]:
        """The shares between which `counted` persons are neither ahead nor behind."""
        wide = LIMIT * self.spread * math.sqrt(self.mean * (1 - self.mean) / counted)
        return max(self.mean - wide, 0.0), min(self.mean + wide, 1.0)

    def place(self, count: Count) -> str | None:
        """AHEAD or BEHIND where the count lies outside the limits; None within them, and for few persons."""
        if count.counted < SMALLEST:
            return None
        low, high = self.limits(count.counted)
        share = count.completed / count.counted
        return AHEAD if share > high else BEHIND if share < low else None


def yardstick(country: Count | None, spread: float | None) -> Yardstick | None:
    """None where there is nothing to compare with: few units, or a country at 0 % or 100 %."""
    if country is None or spread is None or not 0 < country.completed < country.counted:
        return None
    return Yardstick(country.completed / country.counted, spread)


def named(weeks: Iterable[tuple[Count | None, Yardstick | None]]) -> str | None:
    """AHEAD or BEHIND for a unit that is so in each of the weeks (two in a row), by what is shown of it."""
    places = {stick.place(count) if count and stick else None for count, stick in weeks}
    return places.pop() if len(places) == 1 else None


def spreads(trees: Mapping[View, Tree], hidden: Mapping[str, Collection[int]]) -> dict[str, dict[str, float]]:
    """By `known` and part: the spread of the shown leaf units; a part with too few of them is left out."""
    found: dict[str, dict[str, float]] = {}
    for (known, part), tree in trees.items():
        spread = _spread(tree, hidden.get(part, ()))
        if spread is not None:
            found.setdefault(known, {})[part] = spread
    return found


def _spread(tree: Tree, hidden: Collection[int]) -> float | None:
    children = children_of(tree)
    country = next((tree[unit].count for unit in children.get(None, [])), Count(0, 0))
    leaves = [
        node.count
        for unit, node in tree.items()
        if unit not in children and unit not in hidden and node.count.counted >= SMALLEST
    ]
    if len(leaves) < FEWEST_UNITS or not 0 < country.completed < country.counted:
        return None
    mean = country.completed / country.counted
    steps = [(c.completed / c.counted - mean) / math.sqrt(mean * (1 - mean) / c.counted) for c in leaves]
    middle = median(steps)
    return max(1.0, median(abs(step - middle) for step in steps) / NORMAL_MEDIAN)
