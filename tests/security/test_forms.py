"""The player's forms as an attacker sends them: another's, another part's, a draft's, far too much."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage, LessonPage, QuizPage
from learners.models import Learner
from tests.player.conftest import by_kind, form, quiz_form
from tracking.player import tokens
from tracking.player.models import Answer, Attempt, Kept, PartDone, QuizTry, Reflection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def deeds(page: LessonPage, quiz: QuizPage, learner: Learner, key: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every form of a lesson and a quiz with an answer in it: (address, fields)."""
    single = by_kind(page)["single"]
    lesson = {"who": tokens.make(learner, key or page.key)}
    closing = {"who": tokens.make(learner, key or quiz.key), "number": "1"}
    return [
        (reverse("answer", args=[page.pk, single.key]), lesson | {"try": "1"} | form(single)),
        (reverse("finish", args=[page.pk]), lesson),
        (reverse("place", args=[page.pk]), lesson | {"place": page.body[0].id}),
        (reverse("hand-in", args=[quiz.pk]), closing | quiz_form(quiz)),
    ]


def nothing_stored() -> bool:
    return not any(model.objects.exists() for model in (Answer, Kept, PartDone, QuizTry, Reflection))


@pytest.mark.parametrize("unpublished", ["part", "course"])
def test_what_is_not_published_is_neither_shown_nor_answered(
    kari: Learner, kari_client: Client, course_page: CoursePage, lessons: list[LessonPage], quiz: QuizPage,
    unpublished: str,
) -> None:  # fmt: skip
    lesson = lessons[0]
    for page in (lesson, quiz) if unpublished == "part" else (course_page,):
        page.live = False
        page.save()
    for address, fields in deeds(lesson, quiz, kari):
        assert kari_client.post(address, fields).status_code == 404, address
    assert kari_client.get(lesson.url).status_code == kari_client.get(quiz.url).status_code == 404
    assert nothing_stored()


def test_an_unpublished_course_is_not_begun(kari_client: Client, course_page: CoursePage) -> None:
    course_page.live = False
    course_page.save()
    assert kari_client.post(reverse("begin", args=[course_page.pk])).status_code == 404
    assert not Attempt.objects.exists()


def test_a_token_of_one_part_opens_no_other(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    for address, fields in deeds(lessons[0], quiz, kari, key=lessons[1].key):
        assert kari_client.post(address, fields).status_code == 400, address
    assert nothing_stored()


def test_anothers_token_stores_nothing_for_either(
    ola: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    for address, fields in deeds(lessons[0], quiz, ola):
        assert kari_client.post(address, fields).status_code in (302, 403), address
    assert not any(model.objects.exists() for model in (Answer, PartDone, QuizTry))
    assert set(Kept.objects.values_list("learner", flat=True)) == {ola.pk}


def test_beginning_and_signing_out_ask_for_the_pages_token(kari: Learner, course_page: CoursePage) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(kari)
    for address in (reverse("begin", args=[course_page.pk]), reverse("account_logout")):
        assert strict.post(address).status_code == 403
    assert "_auth_user_id" in strict.session
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("fields", [
    {"answer": "ord\x00"}, {"answer": "x" * 20_001}, {"answer": "x", "y" * 20_001: ""}, {"answer": "x", "\x00": "x"},
])  # fmt: skip
def test_what_cannot_be_stored_is_refused_with_a_sentence(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], fields: dict[str, str]
) -> None:
    lesson = lessons[0]
    question = by_kind(lesson)["reflection"]
    sent = {"who": tokens.make(kari, lesson.key), "try": "1"} | fields
    address, body = reverse("answer", args=[lesson.pk, question.key]), urlencode(sent)
    kind = "application/x-www-form-urlencoded"
    for client in (kari_client, Client()):
        assert client.post(address, body, kind).status_code == 302
        assert client.post(address, body, kind, headers={"HX-Request": "true"}).status_code == 200
    assert nothing_stored()


@pytest.mark.parametrize("number", ["000001" + "9" * 5000, "000001" + "9" * 20, "10001", "0", "²", "-1"])
def test_a_counter_that_is_no_number_of_a_try_is_refused(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], quiz: QuizPage, number: str
) -> None:
    changed = {"try": number, "number": number}
    answers = [kari_client.post(address, fields | changed) for address, fields in deeds(lessons[0], quiz, kari)]
    assert (answers[0].status_code, answers[-1].status_code) == (400, 400)
    assert not any(model.objects.exists() for model in (Answer, QuizTry))


def test_words_are_never_markup(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    lesson = lessons[0]
    question = by_kind(lesson)["reflection"]
    words = "</textarea><script>alert(1)</script>"
    kari.given_name = "<script>alert(2)</script>"
    kari.save()
    sent = {"who": tokens.make(kari, lesson.key), "try": "1", "answer": words}
    kari_client.post(reverse("answer", args=[lesson.pk, question.key]), sent)
    source = kari_client.get(lesson.url).content.decode()
    assert Reflection.objects.get().text == words
    assert "<script>alert" not in source
