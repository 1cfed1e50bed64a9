"""Errors that learners report in a lesson or quiz: stored with their place, and answered by an editor."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from learners.models import Learner

from .exceptions import TooManyReports
from .models import ErrorReport, LessonPage, QuizPage

AN_HOUR, MOST_AN_HOUR = dt.timedelta(hours=1), 10
TEXT_MAX = 2000  # characters
OPEN = (ErrorReport.State.NEW, ErrorReport.State.TAKEN)


def places(part: LessonPage | QuizPage) -> list[tuple[str, str]]:
    """Where in the part something can be wrong: (block id, what stands there), headings and questions in order."""
    stream = part.questions_field if isinstance(part, QuizPage) else part.body
    return [(block.id, words[:120]) for block in stream if (words := _words(block))]


def _words(block: Any) -> str:
    if block.block_type == "heading":
        return str(block.value)
    return str(block.value.get("prompt", "")) if hasattr(block.value, "get") else ""


def report(learner: Learner, part: LessonPage | QuizPage, block: str, text: str, at: dt.datetime) -> ErrorReport:
    """Store what the learner found. A block that the part does not have (any more) becomes the whole part.

    Raises TooManyReports where the learner has sent ten within the hour.
    """
    if ErrorReport.objects.filter(learner=learner, sent_at__gt=at - AN_HOUR).count() >= MOST_AN_HOUR:
        raise TooManyReports("Ten reports within an hour.")
    place = dict(places(part)).get(block, "")
    return ErrorReport.objects.create(
        course=part.course_page.course,
        key=part.key,
        language=part.content_language,
        part_title=part.title,
        block=block if place else "",
        place=place,
        text=text[:TEXT_MAX],
        learner=learner,
        sent_at=at,
    )


def mine(learner: Learner, part: LessonPage | QuizPage) -> QuerySet[ErrorReport]:
    """What the learner has reported in the part, the newest first."""
    return ErrorReport.objects.filter(learner=learner, key=part.key).order_by("-sent_at")


def inbox(*, still_open: bool) -> QuerySet[ErrorReport]:
    """The reports that wait, the oldest first; or those that are done, the newest first."""
    found = ErrorReport.objects.select_related("course")
    if still_open:
        return found.filter(state__in=OPEN).order_by("sent_at", "pk")
    return found.exclude(state__in=OPEN).order_by("-handled_at", "-pk")


def handle(one: ErrorReport, state: str, answer: str, by: Learner, at: dt.datetime) -> None:
    """An editor has taken the report up, or is done with it."""
    one.state, one.answer, one.handled_by, one.handled_at = state, answer, by, at
    one.save(update_fields=["state", "answer", "handled_by", "handled_at"])


def page_of(one: ErrorReport) -> LessonPage | QuizPage | None:
    """The page that the report is about, in its language; None where it is gone."""
    for kind in (LessonPage, QuizPage):
        found = kind.objects.filter(translation_key=one.key, locale__language_code=one.language, alias_of=None).first()
        if found:
            return found
    return None
