"""Decide a campaign: its audience and accepted versions, as facts that are closed and added to, never overwritten.

The first decision holds from the campaign's start, a later one from the day it is made. Until the campaign has started
every change corrects the first decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from learners.facts import close, correct, end
from learners.models import Learner

from .audience import Asked
from .exceptions import NoVersion
from .models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, CourseVersion, Singled

OSLO = ZoneInfo("Europe/Oslo")
LISTS = ("positions", "units", "without", "also")


def has_started(campaign: Campaign, on: dt.date) -> bool:
    """Whether people can be counted: from then on address, start, courses and grace stand."""
    return campaign.pk is not None and campaign.start <= on


def current_audience(campaign: Campaign) -> Audience | None:
    """The newest decision on who is asked, all stages done, as we know it now."""
    return _newest(campaign, leaders=False)


def leaders_stage(campaign: Campaign) -> Audience | None:
    """The newest decision on the stage in which only leaders are asked; None where there is none."""
    return _newest(campaign, leaders=True)


def _newest(campaign: Campaign, leaders: bool) -> Audience | None:
    if campaign.pk is None:
        return None
    rows = Audience.objects.known().filter(campaign=campaign, leaders=leaders)
    return rows.order_by("valid_from", "pk").last()


def singled(campaign: Campaign) -> list[Singled]:
    """Who is taken in or out by name until further notice."""
    if campaign.pk is None:
        return []
    return list(Singled.objects.known().filter(campaign=campaign, valid_to=None).select_related("learner"))


def staff_from(campaign: Campaign) -> dt.date | None:
    """The day from which others than leaders are asked; None where all are from the start."""
    if leaders_stage(campaign) is None:
        return None
    rows = Audience.objects.known().filter(campaign=campaign, leaders=False)
    return rows.order_by("valid_from").values_list("valid_from", flat=True).first()


def asked_now(campaign: Campaign) -> Asked:
    """The audience as it is decided for the time to come."""
    current, first = current_audience(campaign), leaders_stage(campaign)
    lists = {name: tuple(getattr(current, name)) for name in LISTS} if current else {}
    people = singled(campaign)
    return Asked(
        **lists,
        people_in=frozenset(row.learner_id for row in people if row.taken_in),
        people_out=frozenset(row.learner_id for row in people if not row.taken_in),
        staff_from=staff_from(campaign),
        leaders_deadline=first.deadline if first else None,
    )


def version_asked_for(course: Course, start: dt.date) -> CourseVersion:
    """The version that a campaign which starts on `start` accepts. Raises NoVersion where nothing is published."""
    version = course.version_on(start) or course.versions.order_by("number").first()
    if version is None:
        raise NoVersion(f"{course} has no published version.")
    return version


@transaction.atomic
def decide_audience(campaign: Campaign, asked: Asked, by: Learner, at: dt.datetime) -> bool:
    """`asked` is the campaign's audience from now on; whether that is a change."""
    lists = {name: sorted(getattr(asked, name)) for name in LISTS}
    since = asked.staff_from or campaign.start
    changed = _decide_stage(campaign, since, lists | {"leaders": False, "deadline": None}, by, at)
    if asked.staff_from:
        first = lists | {"leaders": True, "deadline": asked.leaders_deadline}
        changed |= _decide_stage(campaign, campaign.start, first, by, at)
    else:
        changed |= _drop_leaders(campaign, at)
    return _single_out(campaign, asked, by, at) or changed


def _decide_stage(campaign: Campaign, since: dt.date, asked: dict[str, Any], by: Learner, at: dt.datetime) -> bool:
    """One stage's row says `asked`, from the day `since` or, once that is past, from today on."""
    today = at.astimezone(OSLO).date()
    current = _newest(campaign, asked["leaders"])
    if current is None:
        Audience.objects.create(campaign=campaign, valid_from=since, known_from=at, decided_by=by, **asked)
        return True
    same = {name: sorted(getattr(current, name)) for name in LISTS} | {"deadline": current.deadline} == {
        name: asked[name] for name in (*LISTS, "deadline")
    }
    if today <= since:
        if same and current.valid_from == since:
            return False
        correct(current, at, valid_from=since, decided_by=by, **asked)
    elif same:
        return False
    elif current.valid_from >= today:
        correct(current, at, decided_by=by, **asked)
    else:
        end(current, today - dt.timedelta(days=1), at)
        Audience.objects.create(campaign=campaign, valid_from=today, known_from=at, decided_by=by, **asked)
    return True


def _drop_leaders(campaign: Campaign, at: dt.datetime) -> bool:
    rows = list(Audience.objects.known().filter(campaign=campaign, leaders=True))
    for row in rows:
        close(row, at)
    return bool(rows)


def _single_out(campaign: Campaign, asked: Asked, by: Learner, at: dt.datetime) -> bool:
    """The people taken in and out by name: from the start, or from today on once that is past."""
    today = at.astimezone(OSLO).date()
    since = max(campaign.start, today)
    wanted = dict.fromkeys(asked.people_in, True) | dict.fromkeys(asked.people_out, False)
    changed = False
    for row in singled(campaign):
        if wanted.get(row.learner_id) == row.taken_in:
            wanted.pop(row.learner_id)
            if today <= campaign.start and row.valid_from != campaign.start:
                correct(row, at, valid_from=campaign.start)
            continue
        changed = True
        if row.valid_from >= today:
            close(row, at)
        else:
            end(row, today - dt.timedelta(days=1), at)
    dated = {"campaign": campaign, "valid_from": since, "known_from": at, "decided_by": by}
    Singled.objects.bulk_create([Singled(learner_id=pk, taken_in=taken, **dated) for pk, taken in wanted.items()])
    return changed or bool(wanted)


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


SUCCESSOR_STARTS_IN = dt.timedelta(days=30)


@transaction.atomic
def make_successor(
    campaign: Campaign, by: Learner, at: dt.datetime, start: dt.date | None = None, deadline: dt.date | None = None
) -> Campaign:
    """A campaign with the same courses and audience that takes this one's place on `start` (in 30 days) with the
    courses' versions of then, by `deadline` (as long as this one); until its start everything in it can be changed.

    Raises NoVersion.
    """
    start = start or max(at.astimezone(OSLO).date(), campaign.start) + SUCCESSOR_STARTS_IN
    deadline = deadline or start + (campaign.deadline - campaign.start)
    rows = list(campaign.requirements.all())
    made = Campaign.objects.create(
        slug=_next_slug(campaign.slug), title=campaign.title, title_nn=campaign.title_nn, start=start,
        deadline=deadline, target=campaign.target, due_days=campaign.due_days,
        grace_days=campaign.grace_days, public=campaign.public, follows=campaign, programme=campaign.programme,
    )  # fmt: skip
    for row in rows:
        fields = {"course": row.course, "order": row.order, "renew_months": row.renew_months, "renewal": row.renewal}
        CampaignCourse.objects.create(campaign=made, **fields)
    asked = asked_now(campaign)
    if asked.staff_from:
        later = asked.staff_from - campaign.start
        by_then = asked.leaders_deadline and start + (asked.leaders_deadline - campaign.start)
        asked = replace(asked, staff_from=start + later, leaders_deadline=by_then)
    decide_audience(made, asked, by, at)
    decide_versions(made, courses_counted(rows), at)
    made.refresh_from_db()
    return made


def courses_counted(rows: Collection[CampaignCourse]) -> list[Course]:
    """The courses that a campaign asks for, and those that renew them."""
    return [row.course for row in rows] + [row.renewal for row in rows if row.renewal]


def _next_slug(slug: str) -> str:
    """ "mi" -> "mi-2" -> "mi-3": the first that is free."""
    stem, _, number = slug.rpartition("-")
    if not (stem and number.isdigit() and len(number) < 3):
        stem, number = slug, "1"
    taken = set(Campaign.objects.filter(slug__startswith=stem[:75]).values_list("slug", flat=True))
    turn = int(number) + 1
    while f"{stem[:75]}-{turn}" in taken:
        turn += 1
    return f"{stem[:75]}-{turn}"
