"""Numbers, gaps, and draws from a bank: what is right, what is refused, what is drawn."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.exceptions import BadResponse
from courses.questions import Option, Question, draw, gap_text, mark, parse

PRICE = Question(
    "q", "numeric", "?", feedback_right="Ja.", feedback_wrong="Nei.", low=Decimal("4.5"), high=Decimal(1200)
)
GAPS = Question(
    "q", "gaps", "?", (Option("1", "", accepted=("motiverende samtaler", "MI")), Option("2", "", accepted=("å lytte",)))
)


@pytest.mark.parametrize("written", ["4,5", "4.5", " 1 200 ", "1\N{NO-BREAK SPACE}200,00", "1e2", "100"])
def test_a_number_within_the_range_is_right_however_it_is_written(written: str) -> None:
    assert mark(PRICE, parse(PRICE, {"answer": [written]})).correct


@pytest.mark.parametrize("written", ["4,49", "1200,01", "-5", "\N{MINUS SIGN}5", "0"])
def test_a_number_outside_the_range_is_wrong_with_its_feedback(written: str) -> None:
    assert mark(PRICE, parse(PRICE, {"answer": [written]})).summary == "Nei."


@pytest.mark.parametrize("written", ["", "fire", "NaN", "Infinity", "1,2,3", "1e99999", "9" * 50, "4 kr"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(BadResponse):
        parse(PRICE, {"answer": [written]})


def gaps(first: str, second: str) -> dict[str, list[str]]:
    return {"gap-1": [first], "gap-2": [second]}


@pytest.mark.parametrize("first", ["motiverende samtaler", " Motiverende  SAMTALER. ", "mi", "«MI»"])
def test_a_gap_takes_any_of_its_answers_whatever_the_case_and_spaces(first: str) -> None:
    assert mark(GAPS, parse(GAPS, gaps(first, "A\N{COMBINING RING ABOVE} lytte"))).correct


def test_one_wrong_gap_makes_the_answer_wrong() -> None:
    assert not mark(GAPS, parse(GAPS, gaps("MI", "å snakke"))).correct


@pytest.mark.parametrize("fields", [{}, gaps("MI", ""), gaps("MI", " "), gaps("MI", "x" * 201)])
def test_an_empty_or_endless_gap_is_refused(fields: dict[str, list[str]]) -> None:
    with pytest.raises(BadResponse):
        parse(GAPS, fields)


@pytest.mark.parametrize("text", ["ingen", "[[]]", "[[ | ]]", "[[a", "a]] [[b]]", "[[a]] [[b"])
def test_a_text_whose_gaps_do_not_hold_together_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="gap"):
        gap_text.split(text)


def test_a_text_is_split_at_its_gaps() -> None:
    assert gap_text.split("Si [[ja|jo]] og [[nei]].") == (("Si ", " og ", "."), (("ja", "jo"), ("nei",)))


BANK = [Question(f"k{n}", "single", str(n)) for n in range(12)]


@given(number=st.integers(1, 20), seed=st.text(max_size=10), order=st.permutations(BANK))
def test_a_draw_depends_on_the_seed_alone_and_keeps_the_banks_order(
    number: int, seed: str, order: list[Question]
) -> None:
    drawn = draw(BANK, number, seed)
    assert len(drawn) == min(number, len(BANK))
    assert drawn == sorted(drawn, key=BANK.index)
    assert {q.key for q in draw(order, number, seed)} == {q.key for q in drawn}


def test_another_attempt_draws_others() -> None:
    assert len({tuple(q.key for q in draw(BANK, 3, str(n))) for n in range(20)}) > 10
