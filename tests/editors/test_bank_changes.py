"""A question bank that quizzes draw from while people are in the course is changed by the same choice as a page."""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data

from cms.glossary import Term
from courses.models import Course, LessonPage, QuestionBank, QuizPage
from learners.models import Learner
from tests.admin.conftest import as_pia, edvard, pia, service  # noqa: F401 - fixtures
from tests.editors.test_publishing import campaign, staff  # noqa: F401 - fixtures
from tests.player.conftest import course, course_page, lessons, loaded, quiz  # noqa: F401 - fixtures
from tracking.player import versions

OLD, NEW = "Hvor mange verktøy?", "Hvor mange skap?"
SAID = {"feedback_right": "Ja.", "feedback_wrong": "Nei."}


@pytest.fixture
def bank(staff: SimpleNamespace, quiz: QuizPage) -> QuestionBank:  # noqa: F811
    """The quiz draws its one question."""
    numeric = {"prompt": OLD, "answer": "4", "up_to": None, "unit": "", **SAID}
    made = QuestionBank.objects.create(
        title="Banken", subject="mi", locale=Locale.objects.get(language_code="nb"),
        questions=json.dumps([{"type": "numeric", "id": "q-bank", "value": numeric}]),
    )  # fmt: skip
    quiz.questions_field.append(("draw", {"bank": made, "number": 1}))
    quiz.save_revision().publish()
    return made


def save(client: Client, bank: QuestionBank, prompt: str, **choice: object) -> str:
    """As the form sends it."""
    value = {"prompt": prompt, "answer": "4", "up_to": "", "unit": "", **SAID}
    block = {"type": "numeric", "id": "q-bank", "order": "0", "deleted": "", "value": value}
    sent = {"title": bank.title, "subject": bank.subject, "questions": {"count": "1", "0": block}}
    address = f"/admin/sporsmalsbanker/edit/{bank.pk}/"
    return client.post(address, nested_form_data(sent) | choice, follow=True).content.decode()


def prompt(bank: QuestionBank) -> str:
    return QuestionBank.objects.get(pk=bank.pk).as_questions()[0].prompt


def asked(learner: Learner, quiz: QuizPage) -> Any:  # noqa: F811
    """The question of the bank as the learner's version has it."""
    return versions.as_begun(learner, QuizPage.objects.get(pk=quiz.pk)).questions()["q-bank"].prompt


def test_nothing_is_saved_until_somebody_says_what_the_change_is(as_pia: Client, bank: QuestionBank) -> None:  # noqa: F811
    shown = save(as_pia, bank, NEW)
    assert "1 person er i kurset" in shown
    assert f'value="{NEW}"' in shown
    assert prompt(bank) == OLD


def test_a_correction_is_for_everybody(
    as_pia: Client, bank: QuestionBank, staff: SimpleNamespace, quiz: QuizPage, course: Course  # noqa: F811
) -> None:  # fmt: skip
    save(as_pia, bank, NEW, kind="correction")
    assert prompt(bank) == asked(staff.Ada, quiz) == NEW
    assert course.versions.count() == 1


def test_after_a_new_requirement_those_who_had_begun_are_asked_the_old_questions(
    as_pia: Client, bank: QuestionBank, staff: SimpleNamespace, quiz: QuizPage, course: Course  # noqa: F811
) -> None:  # fmt: skip
    deadline = (timezone.localdate() + dt.timedelta(days=90)).strftime("%d.%m.%Y")
    save(as_pia, bank, NEW, kind="requirement", deadline=deadline, note="Nye skap.")
    assert course.versions.get(number=2).note == "Nye skap."
    assert prompt(bank) == NEW
    assert asked(staff.Ada, quiz) == OLD
    assert asked(staff.Berit, quiz) == NEW


def test_an_editor_mends_the_spelling_and_no_more(client: Client, edvard: Learner, bank: QuestionBank) -> None:  # noqa: F811
    client.force_login(edvard)
    save(client, bank, NEW, kind="correction")
    assert prompt(bank) == OLD
    save(client, bank, "Hvor mange verktoy?")
    assert prompt(bank) == "Hvor mange verktoy?"


def test_a_bank_that_nobody_is_asked_from_is_saved_at_once(as_pia: Client, bank: QuestionBank, quiz: QuizPage) -> None:  # noqa: F811
    quiz.unpublish()
    save(as_pia, bank, NEW)
    assert prompt(bank) == NEW


def fetch(client: Client, bank: QuestionBank, **sent: object) -> str:
    return client.post(reverse("import-questions", args=[bank.pk]), sent, follow=True).content.decode()


def fetch_file(client: Client, bank: QuestionBank) -> dict[str, str]:
    """What the form that asks sends along."""
    file = SimpleUploadedFile("nye.gift.txt", b"Er det flere? {=ja ~nei}\n\nBare tekst.")
    shown = fetch(client, bank, file=file)
    assert "1 person er i kurset" in shown
    assert "Bare tekst." in shown
    return {"questions_read": re.findall(r'name="questions_read" value="([^"]+)"', shown)[0]}


def held(bank: QuestionBank) -> list[str]:
    return [question.prompt for question in QuestionBank.objects.get(pk=bank.pk).as_questions()]


def test_questions_from_a_file_wait_for_the_choice_too(as_pia: Client, bank: QuestionBank) -> None:  # noqa: F811
    kept = fetch_file(as_pia, bank)
    assert held(bank) == [OLD]
    assert "Hva endringen er" in fetch(as_pia, bank, **kept, kind="") or held(bank) == [OLD]
    fetch(as_pia, bank, **kept, kind="correction")
    assert held(bank) == [OLD, "Er det flere?"]


def test_an_editor_puts_no_file_s_questions_before_people(
    client: Client, edvard: Learner, bank: QuestionBank  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(edvard)
    kept = fetch_file(client, bank)
    fetch(client, bank, **kept, kind="correction")
    assert held(bank) == [OLD]


def test_questions_that_were_not_read_here_are_refused(as_pia: Client, bank: QuestionBank) -> None:  # noqa: F811
    answer = as_pia.post(reverse("import-questions", args=[bank.pk]), {"questions_read": "[]", "kind": "correction"})
    assert (answer.status_code, held(bank)) == (400, [OLD])


@pytest.mark.parametrize(
    "address", ["/admin/sporsmalsbanker/delete/{}/", "/admin/bulk/courses/questionbank/delete/?id={}"]
)
def test_a_bank_that_a_quiz_draws_from_is_not_deleted(as_pia: Client, bank: QuestionBank, address: str) -> None:  # noqa: F811
    said = as_pia.post(address.format(bank.pk), follow=True).content.decode()
    assert "Ingenting er slettet" in said
    assert QuestionBank.objects.filter(pk=bank.pk).exists()


def test_a_bank_that_nothing_draws_from_is_deleted(as_pia: Client, bank: QuestionBank, quiz: QuizPage) -> None:  # noqa: F811
    quiz.questions_field = [(b.block_type, b.value) for b in quiz.questions_field if b.block_type != "draw"]
    quiz.save_revision().publish()
    as_pia.post(f"/admin/sporsmalsbanker/delete/{bank.pk}/")
    assert not QuestionBank.objects.filter(pk=bank.pk).exists()


def test_a_word_that_a_lesson_explains_is_not_deleted(as_pia: Client, lessons: list[LessonPage]) -> None:  # noqa: F811
    term = Term.objects.create(word="MI", meaning="Samtaler.", locale=lessons[0].locale)
    lessons[0].body.append(("definition", {"term": term}))
    lessons[0].save()
    address = reverse(term.snippet_viewset.get_url_name("delete"), args=[term.pk])
    assert str(lessons[0]) in as_pia.post(address, follow=True).content.decode()
    assert Term.objects.filter(pk=term.pk).exists()
