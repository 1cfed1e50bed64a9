"""A rolling check: a few units a run are counted anew and compared with what is stored, in every campaign and day.

It mends nothing: a figure that differs is an alarm (alarm.py) until somebody has looked, with `check_figures --mend`.
A day that a change has made stale is no difference: it waits for its recount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.models import Campaign
from learners.models import Posting, Unit

from ..clock import oslo_day
from . import cells, freshness
from .counting import Counter, Counts, moment_of
from .facts import Place, load, places
from .freshness import Day
from .models import Cell, Checked

UNITS_A_RUN = 5
DAYS_A_CHECK = 60
Difference = dict[str, Any]  # {"on", "known", "part", "unit", "stored": {…}, "counted": {…}}


def check_some(at: dt.datetime, number: int = UNITS_A_RUN) -> int:
    """Check the units whose turn it is; returns how many differ."""
    return sum(check(campaign, unit_id, at) for campaign, unit_id in _next(at, number))


def _next(at: dt.datetime, number: int) -> list[tuple[Campaign, int]]:
    """What differed last time first, then what was never checked, then the oldest check."""
    campaigns = {campaign.pk: campaign for campaign in Campaign.objects.filter(start__lte=oslo_day(at))}
    units = Unit.objects.filter(Exists(Posting.objects.filter(unit=OuterRef("pk")))).values_list("pk", flat=True)
    wrong = Checked.objects.filter(is_wrong=True, campaign__in=campaigns).values_list("campaign_id", "unit_id")
    found = list(wrong.order_by("checked_at")[:number])
    when = {(c, u): moment for c, u, moment in Checked.objects.values_list("campaign_id", "unit_id", "checked_at")}
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    pairs = sorted((when.get((c, u), never), u, c) for c in campaigns for u in units if (c, u) not in found)
    found += [(c, u) for _moment, u, c in pairs[: number - len(found)]]
    return [(campaigns[c], u) for c, u in found]


def check(campaign: Campaign, unit_id: int, at: dt.datetime) -> bool:
    """Compare the unit, and the sums above it, on every stored day; note the outcome. Whether anything differs."""
    found = differences(campaign, unit_id)
    if found:
        # Something may have been counted between our two looks: again, now that nobody else can.
        with transaction.atomic():
            cells.lock(campaign)
            found = differences(campaign, unit_id)
    row = {"checked_at": at, "differs": found[:20], "is_wrong": bool(found)}
    Checked.objects.update_or_create(campaign=campaign, unit_id=unit_id, defaults=row)
    return bool(found)


def differences(campaign: Campaign, unit_id: int) -> list[Difference]:
    """Where the stored counts of the unit, or of one above it, are not what they should be."""
    marks = sorted(freshness.marks(campaign), key=lambda mark: mark.on, reverse=True)[:DAYS_A_CHECK]
    stale = freshness.stale(campaign, marks)
    days = [mark.on_and_known for mark in marks if mark.on_and_known not in stale]
    if not days:
        return []
    above = _above(unit_id)
    found: list[Difference] = []
    counter = Counter(load(campaign, {unit_id, *above}))
    for day in days:
        tree = counter.facts.tree(day[0], moment_of(day))
        found += _compare(campaign, day, unit_id, counter.day(day).counts, tree)
    return found


def _above(unit_id: int) -> set[int]:
    """Every unit that was ever above this one."""
    parents: dict[int, set[int]] = {}
    for place in places():
        if place.parent_id is not None:
            parents.setdefault(place.unit_id, set()).add(place.parent_id)
    found: set[int] = set()
    waiting = [unit_id]
    while waiting:
        new = parents.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _compare(
    campaign: Campaign, day: Day, unit_id: int, leaves: Counts, tree: Mapping[int, Place]
) -> Iterator[Difference]:
    path = [unit_id, *_path_up(unit_id, tree)]
    children = {u: [c for c, place in tree.items() if place.parent_id == u] for u in path}
    wanted = {*path, *(child for some in children.values() for child in some)}
    rows = Cell.objects.filter(campaign=campaign, on=day[0], known=day[1], unit__in=wanted)
    stored = {(cell.part, cell.unit_id): _numbers(cell) for cell in rows}
    parts = {part for part, _unit in stored} | {part for part, _unit in leaves}
    for part in sorted(parts):
        for unit in path:
            own = {name: leaves.get((part, unit), {}).get(name, 0) for name in cells.COUNTS}
            counted = _sum([own, *(stored.get((part, child), {}) for child in children[unit])])
            there = _sum([stored.get((part, unit), {})])
            if counted != there:
                yield _difference(day, part, unit, there, counted)


def _path_up(unit_id: int, tree: Mapping[int, Place]) -> Iterator[int]:
    parent = tree[unit_id].parent_id if unit_id in tree else None
    while parent is not None:
        yield parent
        parent = tree[parent].parent_id if parent in tree else None


def _numbers(cell: Cell) -> dict[str, int]:
    return {name: getattr(cell, name) for name in cells.COUNTS}


def _sum(some: Iterable[Mapping[str, int]]) -> dict[str, int]:
    rows = list(some)
    return {name: sum(row.get(name, 0) for row in rows) for name in cells.COUNTS}


def _difference(day: Day, part: str, unit: int, stored: dict[str, int], counted: dict[str, int]) -> Difference:
    apart = [name for name in cells.COUNTS if stored[name] != counted[name]]
    return {
        "on": day[0].isoformat(),
        "known": day[1],
        "part": part,
        "unit": unit,
        "stored": {name: stored[name] for name in apart},
        "counted": {name: counted[name] for name in apart},
    }


def mend(campaign: Campaign, at: dt.datetime) -> None:
    """Count every stored day of the campaign anew, and look again at what differed."""
    cells.compute(campaign, sorted(mark.on_and_known for mark in freshness.marks(campaign)))
    for unit_id in Checked.objects.filter(campaign=campaign, is_wrong=True).values_list("unit_id", flat=True):
        check(campaign, unit_id, at)
