"""Plans told deed by deed, as they would have happened: the player's rows, and what the statements are built from."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models

from courses import questions
from courses.models import CourseVersion
from courses.questions import Question, Response
from tracking.player.models import Answer, Attempt, PartDone, Place, QuizTry, Reflection, Visit
from tracking.statements import Setting

from .content import Content, Lesson
from .curve import begins, pick
from .plans import Plan

ANSWERS = 0.25  # the share of a lesson's questions that people answer
REFLECTS = 0.12
RIGHT = 0.74
WORDS = {
    "nb": (
        "Jeg skal prøve å spørre mer og si mindre.",
        "Vi gjør noe av dette alt, men ikke hver dag.",
        "Jeg tenker på morgenen i verkstedet. Der har vi mest å hente.",
        "Dette vil jeg ta opp med kollegaene mine på fredag.",
    ),
    "nn": (
        "Eg skal prøve å spørje meir og seie mindre.",
        "Vi gjer noko av dette alt, men ikkje kvar dag.",
        "Eg tenkjer på morgonen i verkstaden. Der har vi mest å hente.",
        "Dette vil eg ta opp med kollegaene mine på fredag.",
    ),
}


class Deed(NamedTuple):
    """One statement to be built: `setting`, `part` and `question` are numbers, in `Story.settings` and the content."""

    stored: dt.datetime
    setting: int
    verb: str
    at: dt.datetime
    part: int = -1
    question: int = -1
    response: Response = ""
    correct: bool = False
    number: int = 1
    scaled: float = 0.0


class Story:
    """Collects the rows and deeds of all plans."""

    def __init__(self, content: dict[tuple[str, str], Content], versions: dict[str, CourseVersion], seed: int) -> None:
        self.content, self.versions = content, versions
        self.rng = random.Random(f"deeds:{seed}")  # noqa: S311 - invented deeds
        self.settings: list[Setting] = []
        self.deeds: list[Deed] = []
        self.rows: dict[type[models.Model], list] = {
            model: [] for model in (Attempt, Visit, PartDone, Place, Answer, Reflection, QuizTry)
        }

    def tell(self, plans: Iterable[Plan]) -> None:
        for plan in plans:
            _Course(self, plan).tell()
        self.deeds.sort(key=lambda deed: deed.stored)

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def store_rows(self) -> None:
        """Write the player's rows; the learners are stored."""
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, batch_size=400)


class _Course:
    """One plan being told. `clock` runs from deed to deed."""

    def __init__(self, story: Story, plan: Plan) -> None:
        self.story, self.plan, self.rng = story, plan, story.rng
        self.learner = plan.person.learner
        self.content = story.content[plan.code, self.learner.language]
        self.clock = begins(self.rng, plan.visits[0][0])
        self.attempt = Attempt(
            learner=self.learner,
            version=story.versions[plan.code],
            registration=story.new_id(),
            begun_at=self.clock,
        )
        self.delay = dt.timedelta(0)

    def tell(self) -> None:
        self._row(self.attempt)
        for number, (day, parts) in enumerate(self.plan.visits):
            if number:
                self.clock = begins(self.rng, day)
            last = number == len(self.plan.visits) - 1
            self._visit(parts, last)

    def _row(self, row: Any) -> None:
        self.story.rows[type(row)].append(row)

    def _say(self, verb: str, **fields: Any) -> None:
        stored = self.clock + self.delay
        self.delay += dt.timedelta(microseconds=1)  # in one transaction, one after the other
        self.story.deeds.append(Deed(stored, len(self.story.settings) - 1, verb, self.clock, **fields))

    def _pass_time(self, least: int, most: int) -> None:
        """Seconds go by."""
        self.clock += dt.timedelta(seconds=self.rng.randint(least, most))

    # --- a visit ----------------------------------------------------------------------------------------------------

    def _visit(self, parts: list[int], last: bool) -> None:
        visit = self._begin_visit()
        self._say("launched")
        self._say("initialized")
        for part in parts:
            self.attempt.at_key = self.content.parts[part].key
            self._part(part)
        if last and self.plan.opens is not None:
            self._open(self.plan.opens)
        self._pass_time(15, 150)
        self._say("terminated")
        visit.seen_at = visit.ended_at = self.clock

    def _begin_visit(self) -> Visit:
        story, version = self.story, self.attempt.version
        visit = Visit(attempt=self.attempt, session=story.new_id(), language=self.content.language, begun_at=self.clock)
        self._row(visit)
        self.delay = dt.timedelta(milliseconds=self.rng.randint(8, 90))
        story.settings.append(
            Setting(
                account=str(self.learner.opaque_id),
                registration=str(self.attempt.registration),
                session=str(visit.session),
                course_code=self.content.code,
                course_title=self.content.title,
                version=version.number,
                language=self.content.language,
            )
        )
        return visit

    def _part(self, part: int) -> None:
        if part == len(self.content.lessons):
            self._quiz(part)
        else:
            self._lesson(part)

    def _open(self, part: int) -> None:
        """A lesson that is not gone through: the place in it is remembered."""
        lesson = self.content.lessons[part]
        self._pass_time(60, 400)
        self.attempt.at_key = lesson.key
        block = lesson.blocks[len(lesson.blocks) // 3]
        self._row(Place(attempt=self.attempt, key=lesson.key, block=block))

    def _lesson(self, part: int) -> None:
        lesson = self.content.lessons[part]
        self._pass_time(120, 260)
        for number in pick(self.rng, lesson.marked, ANSWERS):
            self._answer(lesson, part, number)
        for number in pick(self.rng, lesson.reflections, REFLECTS):
            self._reflect(lesson, lesson.questions[number])
        self._pass_time(100, 300)
        self._row(PartDone(attempt=self.attempt, key=lesson.key, done_at=self.clock))
        self._say("experienced", part=part)

    def _answer(self, lesson: Lesson, part: int, number: int) -> None:
        """Answered, and where it was wrong mostly answered again."""
        question, tries, correct = lesson.questions[number], 0, False
        while not correct and tries < 3 and (tries == 0 or self.rng.random() < 0.7):
            tries += 1
            self._pass_time(25, 110)
            response = self._response(question, self.rng.random() < RIGHT)
            correct = questions.mark(question, response).correct
            self._say("answered", part=part, question=number, response=response, correct=correct, number=tries)
        self._row(
            Answer(
                attempt=self.attempt,
                part_key=lesson.key,
                question_key=question.key,
                response=response,
                correct=correct,
                tries=tries,
                answered_at=self.clock,
            )
        )

    def _reflect(self, lesson: Lesson, question: Question) -> None:
        """In own words, which are in no statement."""
        self._pass_time(60, 200)
        words = self.rng.choice(WORDS[self.content.language])
        self._row(
            Reflection(
                learner=self.learner,
                part_key=lesson.key,
                question_key=question.key,
                text=words,
                written_at=self.clock,
            )
        )

    # --- the closing quiz -------------------------------------------------------------------------------------------

    def _quiz(self, part: int) -> None:
        for number in range(1, self.plan.fails + self.plan.passes + 1):
            self._pass_time(240, 720)
            self._hand_in(part, number, passes=number > self.plan.fails)
        if self.plan.passes:
            course = self.attempt.version.course
            self._say("elearning_completed" if course.needs_gathering(self.plan.visits[-1][0]) else "completed")

    def _hand_in(self, part: int, number: int, passes: bool) -> None:
        quiz = self.content.quiz
        wrong = self._wrong_ones(len(quiz.questions), passes)
        given: dict[str, dict[str, Any]] = {}
        for n, question in enumerate(quiz.questions):
            response = self._response(question, n not in wrong)
            correct = questions.mark(question, response).correct
            given[question.key] = {"response": response, "correct": correct}
            self._say("answered", part=part, question=n, response=response, correct=correct, number=number)
        scaled = sum(answer["correct"] for answer in given.values()) / len(given)
        self._row(
            QuizTry(
                attempt=self.attempt,
                part_key=quiz.key,
                number=number,
                answers=given,
                scaled=scaled,
                passed=passes,
                handed_in_at=self.clock,
            )
        )
        self._say("passed" if passes else "failed", part=part, number=number, scaled=scaled)

    def _wrong_ones(self, count: int, passes: bool) -> set[int]:
        """Which of `count` questions are answered wrong, so that the quiz is passed, or not."""
        allowed = next(n for n in range(count, -1, -1) if (count - n) / count >= self.content.pass_mark)
        wrong = self.rng.choice((0, 0, 1, allowed)) if passes else allowed + self.rng.randint(1, 2)
        return set(self.rng.sample(range(count), min(wrong, allowed if passes else count)))

    def _response(self, question: Question, right: bool) -> Response:
        """A right response, or one that is wrong."""
        answer = question.correct_response
        if right:
            return answer
        if isinstance(answer, str):
            return self.rng.choice([o.key for o in question.options if o.key != answer])
        if isinstance(answer, dict):
            return {**answer, **dict(zip(list(answer)[:2], list(answer.values())[1::-1], strict=True))}
        if question.kind == "order":
            return [*answer[1:], answer[0]]
        extra = [o.key for o in question.options if not o.correct]
        return sorted([*answer[1:], self.rng.choice(extra)] if extra else answer[1:])
