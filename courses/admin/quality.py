"""Looking a page over in the admin: what is found, and where; what is serious stops publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms import links, quality
from cms.figures import long_date
from cms.quality import Finding
from cms.site import WRITTEN
from learners.policy import policy

from .. import translating
from ..models import LessonPage, QuizPage
from . import figures, translations

FIELDS = ("body", "questions_field")
QUESTION_MINUTES = 0.75
MUCH_LONGER = 1.5


def findings(page: Page) -> list[Finding]:
    """What is to be said of a page as it stands in `page`; the serious first."""
    with translation.override(page.locale.language_code):
        blocks = [(block.id, block.render(context={"page": page})) for block in _stream(page)]
    found = quality.findings(blocks) + _links_that_fail(blocks) + figures.findings(_stream(page))
    if isinstance(page, LessonPage):
        found += _length(page, blocks)
    found += _translations(page) + translations.findings(page)
    return sorted(found, key=lambda one: not one.serious)


def _stream(page: Page) -> Any:
    return next((getattr(page, name) for name in FIELDS if hasattr(page, name)), [])


def _links_that_fail(blocks: list[tuple[str, str]]) -> list[Finding]:
    """Links to other places where nothing answered, as far as they have been tried (cms.links)."""
    found = [(key, text, href) for key, html in blocks for text, href in quality.read(html).links if href]
    failing = links.failing(href for _key, _text, href in found)
    return [Finding(_unanswered(text, failing[href]), block=key) for key, text, href in found if href in failing]


def _unanswered(text: str, link: links.CheckedLink) -> str:
    said = _("Nothing has answered at the link “%(text)s” since %(day)s (%(said)s).")
    return said % {"text": text, "day": long_date(link.failing_since or timezone.now()), "said": link.said}


def _length(page: LessonPage, blocks: list[tuple[str, str]]) -> list[Finding]:
    takes = quality.minutes(quality.read(html) for _key, html in blocks) + QUESTION_MINUTES * len(page.questions())
    if takes <= MUCH_LONGER * page.minutes:
        return []
    said = _("The lesson takes about %(takes)d minutes to read and answer; it says %(minutes)d. Could it be two?")
    return [Finding(said % {"takes": round(takes), "minutes": page.minutes})]


def _translations(page: Page) -> list[Finding]:
    """Languages that content is written in and that the page is not published in, or is older in."""
    others = {other.locale.language_code: other for other in page.get_translations().select_related("locale")}
    found = []
    for code in WRITTEN:
        if code == page.locale.language_code:
            continue
        other = others.get(code)
        if other is None or other.alias_of_id or not other.live:
            said = _("The page is not published in %(language)s.")
            named = {"language": translation.gettext(dict(_names())[code])}
            found.append(Finding(said % named, page=other.pk if other else None))
        elif (
            translating.source_of(page) is None
            and other.last_published_at
            and page.latest_revision_created_at
            and (other.last_published_at < page.latest_revision_created_at)
        ):
            said = _("The page in %(language)s was published before this draft: look whether it still says the same.")
            named = {"language": translation.gettext(dict(_names())[code])}
            found.append(Finding(said % named, page=other.pk if other else None))
    return found


def _names() -> list[tuple[str, str]]:
    return [("nb", _("bokmål")), ("nn", _("nynorsk"))]


def stop_what_is_serious(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before publishing: lead the editor to what must be mended. The draft is stored."""
    if not page.pk or not any(one.serious for one in findings(page)):
        return None
    messages.error(request, _("Your draft is stored, but it is not published yet: something must be mended first."))
    return redirect("look-over", page.pk)


def quality_urls() -> list[URLPattern]:
    return [path("sider/<int:page_id>/gjennomgang/", look_over, name="look-over")]


@policy("editor")
def look_over(request: HttpRequest, page_id: int) -> HttpResponse:
    """The newest draft's findings, each with a link to its place."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    found = [(one, _place(one, page)) for one in findings(newest(page))]
    context = {"page": page, "findings": found, "edit": reverse("wagtailadmin_pages:edit", args=[page.pk])}
    return render(request, "courses/admin/look_over.html", context)


def _place(found: Finding, page: Page) -> str:
    edit = reverse("wagtailadmin_pages:edit", args=[found.page or page.pk])
    return f"{edit}#block-{found.block}-section" if found.block else edit


def newest(page: Page) -> Page:
    """The page as its newest draft has it."""
    specific = page.specific
    draft = specific.get_latest_revision_as_object() if specific.latest_revision_id else specific
    return draft if isinstance(draft, Page) else specific


def look_over_button(page: Page, user: object, view_name: str, next_url: str | None = None) -> list[Button]:
    if view_name == "edit" and isinstance(page.specific, LessonPage | QuizPage):
        return [Button(_("Look over"), reverse("look-over", args=[page.pk]), icon_name="glasses", priority=45)]
    return []
