"""A learner's way through a course: which parts there are, what is done, and the one next step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils import translation
from wagtail.models import Page

from cms.common import common

from .models import Course, CoursePage, LessonPage, QuizPage
from .ports import CourseProgress

P = TypeVar("P", LessonPage, QuizPage)


@dataclass(frozen=True)
class Part:
    """A lesson or the closing quiz, as a line of the course's list."""

    page: LessonPage | QuizPage
    number: int
    done: bool
    here: bool  # the part last visited
    place: str = ""  # the block in it that was last read

    @property
    def is_quiz(self) -> bool:
        return isinstance(self.page, QuizPage)

    @property
    def begun(self) -> bool:
        """Whether some of it has been read: so it stays, though another part has been visited since."""
        return self.here or bool(self.place)

    @property
    def anchor(self) -> str:
        return f"#b-{self.place}" if self.place else ""


@dataclass(frozen=True)
class Way:
    """The parts of a course in order, for one learner."""

    parts: tuple[Part, ...]
    progress: CourseProgress

    @property
    def left(self) -> list[Part]:
        return [part for part in self.parts if not part.done]

    @property
    def lessons_left(self) -> int:
        return sum(not part.is_quiz for part in self.left)

    @property
    def minutes_left(self) -> int:
        return sum(part.page.minutes for part in self.left)

    @property
    def minutes(self) -> int:
        return sum(part.page.minutes for part in self.parts)

    @property
    def share(self) -> float:
        return self.progress.percent / 100

    @property
    def next(self) -> Part | None:
        """Where to go on: the lesson last visited if it is not done, else the first such part; None when all are."""
        visited = [part for part in self.left if part.here and not part.is_quiz]
        return next(iter([*visited, *self.left]), None)

    def after(self, page: Page) -> Part | None:
        """The part that follows `page` in the course."""
        following = [
            part for part, before in zip(self.parts[1:], self.parts, strict=False) if before.page.pk == page.pk
        ]
        return following[0] if following else None

    def number_of(self, page: Page) -> int:
        return next((part.number for part in self.parts if part.page.pk == page.pk), 0)


def way(lessons: Sequence[LessonPage], quiz: QuizPage | None, progress: CourseProgress) -> Way:
    pages: list[LessonPage | QuizPage] = [*lessons, *([quiz] if quiz else [])]
    return Way(tuple(_part(page, number, progress) for number, page in enumerate(pages, 1)), progress)


def _part(page: LessonPage | QuizPage, number: int, progress: CourseProgress) -> Part:
    here = page.key == progress.at_key
    done = progress.quiz_passed if isinstance(page, QuizPage) else page.key in progress.lessons_done
    done = done or progress.completed_on is not None
    return Part(page, number, done, here, "" if done else progress.places.get(page.key, ""))


def all_courses() -> list[Course]:
    return list(common("courses", lambda: list(Course.objects.all())))


def pages_in_language(courses: Iterable[Course]) -> dict[int, CoursePage]:
    """Each course's page in the active language, by course id."""
    language = translation.get_language()
    asked = {course.pk for course in courses}
    pages = common(("course pages", language), lambda: _pages_in(language))
    return {page.course_id: page for page in pages if page.course_id in asked}


def _pages_in(language: str | None) -> list[CoursePage]:
    pages = CoursePage.objects.live().filter(locale__language_code=language)
    return list(pages.select_related("course", "locale", "alias_of__locale"))


def below(model: type[P], paths: Collection[str]) -> QuerySet[P]:
    """The published pages of a kind directly below the pages with these tree paths."""
    lengths = {len(path) for path in paths}
    parent = Left("path", next(iter(lengths), 1))
    depth = next(iter(lengths), 0) // Page.steplen + 1
    return model.objects.live().filter(depth=depth).alias(parent=parent).filter(parent__in=list(paths))


def ways(pages: Sequence[CoursePage], progress: dict[int, CourseProgress]) -> dict[int, Way]:
    """Each page's way by course id, in two queries however many pages there are."""
    return {page.course_id: way(*parts_of(page), progress[page.course_id]) for page in pages}


def parts_of(page: CoursePage) -> tuple[list[LessonPage], QuizPage | None]:
    """The published lessons of a course's page in order, and its quiz; what is asked in them is left out."""
    lessons, quizzes = common(("parts", page.locale_id), lambda: _parts(page.locale_id))
    return list(lessons.get(page.path, [])), quizzes.get(page.path)


def _parts(locale: int) -> tuple[dict[str, list[LessonPage]], dict[str, QuizPage]]:
    """Every course's parts in a language, by the path of the course's page."""
    lessons: dict[str, list[LessonPage]] = {}
    quizzes: dict[str, QuizPage] = {}
    for lesson in LessonPage.objects.live().filter(locale=locale).defer("body").order_by("path"):
        lessons.setdefault(lesson.path[: -LessonPage.steplen], []).append(lesson)
    for quiz in QuizPage.objects.live().filter(locale=locale).defer("questions_field").order_by("path"):
        quizzes.setdefault(quiz.path[: -QuizPage.steplen], quiz)
    return lessons, quizzes
