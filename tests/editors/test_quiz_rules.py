"""What an editor may say of a closing quiz: draws, the time between attempts, what is shown afterwards."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from courses.models import QuestionBank, QuizPage
from learners.models import Learner
from tests.player.conftest import (  # noqa: F401 - fixtures
    course,
    course_page,
    form,
    kari,
    kari_client,
    lessons,
    loaded,
    person,
    quiz,
)
from tracking.player import attempts
from tracking.player.models import QuizTry
from tracking.player.play import waits_longer_than_today


def asked_of(kari: Learner, quiz: QuizPage, number: int) -> list[str]:  # noqa: F811
    attempt = attempts.begin(kari, quiz.course_page.course, timezone.now())
    return list(attempts.asked(attempt, quiz, number))


def hand_in(client: Client, kari: Learner, quiz: QuizPage, number: int, which: str) -> str:  # noqa: F811
    source = client.get(quiz.url).content.decode()
    who = source.split('name="who" value="')[1].split('"')[0]
    fields = {"who": who, "number": str(number)}
    questions = quiz.questions()
    for key in asked_of(kari, quiz, number):
        fields |= form(questions[key], which, f"{key}:")
    return client.post(quiz_address(quiz), fields, follow=True).content.decode()


def quiz_address(quiz: QuizPage) -> str:  # noqa: F811
    from django.urls import reverse

    return reverse("hand-in", args=[quiz.pk])


@pytest.fixture
def drawing(quiz: QuizPage) -> QuizPage:  # noqa: F811
    """The quiz asks its own first question, and draws two of a bank of eight."""
    bank = QuestionBank.objects.create(
        title="Bank",
        subject="mi",
        locale=Locale.objects.get(language_code="nb"),
        questions=json.dumps([{"type": "single", "id": f"bank-{n}", "value": choice(n)} for n in range(8)]),
    )
    own = quiz.questions_field.get_prep_value()[:1]
    drawn = {"type": "draw", "id": "trekk", "value": {"bank": bank.pk, "number": 2}}
    quiz.questions_field = json.dumps([*own, drawn])
    quiz.save()
    return QuizPage.objects.get(pk=quiz.pk)


def choice(number: int) -> dict[str, object]:
    options = [
        {"type": "item", "id": f"{number}-{k}", "value": {"text": k, "correct": k == "a", "feedback": f"om {k}"}}
        for k in "ab"
    ]
    return {"prompt": f"Bankens {number}", "options": options}


def test_a_drawing_quiz_asks_as_many_as_it_says_and_the_same_at_every_look(
    kari: Learner, kari_client: Client, drawing: QuizPage  # noqa: F811
) -> None:  # fmt: skip
    looks = [kari_client.get(drawing.url).content.decode().count('class="prompt"') for _ in range(2)]
    assert looks == [3, 3]
    assert asked_of(kari, drawing, 1) == asked_of(kari, drawing, 1)


def test_the_second_attempt_draws_anew_and_is_marked_by_its_own_questions(
    kari: Learner, kari_client: Client, drawing: QuizPage  # noqa: F811
) -> None:  # fmt: skip
    draws = {tuple(asked_of(kari, drawing, n)) for n in range(1, 12)}
    assert len(draws) > 3
    hand_in(kari_client, kari, drawing, 1, "wrong")
    hand_in(kari_client, kari, drawing, 2, "right")
    tries = QuizTry.objects.filter(attempt__learner=kari).order_by("number")
    assert [t.passed for t in tries] == [False, True]
    assert set(tries[1].answers) == set(asked_of(kari, drawing, 2))  # PostgreSQL keeps no order of a JSON object's keys


def test_the_next_attempt_waits_as_long_as_the_editor_says_and_keeps_the_answers(
    kari: Learner, kari_client: Client, quiz: QuizPage  # noqa: F811
) -> None:  # fmt: skip
    QuizPage.objects.filter(pk=quiz.pk).update(hours_between=4)
    quiz.refresh_from_db()
    source = kari_client.get(quiz.url).content.decode()
    who = source.split('name="who" value="')[1].split('"')[0]
    hand_in(kari_client, kari, quiz, 1, "wrong")
    said = kari_client.get(quiz.url).content.decode()
    assert "Du kan prøve igjen fra" in said
    fields = {"who": who, "number": "2"}
    for key, question in quiz.questions().items():
        fields |= form(question, "right", f"{key}:")
    answer = kari_client.post(quiz_address(quiz), fields, follow=True).content.decode()
    assert "Svarene dine er tatt vare på" in answer
    assert QuizTry.objects.filter(attempt__learner=kari).count() == 1
    QuizTry.objects.update(handed_in_at=timezone.now() - dt.timedelta(hours=4, minutes=1))
    assert "Du kan prøve igjen fra" not in kari_client.get(quiz.url).content.decode()


@pytest.mark.parametrize(("shown", "told_wrong", "told_right"), [("each", 4, 4), ("passed", 0, 4), ("result", 0, 0)])
def test_the_editor_says_what_is_shown_after_an_attempt(
    kari: Learner, kari_client: Client, quiz: QuizPage, shown: str, told_wrong: int, told_right: int  # noqa: F811
) -> None:  # fmt: skip
    QuizPage.objects.filter(pk=quiz.pk).update(shown_after=shown)
    quiz.refresh_from_db()
    after_wrong = hand_in(kari_client, kari, quiz, 1, "wrong")
    after_right = hand_in(kari_client, kari, quiz, 2, "right")
    assert after_wrong.count('class="result"') == told_wrong
    assert after_right.count('class="result"') == told_right


@pytest.mark.parametrize("rule", [{"max_attempts": 1}, {"hours_between": 4}])
def test_nobody_is_told_to_try_again_who_may_not_yet(
    kari: Learner, kari_client: Client, quiz: QuizPage, rule: dict[str, int]  # noqa: F811
) -> None:  # fmt: skip
    QuizPage.objects.filter(pk=quiz.pk).update(**rule)
    quiz.refresh_from_db()
    said = hand_in(kari_client, kari, quiz, 1, "wrong")
    assert "Ikke bestått ennå. Les hva hvert svar var verdt." in said
    assert "og prøv igjen" not in said


@pytest.mark.parametrize("rule", ["max_attempts", "hours_between"])
def test_a_rule_by_which_nobody_could_ever_hand_in_is_refused(quiz: QuizPage, rule: str) -> None:  # noqa: F811
    setattr(quiz, rule, 0)
    with pytest.raises(ValidationError) as refused:
        quiz.clean_fields()
    assert list(refused.value.error_dict) == [rule]


NOON = dt.datetime(2026, 11, 18, 11, tzinfo=dt.UTC)


@pytest.mark.parametrize(("hours", "said"), [(4, None), (24, 24), (48, 48)])
def test_where_the_days_attempts_are_used_the_later_of_the_two_waits_is_told(hours: int, said: int | None) -> None:
    page = QuizPage(max_attempts=1, hours_between=hours)
    told = waits_longer_than_today(page, [QuizTry(handed_in_at=NOON, passed=False)], NOON + dt.timedelta(minutes=1))
    assert told == (said and NOON + dt.timedelta(hours=said))


def test_the_wait_between_attempts_is_told_before_the_first_one(kari_client: Client, quiz: QuizPage) -> None:  # noqa: F811
    QuizPage.objects.filter(pk=quiz.pk).update(hours_between=24)
    assert "Består du ikke, kan du prøve igjen etter 24 timer." in kari_client.get(quiz.url).content.decode()
