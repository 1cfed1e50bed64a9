"""What courses ask of tracking (courses.ports), answered from the player's rows and the completions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value

from cms.common import common
from courses import ports, questions
from courses.exceptions import BadResponse
from courses.models import Course, CoursePage, CourseVersion, LessonPage, QuizPage
from courses.questions import Question, Response
from courses.way import all_courses
from learners.models import Learner
from learners.prepared import Prepared

from ..barometer import duties
from ..clock import oslo_day
from ..completions import achievements
from ..completions import projection as completions
from ..completions.models import Completion
from ..identities import activities
from . import attempts, insights, play, tokens, versions
from .models import Attempt, Kept, PartDone, Place, QuizTry


class PlayerPort:
    """Implements courses.ports.Learning."""

    def progress(self, learner: Learner, courses: Iterable[Course]) -> dict[int, ports.CourseProgress]:
        asked = [course.pk for course in courses]
        newest = attempts.newest(learner, asked)
        done = _Done.of(learner)
        completed = completions.completed_on(learner.pk, asked)
        return {pk: _progress(newest.get(pk), _live_lessons(pk), done, completed.get(pk, {})) for pk in asked}

    def open_lesson(
        self, learner: Learner, course: CoursePage, page: LessonPage, at: dt.datetime
    ) -> ports.Opened[LessonPage, ports.LessonState]:
        attempt = attempts.open_part(learner, course, page.key, page.content_language, at)
        page = versions.as_attempted(attempt, page)
        done = _Done.of(learner)
        state = ports.LessonState(
            registration=str(attempt.registration),
            token=tokens.make(learner, page.key),
            done=page.key in done.lessons.get(attempt.pk, ()),
            place=done.places.get(attempt.pk, {}).get(page.key, ""),
            answers=given_answers(attempt, page.key, page.questions()),
        )
        return ports.Opened(page, state, _progress_in(attempt, done))

    def open_quiz(
        self, learner: Learner, course: CoursePage, page: QuizPage, at: dt.datetime
    ) -> ports.Opened[QuizPage, ports.QuizState]:
        attempt = attempts.open_part(learner, course, page.key, page.content_language, at)
        page = versions.as_attempted(attempt, page)
        done = _Done.of(learner)
        progress = _progress_in(attempt, done)
        tries = list(attempt.quiz_tries.filter(part_key=page.key).order_by("number"))
        asked = attempts.asked(attempt, page, len(tries) + 1)
        state = ports.QuizState(
            registration=str(attempt.registration),
            token=tokens.make(learner, page.key),
            next_number=len(tries) + 1,
            left_today=play.tries_left(page, tries, at),
            passed=any(t.passed for t in tries),
            last=_told(tries[-1], page.questions()) if tries else None,
            kept=_kept_quiz(learner, page, asked),
            lessons_left=progress.lessons_total - len(progress.lessons_done),
            asked=asked,
            waits_until=play.waits_longer_than_today(page, tries, at),
        )
        return ports.Opened(page, state, progress)

    def as_begun(self, learner: Learner, page: ports.Part) -> ports.Part:
        return versions.as_begun(learner, page)

    def standing(self, course: Course, on: dt.date) -> ports.CourseStanding:
        return versions.standing(course, on)

    def completed_by_version(self, course: Course) -> Mapping[int, int]:
        return versions.completed_by_version(course)

    def insights(self, course: Course, language: str, at: dt.datetime) -> ports.Insights:
        return insights.insights(course, language, at)

    def carry_over(self, old: CourseVersion, new: CourseVersion) -> int:
        return versions.carry_over(old, new)

    def elearning_done(self, learner_ids: Iterable[int], course: Course) -> set[int]:
        ids = list(learner_ids)
        done = achievements.achieved(ids, [activities.elearning_iri(course.code)])
        completed = Completion.objects.filter(learner__in=ids, version__course=course, known_to=None)
        return {learner for learner, _iri in done} | set(completed.values_list("learner_id", flat=True))

    def due(self, learner: Learner, on: dt.date) -> list[ports.Due]:
        asked = [(duty, one) for duty in duties.duties(learner.pk, on) for one in duty.left]
        courses = {course.pk: course for course in all_courses()}
        return [ports.Due(duty.campaign, courses[one.take], one.due) for duty, one in asked]


NOBODY = -1


def _stored_of_nobody() -> QuerySet[Any, Any]:
    """(attempt, what, key, block) of all attempts of a learner, in one question."""
    mine = {"attempt__learner": NOBODY}
    done = PartDone.objects.filter(**mine).values_list("attempt_id", Value("done"), "key", Value(""))
    places = Place.objects.filter(**mine).values_list("attempt_id", Value("place"), "key", "block")
    passed = QuizTry.objects.filter(passed=True, **mine)
    return done.union(places, passed.values_list("attempt_id", Value("passed"), "part_key", Value("")), all=True)


_stored_of = Prepared(_stored_of_nobody, like={"learner": NOBODY})


@dataclass(frozen=True)
class _Done:
    """What is stored of a learner's attempts, by their ids: lessons gone through, places by part, quizzes passed."""

    lessons: Mapping[int, set[str]]
    places: Mapping[int, dict[str, str]]
    passed: set[int]

    @classmethod
    def of(cls, learner: Learner) -> _Done:
        found = cls(defaultdict(set), defaultdict(dict), set())
        for attempt, what, key, block in _stored_of(learner=learner.pk):
            if what == "done":
                found.lessons[attempt].add(key)
            elif what == "place":
                found.places[attempt][key] = block
            else:
                found.passed.add(attempt)
        return found


def _live_lessons(course_id: int) -> set[str]:
    """The keys of a course's published lessons in any language."""
    found = common("live lessons", lambda: attempts.live_keys(LessonPage, [course.pk for course in all_courses()]))
    return found.get(course_id, set())


def _progress_in(attempt: Attempt, done: _Done) -> ports.CourseProgress:
    course_id = attempt.version.course_id
    completed = completions.completed_on(attempt.learner_id, [course_id])
    return _progress(attempt, _live_lessons(course_id), done, completed.get(course_id, {}))


def _of(attempt: Attempt, completed: Mapping[UUID, dt.date]) -> Mapping[UUID, dt.date]:
    return {registration: day for registration, day in completed.items() if registration == attempt.registration}


def _progress(
    attempt: Attempt | None,
    live: set[str],
    done: _Done,
    completed: Mapping[UUID, dt.date],
) -> ports.CourseProgress:
    # Taken anew, a course is completed when the new attempt is; a first one's course may be completed elsewhere.
    counts = completed if attempt is None or not attempt.follows else _of(attempt, completed)
    completed_on = max(counts.values(), default=None)
    if attempt is None:
        return ports.CourseProgress(lessons_total=len(live), completed_on=completed_on)
    required = live & set(attempt.version.outline or live)
    return ports.CourseProgress(
        begun=True,
        lessons_done=frozenset(required & done.lessons.get(attempt.pk, set())),
        lessons_total=len(required),
        quiz_passed=attempt.pk in done.passed,
        completed_on=completed_on,
        at_key=attempt.at_key,
        places=done.places.get(attempt.pk, {}),
    )


def given_answers(attempt: Attempt, part_key: str, asked: Mapping[str, Question]) -> dict[str, ports.Given]:
    """What the learner has answered in a part, and what was kept after the session had ended (`kept`)."""
    found: dict[str, ports.Given] = {}
    for row in attempt.answers.filter(part_key=part_key, question_key__in=list(asked)):
        found[row.question_key] = ports.Given(
            row.response, questions.mark(asked[row.question_key], row.response), row.tries
        )
    for kind, model in play.WRITTEN.items():
        keys = [key for key, question in asked.items() if question.kind == kind]
        for words in model.objects.filter(learner=attempt.learner_id, question_key__in=keys) if keys else ():
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


def _kept_quiz(learner: Learner, page: QuizPage, asked: Mapping[str, Question]) -> dict[str, Response] | None:
    kept = Kept.objects.filter(learner=learner, part_key=page.key, question_key="").first()
    if kept is None:
        return None
    parsed = {key: _parsed(question, kept.fields, f"{key}:") for key, question in asked.items()}
    return {key: response for key, response in parsed.items() if response is not None}


def _told(row: QuizTry, asked: Mapping[str, Question]) -> ports.QuizTry:
    answers = {
        key: ports.Given(given["response"], questions.mark(asked[key], given["response"]), row.number)
        for key, given in row.answers.items()
        if key in asked
    }
    return ports.QuizTry(row.number, row.scaled, row.passed, oslo_day(row.handed_in_at), answers)
