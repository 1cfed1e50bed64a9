"""What courses ask of tracking; tracking implements it (tracking.player.port) and a setting wires it.

Keys are page translation keys and question block ids, the same in every language. Dates are Oslo dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from .questions import Mark, Question, Response

if TYPE_CHECKING:
    from learners.models import Learner

    from .models import Campaign, Course, CoursePage, CourseVersion, LessonPage, QuizPage

Part = TypeVar("Part", "LessonPage", "QuizPage")


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
    completed_before: dt.date | None = None  # completed, but asked for again: a new version, or it has run out
    at_key: str = ""  # the part last visited
    places: Mapping[str, str] = field(default_factory=dict)  # by part, the block that was last read

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
    asked: Mapping[str, Question] = field(default_factory=dict)  # this attempt's questions, by key
    waits_until: dt.datetime | None = None  # from when, if not now, nor with the next day


State = TypeVar("State", LessonState, QuizState)


@dataclass(frozen=True)
class Opened(Generic[Part, State]):
    """A part that its learner has opened: as the version that the learner is on has it."""

    page: Part
    state: State
    progress: CourseProgress


@dataclass(frozen=True)
class Due:
    """A course that a campaign asks of one learner and that is not completed."""

    campaign: Campaign
    course: Course
    deadline: dt.date  # the learner's own, moved by leave and grace


@dataclass(frozen=True)
class Bar:
    """What a campaign's barometer says today, for the whole service. `share` is null where nobody counts."""

    title: str
    share: float | None


@dataclass(frozen=True)
class CourseStanding:
    """Who would notice a change of a course: persons in progress on any version, and persons who have completed one."""

    in_progress: int = 0
    completed: int = 0
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Spread:
    """Minutes: the middle half of those who completed, from `low` to `high`, and the median."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class LessonInsight:
    """Persons; None for one to four of them."""

    title: str
    done: int | None
    stopped: int | None


@dataclass(frozen=True)
class OptionInsight:
    text: str
    correct: bool
    share: float


@dataclass(frozen=True)
class QuestionInsight:
    """`n` answers at the first attempt, None where they are too few; `right`: the share; `discrimination`: -1 to 1."""

    prompt: str
    n: int | None
    right: float | None
    discrimination: float | None
    options: tuple[OptionInsight, ...]


@dataclass(frozen=True)
class Voices:
    """What was written for KRUS in answer to a question; empty where too few have written."""

    prompt: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Insights:
    """What works in a course, in numbers that name nobody."""

    started: int | None
    completed: int | None
    minutes: Spread | None
    lessons: tuple[LessonInsight, ...]
    questions: tuple[QuestionInsight, ...]
    voices: tuple[Voices, ...]


class Learning(Protocol):
    def progress(self, learner: Learner, courses: Iterable[Course]) -> dict[int, CourseProgress]:
        """Progress by course id; a constant number of queries."""

    def open_lesson(
        self, learner: Learner, course: CoursePage, page: LessonPage, at: dt.datetime
    ) -> Opened[LessonPage, LessonState]:
        """The lesson is opened at `at`: begin the course if need be, and say what is stored."""

    def open_quiz(
        self, learner: Learner, course: CoursePage, page: QuizPage, at: dt.datetime
    ) -> Opened[QuizPage, QuizState]:
        """The quiz is opened at `at`."""

    def as_begun(self, learner: Learner, page: Part) -> Part:
        """The part as the version that the learner is on has it: the page itself, or as it was kept."""

    def standing(self, course: Course, on: dt.date) -> CourseStanding:
        """How many are in the course and have completed it, and what its campaigns' barometers say."""

    def completed_by_version(self, course: Course) -> Mapping[int, int]:
        """Completions that stand, by version id."""

    def insights(self, course: Course, language: str, at: dt.datetime) -> Insights:
        """What works in the course, with its parts' titles in `language`."""

    def carry_over(self, old: CourseVersion, new: CourseVersion) -> int:
        """Those who are in the course on `old` go over to `new`; returns how many."""

    def elearning_done(self, learner_ids: Iterable[int], course: Course) -> set[int]:
        """Those of the learners who have done the course's e-learning, whether or not it needs more."""

    def due(self, learner: Learner, on: dt.date) -> list[Due]:
        """What is asked of the learner and not completed on `on`; the earliest deadline first."""


@cache
def learning() -> Learning:
    return import_string(settings.COURSES_LEARNING)()
