"""A small course with every kind of question, loaded as KRUS's courses are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from courses.models import Course, CoursePage, LessonPage, QuizPage
from courses.questions import TEXTS, Question
from learners.models import Learner
from tests.rows import Remembered

RIGHT, WRONG = "right", "wrong"


def _choice(key: str, kind: str, right: list[str]) -> dict[str, Any]:
    options = [{"key": k, "text": f"{key} {k}", "feedback": f"om {k}", "correct": k in right} for k in "abc"]
    return {"type": kind, "key": key, "prompt": f"Hva er {key}?", "options": options}


def _order(key: str) -> dict[str, Any]:
    items = [{"key": k, "text": f"{key} {k}"} for k in "abc"]
    return {
        "type": "order",
        "key": key,
        "prompt": key,
        "items": items,
        "feedback_right": "Ja.",
        "feedback_wrong": "Nei.",
    }


def _match(key: str) -> dict[str, Any]:
    pairs = [{"key": k, "left": f"venstre {k}", "right": f"høyre {k}"} for k in "abc"]
    return {
        "type": "match",
        "key": key,
        "prompt": key,
        "pairs": pairs,
        "feedback_right": "Ja.",
        "feedback_wrong": "Nei.",
    }


SAID = {"feedback_right": "Ja.", "feedback_wrong": "Nei."}
NUMERIC = {
    "type": "numeric",
    "key": "numeric",
    "prompt": "Hvor mye?",
    "answer": "4.5",
    "up_to": "5",
    "unit": "kr",
    **SAID,
}
GAPS = {
    "type": "gaps",
    "key": "gaps",
    "prompt": "Fyll ut.",
    "text": "MI er [[motiverende|motiverande]] [[samtale]].",
    **SAID,
}


def small_course(language: str) -> dict[str, Any]:
    body = [
        {"type": "text", "html": "<p>Tekst.</p>"},
        _choice("single", "single", ["b"]),
        _choice("multiple", "multiple", ["a", "c"]),
        _order("order"),
        _match("match"),
        NUMERIC,
        GAPS,
        {"type": "reflection", "key": "reflection", "prompt": "Hva tenker du?"},
        {"type": "free", "key": "free", "prompt": "Hva mangler kurset?"},
    ]
    second = [{"type": "text", "html": "<p>Mer tekst.</p>"}, _choice("second", "single", ["a"])]
    return {
        "slug": "lite-kurs", "code": "LITE", "subject": "mi", "language": language, "title": f"Lite kurs {language}",
        "summary": "Et lite kurs.", "intro": "<p>Kort.</p>", "outcomes": ["prøve"], "sources": [],
        "lessons": [
            {"key": "forste", "title": "Første", "summary": "En", "minutes": 10, "body": body},
            {"key": "andre", "title": "Andre", "summary": "To", "minutes": 10, "body": second},
        ],
        "quiz": {
            "title": "Prøve", "intro": "Svar.", "pass_mark": 0.75,
            "questions": [
                _choice("q1", "single", ["a"]), _choice("q2", "multiple", ["a", "b"]), _order("q3"), _match("q4"),
            ],
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, remembered_course: Remembered[Course]
) -> Iterator[int]:
    """The course's id; put there once for a module's tests, which each take back what they do."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield remembered_course.put().pk
        transaction.set_rollback(True)


@pytest.fixture
def course(loaded: int, db: None) -> Course:
    return Course.objects.get(pk=loaded)


@pytest.fixture
def course_page(course: Course) -> CoursePage:
    return CoursePage.objects.get(course=course, locale__language_code="nb")


@pytest.fixture
def lessons(course_page: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course_page).order_by("path"))


@pytest.fixture
def quiz(course_page: CoursePage) -> QuizPage:
    page = course_page.quiz()
    assert page
    return page


@pytest.fixture
def person(db: None) -> Callable[[str], Learner]:
    return lambda name: Learner.objects.create_user(
        f"{name}@fagbenk.example", "hemmelig-nok-12", given_name=name.title()
    )


@pytest.fixture
def kari(person: Callable[[str], Learner]) -> Learner:
    return person("kari")


@pytest.fixture
def ola(person: Callable[[str], Learner]) -> Learner:
    return person("ola")


@pytest.fixture
def kari_client(kari: Learner) -> Client:
    client = Client()
    client.force_login(kari)
    return client


def form(question: Question, which: str = RIGHT, prefix: str = "") -> dict[str, Any]:
    """The form's fields for a right or a wrong answer."""
    if question.kind in TEXTS:
        return {f"{prefix}answer": "Mine egne ord."}
    if question.kind == "numeric":
        return {f"{prefix}answer": "4,7" if which == RIGHT else "5,1"}
    if question.kind == "gaps":
        return {f"{prefix}gap-{o.key}": o.accepted[-1] if which == RIGHT else "nei" for o in question.options}
    if question.kind == "single":
        return {f"{prefix}answer": next(o.key for o in question.options if o.correct == (which == RIGHT))}
    if question.kind == "multiple":
        return {f"{prefix}answer": [o.key for o in question.options if o.correct == (which == RIGHT)]}
    keys = [o.key for o in question.options]
    if question.kind == "order":
        places = keys if which == RIGHT else keys[::-1]
        return {f"{prefix}place-{key}": str(n + 1) for n, key in enumerate(places)}
    rights = keys if which == RIGHT else keys[1:] + keys[:1]
    return {f"{prefix}pair-{left}": question.sealed(right) for left, right in zip(keys, rights, strict=True)}


def by_kind(page: LessonPage) -> dict[str, Question]:
    return {q.kind: q for q in page.questions().values()}


def quiz_form(quiz: QuizPage, wrong: int = 0) -> dict[str, Any]:
    """The quiz's fields with the last `wrong` questions answered wrongly."""
    asked = list(quiz.questions().values())
    fields: dict[str, Any] = {}
    for n, question in enumerate(asked):
        fields |= form(question, RIGHT if n < len(asked) - wrong else WRONG, f"{question.key}:")
    return fields
