"""A translation beside its source, paragraph by paragraph: what is new there, and what is not translated yet."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms.quality import Finding
from cms.site import WRITTEN
from learners.policy import policy

from .. import translating
from ..translating import Paragraph, State

WORDS = {
    State.STALE: gettext_lazy("The source has changed since this was written."),
    State.SAME: gettext_lazy("Not translated yet: it is the source’s own text."),
    State.MISSING: gettext_lazy("Only in the source."),
    State.EXTRA: gettext_lazy("Not in the source (any more)."),
}
TOLD = {"text", "title", "prompt", "value", "feedback", "feedback_right", "feedback_wrong", "left", "right", "hint"}
TOLD |= {"caption", "alt", "attribution", "transcript", "about", "answer", "unit"}


def translation_urls() -> list[URLPattern]:
    return [path("sider/<int:page_id>/oversettelse/", compare, name="translation")]


@policy("editor")
def compare(request: HttpRequest, page_id: int) -> HttpResponse:
    """The paragraphs that owe something, or with `?vis=alt` all; a POST with `key` says that one still holds."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if translating.source_of(page) is None:
        raise Http404("The page is no translation.")
    everything = request.GET.get("vis") == "alt"
    if request.method == "POST":
        key = request.POST.get("key", "")
        if key in {one.key for one in translating.paragraphs(page)}:
            translating.confirm(page, key, timezone.now())
        return redirect(request.get_full_path())
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    found = [one for one in translating.paragraphs(page) if everything or one.state is not State.FRESH]
    lines = [_line(one, edit) for one in found]
    context = {"page": page, "lines": lines, "edit": edit, "everything": everything}
    return render(request, "courses/admin/translation.html", context)


def _line(one: Paragraph, edit: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "said": WORDS.get(one.state, ""),
        "source": told(one.source),
        "was": told(one.was),
        "here": told(one.here),
        "place": f"{edit}#block-{one.key}-section" if one.is_block and one.here is not None else edit,
        "may_hold": one.state in (State.STALE, State.SAME),
    }


def told(value: Any) -> list[str]:
    """A paragraph's text in lines, as a translator reads it."""
    if isinstance(value, str):
        plain = html.unescape(re.sub(r"<[^>]+>", "\n", value))
        return [line.strip() for line in plain.splitlines() if line.strip()]
    if isinstance(value, list):
        return [line for one in value for line in told(one)]
    if isinstance(value, dict):
        return [line for name, one in value.items() if name in TOLD or not isinstance(one, str) for line in told(one)]
    return []


def findings(page: Page) -> list[Finding]:
    """For looking a translation over: its paragraphs that owe something, each with its place. They only advise."""
    owed = (one for one in translating.paragraphs(page) if one.state in (State.STALE, State.SAME, State.MISSING))
    return [Finding(_said(one), block=one.key if one.is_block and one.here is not None else "") for one in owed]


def _said(one: Paragraph) -> str:
    lines = told(one.here) or told(one.source) or [json.dumps(one.source)]
    return _("“%(text)s”: %(said)s") % {"text": lines[0][:60], "said": WORDS[one.state]}


def translation_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    if view_name != "edit" or translating.source_of(page.specific) is None:
        return []
    return [Button(_("Beside the source"), reverse("translation", args=[page.pk]), icon_name="copy", priority=43)]


def behind() -> QuerySet[Page]:
    """Published translations whose source was published after they were last written in."""
    sources = Page.objects.live().filter(translation_key=OuterRef("translation_key"), alias_of=None)
    sources = sources.filter(locale__language_code=WRITTEN[0]).values("last_published_at")[:1]
    translations = Page.objects.live().filter(alias_of=None).exclude(locale__language_code=WRITTEN[0])
    found = translations.annotate(source_at=Subquery(sources)).filter(source_at__gt=F("latest_revision_created_at"))
    return found.order_by("-source_at")
