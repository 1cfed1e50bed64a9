"""The deeds of a learner: answer, finish a lesson, hand in the quiz. Each is one transaction with its statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from courses import questions
from courses.models import LessonPage, QuizPage
from courses.ports import Given
from courses.questions import Question, Response
from learners.models import Learner

from .. import statements
from ..clock import oslo_day
from ..completions import projection as completions
from ..exceptions import NotAllowedNow, StaleForm, TooEarly
from . import attempts, completing
from .models import Answer, Attempt, FreeAnswer, Kept, PartDone, QuizTry, Reflection

Fields = Mapping[str, Sequence[str]]
WRITTEN: dict[str, type[Reflection | FreeAnswer]] = {"reflection": Reflection, "free": FreeAnswer}


@transaction.atomic
def answer(
    learner: Learner, page: LessonPage, question: Question, response: Response, number: int, at: dt.datetime
) -> Given:
    """The learner's `number`-th answer to a question of a lesson.

    Raises StaleForm where that answer, or a later one, is stored already: nothing is counted twice.
    """
    course_page = page.course_page
    attempt, here = attempts.here_and_now(learner, course_page, page.content_language, at)
    if not question.marked:
        given = _write(learner, page, question, str(response), number, at)
    else:
        mark = questions.mark(question, response)
        _store_answer(attempt, page.key, question, response, mark.correct, number, at)
        part = statements.Part(page.key, page.title)
        attempts.tell(statements.answered(here, part, question, response, mark.correct, number, at))
        given = Given(response, mark, number)
    Kept.objects.filter(learner=learner, part_key=page.key, question_key=question.key).delete()
    return given


def _store_answer(
    attempt: Attempt, part_key: str, question: Question, response: Response, correct: bool, number: int, at: dt.datetime
) -> None:
    values = {"response": response, "correct": correct, "tries": number, "answered_at": at}
    if number == 1:
        _, created = Answer.objects.get_or_create(
            attempt=attempt, question_key=question.key, defaults={"part_key": part_key, **values}
        )
        if created:
            return
    changed = Answer.objects.filter(attempt=attempt, question_key=question.key, tries=number - 1).update(**values)
    if not changed:
        raise StaleForm("This answer, or a later one, is stored already.")


def _write(learner: Learner, page: LessonPage, question: Question, text: str, number: int, at: dt.datetime) -> Given:
    """Store what is written for oneself, or for KRUS."""
    words = WRITTEN[question.kind].objects
    values = {"text": text, "tries": number, "written_at": at}
    if number == 1:
        _, created = words.get_or_create(
            learner=learner, question_key=question.key, defaults={"part_key": page.key, **values}
        )
        if created:
            return Given(text, None, number)
    mine = words.filter(learner=learner, question_key=question.key, tries=number - 1)
    if not mine.update(**values):
        raise StaleForm("These words, or later ones, are stored already.")
    return Given(text, None, number)


@transaction.atomic
def take_back(learner: Learner, page: LessonPage, question: Question, number: int, at: dt.datetime) -> Given | None:
    """Empty what the learner has written before; None where there is nothing to empty.

    The row stays, without a word in it, so that an older form that comes late does not bring the words back.
    """
    if question.marked:
        return None
    mine = WRITTEN[question.kind].objects.filter(learner=learner, question_key=question.key, tries=number - 1)
    if not mine.update(text="", tries=number, written_at=at):
        return None
    Kept.objects.filter(learner=learner, part_key=page.key, question_key=question.key).delete()
    return Given("", None, number)


@transaction.atomic
def finish_lesson(learner: Learner, page: LessonPage, at: dt.datetime) -> bool:
    """The learner has gone through the lesson; returns whether the course is completed by it."""
    attempt, here = attempts.here_and_now(learner, page.course_page, page.content_language, at)
    _, created = PartDone.objects.get_or_create(attempt=attempt, key=page.key, defaults={"done_at": at})
    if created:
        attempts.tell(statements.experienced(here, statements.Part(page.key, page.title), at))
    return _complete_if_done(attempt, here, at)


@transaction.atomic
def hand_in(learner: Learner, page: QuizPage, responses: Mapping[str, Response], number: int, at: dt.datetime) -> bool:
    """The learner hands in the closing quiz for the `number`-th time; returns whether the course is completed by it.

    `responses`: question key -> response, one for each question. Raises StaleForm where that attempt was handed in
    before, NotAllowedNow where today's attempts are used up, TooEarly where the next one has to wait.
    """
    attempt, here = attempts.here_and_now(learner, page.course_page, page.content_language, at)
    _check_turn(attempt, page, number, at)
    asked = attempts.asked(attempt, page, number)
    marks = {key: questions.mark(question, responses[key]) for key, question in asked.items()}
    scaled = sum(m.correct for m in marks.values()) / len(marks)
    handed_in, created = QuizTry.objects.get_or_create(
        attempt=attempt,
        part_key=page.key,
        number=number,
        defaults={
            "answers": {k: {"response": responses[k], "correct": m.correct} for k, m in marks.items()},
            "scaled": scaled,
            "passed": scaled >= float(page.pass_mark),
            "handed_in_at": at,
        },
    )
    if not created:
        raise StaleForm("This attempt is stored already.")
    _tell_try(here, page, handed_in, asked, at)
    Kept.objects.filter(learner=learner, part_key=page.key).delete()
    return _complete_if_done(attempt, here, at)


def _check_turn(attempt: Attempt, page: QuizPage, number: int, at: dt.datetime) -> None:
    tries = list(attempt.quiz_tries.filter(part_key=page.key).order_by("number"))
    if number <= len(tries):
        raise StaleForm("This attempt is stored already.")
    if number != len(tries) + 1:
        raise NotAllowedNow("The attempts come one after the other.")
    left = tries_left(page, tries, at)
    if left is not None and left < 1:
        raise NotAllowedNow("Today's attempts are used up.")
    if (waits := waits_until(page, tries, at)) is not None:
        raise TooEarly(waits)


def tries_left(page: QuizPage, tries: Sequence[QuizTry], at: dt.datetime) -> int | None:
    """How many attempts are left on the day of `at`; None: as many as one likes."""
    if page.max_attempts is None:
        return None
    today = sum(oslo_day(t.handed_in_at) == oslo_day(at) for t in tries)
    return max(page.max_attempts - today, 0)


def waits_until(page: QuizPage, tries: Sequence[QuizTry], at: dt.datetime) -> dt.datetime | None:
    """From when the next attempt may be handed in; None: at once."""
    if not tries or page.hours_between is None or tries[-1].passed:
        return None
    from_then = tries[-1].handed_in_at + dt.timedelta(hours=page.hours_between)
    return from_then if from_then > at else None


def waits_longer_than_today(page: QuizPage, tries: Sequence[QuizTry], at: dt.datetime) -> dt.datetime | None:
    """As `waits_until`; None also where the day's attempts are used and the next day is the later of the two."""
    waits = waits_until(page, tries, at)
    tomorrow_at_the_latest = waits is not None and oslo_day(waits) == oslo_day(at)
    return None if tries_left(page, tries, at) == 0 and tomorrow_at_the_latest else waits


def _tell_try(
    here: statements.Setting, page: QuizPage, handed_in: QuizTry, asked: Mapping[str, Question], at: dt.datetime
) -> None:
    part = statements.Part(page.key, page.title, quiz=True)
    deeds = [
        statements.answered(here, part, asked[key], given["response"], given["correct"], handed_in.number, at)
        for key, given in handed_in.answers.items()
    ]
    judged = statements.passed if handed_in.passed else statements.failed
    attempts.tell(*deeds, judged(here, part, handed_in.scaled, handed_in.number, at))


def _complete_if_done(attempt: Attempt, here: statements.Setting, at: dt.datetime) -> bool:
    """Say so once every lesson and the quiz are done; said again, it is the same statement."""
    if completions.has_completed(attempt.registration):
        return False
    done = set(attempt.parts_done.values_list("key", flat=True))
    course_id = attempt.version.course_id
    quizzes = attempts.live_keys(QuizPage, [course_id])[course_id]
    passed = set(attempt.quiz_tries.filter(passed=True).values_list("part_key", flat=True))
    if not attempts.required_keys(attempt) <= done or (quizzes and not quizzes & passed):
        return False
    return completing.elearning_is_done(attempt, here, at)


def keep(learner: Learner, part_key: str, question_key: str, fields: Fields, at: dt.datetime) -> None:
    """Keep what came after the session had ended, for `learner` alone."""
    values = {"fields": {name: list(some)[:50] for name, some in fields.items()}, "kept_at": at}
    Kept.objects.update_or_create(learner=learner, part_key=part_key, question_key=question_key, defaults=values)
