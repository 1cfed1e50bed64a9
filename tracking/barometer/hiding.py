"""Keep the decisions on what is hidden: week after week since a campaign's start, each with the four before it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.db import transaction

from courses.models import Campaign
from learners.models import Unit, UnitPlace

from . import suppression
from .cells import sundays
from .models import Cell, Hidden
from .suppression import Count, Node

KEPT_FOR = dt.timedelta(weeks=4)


def nodes_of(cells: Mapping[int, Cell], on: dt.date) -> dict[int, Node]:
    """The tree on `on` (as known now) with the cells' counts; units without a cell are left out."""
    places = UnitPlace.objects.on(on).known().filter(unit__in=list(cells)).values_list("unit_id", "unit__code", "parent_id")
    return {
        unit: Node(code, parent, Count(cells[unit].counted, cells[unit].completed)) for unit, code, parent in places
    }


def hidden_on(campaign: Campaign, part: str, on: dt.date, nodes: Mapping[int, Node]) -> set[int]:
    """The hidden units for figures of `on`: what last Sunday's week hid, and what these counts themselves ask for."""
    weeks = Hidden.objects.filter(campaign=campaign, part=part, sunday__lte=on, sunday__gt=on - dt.timedelta(days=7))
    decided = dict(weeks.values_list("unit_id", "reason"))
    partners = {unit for unit, reason in decided.items() if reason == suppression.PARTNER}
    return set(suppression.decide(nodes, kept=set(decided) - partners, partners=partners)) | set(decided)


@transaction.atomic
def decide_weeks(campaign: Campaign, until: dt.date) -> int:
    """Decide the weeks up to `until` that are not decided yet; returns how many. A decision stays as it was."""
    decided = set(Hidden.objects.filter(campaign=campaign).values_list("part", "sunday"))
    cells: dict[tuple[str, dt.date], dict[int, Cell]] = defaultdict(dict)
    for cell in Cell.objects.filter(campaign=campaign, known="now", on__in=sundays(campaign, until)).order_by("on"):
        cells[cell.part, cell.on][cell.unit_id] = cell
    new = 0
    for (part, sunday), some in sorted(cells.items(), key=lambda item: item[0][1]):
        if (part, sunday) not in decided and sunday <= until:
            _decide(campaign, part, sunday, some)
            new += 1
    return new


def _decide(campaign: Campaign, part: str, sunday: dt.date, cells: Mapping[int, Cell]) -> None:
    recent = Hidden.objects.filter(campaign=campaign, part=part, sunday__lt=sunday, sunday__gte=sunday - KEPT_FOR)
    small = set(recent.filter(reason=suppression.SMALL).values_list("unit_id", flat=True))
    partners = set(recent.filter(reason=suppression.PARTNER, sunday=sunday - dt.timedelta(weeks=1)).values_list("unit_id", flat=True))
    hidden = suppression.decide(nodes_of(cells, sunday), kept=small, partners=partners)
    Hidden.objects.bulk_create(
        [Hidden(campaign=campaign, part=part, unit_id=unit, sunday=sunday, reason=reason) for unit, reason in hidden.items()]
    )


def hidden_sundays(campaign: Campaign, part: str, unit: Unit) -> set[dt.date]:
    """The Sundays for which the unit is hidden."""
    return set(Hidden.objects.filter(campaign=campaign, part=part, unit=unit).values_list("sunday", flat=True))
