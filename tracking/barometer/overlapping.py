"""What two campaigns for overlapping audiences tell together: the difference between their figures is a figure too.

Where everybody is asked what officers are asked, a unit's two figures give away its few others. So the differences are
decided on like a part of the newer campaign: what would be too small to show hides the newer campaign's figure.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from courses.models import AcceptedVersion, Audience, Campaign

from .models import Cell
from .suppression import View
from .tree import Count, Tree


def older(campaign: Campaign) -> list[Campaign]:
    """The campaigns made before this one that accept the same versions and ask some of the same people."""
    versions = AcceptedVersion.objects.known().filter(campaign=campaign).values("version")
    found = list(Campaign.objects.filter(accepted_versions__version__in=versions, pk__lt=campaign.pk).distinct())
    if not found:
        return []
    asked: dict[int, list[Collection[str]]] = defaultdict(list)
    for one, positions in Audience.objects.filter(campaign__in=[campaign, *found]).values_list("campaign", "positions"):
        asked[one].append(positions)
    return [one for one in found if _meet(asked[one.pk], asked[campaign.pk])]


def _meet(some: list[Collection[str]], others: list[Collection[str]]) -> bool:
    return any(not one or not other or set(one) & set(other) for one in some for other in others)


def differences(campaign: Campaign, on: dt.date, trees: Mapping[View, Tree]) -> dict[View, Tree]:
    """The trees of those who are in one of two campaigns alone, beside `trees` of the newer `campaign` on a day."""
    counts: dict[tuple[int, View], dict[int, Count]] = defaultdict(dict)
    for cell in Cell.objects.filter(campaign__in=older(campaign), on=on):
        counts[cell.campaign_id, (cell.known, cell.part)][cell.unit_id] = Count(cell.counted, cell.completed)
    return {
        (f"{known} {pk}", part): difference
        for (pk, (known, part)), some in counts.items()
        if (difference := _difference(trees.get((known, part), {}), some))
    }


def _difference(tree: Tree, others: Mapping[int, Count]) -> Tree:
    """Who is in the larger audience alone, by unit. Left out are units with nobody, those where the one's people are
    not among the other's, and those at 0 % or 100 %, which tell of everybody anyway."""
    found = {}
    for unit, node in tree.items():
        fewer, more = sorted((node.count, others.get(unit, Count(0, 0))))
        rest = Count(more.counted - fewer.counted, more.completed - fewer.completed)
        if rest.counted and 0 <= rest.completed <= rest.counted and 0 < more.completed < more.counted:
            found[unit] = replace(node, count=rest)
    return found
