"""A course that people are in, or have completed, is taken out of use, and not deleted.

What is stored of them would stay (records outlive pages), but nobody could go on, and nobody could look up what was
learnt. Administrators may, and are told what it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from cms.glossary import Term

from ..models import Course, CoursePage, QuestionBank
from ..publishing import needs_choice

MOST_NAMED = 5


def keep_courses_in_use(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before a page is deleted."""
    used = _in_use([page])
    if not used:
        return None
    if not request.user.is_superuser:  # type: ignore[union-attr] # whom the admin's door let in
        _say_retire(request, used)
        return redirect("wagtailadmin_explore", page.pk)
    if request.method == "GET":
        said = _("People are in this course, or have completed it: %(courses)s. Their records stay, the pages do not.")
        messages.warning(request, said % {"courses": ", ".join(map(str, used))})
    return None


def keep_courses_in_bulk(request: HttpRequest, action: str, objects: Sequence[Any], view: Any) -> HttpResponse | None:
    """Before pages are deleted together."""
    if action != "delete" or not objects or not isinstance(objects[0], Page) or request.user.is_superuser:  # type: ignore[union-attr]
        return None
    used = _in_use(objects)
    if not used:
        return None
    _say_retire(request, used)
    return redirect(view.next_url)


def _in_use(pages: Iterable[Page]) -> list[Course]:
    """The courses whose pages would go, and which people are in or have completed."""
    going = CoursePage.objects.none()
    for page in pages:
        going |= CoursePage.objects.descendant_of(page, inclusive=True)
    found = {one.course_id: one for one in going.select_related("course", "locale")}
    return [one.course for one in found.values() if needs_choice(one, timezone.localdate())]


def keep_what_pages_use(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """Before question banks or words are deleted: a quiz would ask nothing, a lesson would have a hole."""
    used = {page.pk: page for one in instances if isinstance(one, QuestionBank | Term) for page in _using(one)}
    if not used:
        return None
    said = _("Nothing is deleted: it is used in {pages}. Take it out there first.")
    shown = list(used.values())[:MOST_NAMED]
    links = format_html_join(", ", '<a href="{}">{}</a>', ((_edit(page), page) for page in shown))
    messages.error(request, format_html(said, pages=links))
    return redirect(reverse(f"{instances[0].snippet_viewset.get_url_name('list')}"))


def _using(one: QuestionBank | Term) -> Iterable[Page]:
    keys = ReferenceIndex.get_references_to(one).values_list("object_id", flat=True)
    return Page.objects.filter(pk__in=[key for key in keys if key.isdigit()])


def _edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _say_retire(request: HttpRequest, used: list[Course]) -> None:
    said = _(
        "Nothing is deleted: people are in the course, or have completed it. Take it out of use instead, with a date in"
        " its record: {links}. Everything that is stored stays."
    )
    for course in used[:MOST_NAMED]:
        link = format_html('<a href="{}">{}</a>', reverse("course-records:edit", args=[course.pk]), course)
        messages.error(request, format_html(said, links=link))
