"""What publishing does to people: a correction changes nothing for anybody, a new requirement makes a new version.

A new requirement keeps the old version as it stands for those who began it, and gives each running campaign that asks
for the course a successor with an address of its own, which starts at 0 %; the old campaign's figures stay.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from learners.models import Learner

from .deciding import courses_counted, decide_versions, make_successor
from .exceptions import AlreadyToday
from .models import Campaign, Course, CoursePage, CourseVersion, FrozenPage, LessonPage, QuizPage
from .ports import learning


@dataclass(frozen=True)
class Requirement:
    """What the editor decided. `deadline`: of the successors; `note`: what changed, for learners and the record.

    `safe`: those who are in the course go over to the new version; else they stay on the one they began.
    """

    deadline: dt.date
    note: str
    safe: bool = False


def running_campaigns(course: Course, on: dt.date) -> list[Campaign]:
    """Those that ask for the course on the day and have no successor."""
    asking = Campaign.objects.filter(requirements__course=course, start__lte=on, successors=None)
    return list(asking.order_by("slug").distinct())


@transaction.atomic
def begin_requirement(course: Course, decided: Requirement, by: Learner, at: dt.datetime, on: dt.date) -> CourseVersion:
    """The course's next version, asked for from the day `on` (Oslo); call it before the changed page is published.

    Raises AlreadyToday where a version began today: its campaigns would start twice on one day.
    """
    old = course.versions.select_for_update().order_by("-number").first()
    if old and old.published_on >= on:
        raise AlreadyToday(f"{course} has had a new version today.")
    if old:
        freeze(old)
    number = old.number + 1 if old else 1
    months = old.validity_months if old else None
    new = course.versions.create(number=number, published_on=on, validity_months=months, note=decided.note)
    for campaign in running_campaigns(course, on):
        make_successor(campaign, by, at, on, decided.deadline)
    for campaign in Campaign.objects.filter(requirements__course=course, start__gt=on).distinct():
        decide_versions(campaign, courses_counted(campaign.requirements.all()), at)
    if old and decided.safe:
        learning().carry_over(old, new)
    return new


def freeze(version: CourseVersion) -> None:
    """Keep the course's published parts, in every language, as they are now."""
    for page in published_parts(version.course):
        content = page.live_revision.content if page.live_revision else page.serializable_data()
        language = page.locale.language_code
        kept = _plain(content)
        if isinstance(page, QuizPage):  # a bank goes on being changed
            kept["kept_banks"] = {str(bank.pk): bank.questions.get_prep_value() for bank in page.banks()}
        FrozenPage.objects.get_or_create(version=version, key=page.key, language=language, defaults={"content": kept})


def _plain(content: dict[str, object]) -> dict[str, object]:
    """The content without the comments of its editors."""
    return {name: value for name, value in content.items() if name not in ("wagtail_admin_comments", "owner")}


def published_parts(course: Course) -> list[LessonPage | QuizPage]:
    """The course's live lessons and quizzes in every language that is written, in order."""
    return [part for part in all_parts(course) if part.live]


def all_parts(course: Course) -> list[LessonPage | QuizPage]:
    """The same with those that are drafts."""
    found: list[LessonPage | QuizPage] = []
    for page in CoursePage.objects.filter(course=course, alias_of=None).order_by("path"):
        for kind in (LessonPage, QuizPage):
            found += kind.objects.child_of(page).select_related("locale", "live_revision").order_by("path")
    return found
