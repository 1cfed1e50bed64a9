"""One day of a campaign as it is published of a unit and those directly below: counts, and what stays hidden."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from courses.models import Campaign
from learners.models import Unit

from ..clock import known_until, last_sunday
from . import cells, freshness, hiding, suppression
from .models import Cell, CellDay
from .tree import Count


@dataclass(frozen=True)
class PublishedDay:
    """The cells by part and unit id, as known then or now."""

    on: dt.date
    cells: Mapping[str, Mapping[int, Cell]]

    def cell(self, part: str, unit: int) -> Cell | None:
        """The unit's counts; None where nobody there is in the audience."""
        return self.cells.get(part, {}).get(unit)

    def is_large(self, unit: int) -> bool:
        """Whether the unit's figures may be followed from day to day."""
        return any(unit in some and some[unit].counted >= suppression.LARGE for some in self.cells.values())

    def shown(self, part: str, unit: int) -> Cell | None:
        """The unit's counts, where they may be shown."""
        cell = self.cell(part, unit)
        return cell if cell and stands(cell) else None

    def below(self, unit: int) -> list[Unit]:
        """The units directly below with anybody in the audience."""
        some = next(iter(self.cells.values()), {})
        return [cell.unit for cell in some.values() if cell.parent_id == unit]


def stands(cell: Cell) -> bool:
    """Whether the cell is shown. A second look besides the decision: nothing small gets out because that came late."""
    return not cell.hidden and suppression.may_stand_alone(Count(cell.counted, cell.completed))


def prepare(campaign: Campaign, on: dt.date, at: dt.datetime) -> list[CellDay]:
    """See to it that everything a figure of the day `on` rests on is counted and decided; the days that are stored."""
    wanted = {view for day in {*cells.sundays(campaign, on), on} for view in cells.views_of(day, at)}
    made_by = freshness.made_by(campaign)
    stored = freshness.marks(campaign)
    marks = {mark.on_and_known: mark.settled for mark in stored if mark.made_by == made_by}
    missing = (wanted | {(campaign.deadline, "now")}) - set(marks)
    cells.compute(campaign, sorted(missing))
    settled = all(marks.get(view) for view in wanted)
    if not settled:
        hiding.settle(campaign, on)
    return stored if settled and not missing else freshness.marks(campaign)


def read(campaign: Campaign, on: dt.date, known: str, at: dt.datetime, unit: Unit) -> PublishedDay:
    """The day as known then or now. A day that is not closed: what was known then is what is known now."""
    if known_until(on) > at:
        known = "now"
    rows = Cell.objects.filter(Q(unit=unit) | Q(parent=unit), campaign=campaign, on=on, known=known)
    by_part: dict[str, dict[int, Cell]] = defaultdict(dict)
    for cell in rows.select_related("unit"):
        if cell.in_audience:
            by_part[cell.part][cell.unit_id] = cell
    return PublishedDay(on, by_part)


def sunday_of(campaign: Campaign, day: PublishedDay, known: str, at: dt.datetime, unit: Unit) -> PublishedDay | None:
    """The last Sunday on or before the day; None where the campaign has not seen one."""
    sunday = last_sunday(day.on)
    if sunday == day.on:
        return day
    return read(campaign, sunday, known, at, unit) if sunday >= campaign.start else None
