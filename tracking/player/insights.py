"""What works in a course: where people stop, how long they take, which questions say nothing. Numbers only, no names.

Small groups say nothing: no number stands for fewer than FEW persons, no question is analysed for fewer than ENOUGH.
Difficulty and discrimination are those of classical test theory: the share who answered right at the first attempt,
and the correlation of that with the rest of the quiz (corrected item-total correlation).
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef

from courses.evaluating import FEW
from courses.models import Course, QuizPage
from courses.ports import Insights, LessonInsight, OptionInsight, QuestionInsight, Spread, Voices
from courses.questions import Question
from courses.requirements import all_parts

from ..completions.models import Completion
from .models import Attempt, FreeAnswer, PartDone, QuizTry, Visit

ENOUGH = 10
STOPPED = dt.timedelta(days=14)  # who has not been in a course for so long has stopped, for now


def insights(course: Course, language: str, at: dt.datetime) -> Insights:
    """The course's numbers, with its parts' titles in `language`."""
    parts = [part for part in all_parts(course) if part.locale.language_code == language and part.live]
    attempts = Attempt.objects.filter(version__course=course)
    completed = Completion.objects.filter(registration=OuterRef("registration"), known_to=None)
    quizzes = [part for part in parts if isinstance(part, QuizPage)]
    asked = {key: question for part in parts for key, question in part.questions().items()}
    return Insights(
        started=_at_least_few(attempts.values("learner").distinct().count()),
        completed=_at_least_few(attempts.filter(Exists(completed)).values("learner").distinct().count()),
        minutes=_spread(_minutes(course)),
        lessons=tuple(_lessons(course, parts, at)),
        questions=tuple(line for quiz in quizzes for line in _questions(quiz, quiz.questions())),
        voices=tuple(_voices(asked)),
    )


def _at_least_few(count: int) -> int | None:
    """The number, or None for one to four persons."""
    return None if 0 < count < FEW else count


def _minutes(course: Course) -> list[float]:
    """The time that each completed attempt took in all its visits."""
    done = Completion.objects.filter(registration=OuterRef("attempt__registration"), known_to=None)
    visits = Visit.objects.filter(Exists(done), attempt__version__course=course)
    took: dict[int, float] = defaultdict(float)
    for attempt, length in visits.annotate(length=F("seen_at") - F("begun_at")).values_list("attempt", "length"):
        took[attempt] += length.total_seconds() / 60
    return list(took.values())


def _spread(values: Sequence[float]) -> Spread | None:
    """The middle half, in whole fives of minutes; None for too few."""
    if len(values) < ENOUGH:
        return None
    low, middle, high = statistics.quantiles(values, n=4)
    return Spread(5 * math.floor(low / 5), 5 * round(middle / 5), 5 * math.ceil(high / 5))


def _lessons(course: Course, parts: Iterable[Any], at: dt.datetime) -> Iterable[LessonInsight]:
    done = _persons(PartDone.objects.filter(attempt__version__course=course).values_list("key", "attempt__learner"))
    passed = QuizTry.objects.filter(attempt__version__course=course, passed=True)
    done |= _persons(passed.values_list("part_key", "attempt__learner"))
    unfinished = Completion.objects.filter(registration=OuterRef("registration"), known_to=None)
    away = Attempt.objects.filter(~Exists(unfinished), version__course=course).exclude(visits__seen_at__gt=at - STOPPED)
    stopped = _persons(away.exclude(at_key="").values_list("at_key", "learner"))
    for part in parts:
        yield LessonInsight(part.title, _at_least_few(done.get(part.key, 0)), _at_least_few(stopped.get(part.key, 0)))


def _persons(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, set[int]] = defaultdict(set)
    for key, learner in pairs:
        found[key].add(learner)
    return {key: len(learners) for key, learners in found.items()}


def _questions(quiz: QuizPage, asked: Mapping[str, Question]) -> Iterable[QuestionInsight]:
    firsts = list(QuizTry.objects.filter(part_key=quiz.key, number=1).values_list("answers", flat=True))
    for key, question in asked.items():
        given = [answers for answers in firsts if key in answers]
        if len(given) < ENOUGH:
            yield QuestionInsight(question.prompt, None, None, None, ())
            continue
        right = [bool(answers[key]["correct"]) for answers in given]
        rest = [sum(bool(a["correct"]) for k, a in answers.items() if k != key) for answers in given]
        yield QuestionInsight(
            question.prompt, len(given), sum(right) / len(right), correlation(right, rest), _options(question, given)
        )


def correlation(right: Sequence[bool], rest: Sequence[int]) -> float | None:
    """Between answering right and the number right among the others; None where one of them does not vary."""
    if len(set(right)) < 2 or len(set(rest)) < 2:
        return None
    return statistics.correlation([float(r) for r in right], [float(r) for r in rest])


def _options(question: Question, given: Sequence[Mapping[str, Any]]) -> tuple[OptionInsight, ...]:
    """How large a share chose each option."""
    if question.kind not in ("single", "multiple"):
        return ()
    chosen: Counter[str] = Counter()
    for answers in given:
        response = answers[question.key]["response"]
        chosen.update([response] if isinstance(response, str) else response)
    return tuple(OptionInsight(o.text, o.correct, chosen[o.key] / len(given)) for o in question.options)


def _voices(asked: Mapping[str, Question]) -> Iterable[Voices]:
    """What people wrote for KRUS, where at least FEW have: by the alphabet, so that the order tells nothing."""
    for key, question in asked.items():
        if question.kind == "free":
            texts = sorted(FreeAnswer.objects.filter(question_key=key).values_list("text", flat=True), key=str.casefold)
            yield Voices(question.prompt, tuple(texts) if len(texts) >= FEW else ())
