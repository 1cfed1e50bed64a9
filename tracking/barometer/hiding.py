"""Keep the decisions on what is hidden: week after week since a campaign's start, each with the four before it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from courses.models import Campaign
from learners.models import Unit, UnitPlace

from ..clock import known_until, last_sunday
from . import overlapping, suppression
from .cells import lock, sundays
from .models import Cell, CellDay, DecidedWeek, Hidden
from .suppression import View
from .tree import Count, Node, Tree

KEPT_FOR = dt.timedelta(weeks=4)


def trees_of(cells: Iterable[Cell], on: dt.date) -> dict[View, Tree]:
    """The tree of counts on a day by (known, part), as the tree was known; units without an audience are left out."""
    by_view: dict[View, dict[int, Cell]] = defaultdict(dict)
    for cell in cells:
        by_view[cell.known, cell.part][cell.unit_id] = cell
    places = {known: _places(on, known) for known in {known for known, _ in by_view}}
    return {
        view: {
            unit: Node(code, parent, Count(some[unit].counted, some[unit].completed), some[unit].not_counted)
            for unit, code, parent in places[view[0]]
            if unit in some
        }
        for view, some in by_view.items()
    }


def _places(on: dt.date, known: str) -> list[tuple[int, str, int | None]]:
    rows = UnitPlace.objects.on(on).known(known_until(on) if known == "then" else None)
    return list(rows.values_list("unit_id", "unit__code", "parent_id"))


def hidden_on(campaign: Campaign, on: dt.date, trees: Mapping[View, Tree]) -> dict[str, set[int]]:
    """The hidden units by part for figures of `on`: what its week's Sunday hid, and in mid-week what the counts ask for
    besides."""
    stored = Hidden.objects.filter(campaign=campaign, sunday=last_sunday(on))
    hidden = _by_part(stored)
    if on != last_sunday(on):
        views = {**trees, **overlapping.differences(campaign, on, trees)}
        more = suppression.decide(views, kept=hidden, partners=_by_part(stored.filter(reason=suppression.PARTNER)))
        for part, units in more.items():
            hidden[part] |= set(units)
    return hidden


def _by_part(rows: models.QuerySet[Hidden]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for part, unit in rows.values_list("part", "unit_id"):
        found[part].add(unit)
    return found


def decide_weeks(campaign: Campaign, until: dt.date) -> int:
    """Decide the weeks up to `until` that are undecided, or were decided on older counts; returns how many.

    What was hidden stays so; newer counts can only hide more.
    """
    weeks = sundays(campaign, until)
    counted = dict(
        CellDay.objects.filter(campaign__in=[campaign, *overlapping.older(campaign)], on__in=weeks)
        .values_list("on")
        .annotate(Max("counted_at"))
        .order_by("on")
    )
    decided = dict(DecidedWeek.objects.filter(campaign=campaign).values_list("sunday", "decided_at"))
    due = [sunday for sunday, at in counted.items() if sunday not in decided or decided[sunday] <= at]
    for sunday in due:
        _decide(campaign, sunday)
    return len(due)


@transaction.atomic
def _decide(campaign: Campaign, sunday: dt.date) -> None:
    lock(campaign)
    at = timezone.now()
    trees = trees_of(Cell.objects.filter(campaign=campaign, on=sunday), sunday)
    rows = Hidden.objects.filter(campaign=campaign)
    stored = {(row.part, row.unit_id): row for row in rows.filter(sunday=sunday)}
    recent = rows.filter(sunday__lt=sunday, sunday__gte=sunday - KEPT_FOR)
    hidden = suppression.decide(
        {**trees, **overlapping.differences(campaign, sunday, trees)},
        kept=_by_part(recent.filter(reason=suppression.SMALL) | rows.filter(sunday=sunday)),
        partners=_by_part(recent.filter(reason=suppression.PARTNER)),
    )
    decided = {(part, unit): why for part, units in hidden.items() for unit, why in units.items()}
    Hidden.objects.bulk_create(
        Hidden(campaign=campaign, part=part, unit_id=unit, sunday=sunday, reason=why)
        for (part, unit), why in decided.items()
        if (part, unit) not in stored
    )
    grown_small = [row.pk for key, row in stored.items() if decided.get(key) == suppression.SMALL != row.reason]
    rows.filter(pk__in=grown_small).update(reason=suppression.SMALL)
    DecidedWeek.objects.update_or_create(campaign=campaign, sunday=sunday, defaults={"decided_at": at})


def hidden_sundays(campaign: Campaign, part: str, unit: Unit) -> set[dt.date]:
    """The Sundays for which the unit is hidden."""
    return set(Hidden.objects.filter(campaign=campaign, part=part, unit=unit).values_list("sunday", flat=True))
