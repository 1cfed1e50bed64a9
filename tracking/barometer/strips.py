"""The campaigns at a glance, for the start page and the first page; queries do not grow with their number."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch

from courses.models import Campaign, CampaignCourse
from learners.models import Unit

from ..clock import last_sunday, oslo_day
from . import days, suppression
from .crossing import ALL
from .figures import Shown, root_unit
from .models import Cell, CellDay, Hidden


@dataclass(frozen=True)
class Strip:
    """One campaign's figure for the whole service."""

    campaign: Campaign
    courses: int
    part: str
    own: Shown
    begun: bool


def strips(signed_in: bool, at: dt.datetime, *, only_current: bool) -> list[Strip]:
    """The public campaigns, signed in all of them; `only_current`: those between start and deadline."""
    today = oslo_day(at)
    campaigns = Campaign.objects.prefetch_related(
        Prefetch("requirements", CampaignCourse.objects.select_related("course"))
    )
    if not signed_in:
        campaigns = campaigns.filter(public=True)
    if only_current:
        campaigns = campaigns.filter(start__lte=today, deadline__gte=today)
    some = list(campaigns.order_by("deadline", "slug"))
    if not some:
        return []
    root = root_unit(today)
    _count_what_is_missing(some, today, at)
    cells, hidden = _cells(some, root, today), _hidden(some, root, today)
    return [_strip(one, root, cells[one.pk], hidden, today) for one in some]


def _count_what_is_missing(campaigns: Collection[Campaign], today: dt.date, at: dt.datetime) -> None:
    stored = CellDay.objects.filter(campaign__in=campaigns, on=today, known="now").values_list("campaign", flat=True)
    for campaign in campaigns:
        if campaign.pk not in set(stored):
            days.prepare(campaign, today, at)


def _cells(campaigns: Collection[Campaign], root: Unit, today: dt.date) -> dict[int, dict[tuple[dt.date, str], Cell]]:
    rows = Cell.objects.filter(campaign__in=campaigns, unit=root, known="now", on__in={today, last_sunday(today)})
    found: dict[int, dict[tuple[dt.date, str], Cell]] = defaultdict(dict)
    for cell in rows:
        found[cell.campaign_id][cell.on, cell.part] = cell
    return found


def _hidden(campaigns: Collection[Campaign], root: Unit, today: dt.date) -> set[tuple[int, str]]:
    rows = Hidden.objects.filter(campaign__in=campaigns, unit=root, sunday=last_sunday(today))
    return set(rows.values_list("campaign_id", "part"))


def _strip(
    campaign: Campaign, root: Unit, cells: dict[tuple[dt.date, str], Cell], hidden: set[tuple[int, str]], today: dt.date
) -> Strip:
    codes = [r.course.code.lower() for r in campaign.requirements.all()]
    part = ALL if len(codes) > 1 else next(iter(codes), ALL)
    on, cell = today, cells.get((today, part))
    if cell is None or cell.counted < suppression.LARGE:
        on = last_sunday(today)
        cell = cells.get((on, part)) if on >= campaign.start else None
    if cell is None or (campaign.pk, part) in hidden or not days.stands(cell):
        own = Shown(root.code, root.name, None, None, True, on)
    else:
        own = Shown(root.code, root.name, cell.counted, cell.completed, False, on)
    return Strip(campaign, len(codes), part, own, campaign.start <= today)
