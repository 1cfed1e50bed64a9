"""What a page's source says before one has answered: nothing of the answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from courses.exceptions import BadResponse
from courses.models import LessonPage, QuizPage
from courses.presentation import fields
from courses.questions import Option, Question, mark, parse
from tests.player.conftest import by_kind

PAIRS = (Option("a", "gjerde", match="statisk"), Option("b", "mur", match="statisk"), Option("c", "prat", match="nær"))
MATCH = Question("q", "match", "?", PAIRS)


@pytest.mark.django_db
def test_the_source_says_nothing_of_what_is_right(
    kari_client: Client, lessons: list[LessonPage], quiz: QuizPage
) -> None:
    for page in (*lessons, quiz):
        source = kari_client.get(page.url).content.decode()
        for question in page.questions().values():
            told = [question.feedback_right, question.feedback_wrong, *(o.feedback for o in question.options)]
            assert not any(f">{words}<" in source for words in told if words)


@pytest.mark.django_db
def test_a_right_side_does_not_carry_its_left_sides_key(kari_client: Client, lessons: list[LessonPage]) -> None:
    question = by_kind(lessons[0])["match"]
    source = kari_client.get(lessons[0].url).content.decode()
    chosen = set(re.findall(r'<option value="([^"]+)"', source))
    assert chosen.isdisjoint(o.key for o in question.options)


def test_the_key_itself_is_no_answer() -> None:
    with pytest.raises(BadResponse):
        parse(MATCH, {f"pair-{o.key}": [o.key] for o in PAIRS})


def test_right_sides_with_the_same_words_are_one() -> None:
    (picker, *_others) = fields(MATCH, None, "frø").pickers
    assert sorted(choice.text for choice in picker.choices) == ["nær", "statisk"]
    by_text = {choice.text: choice.value for choice in picker.choices}
    assert mark(MATCH, parse(MATCH, {f"pair-{o.key}": [by_text[o.match]] for o in PAIRS})).correct


def test_the_order_shown_cannot_be_reckoned_back_without_the_installations_secret(settings: object) -> None:
    question = Question("q", "order", "?", tuple(Option(str(n), str(n)) for n in range(8)))
    here = question.shuffled("frø")
    settings.SECRET_KEY = "et annet sted"  # type: ignore[attr-defined]
    assert question.shuffled("frø") != here
