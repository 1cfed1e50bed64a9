"""Keep the decisions on what is hidden: week after week since a campaign's start, each with the four before it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import models, transaction

from courses.models import Campaign

from ..clock import last_sunday
from . import cells, comparison, flows, overlapping, suppression
from .models import Cell, CellDay, Hidden
from .suppression import ByPart, View
from .tree import Count, Node, Tree

KEPT_FOR = dt.timedelta(weeks=4)
AT_A_TIME = 500  # rows in one update


def trees_of(some: Iterable[Cell]) -> dict[View, Tree]:
    """The tree of counts on a day by (known, part), as the tree was known; units without an audience are left out."""
    found: dict[View, dict[int, Node]] = defaultdict(dict)
    for cell in some:
        if cell.in_audience:
            count = Count(cell.counted, cell.completed)
            node = Node(cell.unit.code, cell.parent_id, count, cell.not_counted)
            found[cell.known, cell.part][cell.unit_id] = node
    return dict(found)


def _by_part(rows: models.QuerySet[Hidden]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for part, unit in rows.values_list("part", "unit_id"):
        found[part].add(unit)
    return found


def _with(some: dict[str, set[int]], more: ByPart) -> dict[str, set[int]]:
    for part, units in more.items():
        some[part] |= set(units)
    return some


def settle(campaign: Campaign, on: dt.date) -> None:
    """Decide what the weeks until `on`, and the day itself, hide, where that rests on older counts."""
    decide_weeks(campaign, on)
    if on != last_sunday(on) and CellDay.objects.filter(campaign=campaign, on=on, settled=False).exists():
        _decide(campaign, on)


def decide_weeks(campaign: Campaign, until: dt.date) -> int:
    """Decide the weeks up to `until` that are undecided, or were decided on older counts; returns how many.

    What was hidden stays so; newer counts can only hide more.
    """
    rows = CellDay.objects.filter(campaign=campaign, on__in=cells.sundays(campaign, until), settled=False)
    due = sorted(set(rows.values_list("on", flat=True)))
    for sunday in due:
        _decide(campaign, sunday)
    return len(due)


def _decide(campaign: Campaign, on: dt.date) -> None:
    for one in overlapping.older(campaign):
        if one.start <= on:
            known = CellDay.objects.filter(campaign=campaign, on=on).values_list("known", flat=True)
            cells.ensure(one, [(day, view) for day in {*cells.sundays(one, on), on} for view in known])
            settle(one, on)  # what it hides there, the newer campaign hides too
    with transaction.atomic():
        cells.lock(campaign)
        rows = list(Cell.objects.filter(campaign=campaign, on=on).select_related("unit"))
        trees = trees_of(rows)
        views = {**trees, **overlapping.differences(campaign, on, trees)}
        alike = overlapping.hidden_alike(campaign, on, trees)
        decide = _this_sunday if on == last_sunday(on) else _in_mid_week
        hidden = decide(campaign, on, views, alike)
        _publish(rows, trees, hidden)
        spread = comparison.spreads(trees, hidden)
        for day in CellDay.objects.filter(campaign=campaign, on=on):
            day.settled, day.spread = True, spread.get(day.known, {})
            day.save(update_fields=["settled", "spread"])
        if on == last_sunday(on):  # the days after it are decided with what it hides
            week = CellDay.objects.filter(campaign=campaign, on__gt=on, on__lt=on + dt.timedelta(days=7))
            week.update(settled=False)


def _unmoved(campaign: Campaign, sunday: dt.date, views: Mapping[View, Tree]) -> dict[str, set[int]]:
    """What a quiet week keeps hidden."""
    before = sunday - dt.timedelta(weeks=1)
    hidden = _by_part(Hidden.objects.filter(campaign=campaign, sunday=before))
    units = set[int]().union(*hidden.values())
    if not units:
        return {}
    rows = Cell.objects.filter(campaign=campaign, on=before, unit__in=units).select_related("unit")
    return suppression.unmoved(trees_of(rows), views, hidden)


def _this_sunday(campaign: Campaign, sunday: dt.date, views: Mapping[View, Tree], alike: ByPart) -> dict[str, set[int]]:
    rows = Hidden.objects.filter(campaign=campaign)
    stored = {(row.part, row.unit_id): row for row in rows.filter(sunday=sunday)}
    recent = rows.filter(sunday__lt=sunday, sunday__gte=sunday - KEPT_FOR)
    kept = _by_part(recent.filter(reason=suppression.SMALL) | rows.filter(sunday=sunday))
    hidden = suppression.decide(
        views,
        kept=_with(_with(kept, alike), _unmoved(campaign, sunday, views)),
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
    return _by_part(rows.filter(sunday=sunday))


def _in_mid_week(campaign: Campaign, on: dt.date, views: Mapping[View, Tree], alike: ByPart) -> dict[str, set[int]]:
    """What the last Sunday hid, and what the day's counts ask for besides."""
    stored = Hidden.objects.filter(campaign=campaign, sunday=last_sunday(on))
    hidden = _with(_by_part(stored), alike)
    more = suppression.decide(views, kept=hidden, partners=_by_part(stored.filter(reason=suppression.PARTNER)))
    for part, units in more.items():
        hidden[part] |= set(units)
    return hidden


def _publish(rows: Sequence[Cell], trees: Mapping[View, Tree], hidden: Mapping[str, set[int]]) -> None:
    """Write beside the counts what of them may be published."""
    anywhere: set[int] = set().union(*hidden.values())
    # People who are not counted are so in every part: what one part hides, no part shows the sum of.
    sums = {known: suppression.sums_shown(tree, anywhere) for (known, _), tree in trees.items()}
    causes = {view: flows.told(tree, _flows(rows, view), hidden.get(view[1], set())) for view, tree in trees.items()}
    flags: dict[tuple[bool, bool], list[int]] = defaultdict(list)
    retold = []
    for cell in rows:
        wanted = (cell.unit_id in hidden.get(cell.part, ()), cell.unit_id in sums.get(cell.known, ()))
        if wanted != (cell.hidden, cell.sum_shown):
            flags[wanted].append(cell.pk)
        told = [name for name in causes.get((cell.known, cell.part), {}).get(cell.unit_id, []) if name in cell.flows]
        if told != cell.told:
            cell.told = told
            retold.append(cell)
    for (is_hidden, sum_shown), some in flags.items():
        for first in range(0, len(some), AT_A_TIME):
            chosen = Cell.objects.filter(pk__in=some[first : first + AT_A_TIME])
            chosen.update(hidden=is_hidden, sum_shown=sum_shown)
    Cell.objects.bulk_update(retold, ["told"], batch_size=AT_A_TIME)


def _flows(rows: Sequence[Cell], view: View) -> dict[int, flows.Flows]:
    return {cell.unit_id: flows.total([cell.flows]) for cell in rows if (cell.known, cell.part) == view}
