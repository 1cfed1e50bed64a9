"""Attempts and visits: begin a course, open a part, leave it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F, QuerySet

from courses.exceptions import NoVersion
from courses.models import Course, CoursePage, CourseVersion, LessonPage, QuizPage
from courses.questions import Question
from courses.way import P, below
from learners.models import Learner

from .. import statements
from ..barometer import duties
from ..clock import oslo_day
from ..completions import projection as completions
from ..identities import people
from ..lrs.clock import moment
from ..lrs.store import store
from .models import Attempt, Place, Visit

IDLE = dt.timedelta(minutes=30)
SEEN_EVERY = dt.timedelta(minutes=1)


def current(learner: Learner, course: Course) -> Attempt | None:
    """The learner's newest attempt: people stay on the version that they began."""
    return newest(learner, [course.pk]).get(course.pk)


def newest(learner: Learner, courses: Collection[int]) -> dict[int, Attempt]:
    """The learner's newest attempt by course id. Each says in `follows` whether another one was begun before it."""
    mine = Attempt.objects.filter(learner=learner, version__course__in=courses).select_related("version__course")
    found: dict[int, Attempt] = {}
    first: dict[int, dt.datetime] = {}
    for attempt in mine.order_by("version__number", "number"):
        course = attempt.version.course_id
        first[course] = min(attempt.begun_at, first.get(course, attempt.begun_at))
        found[course] = attempt
    for course, attempt in found.items():
        attempt.follows = first[course] < attempt.begun_at
        attempt.learner = learner
    return found


@transaction.atomic
def take(learner: Learner, course: Course, at: dt.datetime) -> Attempt:
    """Begin the course, or go on in it; where it is completed and asked of the learner again, begin it anew.

    Raises NoVersion where nothing is published.
    """
    before = current(learner, course)
    version = course.version_on(oslo_day(at))
    if before is None or version is None or not completions.has_completed(before.registration):
        return begin(learner, course, at)
    if course.pk not in duties.asked_again(learner.pk, oslo_day(at)):
        return before
    freeze_outline(version)
    number = before.number + 1 if version == before.version else 1
    values = {"begun_at": at}
    return Attempt.objects.get_or_create(learner=learner, version=version, number=number, defaults=values)[0]


def begin(learner: Learner, course: Course, at: dt.datetime) -> Attempt:
    """The learner's attempt at `course`, begun at `at` if there is none.

    Raises NoVersion where nothing is published.
    """
    attempt = current(learner, course)
    if attempt:
        return attempt
    version = course.version_on(oslo_day(at))
    if version is None:
        raise NoVersion(f"{course} has no published version.")
    with transaction.atomic():
        if not learner.has_perm("wagtailadmin.access_admin"):  # its editors look at a course that is not whole yet
            freeze_outline(version)
        return Attempt.objects.get_or_create(learner=learner, version=version, number=1, defaults={"begun_at": at})[0]


def asked(attempt: Attempt, page: QuizPage, number: int) -> dict[str, Question]:
    """What the `number`-th try at a quiz asks: its draws are its own, the same at every look."""
    return page.drawn(f"{attempt.registration}:{number}")


def freeze_outline(version: CourseVersion) -> None:
    """From its first learner on, a version asks for the lessons that it had then."""
    if version.outline is None:
        version.outline = sorted(live_keys(LessonPage, [version.course_id])[version.course_id])
        CourseVersion.objects.filter(pk=version.pk, outline__isnull=True).update(outline=version.outline)


def required_keys(attempt: Attempt) -> set[str]:
    """The lessons that the attempt's version asks for and that are still published."""
    live = live_keys(LessonPage, [attempt.version.course_id])[attempt.version.course_id]
    return live & set(attempt.version.outline or live)


def live_keys(model: type[P], courses: Collection[int]) -> dict[int, set[str]]:
    """The keys of the published lessons (or quizzes) in any language, by course id; two queries."""
    pages = dict(CoursePage.objects.live().filter(course__in=list(courses)).values_list("path", "course_id"))
    found: dict[int, set[str]] = {pk: set() for pk in courses}
    for path, key in below(model, pages).values_list("path", "translation_key"):
        found[pages[path[: -model.steplen]]].add(str(key))
    return found


def open_part(learner: Learner, course_page: CoursePage, key: str, language: str, at: dt.datetime) -> Attempt:
    """The learner opens the part `key` at `at`: begins the course and a visit where there is none."""
    attempt = current(learner, course_page.course)
    if attempt and attempt.at_key == key and attempt.visits.filter(ended_at=None, seen_at__gt=at - SEEN_EVERY).exists():
        return attempt  # a reload: nothing to write, so no writer's lock is taken
    with transaction.atomic():
        attempt = attempt or begin(learner, course_page.course, at)
        _visit(attempt, course_page, language, at)
        if attempt.at_key != key:
            attempt.at_key = key
            attempt.save(update_fields=["at_key"])
    return attempt


def _visit(attempt: Attempt, course_page: CoursePage, language: str, at: dt.datetime) -> Visit:
    visit = attempt.visits.filter(ended_at=None).order_by("-begun_at").first()
    if visit and at - visit.seen_at > IDLE:
        end_visit(visit, course_page.title)
        visit = None
    if visit is None:
        visit = Visit.objects.create(attempt=attempt, language=language, begun_at=at, seen_at=at)
        here = setting(visit, course_page.title)
        tell(statements.launched(here, at), statements.initialized(here, at))
    elif at - visit.seen_at > SEEN_EVERY:
        Visit.objects.filter(pk=visit.pk).update(seen_at=at)
    return visit


def here_and_now(
    learner: Learner, course_page: CoursePage, language: str, at: dt.datetime
) -> tuple[Attempt, statements.Setting]:
    """The attempt and the statements' setting for a deed at `at`."""
    attempt = begin(learner, course_page.course, at)
    return attempt, setting(_visit(attempt, course_page, language, at), course_page.title)


def setting(visit: Visit, title: str) -> statements.Setting:
    version = visit.attempt.version
    return statements.Setting(
        account=people.account_name(visit.attempt.learner),
        registration=str(visit.attempt.registration),
        session=str(visit.session),
        course_code=version.course.code,
        course_title=title,
        version=version.number,
        language=visit.language,
    )


def tell(*deeds: dict[str, object]) -> None:
    """Store the platform's own statements; called within the transaction of the deed."""
    store(list(deeds), authority=statements.authority(), at=moment())


@transaction.atomic
def end_visit(visit: Visit, title: str) -> None:
    """The visit is over: terminated, when the learner was last seen."""
    ended = Visit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=F("seen_at"))
    if ended:
        tell(statements.terminated(setting(visit, title), visit.seen_at))


def close_idle(at: dt.datetime, limit: int = 500) -> int:
    """End the visits that have been idle; returns how many."""
    idle = list(_open_visits().filter(seen_at__lt=at - IDLE).order_by("seen_at")[:limit])
    for visit in idle:
        end_visit(visit, visit.attempt.version.course.title_in(visit.language))
    return len(idle)


def _open_visits() -> QuerySet[Visit]:
    return Visit.objects.filter(ended_at=None).select_related("attempt__version__course", "attempt__learner")


def remember_place(learner: Learner, course: Course, key: str, block: str) -> None:
    """The learner was at `block` of the part `key`; told often, so it is one write."""
    attempt = current(learner, course)
    if attempt:
        Place.objects.update_or_create(attempt=attempt, key=key, defaults={"block": block})
