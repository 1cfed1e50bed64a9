"""An editor mends a typing error in a published page without a second person: what counts as one is courses.small."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import Page

from learners.policy import policy

from ..small import Change, typing_errors
from ..written import written
from .quality import findings, newest

LOGGED = "courses.typing_error"
# What Wagtail keeps of a page beside what its editors write.
NOT_WRITTEN = {
    "pk", "path", "depth", "numchild", "content_type", "draft_title", "live", "has_unpublished_changes", "url_path",
    "owner", "locked", "locked_at", "locked_by", "expired", "first_published_at", "last_published_at",
    "latest_revision_created_at", "live_revision", "latest_revision", "alias_of", "wagtail_admin_comments",
    "page_ptr", "translation_key", "locale",
}  # fmt: skip


def typing_error_urls() -> list[URLPattern]:
    return [path("sider/<int:page_id>/skrivefeil/", publish_typing_error, name="typing-error")]


def register_log_action(actions: LogActionRegistry) -> None:
    label = gettext_lazy("Publish a typing error")
    actions.register_action(LOGGED, label, gettext_lazy("Published as a mended typing error"))


def changes_in(page: Page) -> list[Change] | None:
    """The words that the newest draft spells otherwise than the published page; None where it changes more."""
    if not page.live or not page.live_revision or not page.has_unpublished_changes:
        return None
    return typing_errors(_written(page.live_revision.content), _written(page.get_latest_revision().content))


def _written(content: dict[str, Any]) -> dict[str, Any]:
    """What its editors have written of a page; streams as JSON instead of text."""
    return {name: written(_unpacked(value)) for name, value in content.items() if name not in NOT_WRITTEN}


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("[{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _may(request: HttpRequest, page: Page) -> bool:
    tester = page.permissions_for_user(request.user)
    return bool(tester.can_edit() and not tester.page_locked())


@policy("editor")
def publish_typing_error(request: HttpRequest, page_id: int) -> HttpResponse:
    """The words before and after, and the button; or why it takes somebody else."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not _may(request, page):
        raise PermissionDenied
    changes = changes_in(page)
    if request.method == "POST" and changes and not any(one.serious for one in findings(newest(page))):
        revision = page.get_latest_revision()
        log(page, LOGGED, user=request.user, revision=revision, data={"changes": changes})
        # The right to publish is what this page is about: the change was looked at above.
        revision.publish(user=request.user, skip_permission_checks=True)
        messages.success(request, _("The typing error is mended. Nobody’s completion is changed."))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    context = {"page": page, "changes": changes, "edit": reverse("wagtailadmin_pages:edit", args=[page.pk])}
    return render(request, "courses/admin/typing_error.html", context)


def typing_error_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    """For those who may edit and not publish, where a published page has a draft."""
    tester = page.permissions_for_user(user)
    if view_name != "edit" or not page.live or not page.has_unpublished_changes or tester.can_publish():
        return []
    address = reverse("typing-error", args=[page.pk])
    return [Button(_("Publish as a typing error"), address, icon_name="check", priority=44)]
