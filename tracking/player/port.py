"""What courses ask of tracking (courses.ports), answered from the player's rows and the completions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from courses import ports, questions
from courses.exceptions import BadResponse
from courses.models import Course, CoursePage, LessonPage, QuizPage
from courses.questions import Question, Response
from learners.models import Learner

from ..barometer import duties
from ..clock import oslo_day
from ..completions import projection as completions
from . import attempts, play, tokens
from .models import Attempt, Kept, PartDone, Place, QuizTry, Reflection


class PlayerPort:
    """Implements courses.ports.Learning."""

    def progress(self, learner: Learner, courses: Iterable[Course]) -> dict[int, ports.CourseProgress]:
        asked = {course.pk: course for course in courses}
        newest = _newest_attempts(learner, asked)
        lessons = attempts.live_keys(LessonPage, asked)
        ids = [attempt.pk for attempt in newest.values()]
        done = _grouped(PartDone.objects.filter(attempt__in=ids).values_list("attempt_id", "key"))
        places = {
            (a, key): block
            for a, key, block in Place.objects.filter(attempt__in=ids).values_list("attempt_id", "key", "block")
        }
        passed = set(QuizTry.objects.filter(attempt__in=ids, passed=True).values_list("attempt_id", flat=True))
        completed = completions.completed_on(learner.pk, asked)
        return {pk: _progress(newest.get(pk), lessons[pk], done, places, passed, completed.get(pk)) for pk in asked}

    def open_lesson(self, learner: Learner, course: CoursePage, page: LessonPage, at: dt.datetime) -> ports.LessonState:
        attempt = attempts.open_part(learner, course, page.key, page.content_language, at)
        place = attempt.places.filter(key=page.key).values_list("block", flat=True).first()
        return ports.LessonState(
            registration=str(attempt.registration),
            token=tokens.make(learner, page.key),
            done=attempt.parts_done.filter(key=page.key).exists(),
            place=place or "",
            answers=given_answers(attempt, page.key, page.questions()),
        )

    def open_quiz(self, learner: Learner, course: CoursePage, page: QuizPage, at: dt.datetime) -> ports.QuizState:
        attempt = attempts.open_part(learner, course, page.key, page.content_language, at)
        tries = list(attempt.quiz_tries.filter(part_key=page.key).order_by("number"))
        left = attempts.required_keys(attempt) - set(attempt.parts_done.values_list("key", flat=True))
        return ports.QuizState(
            registration=str(attempt.registration),
            token=tokens.make(learner, page.key),
            next_number=len(tries) + 1,
            left_today=play.tries_left(page, tries, at),
            passed=any(t.passed for t in tries),
            last=_told(tries[-1], page.questions()) if tries else None,
            kept=_kept_quiz(learner, page),
            lessons_left=len(left),
        )

    def due(self, learner: Learner, on: dt.date) -> list[ports.Due]:
        asked = duties.duties(learner.pk, on)
        courses = Course.objects.in_bulk({pk for duty in asked for pk in duty.course_ids})
        done = completions.completed_on(learner.pk, courses)
        return [
            ports.Due(duty.campaign, courses[pk], duty.due)
            for duty in asked
            for pk in duty.course_ids
            if pk not in done
        ]


def _newest_attempts(learner: Learner, courses: Iterable[int]) -> dict[int, Attempt]:
    mine = Attempt.objects.filter(learner=learner, version__course__in=list(courses)).select_related("version")
    return {attempt.version.course_id: attempt for attempt in mine.order_by("version__number")}


def _grouped(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found


def _progress(
    attempt: Attempt | None,
    live: set[str],
    done: Mapping[int, set[str]],
    places: Mapping[tuple[int, str], str],
    passed: set[int],
    completed_on: dt.date | None,
) -> ports.CourseProgress:
    if attempt is None:
        return ports.CourseProgress(lessons_total=len(live), completed_on=completed_on)
    required = live & set(attempt.version.outline or live)
    return ports.CourseProgress(
        begun=True,
        lessons_done=frozenset(required & done.get(attempt.pk, set())),
        lessons_total=len(required),
        quiz_passed=attempt.pk in passed,
        completed_on=completed_on,
        at_key=attempt.at_key,
        at_place=places.get((attempt.pk, attempt.at_key), ""),
    )


def given_answers(attempt: Attempt, part_key: str, asked: Mapping[str, Question]) -> dict[str, ports.Given]:
    """What the learner has answered in a part, and what was kept after the session had ended (`kept`)."""
    found: dict[str, ports.Given] = {}
    for row in attempt.answers.filter(part_key=part_key, question_key__in=list(asked)):
        found[row.question_key] = ports.Given(
            row.response, questions.mark(asked[row.question_key], row.response), row.tries
        )
    for words in Reflection.objects.filter(learner=attempt.learner_id, question_key__in=list(asked)):
        found[words.question_key] = ports.Given(words.text, None, words.tries)
    for kept in Kept.objects.filter(learner=attempt.learner_id, part_key=part_key, question_key__in=list(asked)):
        response = _parsed(asked[kept.question_key], kept.fields)
        if response is not None:
            tries = found[kept.question_key].tries if kept.question_key in found else 0
            found[kept.question_key] = ports.Given(response, None, tries, kept=True)
    return found


def _parsed(question: Question, fields: Mapping[str, list[str]], prefix: str = "") -> Response | None:
    try:
        return questions.parse(question, fields, prefix)
    except BadResponse:
        return None


def _kept_quiz(learner: Learner, page: QuizPage) -> dict[str, Response] | None:
    kept = Kept.objects.filter(learner=learner, part_key=page.key, question_key="").first()
    if kept is None:
        return None
    parsed = {key: _parsed(question, kept.fields, f"{key}:") for key, question in page.questions().items()}
    return {key: response for key, response in parsed.items() if response is not None}


def _told(row: QuizTry, asked: Mapping[str, Question]) -> ports.QuizTry:
    answers = {
        key: ports.Given(given["response"], questions.mark(asked[key], given["response"]), row.number)
        for key, given in row.answers.items()
        if key in asked
    }
    return ports.QuizTry(row.number, row.scaled, row.passed, oslo_day(row.handed_in_at), answers)
