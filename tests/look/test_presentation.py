"""A question's fields: named as the parser reads them, filled with what was chosen."""

from __future__ import annotations

import pytest

from courses.presentation import fields, in_words
from courses.questions import Option, Question, Response, parse

OPTIONS = (Option("a", "A", True), Option("b", "B"), Option("c", "C", True))
PAIRS = tuple(Option(key, f"venstre {key}", match=f"høyre {key}") for key in "abc")
QUESTIONS: list[tuple[Question, Response]] = [
    (Question("q", "single", "?", OPTIONS), "b"),
    (Question("q", "multiple", "?", OPTIONS), ["a", "c"]),
    (Question("q", "order", "?", OPTIONS), ["c", "a", "b"]),
    (Question("q", "match", "?", PAIRS), {"a": "b", "b": "a", "c": "c"}),
    (Question("q", "reflection", "?"), "Mine ord."),
    (Question("q", "free", "?"), "Mine ord."),
    (Question("q", "numeric", "?", unit="kr"), "4.5"),
    (
        Question("q", "gaps", "?", (Option("1", "", accepted=("a",)), Option("2", "")), around=("", "og", "")),
        ["x", "y"],
    ),
]


@pytest.mark.parametrize("prefix", ["", "q:"])
@pytest.mark.parametrize(("question", "response"), QUESTIONS)
def test_a_form_that_is_sent_back_untouched_gives_the_answer_it_was_filled_with(
    question: Question, response: Response, prefix: str
) -> None:
    shown = fields(question, response, "frø", prefix)
    sent: dict[str, list[str]] = {}
    for choice in shown.choices:
        if choice.chosen:
            sent.setdefault(shown.name, []).append(choice.value)
    for picker in shown.pickers:
        sent[picker.name] = [choice.value for choice in picker.choices if choice.chosen]
    sent |= {gap.name: [gap.text] for gap in shown.gaps}
    if shown.text:
        sent[shown.name] = [shown.text]
    assert parse(question, sent, prefix) == response


def test_no_field_shares_its_id_with_another() -> None:
    for question, response in QUESTIONS:
        shown = fields(question, response, "frø")
        ids = [choice.id for choice in shown.choices] + [picker.id for picker in shown.pickers]
        assert len(ids) == len(set(ids))


def test_a_match_is_told_in_words_left_and_right() -> None:
    assert in_words(*QUESTIONS[3])[0] == "venstre a – høyre b"
