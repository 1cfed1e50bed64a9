"""What editors are told of a course: numbers of enough people, no names; versions beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.admin.course_history import Line, side_by_side
from courses.models import Course, LessonPage, QuizPage
from learners.models import Learner
from tests.admin.conftest import as_pia, edvard, pia, service  # noqa: F401 - fixtures
from tests.player.conftest import (  # noqa: F401 - fixtures
    RIGHT,
    WRONG,
    by_kind,
    course,
    course_page,
    form,
    lessons,
    loaded,
    person,
    quiz,
)
from tracking.player import attempts, play
from tracking.player.insights import correlation, insights
from tracking.player.models import Visit


def takes(learner: Learner, lessons: list[LessonPage], quiz: QuizPage, wrong: str = "") -> None:  # noqa: F811
    """Goes through the course and answers the quiz's question of kind `wrong` wrongly."""
    from courses.questions import parse

    at = timezone.now()
    play.answer(learner, lessons[0], by_kind(lessons[0])["free"], f"Tanke fra {learner.given_name}", 1, at)
    for lesson in lessons:
        play.finish_lesson(learner, lesson, at)
    attempt = attempts.begin(learner, lessons[0].course_page.course, at)
    fields = {
        key: {n: v if isinstance(v, list) else [v] for n, v in form(q, WRONG if q.kind == wrong else RIGHT).items()}
        for key, q in attempts.asked(attempt, quiz, 1).items()
    }
    asked = quiz.questions()
    play.hand_in(learner, quiz, {key: parse(asked[key], given) for key, given in fields.items()}, 1, at)


@pytest.fixture
def twelve(person: Callable[[str], Learner], lessons: list[LessonPage], quiz: QuizPage) -> list[Learner]:  # noqa: F811
    """Twelve take the course; three of them answer the quiz's order wrongly."""
    people = [person(f"p{n}") for n in range(12)]
    for n, one in enumerate(people):
        takes(one, lessons, quiz, "order" if n < 3 else "")
    return people


def test_the_numbers_are_those_of_the_people(twelve: list[Learner], course: Course, quiz: QuizPage) -> None:  # noqa: F811
    found = insights(course, "nb", timezone.now())
    assert (found.started, found.completed) == (12, 12)
    assert [lesson.done for lesson in found.lessons] == [12, 12, 12]
    by_prompt = {line.prompt: line for line in found.questions}
    order = by_prompt["q3"]
    assert (order.n, order.right) == (12, 0.75)
    assert order.discrimination is None  # the others were answered right by all
    assert [round(o.share, 2) for o in by_prompt["Hva er q1?"].options if o.correct] == [1.0]
    (voices,) = found.voices
    assert len(voices.texts) == 12


def test_few_people_say_nothing(
    person: Callable[[str], Learner], lessons: list[LessonPage], quiz: QuizPage, course: Course  # noqa: F811
) -> None:  # fmt: skip
    for n in range(4):
        takes(person(f"p{n}"), lessons, quiz)
    found = insights(course, "nb", timezone.now())
    assert (found.started, found.completed, found.minutes) == (None, None, None)
    assert {lesson.done for lesson in found.lessons} == {None}
    assert {line.n for line in found.questions} == {None}
    assert found.voices[0].texts == ()


def test_where_people_stopped_is_the_part_they_were_last_in(
    person: Callable[[str], Learner], lessons: list[LessonPage], course: Course  # noqa: F811
) -> None:  # fmt: skip
    at = timezone.now()
    for n in range(6):
        attempts.open_part(person(f"p{n}"), lessons[1].course_page, lessons[1].key, "nb", at)
    assert insights(course, "nb", at).lessons[1].stopped == 0
    Visit.objects.update(seen_at=at - dt.timedelta(days=20))
    assert [lesson.stopped for lesson in insights(course, "nb", at).lessons] == [0, 6, 0]


def test_a_question_that_the_best_get_wrong_has_a_negative_discrimination() -> None:
    assert correlation([True, True, False, False], [0, 1, 3, 4]) == pytest.approx(-0.9487, abs=1e-3)


def test_an_editor_sees_the_page_and_no_name(
    client: Client, edvard: Learner, twelve: list[Learner], course: Course  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(edvard)
    shown = client.get(reverse("course-insights", args=[course.pk])).content.decode()
    assert "Begynt av 12, fullført av 12" in shown
    assert "75\N{NO-BREAK SPACE}%" in shown
    assert not any(str(one.email) in shown for one in twelve)
    assert client.get(reverse("course-versions", args=[course.pk])).status_code == 200


def test_two_texts_are_set_beside_each_other() -> None:
    before, after = ["en", "to", "tre"], ["en", "to og litt", "tre", "fire"]
    assert side_by_side(before, after) == [Line("to", "to og litt"), Line("", "fire")]
