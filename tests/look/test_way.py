"""A learner's way through a course: the one next step, and what is left."""

from __future__ import annotations

import datetime as dt

from courses.models import LessonPage, QuizPage
from courses.ports import CourseProgress
from courses.way import Way, way

LESSONS = [LessonPage(id=n, page_ptr_id=n, title=f"Leksjon {n}", minutes=10) for n in (1, 2, 3)]
QUIZ = QuizPage(id=9, page_ptr_id=9, title="Prøve")


def so_far(*done: int, here: LessonPage | QuizPage | None = None, place: str = "", **more: object) -> Way:
    keys = frozenset(LESSONS[n - 1].key for n in done)
    at = here.key if here else ""
    places = {at: place} if place else {}
    progress = CourseProgress(True, keys, 3, at_key=at, **{"places": places, **more})  # type: ignore[arg-type]
    return way(LESSONS, QUIZ, progress)


def test_the_next_step_is_the_lesson_that_was_left_at_the_block_that_was_read() -> None:
    step = so_far(here=LESSONS[1], place="b7").next
    assert step is not None
    assert (step.page, step.anchor) == (LESSONS[1], "#b-b7")


def test_a_lesson_that_was_begun_stays_so_when_another_one_is_visited() -> None:
    left = so_far(1, here=LESSONS[2], places={LESSONS[1].key: "b7", LESSONS[2].key: "b2", LESSONS[0].key: "b9"})
    assert [(part.begun, part.anchor) for part in left.parts] == [
        (False, ""), (True, "#b-b7"), (True, "#b-b2"), (False, ""),
    ]  # fmt: skip
    assert left.next is left.parts[2]


def test_after_a_done_lesson_the_next_step_is_the_first_that_is_not() -> None:
    step = so_far(1, here=LESSONS[0]).next
    assert step is not None
    assert (step.page, step.anchor) == (LESSONS[1], "")


def test_a_quiz_that_was_looked_at_early_waits_for_the_lessons() -> None:
    step = so_far(1, here=QUIZ).next
    assert step is not None and step.page is LESSONS[1]


def test_the_quiz_is_the_next_step_when_every_lesson_is_done() -> None:
    step = so_far(1, 2, 3).next
    assert step is not None and step.is_quiz


def test_a_completed_course_has_no_next_step_and_nothing_left() -> None:
    completed = so_far(1, completed_on=dt.date(2026, 11, 15))
    assert completed.next is None
    assert (completed.lessons_left, completed.minutes_left, completed.share) == (0, 0, 1.0)


def test_what_is_left_is_told_in_lessons_and_minutes() -> None:
    left = so_far(1)
    assert (left.lessons_left, left.minutes_left) == (2, 30)
