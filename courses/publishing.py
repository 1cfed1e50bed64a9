"""Publishing a part of a course as what was decided, now or later by the clock.

Every way to publish comes through here or finds nobody in the course: the editor's button, an approval, the clock.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page

from learners.models import Learner

from . import requirements
from .exceptions import AlreadyToday
from .models import Course, CoursePage, CourseVersion, LessonPage, PlannedChange, QuizPage
from .ports import learning
from .requirements import Requirement

OSLO = ZoneInfo("Europe/Oslo")
BY_THE_CLOCK = "wagtail.publish.scheduled"


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

    A course begins one version a day: where it has had one, the next waits until Oslo's next day.
    """
    due = PlannedChange.objects.filter(requirement=True, revision__approved_go_live_at__lte=at)
    done = 0
    for plan in due.select_related("revision", "course", "decided_by").order_by("revision__approved_go_live_at"):
        try:
            _publish_planned(plan, at)
        except AlreadyToday:
            _wait_until_tomorrow(plan, at)
        else:
            done += 1
    return done


@transaction.atomic
def _publish_planned(plan: PlannedChange, at: dt.datetime) -> None:
    assert plan.deadline  # the table's own constraint  # noqa: S101
    decided = Requirement(plan.deadline, plan.note, plan.safe)
    requirements.begin_requirement(plan.course, decided, plan.decided_by, at, timezone.localdate(at))
    plan.revision.publish(log_action=BY_THE_CLOCK)


def _wait_until_tomorrow(plan: PlannedChange, at: dt.datetime) -> None:
    tomorrow = at.astimezone(OSLO).date() + dt.timedelta(days=1)
    plan.revision.approved_go_live_at = dt.datetime.combine(tomorrow, dt.time(0, 1), OSLO)
    plan.revision.save(update_fields=["approved_go_live_at"])


def approved_and_waiting() -> QuerySet[Page]:
    """Pages whose newest draft is approved and not published: somebody must still say what the change is."""
    approved = Page.objects.filter(
        has_unpublished_changes=True,
        latest_revision__approved_go_live_at=None,
        latest_revision__task_states__status="approved",
        latest_revision__task_states__workflow_state__status="approved",
    )
    return approved.order_by("latest_revision_created_at").distinct()
