"""The attacker before two campaigns for overlapping audiences: officers and everybody are asked for the same course."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from courses.models import AcceptedVersion, Campaign, Course, Programme
from tests.barometer import organisation as org
from tests.barometer.test_parts_of_a_course import achieve
from tests.gatherings.cast import gathering
from tracking.barometer import overlapping
from tracking.barometer.figures import figure
from tracking.barometer.suppression import may_stand_alone
from tracking.barometer.tree import Count
from tracking.identities.activities import gathering_iri, programme_iri

pytestmark = pytest.mark.django_db
SUNDAY = dt.date(2026, 9, 20)
AT = org.noon(dt.date(2026, 9, 23))


def tells(officers: Count, everybody: Count) -> bool:
    """Whether the difference is of few, or all of few are on one side."""
    others = Count(everybody.counted - officers.counted, everybody.completed - officers.completed)
    return others.counted > 0 and not may_stand_alone(others)


UNITS = ("KRIM", "NORD", "SOR", "TROMSO", "BODO", "OSLO")


@pytest.fixture
def course() -> Course:
    return org.course("MI")


@pytest.fixture
def campaigns(course: Course) -> tuple[Campaign, Campaign]:
    return org.campaign(course, slug="betjenter"), org.campaign(course, slug="alle", positions=())


def published(
    service: org.Service,
    campaigns: tuple[Campaign, Campaign],
    code: str,
    on: dt.date | None = SUNDAY,
    part: str | None = None,
) -> list[Count | None]:
    """What the two campaigns show of a unit."""
    found = [figure(one, service.units[code], on, "now", part, AT).own for one in campaigns]
    return [
        None if own.counted is None or own.completed is None else Count(own.counted, own.completed) for own in found
    ]


def test_two_campaigns_do_not_tell_of_a_units_two_clerks(course: Course, campaigns: tuple[Campaign, Campaign]) -> None:
    service = org.service(OSLO=20, TROMSO=20, BODO=20)
    clerks = [org.employ(service.units["OSLO"], job="CLERK") for _ in range(2)]
    for code in ("OSLO", "TROMSO", "BODO"):
        for learner in service.people[code][:12]:
            org.complete(learner, course, org.START)
    for learner in clerks:
        org.complete(learner, course, org.START)
    officers, everybody = published(service, campaigns, "OSLO")
    assert officers == (20, 12)
    assert everybody is None  # (22, 14): both clerks have completed
    for code in ("SOR", "KRIM"):
        assert None in published(service, campaigns, code)


def test_campaigns_for_different_people_hide_nothing_of_each_other(course: Course) -> None:
    both = org.campaign(course, slug="betjenter"), org.campaign(course, slug="kontor", positions=("CLERK",))
    service = org.service(OSLO=20)
    for n, learner in enumerate(
        [*service.people["OSLO"], *(org.employ(service.units["OSLO"], job="CLERK") for _ in range(22))]
    ):
        if n % 2:
            org.complete(learner, course, org.START)
    assert published(service, both, "OSLO") == [(20, 10), (22, 11)]


def test_a_clerk_who_comes_in_mid_week_is_not_told_of(course: Course, campaigns: tuple[Campaign, Campaign]) -> None:
    service = org.service(OSLO=40, TROMSO=40)
    for code in ("OSLO", "TROMSO"):
        for learner in service.people[code][:20]:
            org.complete(learner, course, org.START)
    assert published(service, campaigns, "OSLO") == [(40, 20), (40, 20)]
    clerk = service.people["OSLO"][0]
    clerk.postings.update(position=org.position("CLERK"))
    org.cells_anew()
    assert None in published(service, campaigns, "OSLO", on=None)


def test_a_second_campaign_is_shown_where_its_audience_is_the_same(
    course: Course, campaigns: tuple[Campaign, Campaign]
) -> None:
    service = org.service(OSLO=20)
    for learner in service.people["OSLO"][:10]:
        org.complete(learner, course, org.START)
    assert published(service, campaigns, "OSLO") == [(20, 10), (20, 10)]


def test_before_anybody_has_completed_the_country_is_shown(campaigns: tuple[Campaign, Campaign]) -> None:
    service = org.service(OSLO=40)
    org.employ(service.units["OSLO"], job="CLERK")
    assert published(service, campaigns, "KRIM") == [(40, 0), (41, 0)]


def test_only_bars_that_ask_for_the_same_are_compared(course: Course) -> None:
    ped, miljo = org.course("PED"), org.course("MILJO")
    first = org.campaign(course, ped, slug="en")
    other = org.campaign(course, miljo, slug="to")
    again = org.campaign(ped, course, slug="tre", positions=())
    assert overlapping.older(other) == {first: {"mi", "mi.elearning"}}  # all of MI and PED is not all of MI and MILJO
    newer = course.versions.create(number=2, published_on=org.START)
    AcceptedVersion.objects.filter(campaign=first, version__course=course).update(version=newer)
    assert overlapping.older(again)[first] == {"ped", "ped.elearning"}
    AcceptedVersion.objects.filter(campaign=again, version__course=course).update(version=newer)
    assert overlapping.older(again)[first] == {"all", "mi", "mi.elearning", "ped", "ped.elearning"}


def test_two_campaigns_on_a_programme_without_courses_do_not_tell_of_two_clerks() -> None:
    vbu = Programme.objects.create(slug="vbu", title="VBU")
    some = {"slug": "betjenter"}, {"slug": "alle", "positions": ()}
    both = org.campaign(programme=vbu, **some[0]), org.campaign(programme=vbu, **some[1])  # type: ignore[arg-type]
    service = org.service(OSLO=20, TROMSO=20, BODO=20)
    clerks = [org.employ(service.units["OSLO"], job="CLERK") for _ in range(2)]
    for learner in [*clerks, *(one for people in service.people.values() for one in people[:12])]:
        achieve(learner, programme_iri("vbu"))
    assert published(service, both, "OSLO") == [(20, 12), None]


def test_a_gathering_has_no_version_that_would_keep_two_campaigns_apart(course: Course) -> None:
    course.gathering_from = org.BEFORE
    course.save()
    both = org.campaign(course, slug="betjenter"), org.campaign(course, slug="alle", positions=())
    newer = course.versions.create(number=2, published_on=org.START)
    AcceptedVersion.objects.filter(campaign=both[1]).update(version=newer)
    service = org.service(OSLO=40, TROMSO=40, BODO=40)
    clerks = [org.employ(service.units["OSLO"], job="CLERK") for _ in range(2)]
    held = gathering(course=course)
    for learner in [*clerks, *(one for people in service.people.values() for one in people[:12])]:
        achieve(learner, gathering_iri(held.slug))
    assert published(service, both, "OSLO", part="mi.gathering") == [(40, 12), None]


@pytest.mark.parametrize("seed", range(8))
def test_no_difference_between_two_shown_figures_tells_of_few(
    seed: int, course: Course, campaigns: tuple[Campaign, Campaign]
) -> None:
    rng = Random(seed)
    service = org.service(**{code: rng.choice([6, 12, 20, 33]) for code in ("TROMSO", "BODO", "OSLO")})
    for code in ("TROMSO", "BODO", "OSLO"):
        for _ in range(rng.choice([0, 1, 2, 6, 12])):
            service.people[code].append(org.employ(service.units[code], job="CLERK"))
        for learner in service.people[code]:
            if rng.random() < 0.5:
                org.complete(learner, course, org.START)
    for code in UNITS:
        officers, everybody = published(service, campaigns, code)
        assert officers is None or everybody is None or not tells(officers, everybody), (code, officers, everybody)
    shown = [published(service, campaigns, code) for code in ("NORD", "TROMSO", "BODO")]
    region, *leaves = [(o, e) if o and e else None for o, e in shown]
    if region and None in leaves:  # what the region's difference leaves over for its hidden units
        told = [one for one in leaves if one]
        rest = [Count(*(region[n][k] - sum(one[n][k] for one in told) for k in (0, 1))) for n in (0, 1)]
        assert not tells(*rest), (seed, shown)
