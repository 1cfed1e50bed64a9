"""Parts of a course that people are in, moved to another course or unpublished: neither happens behind their backs.

A lesson that changes courses would be gone for those who are in the one, and new for those in the other, without the
choice that publishing asks for. Unpublishing takes a part away from those who are in it: the editor is told first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from ..models import CoursePage, LessonPage, QuizPage
from ..ports import learning
from ..publishing import course_of, needs_choice

TOLD = "told"  # what the editor sends with the second "Unpublish"


def keep_parts_in_their_course(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Before a page is moved."""
    if not _changes_courses([page], destination):
        return None
    _say_copy(request, [page])
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def keep_parts_in_bulk(request: HttpRequest, action: str, objects: Sequence[Any], view: Any) -> HttpResponse | None:
    """Before pages are moved or unpublished together."""
    if action not in ("move", "unpublish") or not objects or not isinstance(objects[0], Page):
        return None
    asked = view.cleaned_form.cleaned_data
    if action == "move":
        held = _changes_courses(objects, asked["chooser"])
        if held:
            _say_copy(request, held)
    else:
        held = _used(_with_those_below(objects) if asked.get("include_descendants") else objects)
        if held:
            said = _("Nothing is unpublished: people are in the course, or have completed it. One by one: %(pages)s.")
            messages.error(request, said % {"pages": _titles(held)})
    return redirect(view.next_url) if held else None


def tell_before_unpublishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before a page is unpublished alone: whom it is taken away from, once."""
    used = _used([page])
    if not used or TOLD in request.POST:
        return None
    specific = used[0]
    course = course_of(specific)
    context = {
        "page": specific,
        "course": course,
        "whole": isinstance(specific, CoursePage),
        "standing": learning().standing(course, timezone.localdate()) if course else None,
        "sent": {name: value for name, value in request.POST.items() if name in ("include_descendants", "next")},
        "told": TOLD,
    }
    return render(request, "courses/admin/unpublish.html", context)


def _changes_courses(pages: Iterable[Page], destination: Page) -> list[Page]:
    """The parts among `pages` that would go to another course, where people are in either."""
    entered = needs_choice(destination.specific, timezone.localdate())
    parts = [page.specific for page in pages]
    leaving = [
        part for part in parts if isinstance(part, LessonPage | QuizPage) and not part.is_descendant_of(destination)
    ]
    return [part for part in leaving if entered or needs_choice(part, timezone.localdate())]


def _used(pages: Iterable[Page]) -> list[Page]:
    """The pages of courses that anybody is in or has completed, each as what it is."""
    return [page for page in (one.specific for one in pages) if page.live and needs_choice(page, timezone.localdate())]


def _with_those_below(pages: Iterable[Page]) -> list[Page]:
    return [below for page in pages for below in page.get_descendants(inclusive=True).live()]


def _say_copy(request: HttpRequest, held: Iterable[Page]) -> None:
    said = _(
        "Nothing is moved: people are in one of the courses, or have completed it: %(pages)s. Copy it to the other"
        " course instead; the copy is a draft, and publishing it asks what it changes."
    )
    messages.error(request, said % {"pages": _titles(held)})


def _titles(pages: Iterable[Page]) -> str:
    return ", ".join(f"“{page.title}”" for page in list(pages)[:10])
