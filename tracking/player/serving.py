"""From a form to a deed: whose form it is, what it says, and what its sender is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.http import HttpRequest

from courses import questions
from courses.exceptions import BadResponse
from courses.models import LessonPage, QuizPage
from courses.questions import Question, Response
from learners.models import Learner

from ..exceptions import ForeignForm
from . import play, tokens

NOT_FIELDS = {"csrfmiddlewaretoken", "who", "try", "number"}
MAX_FIELD = 20_000  # characters, all fields together


def fields_of(request: HttpRequest) -> dict[str, list[str]]:
    """The answer's fields, without those that the form itself needs. Raises BadResponse where it cannot be stored."""
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_FIELDS}
    words = [word for name, values in fields.items() for word in (name, *values)]
    if sum(map(len, words)) > MAX_FIELD or any("\x00" in word for word in words):
        raise BadResponse("Too long, or no text: PostgreSQL stores no null characters.")
    return fields


def counter(request: HttpRequest, name: str) -> int:
    """The form's counter (`try`, `number`): 1, 2, 3 … Raises ForeignForm where it is no such number."""
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 5 or not 1 <= int(text) <= 10_000:
        raise ForeignForm("The form's counter was changed.")
    return int(text)


def sender(request: HttpRequest, part_key: str) -> Learner:
    """The learner whose form this is. Raises ForeignForm."""
    return tokens.read(request.POST.get("who", ""), part_key, request.user)


def keep_if_not_signed_in(
    request: HttpRequest,
    learner: Learner,
    part_key: str,
    question_key: str,
    fields: Mapping[str, list[str]],
    at: dt.datetime,
) -> bool:
    """Keep the answer for its giver where the session has ended, or somebody else has signed in since."""
    if request.user.is_authenticated and request.user.pk == learner.pk:
        return False
    play.keep(learner, part_key, question_key, fields, at)
    return True


def quiz_responses(
    asked: Mapping[str, Question], fields: Mapping[str, list[str]]
) -> tuple[dict[str, Response], list[str]]:
    """The responses by question key, and the keys of questions without an answer that can be marked."""
    found: dict[str, Response] = {}
    unanswered = []
    for key, question in asked.items():
        try:
            found[key] = questions.parse(question, fields, f"{key}:")
        except BadResponse:
            unanswered.append(key)
    return found, unanswered


def next_part(page: LessonPage) -> LessonPage | QuizPage | None:
    """What comes after a lesson: the next lesson, then the quiz."""
    course_page = page.course_page
    later = [lesson for lesson in course_page.lessons() if lesson.path > page.path]
    return later[0] if later else course_page.quiz()
