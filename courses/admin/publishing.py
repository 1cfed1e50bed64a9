"""Before a part of a course that people are in is published: what that does to them, and the editor's choice.

Wagtail has stored the draft when it asks (`before_publish_page`); nothing is published until the editor has chosen.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from cms.figures import long_date, moment, percent
from learners.policy import policy, signed_in

from .. import publishing
from ..exceptions import AlreadyToday
from ..models import Course, CourseVersion
from ..ports import CourseStanding, learning
from ..publishing import course_of
from ..requirements import Requirement
from .quality import findings, newest

CORRECTION, REQUIREMENT = "correction", "requirement"
USUAL_TIME = dt.timedelta(days=180)  # what a new requirement's deadline is set to before the editor says another


class ChangeForm(forms.Form):
    """Correction or new requirement."""

    kind = forms.ChoiceField(
        choices=[(CORRECTION, gettext_lazy("A correction")), (REQUIREMENT, gettext_lazy("A new requirement"))],
        initial=CORRECTION,
    )
    deadline = forms.DateField(label=gettext_lazy("Deadline"), required=False, widget=AdminDateInput)
    note = forms.CharField(label=gettext_lazy("What has changed"), required=False, max_length=250)
    safe = forms.BooleanField(
        label=gettext_lazy("Those who are in the course go over to the new version"),
        required=False,
        help_text=gettext_lazy("Choose this where what they have done counts in the new version too."),
    )

    together = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Publish at the same time"),
        queryset=Page.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Drafts of the same page in other languages."),
    )

    def __init__(self, *args: Any, since: dt.date, others: QuerySet[Page], **kwargs: Any) -> None:
        """`since`: the day on which it is published; `others`: what may be published at the same time."""
        super().__init__(*args, **kwargs)
        self.since = since
        self.fields["deadline"].initial = since + USUAL_TIME
        together = self.fields["together"]
        together.queryset = others  # type: ignore[attr-defined]
        together.label_from_instance = _in_its_language  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == REQUIREMENT:
            deadline = cleaned.get("deadline")
            if "deadline" not in self.errors and (deadline is None or deadline <= self.since):
                self.add_error("deadline", self._too_early())
            if not cleaned.get("note"):
                self.add_error("note", _("Say in a sentence what has changed; it stands beside the version."))
        return cleaned

    def _too_early(self) -> str:
        if self.since > timezone.localdate():
            return _("The deadline must be after the day it is published.")
        return _("The deadline must be after today.")


def _in_its_language(page: Page) -> str:
    return f"{page.draft_title or page.title} ({page.locale})"


def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead the editor to the choice where anybody is in the course or has completed it, also for a later day."""
    if not page.pk or not publishing.needs_choice(page, timezone.localdate()):
        return None
    return redirect("publish-part", page.pk)


def publishing_urls() -> list[URLPattern]:
    return [path("kurs/publiser/<int:page_id>/", publish_part, name="publish-part")]


@policy("editor")
def publish_part(request: HttpRequest, page_id: int) -> HttpResponse:
    """What publishing does to people, and the choice."""
    page = get_object_or_404(Page, pk=page_id).specific
    course = course_of(page)
    if course is None or not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    today, later = timezone.localdate(), _later(page)
    since = timezone.localdate(later) if later else today
    others, unready = (Page.objects.none(), []) if later else _drafts_in_other_languages(page, request)
    form = ChangeForm(request.POST or None, since=since, others=others)
    if request.method == "POST" and form.is_valid() and _published(request, page, course, form.cleaned_data):
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    context = {
        "page": page,
        "course": course,
        "form": form,
        "later": later,
        "same_day": _planned_too(page, course, since) if later else [],
        "others": others,
        "unready": unready,
        "courses": [(course, told_of(learning().standing(course, today)))],
        "back": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
    return render(request, "courses/admin/publish_part.html", context)


def _later(page: Page) -> dt.datetime | None:
    """When the newest draft is to go live, where that lies ahead."""
    moment_set: dt.datetime | None = page.get_latest_revision_as_object().go_live_at
    return moment_set if moment_set and moment_set > timezone.now() else None


def _planned_too(page: Page, course: Course, day: dt.date) -> list[str]:
    """The other new requirements of the day, which are one version with this one: part and deadline."""
    others = [plan for plan in publishing.planned_for(course, day) if plan.revision.object_id != str(page.pk)]
    said = _("“%(page)s”, asked for by %(day)s")
    dated = [(plan.revision.as_object(), plan.deadline) for plan in others if plan.deadline]
    return [said % {"page": part, "day": long_date(deadline)} for part, deadline in dated]


def _drafts_in_other_languages(page: Page, request: HttpRequest) -> tuple[QuerySet[Page], list[Page]]:
    """The page's translations with changes that wait, which the reader may publish: those that nothing serious stops,
    and those in which something must be mended first."""
    drafts = page.get_translations().filter(has_unpublished_changes=True, alias_of=None).select_related("locale")
    may = [one for one in drafts.specific() if one.permissions_for_user(request.user).can_publish()]
    unready = [one for one in may if any(found.serious for found in findings(newest(one)))]
    ready = {one.pk for one in may} - {one.pk for one in unready}
    return Page.objects.filter(pk__in=ready).select_related("locale").order_by("locale"), unready


def told_of(standing: CourseStanding) -> dict[str, Any]:
    """What either choice does to those in a course, for the page that asks."""
    return {
        "standing": standing,
        "correction": [f"{bar.title}: {percent(bar.share)} → {percent(bar.share)}" for bar in standing.bars],
        "requirement": _requirement_words(standing),
    }


def _requirement_words(standing: CourseStanding) -> list[str]:
    said = _("%(campaign)s: %(share)s stays as it is. A successor begins at %(zero)s.")
    return [said % {"campaign": bar.title, "share": percent(bar.share), "zero": percent(0.0)} for bar in standing.bars]


def _published(request: HttpRequest, page: Page, course: Course, chosen: dict[str, Any]) -> bool:
    """Publish the newest draft as what was chosen, now or at its moment; whether that could be done."""
    decided = None
    if chosen["kind"] == REQUIREMENT:
        decided = Requirement(chosen["deadline"], chosen["note"], chosen["safe"])
    try:
        version = publishing.publish(page, course, decided, signed_in(request), timezone.now())
    except AlreadyToday:
        messages.error(request, already_today())
        return False
    messages.success(request, _what_was_done(page, course, decided, version))
    for other in chosen["together"]:
        other.get_latest_revision().publish(user=request.user)
        messages.success(request, _("Published at the same time: %(page)s.") % {"page": _in_its_language(other)})
    return True


def already_today() -> str:
    return _(
        "The course began a new version today. What is published as a correction now belongs to it. The next one can"
        " begin tomorrow."
    )


def _what_was_done(page: Page, course: Course, decided: Requirement | None, version: CourseVersion | None) -> str:
    draft = page.get_latest_revision_as_object()
    if draft.go_live_at and draft.go_live_at > timezone.now():
        said = _("“%(page)s” is published %(when)s, as you decided.")
        return said % {"page": draft, "when": moment(draft.go_live_at)}
    if decided and version:
        said = _("Published as version %(number)s of “%(course)s”, asked for by %(day)s.")
        return said % {"number": version.number, "course": course, "day": long_date(decided.deadline)}
    return _("“%(page)s” is published as a correction. Nobody’s completion is changed.") % {"page": page}
