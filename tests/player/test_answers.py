"""Answers in a lesson: stored once with their statement, kept for their giver, refused in a clear sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from courses.models import LessonPage
from learners.models import Learner
from tracking.lrs.models import Statement
from tracking.player import tokens
from tracking.player.models import Answer, Kept, Reflection
from tracking.vocabulary import ANSWERED

from .conftest import WRONG, by_kind, form

KINDS = ["single", "multiple", "order", "match"]


def send(client: Client, page: LessonPage, kind: str, giver: Learner, tries: int = 1, **changes: Any) -> Any:
    question = by_kind(page)[kind]
    data = {"who": tokens.make(giver, page.key), "try": tries} | form(question) | changes
    return client.post(f"/laer/{page.pk}/svar/{question.key}/", data, follow=True)


def statements(verb: str) -> list[dict[str, Any]]:
    import json

    return [p for p in map(json.loads, Statement.objects.values_list("payload", flat=True)) if p["verb"]["id"] == verb]


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_is_stored_with_its_statement(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], kind: str
) -> None:
    assert send(kari_client, lessons[0], kind, kari).status_code == 200
    assert Answer.objects.get().correct
    [statement] = statements(ANSWERED)
    assert statement["result"]["success"] is True
    assert statement["object"]["definition"]["interactionType"] in ("choice", "sequencing", "matching")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_gets_its_feedback(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], kind: str
) -> None:
    response = send(kari_client, lessons[0], kind, kari, **form(by_kind(lessons[0])[kind], WRONG))
    assert not Answer.objects.get().correct
    assert ("om " in response.content.decode()) or ("Nei." in response.content.decode())


def test_a_double_click_counts_once(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    send(kari_client, lessons[0], "single", kari)
    send(kari_client, lessons[0], "single", kari)
    assert Answer.objects.get().tries == 1
    assert len(statements(ANSWERED)) == 1


def test_a_stale_tab_does_not_overwrite_a_later_answer(
    kari: Learner, kari_client: Client, lessons: list[LessonPage]
) -> None:
    send(kari_client, lessons[0], "single", kari, 1, **form(by_kind(lessons[0])["single"], WRONG))
    send(kari_client, lessons[0], "single", kari, 2)
    response = send(kari_client, lessons[0], "single", kari, 2, **form(by_kind(lessons[0])["single"], WRONG))
    assert Answer.objects.get().correct
    assert len(statements(ANSWERED)) == 2
    assert list(response.context["messages"])


@pytest.mark.parametrize(
    "changes",
    [{"answer": ""}, {"answer": "no-such-option"}, {"answer": "x" * 30_000}],
    ids=["empty", "unknown", "huge"],
)
def test_an_answer_that_cannot_be_one_is_refused_and_nothing_is_counted(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], changes: dict[str, Any]
) -> None:
    response = send(kari_client, lessons[0], "single", kari, **changes)
    assert response.status_code == 200
    assert list(response.context["messages"])
    assert not Answer.objects.exists()
    assert not statements(ANSWERED)


@pytest.mark.parametrize(
    "changes", [{"who": "tampered"}, {"try": "0"}, {"try": "-1"}, {"try": "²"}, {"try": "99999999"}]
)
def test_a_tampered_form_gets_a_400_with_a_sentence(
    kari: Learner, kari_client: Client, lessons: list[LessonPage], changes: dict[str, Any]
) -> None:
    response = send(kari_client, lessons[0], "single", kari, **changes)
    assert response.status_code == 400
    assert not Answer.objects.exists()


def test_a_forms_token_is_for_its_own_page_only(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    response = send(kari_client, lessons[0], "single", kari, who=tokens.make(kari, lessons[1].key))
    assert response.status_code == 400


def test_a_skipped_try_is_not_stored(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    send(kari_client, lessons[0], "single", kari, 5)
    assert not Answer.objects.exists()


def test_an_expired_session_keeps_the_answer_for_its_giver(kari: Learner, lessons: list[LessonPage]) -> None:
    response = send(Client(), lessons[0], "single", kari)
    assert "/konto/login/" in response.redirect_chain[-1][0]
    again = Client()
    again.force_login(kari)
    page = again.get(lessons[0].url)
    [given] = page.context["state"].answers.values()
    assert given.kept
    assert given.response == form(by_kind(lessons[0])["single"])["answer"]
    assert not Answer.objects.exists()
    send(again, lessons[0], "single", kari)
    assert not Kept.objects.exists()


def test_another_person_on_the_pc_neither_sees_nor_submits_the_last_ones_answer(
    kari: Learner, ola: Learner, lessons: list[LessonPage]
) -> None:
    client = Client()
    client.force_login(ola)
    response = send(client, lessons[0], "reflection", kari, answer="Karis hemmelighet")
    assert "Karis hemmelighet" not in response.content.decode()
    assert Kept.objects.get().learner == kari
    assert not Answer.objects.exists()
    assert "Karis hemmelighet" not in client.get(lessons[0].url).content.decode()


def test_a_reflections_text_is_in_no_statement(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    send(kari_client, lessons[0], "reflection", kari, answer="Bare mine ord")
    assert Reflection.objects.get().text == "Bare mine ord"
    assert not Statement.objects.filter(payload__contains="Bare mine ord").exists()
    assert not statements(ANSWERED)


def test_a_reflection_can_be_emptied_and_an_older_form_does_not_bring_it_back(
    kari: Learner, kari_client: Client, lessons: list[LessonPage]
) -> None:
    send(kari_client, lessons[0], "reflection", kari, answer="Bare mine ord")
    response = send(kari_client, lessons[0], "reflection", kari, 2, answer="  ")
    assert Reflection.objects.get().text == ""
    assert "Bare mine ord" not in response.content.decode()
    send(kari_client, lessons[0], "reflection", kari, answer="Bare mine ord")
    assert Reflection.objects.get().text == ""


def test_what_was_never_written_is_not_emptied(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    send(kari_client, lessons[0], "reflection", kari, answer="")
    assert not Reflection.objects.exists()


def test_hostile_text_in_a_reflection_is_text(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    response = send(kari_client, lessons[0], "reflection", kari, answer="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" not in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()


def test_an_answer_without_javascript_and_with_htmx_is_the_same(
    kari: Learner, kari_client: Client, lessons: list[LessonPage]
) -> None:
    question = by_kind(lessons[0])["single"]
    data = {"who": tokens.make(kari, lessons[0].key), "try": 1} | form(question)
    response = kari_client.post(f"/laer/{lessons[0].pk}/svar/{question.key}/", data, headers={"HX-Request": "true"})
    assert f'id="q-{question.key}"' in response.content.decode()
    assert "<html" not in response.content.decode()
    assert Answer.objects.get().correct


def test_a_lesson_resumes_at_the_exact_place(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    kari_client.get(lessons[0].url)
    block = lessons[0].body[3].id
    response = kari_client.post(
        f"/laer/{lessons[0].pk}/sted/", {"place": block, "who": tokens.make(kari, lessons[0].key)}
    )
    assert response.status_code == 204
    assert kari_client.get(lessons[0].url).context["state"].place == block


def test_a_place_outside_the_lesson_is_refused(kari: Learner, kari_client: Client, lessons: list[LessonPage]) -> None:
    kari_client.get(lessons[0].url)
    response = kari_client.post(
        f"/laer/{lessons[0].pk}/sted/", {"place": "x", "who": tokens.make(kari, lessons[0].key)}
    )
    assert response.status_code == 400


def test_a_lesson_asks_for_sign_in(lessons: list[LessonPage]) -> None:
    assert Client().get(lessons[0].url).status_code == 302
