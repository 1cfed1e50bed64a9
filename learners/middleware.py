"""At the admin's door a role that has ended opens nothing; on a shared PC the browser keeps nobody's pages."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import Learner
from .policy import has_left
from .roles import settle

WAGTAIL_S = ("/admin/", "/documents/")  # where Wagtail's own rights decide


def ended_roles(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Wagtail asks for groups, which know no dates: settle them before it looks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WAGTAIL_S) and isinstance(request.user, Learner):
            today = timezone.localdate()
            if settle(request.user, today) and has_left(request.user, today):
                raise PermissionDenied("Has left the service.")
        return get_response(request)

    return middleware


def nothing_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No page of somebody who is signed in stays in the browser: the back button shows the next one nothing of it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware
