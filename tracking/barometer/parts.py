"""A campaign's bars, by the names that `?part=` takes: its programme, all of its courses, each course, its halves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from courses.models import Campaign, CampaignCourse, Course

from ..identities.activities import elearning_iri, gathering_iri, programme_iri
from .crossing import ALL, ELEARNING, GATHERING, PROGRAMME, is_achieved, is_half
from .validity import Thing

__all__ = ["ALL", "ELEARNING", "GATHERING", "PROGRAMME", "is_achieved", "is_half"]


def with_requirements(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """What the campaigns ask for is read along with them (see `requirements_of`)."""
    rows = CampaignCourse.objects.select_related("course", "renewal")
    return campaigns.select_related("programme").prefetch_related(Prefetch("requirements", rows))


def requirements_of(campaign: Campaign) -> list[CampaignCourse]:
    """The courses that the campaign asks for, in order, with their terms; not read again where they came along."""
    if "requirements" in getattr(campaign, "_prefetched_objects_cache", {}):
        return list(campaign.requirements.all())
    return list(CampaignCourse.objects.filter(campaign=campaign).select_related("course", "renewal"))


def courses_of(campaign: Campaign) -> list[Course]:
    """The courses that the campaign asks for, in order."""
    return [row.course for row in requirements_of(campaign)]


def bars_of(campaign: Campaign, courses: Iterable[Course]) -> dict[str, frozenset[Thing]]:
    """What each bar asks for, in order; the first is what the campaign as a whole asks for.

    One for each course, by its code in small letters. Before them, where there are several, all by the same person;
    before that the programme. After a blended course its e-learning and its gathering.
    """
    found: dict[str, frozenset[Thing]] = {}
    some = list(courses)
    if campaign.programme_id:
        found[PROGRAMME] = frozenset([PROGRAMME])
    if len(some) > 1:
        found[ALL] = frozenset(course.pk for course in some)
    for course in some:
        found[course.code.lower()] = frozenset([course.pk])
        if is_blended(campaign, course):
            found |= {name: frozenset([name]) for name in halves(course)}
    return found


def is_blended(campaign: Campaign, course: Course) -> bool:
    """Whether the course takes a gathering too at some time in the campaign."""
    return course.is_blended(campaign.start, campaign.deadline)


def halves(course: Course) -> tuple[str, str]:
    return f"{course.code.lower()}{ELEARNING}", f"{course.code.lower()}{GATHERING}"


def course_in(part: str, courses: Mapping[str, Course]) -> Course | None:
    """The course that the bar is about; `courses` by their codes in small letters."""
    return courses.get(part) or (courses.get(part.rpartition(".")[0]) if is_half(part) else None)


def asked_courses(part: str, courses: Mapping[str, Course]) -> list[Course]:
    """The courses of which the bar asks for a gathering, where they need one."""
    if part == ALL:
        return list(courses.values())
    course = None if part.endswith(ELEARNING) else course_in(part, courses)
    return [course] if course else []


def achievements_of(campaign: Campaign, courses: Sequence[Course]) -> dict[str, tuple[str, Course | None]]:
    """What the bars ask for that is no course, by its activity's IRI: (bar, course)."""
    found: dict[str, tuple[str, Course | None]] = {}
    if campaign.programme:
        found[programme_iri(campaign.programme.slug)] = (PROGRAMME, None)
    for course in courses:
        if is_blended(campaign, course):
            elearning, gathering = halves(course)
            found[elearning_iri(course.code)] = (elearning, course)
            slugs = course.gatherings.values_list("slug", flat=True)
            found |= {gathering_iri(slug): (gathering, course) for slug in slugs}
    return found
