"""Compute and store the cells: whole days, or only the units that a change touched."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from courses.models import AcceptedVersion, Audience, Campaign, Exemption
from learners.models import Employment, Leave, Posting, UnitPlace

from ..clock import known_until, last_sunday, oslo_day
from ..completions.models import Completion
from .facts import Facts, Place, load
from .models import Cell
from .standing import Member, Person, memberships, standing, tally

COUNTS = ("counted", "completed", "on_leave", "in_grace", "exempt", "done_on_leave", "done_in_grace", "done_exempt")
Day = tuple[dt.date, str]  # (on, known)
Counts = dict[tuple[str, int], dict[str, int]]  # (part, unit id) -> count by name


def sundays(campaign: Campaign, until: dt.date) -> list[dt.date]:
    """The Sundays since the campaign's start, up to and including `until`."""
    first = last_sunday(campaign.start + dt.timedelta(days=6))
    weeks = (last_sunday(until) - first).days // 7
    return [first + dt.timedelta(weeks=n) for n in range(weeks + 1)]


def wanted_days(campaign: Campaign, at: dt.datetime) -> list[Day]:
    """The days that are kept ready at the moment `at`: Sundays both ways, today, and the deadline for the forecast."""
    today = oslo_day(at)
    past = sundays(campaign, today)
    days = [(sunday, "then") for sunday in past if known_until(sunday) <= at] + [(sunday, "now") for sunday in past]
    days += [(day, "now") for day in {today, campaign.deadline} - set(past)]
    return days


def refresh(campaign: Campaign, at: dt.datetime) -> int:
    """Compute the wanted days that are missing or older than a change that touches them; returns how many."""
    computed = dict(
        ((on, known), when)
        for on, known, when in Cell.objects.filter(campaign=campaign).values_list("on", "known").annotate(Min("computed_at"))
    )
    missing = [day for day in wanted_days(campaign, at) if day not in computed]
    stale = [day for day, when in computed.items() if day[1] == "now" and changed_since(campaign, when, day[0])]
    compute(campaign, missing + stale)
    return len(missing) + len(stale)


def changed_since(campaign: Campaign, moment: dt.datetime, on: dt.date) -> bool:
    """Whether a fact that holds on or before `on` was recorded, corrected or completed since `moment`."""
    recent = Q(known_from__gte=moment) | Q(known_to__gte=moment)
    for model in (Posting, Employment, Leave, UnitPlace):
        if model.objects.filter(recent, valid_from__lte=on).exists():
            return True
    for decided in (Audience, AcceptedVersion, Exemption):
        if decided.objects.filter(recent, campaign=campaign).exists():
            return True
    done = Completion.objects.filter(written_at__gte=moment, completed_on__lte=on)
    return done.filter(version__course__campaigns=campaign).exists()


def compute(campaign: Campaign, days: Collection[Day]) -> None:
    """Compute and store whole days."""
    if not days:
        return
    began = timezone.now()
    counted = list(count(load(campaign), days))
    with transaction.atomic():
        _lock(campaign)
        for (on, known), leaves, tree in counted:
            Cell.objects.filter(campaign=campaign, on=on, known=known).delete()
            _insert(campaign, on, known, _rolled_up(leaves, tree), began)


def compute_units(campaign: Campaign, units: Collection[int], days: Collection[Day]) -> None:
    """Compute again only the leaf units `units`, and sum up those above them."""
    began = timezone.now()
    for (on, known), leaves, tree in count(load(campaign, units), days):
        mine = {key: counts for key, counts in leaves.items() if key[1] in units}
        above = _ancestors(units, tree)
        with transaction.atomic():
            _lock(campaign)
            cells = Cell.objects.filter(campaign=campaign, on=on, known=known)
            cells.filter(unit__in=list(units)).delete()
            _insert(campaign, on, known, mine, began)
            for unit in above:
                _sum_children(campaign, on, known, unit, tree, began)


def count(facts: Facts, days: Iterable[Day]) -> Iterable[tuple[Day, Counts, dict[int, Place]]]:
    """For each day: the counts by (part, leaf unit), and that day's tree."""
    cache: dict[tuple[int, object], list[Member]] = {}
    latest = {person.learner_id: _latest(person) for person in facts.people.values()}
    campaign = facts.campaign
    for on, known in days:
        before = known_until(on) if known == "then" else None
        rules = tuple(facts.rules(on, before))
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
        yield (on, known), tally(standings, facts.parts), facts.tree(on, before)


def _latest(person: Person) -> dt.datetime:
    facts = (*person.employments, *person.posts, *person.leaves, *person.exemptions, *person.done)
    return max(max(f.known.start, f.known.end or f.known.start) for f in facts)


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
            parent = tree[parent].parent_id
    return sorted(found, key=lambda u: -tree[u].path.count("/"))


def _sum_children(
    campaign: Campaign, on: dt.date, known: str, unit: int, tree: Mapping[int, Place], at: dt.datetime
) -> None:
    children = [u for u, place in tree.items() if place.parent_id == unit]
    cells = Cell.objects.filter(campaign=campaign, on=on, known=known)
    total: Counts = defaultdict(lambda: defaultdict(int))  # type: ignore[arg-type]
    for cell in cells.filter(unit__in=children):
        for name in COUNTS:
            total[cell.part, unit][name] += getattr(cell, name)
    cells.filter(unit=unit).delete()
    _insert(campaign, on, known, total, at)


def _insert(campaign: Campaign, on: dt.date, known: str, counts: Counts, at: dt.datetime) -> None:
    rows = [
        Cell(campaign=campaign, part=part, unit_id=unit, on=on, known=known, computed_at=at, **some)
        for (part, unit), some in counts.items()
    ]
    Cell.objects.bulk_create(rows, batch_size=500)


def _lock(campaign: Campaign) -> None:
    # Sums over siblings must not be taken by two at once.
    Campaign.objects.select_for_update().filter(pk=campaign.pk).first()


def touched_by(learner_ids: Collection[int]) -> set[int]:
    """The leaf units where any of the learners is, or was, posted."""
    return set(Posting.objects.filter(learner__in=list(learner_ids)).values_list("unit_id", flat=True))


def refresh_after_completion(learner_id: int, course_id: int, since: dt.date, at: dt.datetime) -> None:
    """A completion dated `since` was stored: bring the days from then on up to date, for the learner's units alone."""
    for campaign in Campaign.objects.filter(courses=course_id, start__lte=oslo_day(at)):
        today = (oslo_day(at), "now")
        stored = Cell.objects.filter(campaign=campaign, known="now", on__gte=since).values_list("on", "known").distinct()
        days = sorted(set(stored) | {today})
        if today not in set(stored):
            compute(campaign, [today])
            days.remove(today)
        compute_units(campaign, touched_by([learner_id]), days)


def newest(campaign: Campaign) -> dt.datetime | None:
    """When the newest cell was computed."""
    return Cell.objects.filter(campaign=campaign).aggregate(Max("computed_at"))["computed_at__max"]
