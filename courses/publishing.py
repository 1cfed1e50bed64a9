"""Publishing a part of a course as what was decided, now or later by the clock.

Every way to publish comes through here or finds nobody in the course: the editor's button, an approval, the clock.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState

from learners.models import Learner

from . import requirements
from .exceptions import AlreadyToday
from .models import Course, CoursePage, CourseVersion, LessonPage, PlannedChange, QuizPage
from .ports import learning
from .requirements import Requirement

OSLO = ZoneInfo("Europe/Oslo")
BY_THE_CLOCK = "wagtail.publish.scheduled"
PLANNED = ("revision", "course", "decided_by")
NOTE_LENGTH = CourseVersion._meta.get_field("note").max_length


def course_of(page: Page) -> Course | None:
    """The course that a page is of; None for any other page."""
    if isinstance(page, CoursePage):
        return page.course
    return page.course_page.course if isinstance(page, LessonPage | QuizPage) else None


def needs_choice(page: Page, on: dt.date) -> bool:
    """Whether anybody is in the page's course or has completed it: then somebody must say what the change is."""
    course = course_of(page)
    if course is None:
        return False
    standing = learning().standing(course, on)
    return bool(standing.in_progress or standing.completed)


@transaction.atomic
def publish(
    page: Page, course: Course, decided: Requirement | None, by: Learner, at: dt.datetime
) -> CourseVersion | None:
    """Publish the newest draft as a correction (None) or a new requirement; returns the version that begins now.

    A draft that is to go live later keeps the decision and is published by `publish_due`. Raises AlreadyToday.
    """
    revision = page.get_latest_revision()
    later = revision.as_object().go_live_at
    if later and later > at:
        _plan(revision, course, decided, by, at)
        revision.publish(user=by)  # Wagtail's word for putting it on the clock
        return None
    version = None
    if decided:
        version = requirements.begin_requirement(course, decided, by, at, timezone.localdate(at))
    revision.publish(user=by)
    return version


def _plan(revision: object, course: Course, decided: Requirement | None, by: Learner, at: dt.datetime) -> None:
    said = {"deadline": decided.deadline, "note": decided.note, "safe": decided.safe} if decided else {}
    PlannedChange.objects.update_or_create(
        revision=revision,
        defaults={"course": course, "requirement": decided is not None, "decided_by": by, "decided_at": at, **said},
    )


def publish_due(at: dt.datetime) -> int:
    """Publish the new requirements whose moment has come; returns how many. Wagtail publishes everything else.

    A course begins one version a day: what is planned for the same day belongs to the same version. Where a version
    has begun otherwise that day, the plans wait until Oslo's next day.
    """
    due = PlannedChange.objects.filter(requirement=True, revision__approved_go_live_at__lte=at)
    by_course: dict[int, list[PlannedChange]] = {}
    for plan in due.select_related(*PLANNED).order_by("revision__approved_go_live_at", "pk"):
        by_course.setdefault(plan.course_id, []).append(plan)
    done = 0
    for plans in by_course.values():
        try:
            _publish_planned(plans, at)
        except AlreadyToday:
            for plan in plans:
                _wait_until_tomorrow(plan, at)
        else:
            done += len(plans)
    return done


def planned_for(course: Course, day: dt.date) -> list[PlannedChange]:
    """The new requirements that the clock is to publish in the course on the day (Oslo), the first one first."""
    begins = dt.datetime.combine(day, dt.time(), OSLO)
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), OSLO)
    found = PlannedChange.objects.filter(course=course, requirement=True)
    found = found.filter(revision__approved_go_live_at__gte=begins, revision__approved_go_live_at__lt=ends)
    return list(found.select_related(*PLANNED).order_by("revision__approved_go_live_at", "pk"))


@transaction.atomic
def _publish_planned(due: list[PlannedChange], at: dt.datetime) -> None:
    """One version for all that is due, and for what comes later on the day: that is published at its own moment."""
    first, today = due[0], timezone.localdate(at)
    moments = {plan.pk for plan in due}
    later = [plan for plan in planned_for(first.course, today) if plan.pk not in moments]
    requirements.begin_requirement(first.course, _as_one([*due, *later]), first.decided_by, at, today)
    for plan in due:
        plan.revision.publish(log_action=BY_THE_CLOCK)
    PlannedChange.objects.filter(pk__in=[plan.pk for plan in later]).update(requirement=False)


def _as_one(plans: list[PlannedChange]) -> Requirement:
    """The latest deadline, every note, and going over only where each of them says that it is safe."""
    deadline = max(plan.deadline for plan in plans if plan.deadline)
    note = " ".join(dict.fromkeys(plan.note for plan in plans))
    return Requirement(deadline, note[:NOTE_LENGTH], all(plan.safe for plan in plans))


def _wait_until_tomorrow(plan: PlannedChange, at: dt.datetime) -> None:
    tomorrow = at.astimezone(OSLO).date() + dt.timedelta(days=1)
    plan.revision.approved_go_live_at = dt.datetime.combine(tomorrow, dt.time(0, 1), OSLO)
    plan.revision.save(update_fields=["approved_go_live_at"])


def approved_and_waiting() -> QuerySet[Page]:
    """Pages whose newest draft is approved and not published: somebody must still say what the change is.

    By the time of the approval: who approves in the editor stores a draft of their own on the way.
    """
    approved = TaskState.objects.filter(
        status=TaskState.STATUS_APPROVED,
        workflow_state__status=WorkflowState.STATUS_APPROVED,
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
        workflow_state__object_id=Cast(OuterRef("pk"), CharField()),
        finished_at__gte=OuterRef("latest_revision__created_at"),
    )
    drafts = Page.objects.filter(has_unpublished_changes=True, latest_revision__approved_go_live_at=None)
    return drafts.filter(Exists(approved)).order_by("latest_revision_created_at")
