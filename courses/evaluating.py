"""Evaluations: five questions and a few words, answered so that nobody, we neither, can say who answered what.

An answer is added to counts; no row holds it. Counts and words come into the results in rounds: when at least FEW new
answers wait, all of them at once. Whoever compares the results of two days so learns of FEW people together, never of
one. What is written goes in with its round, and is read where at least FEW have written.

A gathering is evaluated from its last session on, for OPEN. What is left over then, fewer than FEW, goes to the
course's gatherings together, and is shown there by the same rule; of a gathering without a course it is never shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learners.models import Learner

from .exceptions import AlreadyAnswered
from .models import Answered, Course, Evaluation, EvaluationCount, EvaluationWords, Gathering

FEW = 5  # as everywhere else: no number stands for fewer
OPEN = dt.timedelta(days=60)
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


def is_open(subject: Course | Gathering, at: dt.datetime) -> bool:
    """Whether it is the time to answer: of a course always."""
    if isinstance(subject, Course):
        return True
    days = [(one.starts, one.ends) for one in subject.sessions.all() if not one.cancelled]
    return bool(days) and max(days)[0] <= at < max(end for _start, end in days) + OPEN


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


def carry_over(at: dt.datetime) -> int:
    """What is left over from gatherings whose time to answer is over goes to their course's gatherings together;
    returns from how many. Done again, it changes nothing."""
    last = Max("gathering__sessions__ends", filter=Q(gathering__sessions__cancelled=False))
    rows = Evaluation.objects.filter(waiting__gt=0, gathering__course__isnull=False).annotate(last=last)
    over = list(rows.filter(last__lte=at - OPEN).values_list("pk", flat=True))
    return sum(_carry(pk) for pk in over)


@transaction.atomic
def _carry(pk: int) -> bool:
    held = Evaluation.objects.select_for_update(of=("self",)).select_related("gathering").get(pk=pk)
    if not held.waiting or held.gathering is None:
        return False
    made, _new = Evaluation.objects.get_or_create(gatherings_of_id=held.gathering.course_id)
    together = Evaluation.objects.select_for_update().get(pk=made.pk)
    for row in held.counts.filter(waiting__gt=0):
        count = EvaluationCount.objects.get_or_create(evaluation=together, question=row.question, value=row.value)[0]
        EvaluationCount.objects.filter(pk=count.pk).update(waiting=F("waiting") + row.waiting)
    held.counts.update(waiting=0)
    held.words.filter(shown=False).update(evaluation=together)
    together.waiting, held.waiting = together.waiting + held.waiting, 0
    together.save(update_fields=["waiting"])
    held.save(update_fields=["waiting"])
    if together.waiting >= FEW:
        _show(together)
    return True


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
    return _results(Evaluation.objects.filter(**_named(subject)).first())


def results_together(course: Course) -> Results:
    """Of what was left over from the course's gatherings."""
    return _results(Evaluation.objects.filter(gatherings_of=course).first())


def _results(found: Evaluation | None) -> Results:
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
