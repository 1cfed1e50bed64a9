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


def read(
    campaign: Campaign, on: dt.date, known: str, at: dt.datetime, unit: Unit
) -> tuple[PublishedDay, PublishedDay | None]:
    """The day, and the last Sunday on or before it (None where the campaign has not seen one), as known then or now.

    Of a day that is not closed, what was known then is what is known now.
    """
    sunday = last_sunday(on)
    days = {on, sunday} if sunday >= campaign.start else {on}
    views = {day: "now" if known_until(day) > at else known for day in days}
    by_day: dict[dt.date, dict[str, dict[int, Cell]]] = {day: defaultdict(dict) for day in days}
    rows = Cell.objects.filter(Q(unit=unit) | Q(parent=unit), campaign=campaign, on__in=days, known__in=views.values())
    for cell in rows.select_related("unit"):
        if cell.known == views[cell.on] and cell.in_audience:
            by_day[cell.on][cell.part][cell.unit_id] = cell
    published = {day: PublishedDay(day, found) for day, found in by_day.items()}
    return published[on], published.get(sunday)
