"""What course pages say of their learner, and the questions they ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..models import Course, CoursePage, LessonPage, QuizPage, Subject
from ..ports import CourseProgress, Due, Given, LessonState, QuizState, learning
from ..presentation import Picker, fields, in_words
from ..questions import Question
from ..reporting import places
from ..reporting_form import ReportForm
from ..way import Way, all_courses, pages_in_language, parts_of, way, ways

register = template.Library()
SELECTED = mark_safe(" selected")
ALL_AND_NO_OTHERS = gettext_noop("All that are right must be ticked, and no others.")


@register.simple_tag(takes_context=True)
def course_way(context: template.Context, page: CoursePage) -> Way:
    """The parts of `page`'s course and how far the reader is in them."""
    progress = _progress(context, [page.course])[page.course_id]
    if progress.completed_on and page.course_id in _asked(context["request"].user):
        progress = _anew(progress)
    return way(*parts_of(page), progress)


def _asked(learner: Any) -> dict[int, Due]:
    """What is asked of the learner now, by course; the earliest date of each."""
    return {due.course.pk: due for due in reversed(learning().due(learner, timezone.localdate()))}


def _anew(progress: CourseProgress) -> CourseProgress:
    """Completed before, and asked for again: as one that is not begun."""
    return CourseProgress(lessons_total=progress.lessons_total, completed_before=progress.completed_on)


@register.simple_tag(takes_context=True)
def closed_to(context: template.Context, course: Course, of: Way) -> bool:
    """Whether the course is taken out of use and the reader neither has begun it nor is asked for it."""
    if not course.is_retired(timezone.localdate()) or of.progress.begun or of.progress.completed_on:
        return False
    learner = context["request"].user
    return not (learner.is_authenticated and course.pk in _asked(learner))


@register.simple_tag
def part_way(lessons: list[LessonPage], quiz: QuizPage | None, progress: CourseProgress) -> Way:
    """The same from what a lesson or quiz has at hand already."""
    return way(lessons, quiz, progress)


@register.simple_tag
def way_after(of: Way, page: LessonPage | QuizPage) -> Any:
    return of.after(page)


@register.simple_tag
def way_number(of: Way, page: LessonPage | QuizPage) -> int:
    return of.number_of(page)


@register.simple_tag(takes_context=True)
def catalogue(context: template.Context, index: Any) -> list[tuple[str, list[tuple[CoursePage, Way]]]]:
    """The courses below `index` by subject: (subject, [(page, way)])."""
    pages = list(
        CoursePage.objects.child_of(index)
        .live()
        .exclude(course__retired_on__lte=timezone.localdate())
        .select_related("course", "locale", "alias_of__locale")
        .order_by("path")
    )
    found = ways(pages, _progress(context, [page.course for page in pages]))
    order = list(Subject.values)
    pages.sort(key=lambda page: order.index(page.course.subject))
    return [
        (str(Subject(subject).label), [(page, found[page.course_id]) for page in group])
        for subject, group in groupby(pages, key=lambda page: page.course.subject)
    ]


@dataclass(frozen=True)
class MyCourse:
    """A course that waits for the reader."""

    page: CoursePage
    way: Way
    due: Due | None = None


@dataclass(frozen=True)
class MyLearning:
    """What the start page says: what is due or begun and not completed, the one to go on with first."""

    courses: list[MyCourse] = field(default_factory=list)
    completed: int = 0

    @property
    def first(self) -> MyCourse | None:
        return self.courses[0] if self.courses else None

    @property
    def others(self) -> list[MyCourse]:
        return self.courses[1:]

    @property
    def minutes_left(self) -> int:
        return sum(mine.way.minutes_left for mine in self.courses)


@register.simple_tag(takes_context=True)
def my_learning(context: template.Context) -> MyLearning:
    """What is due and what is begun, for the reader: begun first, then in the order that it is asked for."""
    learner = context["request"].user
    if not learner.is_authenticated:
        return MyLearning()
    courses = all_courses()
    progress = learning().progress(learner, courses)
    asked = learning().due(learner, timezone.localdate())
    due = {one.course.pk: one for one in reversed(asked)}
    turn = {one.course.pk: n for n, one in reversed(list(enumerate(asked)))}
    progress |= {pk: _anew(progress[pk]) for pk in due if pk in progress and progress[pk].completed_on}
    waiting = [c for c in courses if not progress[c.pk].completed_on and (progress[c.pk].begun or c.pk in due)]
    pages = pages_in_language(waiting)
    found = ways(list(pages.values()), progress)
    mine = [MyCourse(pages[c.pk], found[c.pk], due.get(c.pk)) for c in waiting if c.pk in pages]
    mine.sort(key=lambda one: (not one.way.progress.begun, turn.get(one.page.course_id, len(asked)), one.page.path))
    return MyLearning(mine, sum(bool(p.completed_on or p.completed_before) for p in progress.values()))


def _progress(context: template.Context, courses: list[Course]) -> dict[int, CourseProgress]:
    learner = getattr(context.get("request"), "user", None)
    if learner is None or not learner.is_authenticated:
        return {course.pk: CourseProgress() for course in courses}
    return learning().progress(learner, courses)


@register.inclusion_tag("courses/question.html", takes_context=True)
def question_form(
    context: template.Context, question: Question, given: Given | None, page: LessonPage, state: LessonState
) -> dict[str, Any]:
    """A lesson's question with its form and, when it is answered, what the answer was worth."""
    around = {str(name): value for name, value in context.flatten().items()}
    said = _said_of(context["request"], question)
    return around | {"question": question, "given": given, "page": page, "state": state, "message": said}


def _said_of(request: HttpRequest, question: Question) -> str:
    """What is to be said at a question when its form was sent without JavaScript: its message has the key as a tag."""
    return next((str(m) for m in get_messages(request) if m.extra_tags == question.key), "")


@register.simple_tag
def result_in_words(question: Question, given: Given) -> str:
    """What a screen reader says when the answer is stored."""
    if given.mark is None:
        return _("Stored.")
    words = _("Right answer") if given.mark.correct else _("Not right yet")
    options = given.mark.feedback
    named = [f"{text}: {feedback}" if len(options) > 1 else feedback for text, feedback, _right in options]
    rule = "" if given.mark.correct or question.kind != "multiple" else _(ALL_AND_NO_OTHERS)
    return " ".join(filter(None, [f"{words}.", given.mark.summary, *named, rule]))


@register.inclusion_tag("courses/question_fields.html", takes_context=True)
def question_fields(
    context: template.Context,
    question: Question,
    response: Any,
    seed: str,
    prefix: str = "",
    message: str | None = None,
) -> dict[str, Any]:
    """The fields of a question; in a quiz `prefix` keeps the questions apart."""
    return {
        "fields": fields(question, response, seed, prefix),
        "question": question,
        "message": context.get("message", "") if message is None else message,
        "content": context["page"].content_language,
    }


@register.simple_tag
def options(picker: Picker, language: str, kind: str) -> SafeString:
    """The lines of a list to pick from: of a question's things squared, which is much for a template's loop."""
    lang = format_html(' lang="{}"', language) if kind == "match" else ""
    lines = ((one.value, SELECTED if one.chosen else "", lang, one.text) for one in picker.choices)
    return format_html_join("", '<option value="{}"{}{}>{}</option>', lines)


@register.filter
def answer_in_words(given: Given, question: Question) -> list[str]:
    return in_words(question, given.response)


@register.simple_tag
def quiz_questions(
    page: QuizPage, state: QuizState, responses: dict[str, Any] | None = None, errors: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """The quiz's questions with what is chosen in each and what is wrong with it (`errors`: sentences by key)."""
    chosen = responses or state.kept or {}  # a template passes "" for what it was not given
    looked_over = bool(responses) or state.kept is not None
    return [
        {
            "question": question,
            "response": chosen.get(key),
            "message": (errors or {}).get(key) or (_("Not answered yet.") if looked_over and key not in chosen else ""),
            "number": number,
        }
        for number, (key, question) in enumerate((state.asked or page.drawn("preview")).items(), 1)
    ]


@register.simple_tag
def quiz_feedback(page: QuizPage, state: QuizState) -> list[dict[str, Any]]:
    """Each question of the last try with its answer and its mark."""
    if state.last is None or not page.shows_each(state.last.passed):
        return []
    return [
        {"question": question, "given": state.last.answers[key], "number": number}
        for number, (key, question) in enumerate(page.questions().items(), 1)
        if key in state.last.answers
    ]


@register.filter
def in_language(course: Any) -> str:
    """The title of a course or campaign in the page's language."""
    return course.title_in(translation.get_language() or "nb")


@register.filter
def agenda(session: Any) -> list[str]:
    """The lines of a session's programme in the page's language."""
    return session.agenda_in(translation.get_language() or "nb")


@register.filter
def lookup(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.inclusion_tag("courses/report_error_fold.html", takes_context=True)
def report_error(context: template.Context, page: LessonPage | QuizPage) -> dict[str, Any]:
    """The small form for saying that something is wrong; none where an editor looks at a draft."""
    if getattr(context["request"], "is_preview", False):
        return {}
    fields = _report_fields(translation.get_language(), tuple(places(page)))
    return {"page": page, "fields": fields, "csrf_token": context.get("csrf_token")}


@lru_cache(maxsize=500)
def _report_fields(language: str | None, where: tuple[tuple[str, str], ...]) -> str:
    """The empty form's fields, the same for everybody."""
    return render_to_string("components/form_fields.html", {"form": ReportForm(places=where)})
