"""What the page says of an answer: at the question, in the reader's language, and nothing that is not so."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.models import LessonPage, QuizPage
from courses.ports import Given
from courses.questions import mark
from courses.templatetags.learning import result_in_words
from learners.models import Learner
from tests.player.conftest import by_kind, quiz_form
from tracking.player import tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_a_quiz_handed_in_empty_marks_every_question(kari: Learner, kari_client: Client, quiz: QuizPage) -> None:
    kari_client.post(reverse("hand-in", args=[quiz.pk]), {"who": tokens.make(kari, quiz.key), "number": "1"})
    source = kari_client.get(quiz.url).content.decode()
    assert all(f'id="e-{key}"' in source for key in quiz.questions())


def test_a_quiz_not_yet_sent_marks_none(kari_client: Client, quiz: QuizPage) -> None:
    assert "ds-validation-message" not in kari_client.get(quiz.url).content.decode()


def test_a_quiz_kept_after_the_session_had_ended_is_shown_after_signing_in(kari: Learner, quiz: QuizPage) -> None:
    sent = {"who": tokens.make(kari, quiz.key), "number": "1"} | quiz_form(quiz)
    answer = Client().post(reverse("hand-in", args=[quiz.pk]), sent)
    assert answer["Location"].endswith("%23try")


def test_an_incomplete_answer_says_aloud_what_was_right_and_that_more_is_asked(lessons: list[LessonPage]) -> None:
    question = by_kind(lessons[0])["multiple"]
    right, wrong = question.options[0], question.options[1]
    with translation.override("en"):
        some = [right.key]
        assert result_in_words(question, Given(some, mark(question, some), 1)) == (
            f"Not right yet. {right.feedback} All that are right must be ticked, and no others."
        )
        both = sorted([right.key, wrong.key])
        assert f"{wrong.text}: {wrong.feedback}" in result_in_words(question, Given(both, mark(question, both), 1))


@pytest.mark.parametrize(("language", "word"), [("nb", "tegn"), ("nn", "teikn")])
def test_a_password_that_is_too_short_is_told_so_in_norwegian(kari: Learner, language: str, word: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("kort", kari)
    assert refused.value.messages == [f"Passordet er for kort. Det må ha minst 12 {word}."]
