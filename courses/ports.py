"""What courses ask of tracking; tracking implements it (tracking.player.port) and a setting wires it.

Keys are page translation keys and question block ids, the same in every language. Dates are Oslo dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from .questions import Mark, Response

if TYPE_CHECKING:
    from learners.models import Learner

    from .models import Campaign, Course, CoursePage, LessonPage, QuizPage


@dataclass(frozen=True)
class Given:
    """An answer that the server has stored."""

    response: Response
    mark: Mark | None
    tries: int
    kept: bool = False  # given after the session ended and not yet handed in


@dataclass(frozen=True)
class CourseProgress:
    """How far one learner is in one course."""

    begun: bool = False
    lessons_done: frozenset[str] = frozenset()
    lessons_total: int = 0
    quiz_passed: bool = False
    completed_on: dt.date | None = None
    at_key: str = ""  # the part last visited ...
    at_place: str = ""  # ... and the block in it

    @property
    def steps_done(self) -> int:
        return len(self.lessons_done) + self.quiz_passed

    @property
    def steps_total(self) -> int:
        return self.lessons_total + 1

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 if self.completed_on else 100 * self.steps_done // max(self.steps_total, 1)


@dataclass(frozen=True)
class LessonState:
    """What a lesson shows of its learner."""

    registration: str
    token: str  # goes into each form as `who`: whose form it is, signed
    done: bool = False
    place: str = ""
    answers: Mapping[str, Given] = field(default_factory=dict)


@dataclass(frozen=True)
class QuizTry:
    """One submitted attempt at the quiz."""

    number: int
    scaled: float
    passed: bool
    on: dt.date
    answers: Mapping[str, Given]


@dataclass(frozen=True)
class QuizState:
    """What the closing quiz shows of its learner."""

    registration: str
    token: str
    next_number: int = 1
    left_today: int | None = None
    passed: bool = False
    last: QuizTry | None = None
    kept: Mapping[str, Response] | None = None  # sent, but not handed in: signed out, or not all answered
    lessons_left: int = 0


@dataclass(frozen=True)
class Due:
    """A course that a campaign asks of one learner and that is not completed."""

    campaign: Campaign
    course: Course
    deadline: dt.date  # the learner's own, moved by leave and grace


class Learning(Protocol):
    def progress(self, learner: Learner, courses: Iterable[Course]) -> dict[int, CourseProgress]:
        """Progress by course id; a constant number of queries."""

    def open_lesson(self, learner: Learner, course: CoursePage, page: LessonPage, at: dt.datetime) -> LessonState:
        """The lesson is opened at `at`: begin the course if need be, and say what is stored."""

    def open_quiz(self, learner: Learner, course: CoursePage, page: QuizPage, at: dt.datetime) -> QuizState:
        """The quiz is opened at `at`."""

    def due(self, learner: Learner, on: dt.date) -> list[Due]:
        """What is asked of the learner and not completed on `on`; the earliest deadline first."""


@cache
def learning() -> Learning:
    return import_string(settings.COURSES_LEARNING)()
