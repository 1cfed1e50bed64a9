"""The demo's history, reconstructed for every Monday, is what would have been counted live on that Monday."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from config.demo.seed import Outcome
from courses.models import AcceptedVersion, Audience, Campaign, Exemption
from learners.models import Employment, Leave, Posting, UnitPlace
from tests.demo.conftest import AT
from tracking.barometer import cells
from tracking.barometer.models import Cell
from tracking.clock import known_until, oslo_day
from tracking.completions.models import Completion

pytestmark = pytest.mark.django_db
FACTS = (Posting, Employment, Leave, UnitPlace, Audience, AcceptedVersion, Exemption, Completion)


def mondays(campaign: Campaign) -> list[dt.date]:
    first = campaign.start + dt.timedelta(days=-campaign.start.weekday() % 7)
    weeks = (oslo_day(AT) - first).days // 7
    return [first + dt.timedelta(weeks=week) for week in range(weeks)]


def counted(campaign: Campaign, on: dt.date, known: str) -> dict[Any, Any]:
    cells.compute(campaign, [(on, known)])
    rows = Cell.objects.filter(campaign=campaign, on=on, known=known)
    return {(row.part, row.unit_id): tuple(getattr(row, name) for name in cells.COUNTS) for row in rows}


def forget_what_came_after(moment: dt.datetime) -> None:
    """The database as it stood at the moment."""
    for model in FACTS:
        model._default_manager.filter(known_from__gte=moment).delete()
        model._default_manager.filter(known_to__gte=moment).update(known_to=None)


def test_every_monday_reconstructed_is_what_was_counted_live(demo: Outcome) -> None:
    campaigns = list(Campaign.objects.all())
    found = {(c.pk, day): counted(c, day, "then") for c in campaigns for day in mondays(c)}
    assert len(found) > 12
    for day in sorted({day for _campaign, day in found}, reverse=True):
        with transaction.atomic():
            forget_what_came_after(known_until(day))
            for campaign in campaigns:
                if (campaign.pk, day) in found:
                    assert counted(campaign, day, "now") == found[campaign.pk, day], (campaign, day)
            transaction.set_rollback(True)
