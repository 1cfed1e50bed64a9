"""Compute and store the cells: whole days, or only the units that a change touched."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from django.db import models, transaction
from django.utils import timezone

from courses.models import Campaign
from learners.models import Posting

from ..clock import known_until, last_sunday, oslo_day
from . import freshness
from .facts import Facts, Place, load
from .freshness import Day
from .models import Cell, CellDay
from .standing import Done, Member, Person, Post, Span, memberships, standing, tally

COUNTS = ("counted", "completed", "on_leave", "in_grace", "exempt", "done_on_leave", "done_in_grace", "done_exempt")
Counts = dict[tuple[str, int], dict[str, int]]  # (part, unit id) -> count by name


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
    facts = load(campaign)
    for day, leaves, tree in count(facts, days):
        due = _due(facts, day)
        with transaction.atomic():
            lock(campaign)
            if _changed_meanwhile(campaign, day, began):
                # A completion came in while we counted: count again, now that nobody else can.
                ((_, leaves, tree),) = count(load(campaign), [day])
            _drop(campaign, day)
            _insert(campaign, day, _rolled_up(leaves, tree), began, due)
            freshness.mark(campaign, day, began)


def compute_units(campaign: Campaign, units: Collection[int], days: Collection[Day]) -> None:
    """Compute again only the leaf units `units`, and sum up those above them."""
    with transaction.atomic():
        lock(campaign)
        began = timezone.now()
        for day, leaves, tree in count(load(campaign, units), days):
            cells = _cells(campaign, day)
            cells.filter(unit__in=list(units)).delete()
            _insert(campaign, day, {key: some for key, some in leaves.items() if key[1] in units}, began)
            for unit in _ancestors(units, tree):
                _sum_children(campaign, day, unit, tree, began)
        freshness.touch(campaign, days, began)


def count(facts: Facts, days: Iterable[Day]) -> Iterable[tuple[Day, Counts, dict[int, Place]]]:
    """For each day: the counts by (part, leaf unit), and that day's tree."""
    moments = {(on, known): known_until(on) if known == "then" else None for on, known in days}
    counted = _count(facts, [(on, before) for (on, _), before in moments.items()])
    for day, (leaves, tree) in zip(moments, counted, strict=True):
        yield day, leaves, tree


def _due(facts: Facts, day: Day) -> dict[int, int]:
    """Who will count at the deadline, by unit, as known at the close of `day`; for `now` the deadline has cells."""
    deadline = facts.campaign.deadline
    if day[1] == "now" or day[0] >= deadline:
        return {}
    ((leaves, tree),) = _count(facts, [(deadline, known_until(day[0]))])
    return {unit: counts.get("counted", 0) for (_, unit), counts in _rolled_up(leaves, tree).items()}


def _count(
    facts: Facts, views: Iterable[tuple[dt.date, dt.datetime | None]]
) -> Iterable[tuple[Counts, dict[int, Place]]]:
    """For each (day, known before): the counts by (part, leaf unit), and that day's tree."""
    cache: dict[tuple[int, object], list[Member]] = {}
    latest = {person.learner_id: _latest(person) for person in facts.people.values()}
    campaign = facts.campaign
    for on, before in views:
        rules = tuple(facts.rules(before))
        accepted = facts.accepted_on(on, before)
        standings = []
        for person in facts.people.values():
            # Nothing about the person was recorded since: what was known then is what is known now.
            view = before if before and before <= latest[person.learner_id] else None
            key = (person.learner_id, (rules, view))
            if key not in cache:
                cache[key] = memberships(person, rules, view)
            found = standing(
                person, cache[key], on, view,
                campaign_start=campaign.start, grace_days=campaign.grace_days, accepted=accepted,
            )  # fmt: skip
            if found:
                standings.append(found)
        yield tally(standings, facts.parts), facts.tree(on, before)


def _latest(person: Person) -> dt.datetime:
    spans = chain(person.employments, person.leaves, person.exemptions)
    known = [fact.known for fact in chain[Span | Post | Done](spans, person.posts, person.done)]
    return max(max(one.start, one.end or one.start) for one in known)


def _rolled_up(leaves: Counts, tree: Mapping[int, Place]) -> Counts:
    """The counts of every unit with all below it."""
    total: Counts = defaultdict(lambda: defaultdict(int))  # type: ignore[arg-type]
    for (part, leaf), counts in leaves.items():
        unit: int | None = leaf
        while unit is not None:
            for name, number in counts.items():
                total[part, unit][name] += number
            unit = tree[unit].parent_id if unit in tree else None
    return total


def _ancestors(units: Collection[int], tree: Mapping[int, Place]) -> list[int]:
    """The units above `units`, deepest first."""
    found = set()
    for unit in units:
        parent = tree[unit].parent_id if unit in tree else None
        while parent is not None:
            found.add(parent)
            parent = tree[parent].parent_id if parent in tree else None
    return sorted(found, key=lambda u: -tree[u].path.count("/") if u in tree else 0)


def _sum_children(campaign: Campaign, day: Day, unit: int, tree: Mapping[int, Place], at: dt.datetime) -> None:
    children = [u for u, place in tree.items() if place.parent_id == unit]
    total: Counts = defaultdict(lambda: defaultdict(int))  # type: ignore[arg-type]
    for cell in _cells(campaign, day).filter(unit__in=children):
        for name in COUNTS:
            total[cell.part, unit][name] += getattr(cell, name)
    _cells(campaign, day).filter(unit=unit).delete()
    _insert(campaign, day, total, at)


def _cells(campaign: Campaign, day: Day) -> models.QuerySet[Cell]:
    return Cell.objects.filter(campaign=campaign, on=day[0], known=day[1])


def _changed_meanwhile(campaign: Campaign, day: Day, began: dt.datetime) -> bool:
    return CellDay.objects.filter(campaign=campaign, on=day[0], known=day[1], counted_at__gte=began).exists()


def _drop(campaign: Campaign, day: Day) -> None:
    _cells(campaign, day).delete()
    CellDay.objects.filter(campaign=campaign, on=day[0], known=day[1]).delete()


def _insert(
    campaign: Campaign, day: Day, counts: Counts, at: dt.datetime, due: Mapping[int, int] | None = None
) -> None:
    rows = [
        Cell(
            campaign=campaign,
            part=part,
            unit_id=unit,
            on=day[0],
            known=day[1],
            computed_at=at,
            due=(due or {}).get(unit),
            **some,
        )
        for (part, unit), some in counts.items()
    ]
    Cell.objects.bulk_create(rows, batch_size=500)


def lock(campaign: Campaign) -> None:
    """Hold the campaign for this transaction: sums over siblings must not be taken by two at once."""
    Campaign.objects.select_for_update().filter(pk=campaign.pk).first()


def touched_by(learner_ids: Collection[int]) -> set[int]:
    """The leaf units where any of the learners is, or was, posted."""
    return set(Posting.objects.filter(learner__in=list(learner_ids)).values_list("unit_id", flat=True))


def refresh_after_completion(learner_id: int, course_id: int, since: dt.date, at: dt.datetime) -> None:
    """A completion dated `since` was stored: bring the days from then on up to date, for the learner's units alone."""
    today = (oslo_day(at), "now")
    for campaign in Campaign.objects.filter(courses=course_id, start__lte=today[0]):
        stored = {mark.on_and_known for mark in freshness.marks(campaign) if mark.known == "now" and mark.on >= since}
        if today not in stored:
            compute(campaign, [today])
        if stored:
            compute_units(campaign, touched_by([learner_id]), sorted(stored))
