"""Evaluations: five questions and a few words, answered so that nobody, we neither, can say who answered what.

An answer is added to counts; no row holds it. Counts and words come into the results in rounds: when at least FEW new
answers wait, all of them at once. Whoever compares the results of two days so learns of FEW people together, never of
one. What is written goes in with its round, and is read where at least FEW have written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learners.models import Learner

from .exceptions import AlreadyAnswered
from .models import Answered, Course, Evaluation, EvaluationCount, EvaluationWords, Gathering

FEW = 5  # as everywhere else: no number stands for fewer
VALUES = range(1, 6)
MOST = 2000  # characters
QUESTIONS: tuple[Promise, ...] = (
    _("What I learnt is useful in my work."),
    _("I can do something now that I could not do before, or do it better."),
    _("It was easy to understand and to follow."),
    _("The length and the pace were right for me."),
    _("I would recommend it to a colleague."),
)
ANSWERS: tuple[Promise, ...] = (
    _("Disagree"),
    _("Disagree in part"),
    _("Neither"),
    _("Agree in part"),
    _("Agree"),
)


def of(subject: Course | Gathering) -> Evaluation:
    """The evaluation of a course or gathering, made where there is none."""
    return Evaluation.objects.get_or_create(**_named(subject))[0]


def _named(subject: Course | Gathering) -> dict[str, Any]:
    return {"course" if isinstance(subject, Course) else "gathering": subject}


def has_answered(subject: Course | Gathering, learner: Learner) -> bool:
    named = {f"evaluation__{name}": one for name, one in _named(subject).items()}
    return Answered.objects.filter(learner=learner, **named).exists()


@transaction.atomic
def answer(subject: Course | Gathering, learner: Learner, values: Sequence[int], text: str) -> None:
    """Add one person's answers, a value of VALUES for each question. Raises AlreadyAnswered, ValueError."""
    if len(values) != len(QUESTIONS) or any(value not in VALUES for value in values) or len(text) > MOST:
        raise ValueError("Five values from 1 to 5, and at most 2,000 characters.")
    held = Evaluation.objects.select_for_update().get(pk=of(subject).pk)
    if not Answered.objects.get_or_create(evaluation=held, learner=learner)[1]:
        raise AlreadyAnswered
    for question, value in enumerate(values, 1):
        count = EvaluationCount.objects.get_or_create(evaluation=held, question=question, value=value)[0]
        EvaluationCount.objects.filter(pk=count.pk).update(waiting=F("waiting") + 1)
    if text.strip():
        EvaluationWords.objects.create(evaluation=held, text=text.strip())
    held.waiting += 1
    held.save(update_fields=["waiting"])
    if held.waiting >= FEW:
        _show(held)


def _show(held: Evaluation) -> None:
    """The round is full: what waits comes into the results, in an order that tells nothing of who came when."""
    EvaluationCount.objects.filter(evaluation=held).update(shown=F("shown") + F("waiting"), waiting=0)
    waiting = EvaluationWords.objects.filter(evaluation=held, shown=False)
    texts = sorted(waiting.values_list("text", flat=True), key=str.casefold)
    waiting.delete()
    EvaluationWords.objects.bulk_create([EvaluationWords(evaluation=held, text=one, shown=True) for one in texts])
    held.shown, held.waiting = held.shown + held.waiting, 0
    held.save(update_fields=["shown", "waiting"])


@dataclass(frozen=True)
class Line:
    """One question: how many gave each of the five values, the mean, and the share who agree in part or wholly."""

    text: str | Promise
    counts: tuple[int, ...]
    mean: float
    agree: float


@dataclass(frozen=True)
class Results:
    """`answers`: how many answers there are in it, 0 for too few. `words`: by the alphabet; `few_words`: some have
    written, but too few."""

    answers: int
    lines: tuple[Line, ...]
    words: tuple[str, ...]
    few_words: bool


def results(subject: Course | Gathering) -> Results:
    found = Evaluation.objects.filter(**_named(subject)).first()
    if found is None or found.shown < FEW:
        return Results(0, (), (), few_words=False)
    counted = {(row.question, row.value): row.shown for row in found.counts.all()}
    words = sorted(found.words.filter(shown=True).values_list("text", flat=True), key=str.casefold)
    lines = tuple(_line(text, number, counted, found.shown) for number, text in enumerate(QUESTIONS, 1))
    return Results(found.shown, lines, tuple(words) if len(words) >= FEW else (), 0 < len(words) < FEW)


def _line(text: Promise, number: int, counted: dict[tuple[int, int], int], total: int) -> Line:
    counts = tuple(counted.get((number, value), 0) for value in VALUES)
    mean = sum(value * count for value, count in zip(VALUES, counts, strict=True)) / total
    return Line(text, counts, mean, sum(counts[3:]) / total)
