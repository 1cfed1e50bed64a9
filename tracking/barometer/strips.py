"""The campaigns at a glance, for the start page and the first page; queries do not grow with their number."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from cms.common import common
from courses.models import Campaign
from learners.models import Unit

from ..clock import last_sunday, oslo_day
from . import days, suppression
from .crossing import ALL
from .figures import root_unit
from .models import Cell, CellDay
from .parts import bars_of, course_in, courses_of, with_requirements
from .published import Bar, Shown


@dataclass(frozen=True)
class Strip:
    """One campaign's figure for the whole service: `bar`, the first of so many `bars`."""

    campaign: Campaign
    courses: int
    bar: Bar
    bars: int
    own: Shown
    begun: bool


def strips(signed_in: bool, at: dt.datetime, *, only_current: bool) -> list[Strip]:
    """The public campaigns, signed in all of them; `only_current`: those between start and deadline."""
    today = oslo_day(at)
    name = "strips", signed_in, today if only_current else None
    some = common(name, lambda: _campaigns(signed_in, today if only_current else None))
    if not some:
        return []
    root = root_unit(today)
    _count_what_is_missing(some, today, at)
    cells = _cells(some, root, today)
    return [_strip(one, root, cells[one.pk], today) for one in some]


def _campaigns(signed_in: bool, on: dt.date | None) -> list[Campaign]:
    """Those that are to be shown; `on`: between start and deadline on the day."""
    campaigns = with_requirements(Campaign.objects.all())
    if not signed_in:
        campaigns = campaigns.filter(public=True)
    if on:
        campaigns = campaigns.filter(start__lte=on, deadline__gte=on)
    return list(campaigns.order_by("deadline", "slug"))


def _count_what_is_missing(campaigns: Collection[Campaign], today: dt.date, at: dt.datetime) -> None:
    """See to it that today and the last Sunday are counted and decided."""
    marks = CellDay.objects.filter(campaign__in=campaigns, on__in={today, last_sunday(today)}, known="now")
    settled = dict.fromkeys([campaign.pk for campaign in campaigns], 0)
    for campaign_id in marks.filter(settled=True).values_list("campaign", flat=True):
        settled[campaign_id] += 1
    for campaign in campaigns:
        if settled[campaign.pk] < len({today, max(last_sunday(today), campaign.start)}):
            days.prepare(campaign, today, at)


def _cells(campaigns: Collection[Campaign], root: Unit, today: dt.date) -> dict[int, dict[tuple[dt.date, str], Cell]]:
    rows = Cell.objects.filter(campaign__in=campaigns, unit=root, known="now", on__in={today, last_sunday(today)})
    found: dict[int, dict[tuple[dt.date, str], Cell]] = defaultdict(dict)
    for cell in rows:
        found[cell.campaign_id][cell.on, cell.part] = cell
    return found


def _strip(campaign: Campaign, root: Unit, cells: dict[tuple[dt.date, str], Cell], today: dt.date) -> Strip:
    courses = {course.code.lower(): course for course in courses_of(campaign)}
    bars = bars_of(campaign, courses.values())
    part = next(iter(bars), ALL)
    on, cell = today, cells.get((today, part))
    if cell is None or cell.counted < suppression.LARGE or cell.hidden:
        on = last_sunday(today)
        cell = cells.get((on, part)) if on >= campaign.start else None
    if cell is None or not days.stands(cell):
        own = Shown(root.code, root.name, None, None, True, on)
    else:
        own = Shown(root.code, root.name, cell.counted, cell.completed, False, on)
    bar = Bar(part, course_in(part, courses), own.counted, own.completed)
    return Strip(campaign, len(courses), bar, len(bars), own, campaign.start <= today)
