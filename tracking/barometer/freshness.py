"""Which stored days are older than a change that touches them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q

from courses.models import AcceptedVersion, Audience, Campaign, Course, Exemption, Singled
from learners.models import Employment, Leadership, Leave, Posting, UnitPlace

from ..clock import known_until
from ..completions.models import Achievement, Completion
from .models import CellDay
from .parts import achievements_of, bars_of, courses_of, is_achieved, requirements_of
from .rule import RULE_VERSION

Day = tuple[dt.date, str]  # (on, known)
# What a cell holds: raise it when cells stored before lack something.
FORMAT = 2
# A fact's moment is stamped before its transaction ends: for so long it may still have been on its way.
ON_ITS_WAY = dt.timedelta(minutes=10)


class Change(NamedTuple):
    """When something was written, from when on it counts as known, and the first day that it may touch."""

    written_at: dt.datetime
    known_at: dt.datetime
    first: dt.date

    def touches(self, day: CellDay) -> bool:
        """Whether the day was counted without it. What became known after a day's close is not part of `then`."""
        if self.written_at < day.fresh_at - ON_ITS_WAY:
            return False
        if day.known == "then":  # it tells of the deadline too
            return self.known_at < known_until(day.on)
        return self.first <= day.on


def marks(campaign: Campaign) -> list[CellDay]:
    """The days that are stored."""
    return list(CellDay.objects.filter(campaign=campaign))


def made_by(campaign: Campaign) -> str:
    """What of the rule and of the campaign itself the cells rest on, as a short name."""
    rows = requirements_of(campaign)
    asked = [(row.course.code, row.renew_months, row.renewal.code if row.renewal else None) for row in rows]
    courses = sorted((code if not (months or by) else f"{code} {months} {by}") for code, months, by in asked)
    told = f"{RULE_VERSION}.{FORMAT} {campaign.start} {campaign.deadline} {campaign.grace_days} {courses}"
    if more := [part for part in bars_of(campaign, [row.course for row in rows]) if is_achieved(part)]:
        told += f" {more}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def mark(campaign: Campaign, day: Day, at: dt.datetime) -> None:
    """The day's cells were counted from what was stored at the moment `at`."""
    CellDay.objects.update_or_create(
        campaign=campaign, on=day[0], known=day[1],
        defaults={"made_by": made_by(campaign), "counted_at": at, "fresh_at": at, "settled": False},
    )  # fmt: skip
    _unsettle_newer(campaign, [day])


def touch(campaign: Campaign, days: Collection[Day], at: dt.datetime) -> None:
    """Some of the days' units were counted again; the others are as fresh as they were."""
    _days(campaign, days).update(counted_at=at, settled=False)
    _unsettle_newer(campaign, days)


def _unsettle_newer(campaign: Campaign, days: Collection[Day]) -> None:
    """What newer campaigns for the same hide rests on this one's counts too (see `overlapping`)."""
    same = Q(courses__in=campaign.courses.values("pk"))
    if campaign.programme_id:
        same |= Q(programme=campaign.programme_id)
    newer = Campaign.objects.filter(same, pk__gt=campaign.pk).values("pk")
    CellDay.objects.filter(campaign__in=newer, on__in={on for on, _ in days}).update(settled=False)


def confirm(campaign: Campaign, days: Collection[Day], at: dt.datetime) -> None:
    """No change until the moment `at` touches the days."""
    _days(campaign, days).update(fresh_at=at)


def _days(campaign: Campaign, days: Collection[Day]) -> models.QuerySet[CellDay]:
    by_known = Q(pk=None)
    for known in {known for _, known in days}:
        by_known |= Q(known=known, on__in=[on for on, one in days if one == known])
    return CellDay.objects.filter(by_known, campaign=campaign)


def stale(campaign: Campaign, stored: Iterable[CellDay]) -> set[Day]:
    """The days among `stored` that are to be counted again."""
    stored, current = list(stored), made_by(campaign)
    if not stored:
        return set()
    recorded = changes(campaign, min(day.fresh_at for day in stored) - ON_ITS_WAY)
    return {
        day.on_and_known for day in stored if day.made_by != current or any(change.touches(day) for change in recorded)
    }


def changes(campaign: Campaign, since: dt.datetime) -> set[Change]:
    """What was recorded, corrected or completed since that may touch the campaign's figures."""
    found: set[Change] = set()
    rows: models.QuerySet[Any]
    for rows in (Posting.objects.all(), Employment.objects.all(), UnitPlace.objects.all()):
        found |= _events(rows, since)
    for rows in (AcceptedVersion.objects.filter(campaign=campaign), Exemption.objects.filter(campaign=campaign)):
        found |= _events(rows, since)
    # A leave may join earlier ones to a long one, the first audience holds back in time: they touch every day.
    wholly = [
        Leave.objects.all(),
        Audience.objects.filter(campaign=campaign),
        Singled.objects.filter(campaign=campaign),
    ]
    if Audience.objects.filter(campaign=campaign, leaders=True).exists():
        wholly.append(Leadership.objects.all())
    for rows in wholly:
        found |= {change._replace(first=dt.date.min) for change in _events(rows, since)}
    asked = Q(version__course__campaigns=campaign) | Q(version__course__renews__campaign=campaign)
    done = Completion.objects.filter(asked, written_at__gte=since)
    fields = ("written_at", "known_from", "completed_on")
    found |= {Change(*row) for row in done.values_list(*fields).distinct()}
    if wanted := _achievements(campaign):
        achieved = Achievement.objects.filter(activity__in=list(wanted), written_at__gte=since)
        found |= {Change(*row) for row in achieved.values_list(*fields).distinct()}
    return found


def _achievements(campaign: Campaign) -> dict[str, tuple[str, Course | None]]:
    """What the campaign's bars ask for that is no course (see `parts`)."""
    return achievements_of(campaign, courses_of(campaign))


def _events(rows: models.QuerySet[Any], since: dt.datetime) -> set[Change]:
    """The facts that were recorded or closed since."""
    begun = rows.filter(known_from__gte=since).values_list("known_from", "valid_from").distinct()
    closed = rows.filter(known_to__gte=since).values_list("known_to", "valid_from").distinct()
    return {Change(moment, moment, first) for some in (begun, closed) for moment, first in some}
