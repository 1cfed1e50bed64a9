"""The admin's first page: what waits for the one who looks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision, TaskState, WorkflowState

from cms.links import CheckedLink

from .. import reporting
from ..publishing import approved_and_waiting
from .error_reports import may_see
from .translations import behind

MOST = 10  # lines of each kind


def what_waits_panel(request: HttpRequest, panels: list[Component]) -> None:
    if may_see(request.user):
        panels.append(WhatWaits())


class WhatWaits(Component):
    name = "what_waits"
    order = 50  # above Wagtail's own
    template_name = "courses/admin/what_waits.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        return {
            "counts": [line for line in (_reports(),) if line],
            "approved": _approved(request.user),
            "sent_back": _sent_back(request.user),
            "behind": [page for page in behind()[:MOST] if page.permissions_for_user(request.user).can_edit()],
            "links": _failing_links(),
            "planned": _planned(),
            "to_review": TaskState.objects.reviewable_by(request.user).exists(),  # listed by Wagtail, below
        }


def _reports() -> tuple[str, str] | None:
    """Words and address."""
    number = reporting.inbox(still_open=True).count()
    said = ngettext("%(number)s reported error waits", "%(number)s reported errors wait", number)
    return (said % {"number": number}, reverse("error-reports")) if number else None


def _approved(user: Any) -> list[Page]:
    """What is approved, for those who may publish it."""
    return [page for page in approved_and_waiting()[:MOST] if page.permissions_for_user(user).can_publish()]


def _sent_back(user: Any) -> list[tuple[Any, TaskState]]:
    """What the one who looks has sent in, and a publisher asks to have changed; with what the publisher wrote."""
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user)
    chosen = states.select_related("current_task_state").order_by("-current_task_state__finished_at")[:MOST]
    return [(state.content_object, state.current_task_state) for state in chosen if state.content_object]


def _failing_links() -> list[tuple[CheckedLink, str]]:
    """Links where nothing answers, each with the first place where it stands."""
    failing = CheckedLink.objects.filter(failing_since__isnull=False).order_by("failing_since")[:MOST]
    return [(link, _place(*link.places[0])) for link in failing if link.places]


def _place(page_id: int, block: str) -> str:
    edit = reverse("wagtailadmin_pages:edit", args=[page_id])
    return f"{edit}#block-{block}-section" if block else edit


def _planned() -> list[Revision]:
    """What the clock publishes next."""
    return list(Revision.objects.exclude(approved_go_live_at=None).order_by("approved_go_live_at")[:MOST])
