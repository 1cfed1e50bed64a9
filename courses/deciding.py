"""Decide a campaign: its audience and accepted versions, as facts that are closed and added to, never overwritten.

The first decision holds from the campaign's start, a later one from the day it is made. Until the campaign has started
every change corrects the first decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import transaction

from learners.facts import close, correct, end
from learners.models import Learner

from .exceptions import NoVersion
from .models import AcceptedVersion, Audience, Campaign, Course, CourseVersion

OSLO = ZoneInfo("Europe/Oslo")


def has_started(campaign: Campaign, on: dt.date) -> bool:
    """Whether people can be counted: from then on address, start, courses and grace stand."""
    return campaign.pk is not None and campaign.start <= on


def current_audience(campaign: Campaign) -> Audience | None:
    """The newest decision on who is asked, as we know it now."""
    if campaign.pk is None:
        return None
    return Audience.objects.known().filter(campaign=campaign).order_by("valid_from", "pk").last()


def version_asked_for(course: Course, start: dt.date) -> CourseVersion:
    """The version that a campaign which starts on `start` accepts. Raises NoVersion where nothing is published."""
    version = course.version_on(start) or course.versions.order_by("number").first()
    if version is None:
        raise NoVersion(f"{course} has no published version.")
    return version


@transaction.atomic
def decide_audience(
    campaign: Campaign, positions: Collection[str], units: Collection[str], by: Learner, at: dt.datetime
) -> bool:
    """Those in one of `positions` at or below one of `units` (codes; none: all) are asked; whether that is a change."""
    today = at.astimezone(OSLO).date()
    asked = {"positions": sorted(positions), "units": sorted(units)}
    current = current_audience(campaign)
    if current is None:
        Audience.objects.create(campaign=campaign, valid_from=campaign.start, known_from=at, decided_by=by, **asked)
        return True
    same = sorted(current.positions) == asked["positions"] and sorted(current.units) == asked["units"]
    if today <= campaign.start:
        if same and current.valid_from == campaign.start:
            return False
        correct(current, at, valid_from=campaign.start, decided_by=by, **asked)
    elif same:
        return False
    elif current.valid_from >= today:
        correct(current, at, decided_by=by, **asked)
    else:
        end(current, today - dt.timedelta(days=1), at)
        Audience.objects.create(campaign=campaign, valid_from=today, known_from=at, decided_by=by, **asked)
    return True


@transaction.atomic
def decide_versions(campaign: Campaign, courses: Collection[Course], at: dt.datetime) -> bool:
    """The campaign accepts of each course the version of its start; whether that is a change. Raises NoVersion."""
    wanted = {version.pk: version for version in (version_asked_for(course, campaign.start) for course in courses)}
    changed = False
    for row in AcceptedVersion.objects.known().filter(campaign=campaign):
        if row.version_id not in wanted:
            close(row, at)
        elif wanted.pop(row.version_id) and row.valid_from != campaign.start:
            correct(row, at, valid_from=campaign.start)
        else:
            continue
        changed = True
    for version in wanted.values():
        AcceptedVersion.objects.create(campaign=campaign, version=version, valid_from=campaign.start, known_from=at)
    return changed or bool(wanted)
