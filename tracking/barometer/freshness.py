"""Which stored days are older than a change that touches them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable

from django.db import models
from django.db.models import Q

from courses.models import AcceptedVersion, Audience, Campaign, Exemption
from learners.models import Employment, Leave, Posting, UnitPlace

from ..completions.models import Completion
from .models import CellDay
from .rule import RULE_VERSION

Day = tuple[dt.date, str]  # (on, known)
Change = tuple[dt.datetime, dt.date]  # when it was recorded, and the first day that it may touch
# A fact's moment is stamped before its transaction ends: for so long it may still have been on its way.
ON_ITS_WAY = dt.timedelta(minutes=10)


def marks(campaign: Campaign) -> list[CellDay]:
    """The days that are stored."""
    return list(CellDay.objects.filter(campaign=campaign))


def made_by(campaign: Campaign) -> str:
    """What of the rule and of the campaign itself the cells rest on, as a short name."""
    courses = sorted(campaign.requirements.values_list("course__code", flat=True))
    told = f"{RULE_VERSION} {campaign.start} {campaign.grace_days} {courses}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def mark(campaign: Campaign, day: Day, at: dt.datetime) -> None:
    """The day's cells were counted from what was stored at the moment `at`."""
    CellDay.objects.update_or_create(
        campaign=campaign, on=day[0], known=day[1],
        defaults={"made_by": made_by(campaign), "counted_at": at, "fresh_at": at},
    )  # fmt: skip


def touch(campaign: Campaign, days: Collection[Day], at: dt.datetime) -> None:
    """Some of the days' units were counted again; the others are as fresh as they were."""
    _days(campaign, days).update(counted_at=at)


def confirm(campaign: Campaign, days: Collection[Day], at: dt.datetime) -> None:
    """No change until the moment `at` touches the days."""
    _days(campaign, days).update(fresh_at=at)


def _days(campaign: Campaign, days: Collection[Day]) -> models.QuerySet[CellDay]:
    by_known = Q(pk=None)
    for known in {known for _, known in days}:
        by_known |= Q(known=known, on__in=[on for on, one in days if one == known])
    return CellDay.objects.filter(by_known, campaign=campaign)


def stale(campaign: Campaign, stored: Iterable[CellDay]) -> set[Day]:
    """The days among `stored` that are to be counted again. What was known then does not change."""
    stored, current = list(stored), made_by(campaign)
    found = {day.on_and_known for day in stored if day.made_by != current}
    open_days = [day for day in stored if day.known == "now"]
    if open_days:
        recorded = changes(campaign, min(day.fresh_at for day in open_days) - ON_ITS_WAY)
        for day in open_days:
            since = day.fresh_at - ON_ITS_WAY
            if any(moment >= since and first <= day.on for moment, first in recorded):
                found.add(day.on_and_known)
    return found


def changes(campaign: Campaign, since: dt.datetime) -> set[Change]:
    """What was recorded, corrected or completed since that may touch the campaign's figures."""
    found: set[Change] = set()
    recent = Q(known_from__gte=since) | Q(known_to__gte=since)
    rows = [model.objects.filter(recent) for model in (Posting, Employment, UnitPlace)]
    rows += [model.objects.filter(recent, campaign=campaign) for model in (AcceptedVersion, Exemption)]
    for some in rows:
        found |= {
            (max(f, t or f), day) for f, t, day in some.values_list("known_from", "known_to", "valid_from").distinct()
        }
    # A leave may join earlier ones to a long one, the first audience holds back in time: they touch every day.
    for some in (Leave.objects.filter(recent), Audience.objects.filter(recent, campaign=campaign)):
        found |= {(max(f, t or f), dt.date.min) for f, t in some.values_list("known_from", "known_to").distinct()}
    done = Completion.objects.filter(written_at__gte=since, version__course__campaigns=campaign)
    return found | set(done.values_list("written_at", "completed_on").distinct())
