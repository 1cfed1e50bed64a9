"""The demo's campaigns: basic training for workshop officers, MI for all by a date, a course with a gathering, VBU."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from courses.models import AcceptedVersion, Audience, Campaign, CampaignCourse, Course, Exemption, Programme
from learners.models import Learner

from . import blended
from .calendar import Calendar, moment
from .people import Person

OFFICERS = "VERKSBETJENT"


def store(calendar: Calendar, courses: dict[str, Course], decided_by: Learner) -> list[Campaign]:
    """Write the campaigns, decided a fortnight before they start."""
    decided = moment(calendar.start - dt.timedelta(days=14), dt.time(10))
    titles = "Grunnopplæring for verksbetjenter", "Grunnopplæring for verksbetjentar"
    officers = _campaign(f"verksbetjenter-{calendar.start.year}", *titles, calendar.start, calendar.deadline)
    everybody = _campaign("mi-for-alle", "MI for alle", "MI for alle", calendar.start, calendar.early_deadline)
    _ask(officers, [courses[code] for code in ("MI", "MILJO", "PED")], [OFFICERS], decided_by, decided)
    _ask(everybody, [courses["MI"]], [], decided_by, decided)
    titles = "Samarbeid med skole og NAV", "Samarbeid med skule og NAV"
    both = _campaign("skole-og-nav", *titles, calendar.later_start, calendar.deadline, target="0.6")
    _ask(both, [courses[blended.CODE]], [OFFICERS], decided_by, decided)
    return [officers, everybody, both]


def store_programme(calendar: Calendar, programme: Programme, ends: dt.date, decided_by: Learner) -> Campaign:
    """The campaign on VBU: one in ten by the end of the year in which the present class `ends`."""
    titles = "VBU for verksbetjenter", "VBU for verksbetjentar"
    by = dt.date(ends.year, 12, 31)
    campaign = _campaign("vbu", *titles, calendar.later_start, by, target="0.1")
    campaign.programme = programme
    campaign.save()
    _ask(campaign, [], [OFFICERS], decided_by, moment(calendar.start - dt.timedelta(days=14), dt.time(10)))
    return campaign


def _campaign(slug: str, title: str, title_nn: str, start: dt.date, deadline: dt.date, target: str = "0.9") -> Campaign:
    return Campaign.objects.create(
        slug=slug, title=title, title_nn=title_nn, start=start, deadline=deadline, target=target, public=True
    )


def _ask(campaign: Campaign, courses: Sequence[Course], positions: list[str], by: Learner, at: dt.datetime) -> None:
    dated = {"campaign": campaign, "valid_from": campaign.start, "known_from": at}
    Audience.objects.create(**dated, positions=positions, units=[], decided_by=by)
    for order, course in enumerate(courses):
        CampaignCourse.objects.create(campaign=campaign, course=course, order=order)
        AcceptedVersion.objects.create(**dated, version=course.versions.get(number=1))


def store_exemptions(campaigns: Sequence[Campaign], people: Sequence[Person], calendar: Calendar, seed: int) -> None:
    """About one in a hundred is exempt: proposed by the own leader, approved by the director."""
    rng = random.Random(f"exemptions:{seed}")  # noqa: S311
    leaders = {p.leaf.code: p.learner for p in people if p.position == p.leaf.leader}
    director = leaders["KRIM-STAB"]
    rows = []
    for campaign in campaigns:
        asked = [p for p in people if _may_be_exempt(p, campaign)]
        for person in rng.sample(asked, max(len(asked) // 100, 1)):
            since = calendar.start + dt.timedelta(days=rng.randint(0, 60))
            rows.append(
                Exemption(
                    campaign=campaign,
                    learner=person.learner,
                    reason=rng.choice(Exemption.Reason.values),
                    proposed_by=leaders[person.leaf.code],
                    approved_by=director,
                    valid_from=since,
                    valid_to=campaign.deadline + dt.timedelta(days=1),
                    known_from=moment(since - dt.timedelta(days=rng.randint(0, 6)), dt.time(11)),
                )
            )
    Exemption.objects.bulk_create(rows)


def _may_be_exempt(person: Person, campaign: Campaign) -> bool:
    asked = campaign.slug == "mi-for-alle" or person.position == OFFICERS
    return asked and not person.eventful and person.position != person.leaf.leader and not person.learner.email
