"""One day of a campaign as it is published: its counts, its tree, and what stays hidden."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from courses.models import Campaign

from ..clock import known_until, last_sunday
from . import cells, hiding, overlapping, suppression
from .models import Cell
from .tree import Count, Tree


@dataclass(frozen=True)
class PublishedDay:
    """The cells by part and unit id; the tree; the hidden units by part; those that show how many are not counted."""

    on: dt.date
    cells: Mapping[str, Mapping[int, Cell]]
    tree: Tree
    hidden: Mapping[str, set[int]]
    sums_shown: set[int]

    def cell(self, part: str, unit: int) -> Cell | None:
        """The unit's counts; None where nobody there is in the audience."""
        return self.cells.get(part, {}).get(unit)

    def is_large(self, unit: int) -> bool:
        """Whether the unit's figures may be followed from day to day."""
        return unit in self.tree and self.tree[unit].count.counted >= suppression.LARGE

    def shown(self, part: str, unit: int) -> Cell | None:
        """The unit's counts, where they may be shown."""
        cell = self.cell(part, unit)
        return cell if cell and unit not in self.hidden.get(part, ()) and stands(cell) else None


def stands(cell: Cell) -> bool:
    """A second look at what has been decided: nothing small gets out because a decision came late."""
    return suppression.may_stand_alone(Count(cell.counted, cell.completed))


def prepare(campaign: Campaign, on: dt.date, at: dt.datetime) -> None:
    """See to it that everything a figure of the day `on` rests on is counted and decided."""
    wanted = [view for day in {*cells.sundays(campaign, on), on} for view in cells.views_of(day, at)]
    cells.ensure(campaign, [*wanted, (campaign.deadline, "now")])
    for one in overlapping.older(campaign):
        cells.ensure(one, [view for view in wanted if view[0] >= one.start])
    hiding.decide_weeks(campaign, on)


def read(campaign: Campaign, on: dt.date, known: str, at: dt.datetime) -> PublishedDay:
    """The day as known then or now. A day that is not closed: what was known then is what is known now."""
    if known_until(on) > at:
        known = "now"
    rows = list(Cell.objects.filter(campaign=campaign, on=on))
    trees = hiding.trees_of(rows, on)
    hidden = hiding.hidden_on(campaign, on, trees)
    by_part: dict[str, dict[int, Cell]] = defaultdict(dict)
    for cell in rows:
        if cell.known == known:
            by_part[cell.part][cell.unit_id] = cell
    tree = next((some for view, some in trees.items() if view[0] == known), {})
    # People who are not counted are so in every part: what one part hides, no part shows the sum of.
    sums = suppression.sums_shown(tree, set().union(*hidden.values()))
    return PublishedDay(on, by_part, tree, hidden, sums)


def sunday_of(campaign: Campaign, day: PublishedDay, known: str, at: dt.datetime) -> PublishedDay | None:
    """The last Sunday on or before the day; None where the campaign has not seen one."""
    sunday = last_sunday(day.on)
    if sunday == day.on:
        return day
    return read(campaign, sunday, known, at) if sunday >= campaign.start else None
