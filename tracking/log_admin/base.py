"""What every page of the learning log in the admin shares: who comes in, titles, the way to its sisters."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from learners.models import Learner, RoleGrant
from learners.policy import has_left, holds

NAMESPACE = "log"
TABS: list[tuple[str, Promise]] = [
    ("overview", gettext_lazy("Overview")),
    ("keys", gettext_lazy("Keys")),
    ("statements", gettext_lazy("Statements")),
    ("targets", gettext_lazy("Sending on")),
    ("imports", gettext_lazy("Fetching")),
]


def may_run_log(user: Any) -> bool:
    """Administrators of today: keys and other systems are theirs."""
    return (
        isinstance(user, Learner) and user.is_active and user.is_superuser and not has_left(user, timezone.localdate())
    )


def may_see_names(user: Any) -> bool:
    """Who may see which person a statement is about: privacy officers and system administrators by their role."""
    return holds(user, {RoleGrant.Role.SYSTEM, RoleGrant.Role.PRIVACY}, timezone.localdate())


def address(name: str, *arguments: Any) -> str:
    return reverse(f"{NAMESPACE}:{name}", args=arguments)


class LogPage(WagtailAdminTemplateMixin, TemplateView):
    """A page below the learning log; `tab` names the one that it belongs to."""

    header_icon = "list-ul"
    tab = "overview"
    breadcrumb: str | Promise = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_run_log(request.user):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail = [*super().get_breadcrumbs_items(), {"url": address("index"), "label": _("Learning log")}]
        here = dict(TABS)[self.tab]
        if self.tab != "overview":
            trail.append({"url": address(self.tab), "label": here})
        if self.get_page_title() and str(self.get_page_title()) != str(here):
            trail.append({"url": "", "label": self.get_page_title()})
        return trail

    def get_page_title(self) -> str:
        return str(self.page_title or dict(TABS)[self.tab])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        tabs = [
            {"url": address("index" if name == "overview" else name), "label": label, "here": name == self.tab}
            for name, label in TABS
        ]
        return {**super().get_context_data(**more), "tabs": tabs}
