"""A translation beside its source, paragraph by paragraph: what is new there, and what is not translated yet."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms.quality import Finding
from learners.policy import policy

from .. import translating
from ..models import TranslationCheck
from ..translating import WHOLE, Paragraph, State

WORDS = {
    State.STALE: gettext_lazy("The source has changed since this was written."),
    State.SAME: gettext_lazy("Not translated yet: it is the source’s own text."),
    State.MISSING: gettext_lazy("Only in the source."),
    State.EXTRA: gettext_lazy("Not in the source (any more)."),
}
TOLD = {"text", "title", "prompt", "value", "feedback", "feedback_right", "feedback_wrong", "left", "right", "hint"}
TOLD |= {"caption", "alt", "attribution", "transcript", "about", "answer", "unit"}

_TAG, _WITHIN = re.compile(r"<[^>]+>"), re.compile(r"</?(?:a|b|i|em|strong)\b[^>]*>")


def translation_urls() -> list[URLPattern]:
    return [
        path("sider/<int:page_id>/oversettelse/", compare, name="translation"),
        path("sider/<int:page_id>/oversett/", begin, name="translation-begin"),
    ]


@policy("editor")
def compare(request: HttpRequest, page_id: int) -> HttpResponse:
    """The paragraphs that owe something, or with `?vis=alt` all; a POST with `key` says that one still holds."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    source = translating.source_of(page)
    if source is None:
        raise Http404("The page is no translation.")
    everything = request.GET.get("vis") == "alt"
    if request.method == "POST":
        key = request.POST.get("key", "")
        known = {one.key for one in translating.paragraphs(page)}
        if key in known or (key == WHOLE and not translating.owes(page)):
            translating.confirm(page, key, timezone.now())
        return redirect(request.get_full_path())
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    found = [one for one in translating.paragraphs(page) if everything or one.state is not State.FRESH]
    lines = [_line(one, edit) for one in found]
    context = {"page": page, "source": source, "lines": lines, "edit": edit, "everything": everything}
    context["settle"] = WHOLE if not found and behind().filter(pk=page.pk).exists() else ""
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
        plain = html.unescape(_TAG.sub("\n", _WITHIN.sub("", value)))
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
    """On a translation the way to its source; on a source the ways to begin what only mirrors it so far."""
    if view_name != "edit":
        return []
    if translating.source_of(page.specific) is not None:
        return [Button(_("Beside the source"), reverse("translation", args=[page.pk]), icon_name="copy", priority=43)]
    return [
        Button(
            _("Translate to %(language)s") % {"language": str(mirror.locale).lower()},
            reverse("translation-begin", args=[mirror.pk]),
            icon_name="globe",
            priority=43,
        )
        for mirror in page.get_translations().filter(alias_of=page).select_related("locale")
        if mirror.permissions_for_user(user).can_edit()
    ]


@policy("editor")
def begin(request: HttpRequest, page_id: int) -> HttpResponse:
    """A page that mirrors another language becomes a page of its own, with all below it, to be translated."""
    page = get_object_or_404(Page.objects.select_related("locale").exclude(alias_of=None), pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    mirrors = list(Page.objects.descendant_of(page, inclusive=True).exclude(alias_of=None).order_by("path"))
    if request.method == "POST":
        for mirror in mirrors:
            ConvertAliasPageAction(mirror.specific, user=request.user).execute()
        said = _("Now the pages are there in %(language)s, with the source’s text until it is translated.")
        messages.success(request, said % {"language": str(page.locale).lower()})
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"page": page, "mirrors": mirrors, "back": reverse("wagtailadmin_pages:edit", args=[page.alias_of_id])}
    return render(request, "courses/admin/translation_begin.html", context)


def behind() -> QuerySet[Page]:
    """Published translations whose source was published after they were last written in, or looked over as a whole."""
    source = translating.written_first(OuterRef("translation_key"))
    names = ("pk", "live", "last_published_at")
    of_source = {f"source_{name}": Subquery(source.values(name)[:1]) for name in names}
    found = Page.objects.live().filter(alias_of=None).annotate(**of_source)
    found = found.filter(source_live=True, source_last_published_at__gt=F("latest_revision_created_at"))
    looked = TranslationCheck.objects.filter(
        page=OuterRef("pk"), key=WHOLE, at__gt=OuterRef("source_last_published_at")
    )
    return found.exclude(Exists(looked)).exclude(source_pk=F("pk")).order_by("-source_last_published_at")
