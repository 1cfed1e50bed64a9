"""What there is to go through in a course, as the demo's people meet it: read once from the pages."""

from __future__ import annotations

from dataclasses import dataclass

from courses.models import CoursePage, LessonPage, QuizPage
from courses.questions import Question


@dataclass(frozen=True)
class Lesson:
    """A lesson; `blocks` are the ids of its blocks in reading order. The closing quiz is one without blocks."""

    key: str
    title: str
    questions: tuple[Question, ...]
    blocks: tuple[str, ...] = ()

    @property
    def marked(self) -> list[int]:
        return [n for n, question in enumerate(self.questions) if question.marked]

    @property
    def reflections(self) -> list[int]:
        return [n for n, question in enumerate(self.questions) if not question.marked]


@dataclass(frozen=True)
class Content:
    """A course in one language."""

    code: str
    language: str
    title: str
    lessons: tuple[Lesson, ...]
    quiz: Lesson
    pass_mark: float

    @property
    def parts(self) -> tuple[Lesson, ...]:
        return (*self.lessons, self.quiz)


def read(languages: tuple[str, ...] = ("nb", "nn")) -> dict[tuple[str, str], Content]:
    """The published courses by (code, language)."""
    pages = CoursePage.objects.live().filter(locale__language_code__in=languages).select_related("course", "locale")
    found = [_content(page) for page in pages.order_by("path")]
    return {(c.code, c.language): c for c in found}


def _content(page: CoursePage) -> Content:
    lessons = LessonPage.objects.child_of(page).live().order_by("path")
    quiz = QuizPage.objects.child_of(page).live().get()
    return Content(
        code=page.course.code,
        language=page.locale.language_code,
        title=page.title,
        lessons=tuple(
            Lesson(x.key, x.title, tuple(x.questions().values()), tuple(block.id for block in x.body)) for x in lessons
        ),
        quiz=Lesson(quiz.key, quiz.title, tuple(quiz.questions().values())),
        pass_mark=float(quiz.pass_mark),
    )
