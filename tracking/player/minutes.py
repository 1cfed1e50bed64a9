"""How many minutes each of some people has left in some courses; no more queries for many than for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from courses.models import Course
from courses.ports import CourseProgress
from courses.way import pages_in_language, ways

from .models import Attempt, PartDone, QuizTry


def minutes_left(learner_ids: Collection[int], courses: Sequence[Course]) -> dict[tuple[int, int], int]:
    """By (learner id, course id), in lessons' and quizzes' minutes as the pages say them in the active language.

    A course without a page in the language counts as 0: nobody can take it there. Completions are not looked at.
    """
    pages = list(pages_in_language(courses).values())
    found = ways(pages, {page.course_id: CourseProgress() for page in pages})
    done = _done(learner_ids, [page.course_id for page in pages])
    left = {(learner, course.pk): 0 for learner in learner_ids for course in courses}
    for course_id, way in found.items():
        for learner in learner_ids:
            keys, passed = done.get((learner, course_id), (set(), False))
            left[learner, course_id] = sum(
                part.page.minutes for part in way.parts if not (passed if part.is_quiz else part.page.key in keys)
            )
    return left


def _done(learner_ids: Collection[int], course_ids: Collection[int]) -> dict[tuple[int, int], tuple[set[str], bool]]:
    """The keys of the lessons done, and whether the quiz is passed, in each newest attempt."""
    attempts = Attempt.objects.filter(learner__in=list(learner_ids), version__course__in=list(course_ids))
    rows = attempts.order_by("version__number").values_list("pk", "learner_id", "version__course_id")
    newest = {(learner, course): pk for pk, learner, course in rows}
    keys: dict[int, set[str]] = {pk: set() for pk in newest.values()}
    for pk, key in PartDone.objects.filter(attempt__in=list(keys)).values_list("attempt_id", "key"):
        keys[pk].add(key)
    passed = set(QuizTry.objects.filter(attempt__in=list(keys), passed=True).values_list("attempt_id", flat=True))
    return {who: (keys[pk], pk in passed) for who, pk in newest.items()}
