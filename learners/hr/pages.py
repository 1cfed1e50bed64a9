"""What every page for people data has in common: who comes in, and how it is framed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.auth import require_admin_access

from .. import looks
from ..models import Learner
from ..policy import admin_role, may_keep_people, policy, signed_in

View = Callable[..., HttpResponse]
PAGES: dict[str, str | Promise] = {
    "people_import": gettext_lazy("Import of people"),
    "people_person": gettext_lazy("One person's positions and leave"),
    "people_who": gettext_lazy("Who was where"),
    "people_units": gettext_lazy("Units"),
    "people_merge": gettext_lazy("Records of one person"),
    "people_keys": gettext_lazy("Keys and groups of other systems"),
}


def hr_page(view: View) -> View:
    """For those who keep people data, in Wagtail's admin."""

    @policy("editor")
    @require_admin_access
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_keep_people(request.user, timezone.localdate()):  # type: ignore[arg-type]
            raise PermissionDenied(_("Only those who keep people data may see this page."))
        return view(request, *args, **kwargs)

    return guarded


def show(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render `learners/hr/<name>.html` in the admin's frame."""
    title = context.setdefault("page_title", PAGES.get(f"people_{name.partition('_')[0]}", ""))
    frame = {
        "header_title": title,
        "header_icon": "group",
        "breadcrumbs_items": [{"url": "/admin/", "label": _("Home")}, {"url": "", "label": title}],
    }
    return render(request, f"learners/hr/{name}.html", frame | context, status=status)


def seen(request: HttpRequest, people: Iterable[Learner], place: str = "people") -> None:
    """Enter a look at named people."""
    viewer, now = signed_in(request), timezone.now()
    looks.record(viewer, people, place, admin_role(viewer, timezone.localdate(now)), now)
