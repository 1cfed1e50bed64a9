"""Compute and store the cells: whole days, or only the units that a change touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from courses.models import Campaign
from learners.models import Posting

from ..clock import known_until, last_sunday, oslo_day
from . import freshness
from .counting import Counted, Counter, above, due_rolled_up, flows_rolled_up, moment_of, rolled_up, sunday_before
from .facts import Facts, Place, load, load_in_parts
from .flows import total
from .freshness import Day
from .models import Cell, CellDay

COUNTS = ("counted", "completed", "on_leave", "in_grace", "exempt", "done_on_leave", "done_in_grace", "done_exempt")
Rows = dict[tuple[str, int], dict[str, Any]]  # (part, unit id) -> a cell's fields


def sundays(campaign: Campaign, until: dt.date) -> list[dt.date]:
    """The Sundays since the campaign's start, up to and including `until`."""
    first = last_sunday(campaign.start + dt.timedelta(days=6))
    weeks = (last_sunday(until) - first).days // 7
    return [first + dt.timedelta(weeks=n) for n in range(weeks + 1)]


def views_of(on: dt.date, at: dt.datetime) -> list[Day]:
    """The views of a day that exist at the moment `at`: as known now, and, once the day is closed, as known then."""
    return [(on, "now"), (on, "then")] if known_until(on) <= at else [(on, "now")]


def wanted_days(campaign: Campaign, at: dt.datetime) -> list[Day]:
    """The days that are kept ready at the moment `at`: Sundays both ways, today, and the deadline for the forecast."""
    today = oslo_day(at)
    days = {view for day in [*sundays(campaign, today), today] for view in views_of(day, at)}
    return sorted(days | {(campaign.deadline, "now")})


def refresh(campaign: Campaign, at: dt.datetime) -> int:
    """Compute the wanted days that are missing or older than a change that touches them; returns how many."""
    began = timezone.now()
    wanted = set(wanted_days(campaign, at))
    stored = {mark.on_and_known: mark for mark in freshness.marks(campaign)}
    stale = freshness.stale(campaign, stored.values())
    compute(campaign, sorted((wanted - set(stored)) | (wanted & stale)))
    for day in stale - wanted:  # somebody asked for it once; it is computed again when somebody asks again
        _drop(campaign, day)
    freshness.confirm(campaign, set(stored) - stale, began)
    return len(wanted - set(stored)) + len(stale)


def ensure(campaign: Campaign, days: Collection[Day]) -> None:
    """Compute those of `days` that nobody has computed yet."""
    made_by = freshness.made_by(campaign)
    stored = {mark.on_and_known for mark in freshness.marks(campaign) if mark.made_by == made_by}
    compute(campaign, sorted(set(days) - stored))


def compute(campaign: Campaign, days: Collection[Day]) -> None:
    """Compute and store whole days."""
    if not days:
        return
    began = timezone.now()
    ground, counted = _count(campaign, days)
    for day, numbers in counted.items():
        with transaction.atomic():
            lock(campaign)
            if _changed_meanwhile(campaign, day, began):
                # A completion came in while we counted: count again, now that nobody else can.
                ground, again = _count(campaign, [day])
                numbers = again[day]
            _drop(campaign, day)
            _insert(campaign, day, _whole(ground, day, numbers), ground.tree(day[0], moment_of(day)), began)
            freshness.mark(campaign, day, began)


def _count(campaign: Campaign, days: Collection[Day]) -> tuple[Facts, dict[Day, Counted]]:
    """The days' numbers at the leaves, some of the people at a time; and the facts without people."""
    found = {day: Counted() for day in days}
    ground = load(campaign, [])
    for facts in load_in_parts(ground):
        counter = Counter(facts)
        for day, numbers in found.items():
            numbers.add(counter.day(day))
    return ground, found


def _whole(ground: Facts, day: Day, numbers: Counted) -> Rows:
    """The rows of every unit with all below it: what is summed up the tree of its own day, as known at the close."""
    on, before = day[0], moment_of(day)
    rows: Rows = {key: dict(some) for key, some in rolled_up(numbers.counts, ground.tree(on, before)).items()}
    for key, flows in flows_rolled_up(numbers.flows, ground.tree(on, before)).items():
        rows.setdefault(key, {})["flows"] = flows
    if before is None:
        return rows
    due = due_rolled_up(numbers.due, ground.tree(ground.campaign.deadline, before))
    base = rolled_up(numbers.base, ground.tree(sunday_before(on), before))
    for (part, unit), row in rows.items():
        row["due"] = due.get(unit) if on < ground.campaign.deadline else None
        row |= {f"base_{name}": base.get((part, unit), {}).get(name, 0) for name in ("counted", "completed")}
    return rows


def compute_units(campaign: Campaign, units: Collection[int], days: Collection[Day]) -> None:
    """Compute again only the leaf units `units` for days as known now, and sum up those above them."""
    with transaction.atomic():
        lock(campaign)
        began = timezone.now()
        counter = Counter(load(campaign, units))
        for day in days:
            numbers, tree = counter.day(day), counter.facts.tree(day[0], moment_of(day))
            rows: Rows = {key: dict(some) for key, some in numbers.counts.items() if key[1] in units}
            for key, flows in numbers.flows.items():
                if key[1] in units:
                    rows.setdefault(key, {})["flows"] = flows
            _cells(campaign, day).filter(unit__in=list(units)).delete()
            _insert(campaign, day, rows, tree, began)
            for unit in _ancestors(units, tree):
                _sum_children(campaign, day, unit, tree, began)
        freshness.touch(campaign, days, began)


def _ancestors(units: Collection[int], tree: Mapping[int, Place]) -> list[int]:
    """The units above `units`, deepest first."""
    found = {one for unit in units for one in above(unit, tree) if one != unit}
    return sorted(found, key=lambda u: -tree[u].path.count("/") if u in tree else 0)


def _sum_children(campaign: Campaign, day: Day, unit: int, tree: Mapping[int, Place], at: dt.datetime) -> None:
    rows: Rows = {}
    for cell in _cells(campaign, day).filter(parent=unit):
        row = rows.setdefault((cell.part, unit), dict.fromkeys(COUNTS, 0))
        for name in COUNTS:
            row[name] += getattr(cell, name)
        row["flows"] = total([row.get("flows", {}), cell.flows])
    _cells(campaign, day).filter(unit=unit).delete()
    _insert(campaign, day, rows, tree, at)


def _cells(campaign: Campaign, day: Day) -> models.QuerySet[Cell]:
    return Cell.objects.filter(campaign=campaign, on=day[0], known=day[1])


def _changed_meanwhile(campaign: Campaign, day: Day, began: dt.datetime) -> bool:
    return CellDay.objects.filter(campaign=campaign, on=day[0], known=day[1], counted_at__gte=began).exists()


def _drop(campaign: Campaign, day: Day) -> None:
    _cells(campaign, day).delete()
    CellDay.objects.filter(campaign=campaign, on=day[0], known=day[1]).delete()


def _insert(campaign: Campaign, day: Day, rows: Rows, tree: Mapping[int, Place], at: dt.datetime) -> None:
    Cell.objects.bulk_create(
        [
            Cell(
                campaign=campaign, part=part, unit_id=unit, on=day[0], known=day[1], computed_at=at,
                parent_id=tree[unit].parent_id if unit in tree else None, **row,
            )
            for (part, unit), row in rows.items()
        ],
        batch_size=500,
    )  # fmt: skip


def lock(campaign: Campaign) -> None:
    """Hold the campaign for this transaction: sums over siblings must not be taken by two at once."""
    Campaign.objects.select_for_update().filter(pk=campaign.pk).first()


def touched_by(learner_ids: Collection[int]) -> set[int]:
    """The leaf units where any of the learners is, or was, posted."""
    return set(Posting.objects.filter(learner__in=list(learner_ids)).values_list("unit_id", flat=True))
