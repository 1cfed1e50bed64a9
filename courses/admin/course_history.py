"""A course's versions, compared side by side, and what works in it: for those who edit."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms import quality
from cms.site import WRITTEN
from learners.policy import policy

from .. import evaluating
from ..models import Course, CoursePage, CourseVersion, FrozenPage, LessonPage, QuizPage
from ..ports import learning
from ..requirements import published_parts


def history_urls() -> list[URLPattern]:
    return [
        path("kurs/<int:course_id>/versjoner/", versions, name="course-versions"),
        path("kurs/<int:course_id>/virker/", what_works, name="course-insights"),
    ]


def history_buttons(page: Page, user: object, view_name: str, next_url: str | None = None) -> list[Button]:
    """From a course's own page: editors do not come to the register."""
    course_page = page.specific_deferred
    if view_name not in ("edit", "index") or not isinstance(course_page, CoursePage) or not _may_look(user):
        return []
    pk = course_page.course_id
    return [
        Button(_("Versions"), reverse("course-versions", args=[pk]), icon_name="history", priority=46),
        Button(_("What works"), reverse("course-insights", args=[pk]), icon_name="view", priority=47),
    ]


def _may_look(user: Any) -> bool:
    return bool(user.has_perm("courses.change_questionbank"))  # what every editor may


def _may(request: HttpRequest) -> None:
    if not _may_look(request.user):
        raise PermissionDenied


def _language(course: Course) -> str:
    """The reader's, or the one that the course was begun in where it is not written in the reader's."""
    wanted = "nn" if get_language() == "nn" else WRITTEN[0]
    pages = course.pages.filter(alias_of=None).order_by("pk").values_list("locale__language_code", flat=True)
    written = list(pages)
    return wanted if wanted in written or not written else written[0]


@require_safe
@policy("editor")
def versions(request: HttpRequest, course_id: int) -> HttpResponse:
    """Each version with what changed, and its text beside the one before."""
    _may(request)
    course = get_object_or_404(Course, pk=course_id)
    made = list(course.versions.order_by("-number"))
    completed = learning().completed_by_version(course)
    lines = [(version, completed.get(version.pk, 0), _changes(older, version)) for version, older in _pairs(made)]
    context = {"course": course, "lines": lines}
    return render(request, "courses/admin/versions.html", context)


def _pairs(made: list[CourseVersion]) -> Iterable[tuple[CourseVersion, CourseVersion | None]]:
    olders: list[CourseVersion | None] = [*made[1:], None]
    return zip(made, olders, strict=False)  # of no version there is no older one


@dataclass(frozen=True)
class Line:
    """A line of a part in the older and the newer version; equal, or one of them "" where it came or went."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        return self.before == self.after


def _changes(older: CourseVersion | None, newer: CourseVersion) -> list[tuple[str, list[Line]]]:
    """Part by part what differs, with the line before and after it."""
    if older is None:
        return []
    before, after = _texts(older), _texts(newer)
    found = []
    for title in dict.fromkeys([*after, *before]):
        lines = side_by_side(before.get(title, []), after.get(title, []))
        if lines:
            found.append((title, lines))
    return found


def side_by_side(before: list[str], after: list[str]) -> list[Line]:
    """The lines that differ, beside each other."""
    found = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            old, new = before[a:b], after[c:d]
            longest = max(len(old), len(new))
            padded = zip(old + [""] * (longest - len(old)), new + [""] * (longest - len(new)), strict=True)
            found += [Line(one, other) for one, other in padded]
    return found


def _texts(version: CourseVersion) -> dict[str, list[str]]:
    """The version's parts as lines of text, by title."""
    language = _language(version.course)
    frozen = list(FrozenPage.objects.filter(version=version, language=language).order_by("pk"))
    if frozen:
        parts = [_kept(one) for one in frozen]
    else:
        parts = [part for part in published_parts(version.course) if part.locale.language_code == language]
    return {part.title: _lines(part) for part in parts}


def _kept(one: FrozenPage) -> Any:
    model = QuizPage if "questions_field" in one.content else LessonPage
    return model.from_serializable_data(one.content)


def _lines(part: Any) -> list[str]:
    stream = part.questions_field if isinstance(part, QuizPage) else part.body
    found = []
    for block in stream:
        text = "".join(quality.read(block.render()).text)
        found += [line.strip() for line in text.replace("\n", " ").split(". ") if line.strip(" .")]
    return found


@require_safe
@policy("editor")
def what_works(request: HttpRequest, course_id: int) -> HttpResponse:
    """Numbers of the course, its lessons and its questions; never a name."""
    _may(request)
    course = get_object_or_404(Course, pk=course_id)
    found = learning().insights(course, _language(course), timezone.now())
    context = {
        "course": course,
        "found": found,
        "evaluation": evaluating.results(course),
        "together": evaluating.results_together(course),
        "answers": evaluating.ANSWERS,
    }
    return render(request, "courses/admin/what_works.html", context)
