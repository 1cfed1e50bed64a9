"""What two campaigns for overlapping audiences tell together: the difference between their figures is a figure too.

Where everybody is asked what officers are asked, a unit's two figures give away its few others. So the differences are
decided on like a part of the newer campaign: what would be too small to show hides the newer campaign's figure.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from django.db.models import Q

from courses.models import AcceptedVersion, Audience, Campaign, Singled

from .crossing import ALL, ELEARNING, GATHERING, PROGRAMME
from .models import Cell
from .parts import courses_of
from .suppression import View, may_stand_alone
from .tree import Count, Tree


def older(campaign: Campaign) -> dict[Campaign, frozenset[str]]:
    """The campaigns made before this one that ask some of the same people for some of the same, with the bars that they
    have in common."""
    same = Q(courses__in=campaign.courses.values("pk"))
    if campaign.programme_id:
        same |= Q(programme=campaign.programme_id)
    some = list(Campaign.objects.filter(same, pk__lt=campaign.pk).distinct())
    if not some:
        return {}
    asked: dict[int, list[Collection[str]]] = defaultdict(list)
    both = {"campaign__in": [campaign, *some]}
    for one, positions, also in Audience.objects.filter(**both).values_list("campaign", "positions", "also"):
        asked[one].append([] if also else positions)  # a unit taken in is asked whatever the position
    for one in Singled.objects.filter(taken_in=True, **both).values_list("campaign", flat=True).distinct():
        asked[one].append([])
    meeting = [one for one in some if _meet(asked[one.pk], asked[campaign.pk])]
    found = {one: _in_common(campaign, one) for one in meeting}
    return {one: parts for one, parts in found.items() if parts}


def _in_common(campaign: Campaign, other: Campaign) -> frozenset[str]:
    """The bars that ask for the same in both, by their names. Bars of the same name need not: all of other courses is
    something else, and so is a course in another version; but a gathering has no version."""
    mine, theirs = ({course.pk: course for course in courses_of(one)} for one in (campaign, other))
    accepted, others = (_accepted(one) for one in (campaign, other))
    found = {PROGRAMME} if campaign.programme_id and campaign.programme_id == other.programme_id else set()
    same = {pk for pk in mine.keys() & theirs.keys() if accepted[pk] & others[pk]}
    if same == mine.keys() == theirs.keys():
        found.add(ALL)
    for pk in mine.keys() & theirs.keys():
        code = mine[pk].code.lower()
        if pk in same:
            found |= {code, f"{code}{ELEARNING}"}
        if all(mine[pk].is_blended(one.start, one.deadline) for one in (campaign, other)):
            found.add(f"{code}{GATHERING}")
    return frozenset(found)


def _accepted(campaign: Campaign) -> dict[int, set[int]]:
    """The versions that the campaign accepts, or has accepted, by course."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = AcceptedVersion.objects.filter(campaign=campaign)
    for course, version in rows.values_list("version__course", "version"):
        found[course].add(version)
    return found


def _meet(some: list[Collection[str]], others: list[Collection[str]]) -> bool:
    return any(not one or not other or set(one) & set(other) for one in some for other in others)


def _cells_of_older(campaign: Campaign, on: dt.date) -> list[Cell]:
    """Their cells of the day, of the bars that ask for the same."""
    some = older(campaign)
    parts = {one.pk: names for one, names in some.items()}
    cells = Cell.objects.filter(campaign__in=list(some), on=on)
    return [cell for cell in cells if cell.part in parts[cell.campaign_id]]


def differences(campaign: Campaign, on: dt.date, trees: Mapping[View, Tree]) -> dict[View, Tree]:
    """The trees of those who are in one of two campaigns alone, beside `trees` of the newer `campaign` on a day."""
    counts: dict[tuple[int, View], dict[int, Count]] = defaultdict(dict)
    for cell in _cells_of_older(campaign, on):
        counts[cell.campaign_id, (cell.known, cell.part)][cell.unit_id] = Count(cell.counted, cell.completed)
    return {
        (f"{known} {pk}", part): rest
        for (pk, (known, part)), some in counts.items()
        if (rest := difference(trees.get((known, part), {}), some))
    }


def hidden_alike(campaign: Campaign, on: dt.date, trees: Mapping[View, Tree]) -> dict[str, set[int]]:
    """The units, by part, that the newer `campaign` must hide on a day because an older one does."""
    counts: dict[tuple[int, View], dict[int, Count]] = defaultdict(dict)
    hidden: dict[tuple[int, str], set[int]] = defaultdict(set)
    for cell in _cells_of_older(campaign, on):
        counts[cell.campaign_id, (cell.known, cell.part)][cell.unit_id] = Count(cell.counted, cell.completed)
        if cell.hidden:
            hidden[cell.campaign_id, cell.part].add(cell.unit_id)
    found: dict[str, set[int]] = defaultdict(set)
    for (pk, view), some in counts.items():
        found[view[1]] |= alike(trees.get(view, {}), some, hidden[pk, view[1]])
    return {part: units for part, units in found.items() if units}


def alike(tree: Tree, others: Mapping[int, Count], hidden: Collection[int]) -> set[int]:
    """The units that the newer campaign (`tree`) must hide because the older one (`others`) has them `hidden`: their
    people are the same but for a few, or the newer figure is at 0 % or 100 % and tells of everybody."""
    found = set()
    for unit in set(hidden).intersection(tree, others):
        fewer, more = sorted((tree[unit].count, others[unit]))
        rest = Count(more.counted - fewer.counted, more.completed - fewer.completed)
        if tree[unit].count.completed in (0, tree[unit].count.counted) or not may_stand_alone(rest):
            found.add(unit)
    return found


def difference(tree: Tree, others: Mapping[int, Count]) -> Tree:
    """Who is in the larger audience alone, by unit. Left out are units with nobody, those where the one's people are
    not among the other's, and those at 0 % or 100 %, which tell of everybody anyway."""
    found = {}
    for unit, node in tree.items():
        fewer, more = sorted((node.count, others.get(unit, Count(0, 0))))
        rest = Count(more.counted - fewer.counted, more.completed - fewer.completed)
        if rest.counted and 0 <= rest.completed <= rest.counted and 0 < more.completed < more.counted:
            found[unit] = replace(node, count=rest)
    return found
