"""What follows when a draft is approved, and publishing by the dozen: neither goes past the choice.

Wagtail publishes an approved draft at once. Where people are in the course, or something must be mended, it waits
instead: the one who approved it is led to the choice, and it stands on the dashboard until somebody has chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState
from wagtail.workflows import publish_workflow_state

from ..publishing import approved_and_waiting, needs_choice
from .publishing import ask_before_publishing
from .quality import findings, newest, stop_what_is_serious


def _must_wait(page: Page) -> bool:
    return needs_choice(page, timezone.localdate()) or any(one.serious for one in findings(newest(page)))


def publish_or_wait(workflow_state: WorkflowState, user: Any) -> None:
    """The end of an approval."""
    approved = workflow_state.content_object
    if not isinstance(approved, Page) or not _must_wait(approved.specific):
        publish_workflow_state(workflow_state, user)


def lead_to_the_choice(request: HttpRequest, page: Page) -> HttpResponse | None:
    """After an approval in the page's editor."""
    if "action-workflow-action" not in request.POST:
        return None
    published = Page.objects.filter(pk=page.pk, live=True, has_unpublished_changes=False).exists()
    if published and request.POST.get("workflow-action-name") == "approve":
        messages.success(request, _("“%(page)s” is approved and published.") % {"page": page})
    if not approved_and_waiting().filter(pk=page.pk).exists():
        return None
    specific = page.specific
    return stop_what_is_serious(request, newest(specific)) or ask_before_publishing(request, specific)


def not_by_the_dozen(request: HttpRequest, action: str, objects: Sequence[Any], view: Any) -> HttpResponse | None:
    """Before a bulk action: parts of courses that people are in are published one by one."""
    if action != "publish" or not objects or not isinstance(objects[0], Page):
        return None
    asked = [page.specific for page in objects]
    if view.cleaned_form.cleaned_data.get("include_descendants"):
        asked += [below for page in objects for below in page.get_descendants().not_live().specific()]
    held = [page.title for page in asked if _must_wait(page)]
    if not held:
        return None
    said = _("Nothing is published: people are in the course, or something must be mended. One by one: %(pages)s.")
    messages.error(request, said % {"pages": ", ".join(held[:10])})
    return redirect(view.next_url)
