"""Doors that others would open: one sign-in for everybody, and no circle for those who may not come in."""

from __future__ import annotations

from allauth.account.views import logout as allauth_logout
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from .oidc.views import way_out
from .policy import policy


@policy("public")
def front_door(request: HttpRequest) -> HttpResponse:
    """Wagtail's sign-in for private pages knows no second factor: on to our own."""
    query = request.GET.urlencode()
    return redirect(resolve_url(settings.LOGIN_URL) + (f"?{query}" if query else ""))


@policy("public")
def sign_out(request: HttpRequest) -> HttpResponse:
    """One click, and nothing stays in the browser: neither here nor, after a sign-in elsewhere, there."""
    elsewhere = way_out(request, "/") if request.method == "POST" else ""
    response = allauth_logout(request)
    if request.method != "POST":
        return response
    if elsewhere:
        response = redirect(elsewhere)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@policy("public")
def admin_door(request: HttpRequest) -> HttpResponse:
    """Wagtail's sign-in address: on to our own, which asks for the second factor where it is due."""
    if not request.user.is_authenticated:
        return front_door(request)
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied(_("You are signed in, but editing pages is not among your rights."))
    onward = request.GET.get("next", "")
    inside = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if inside else "wagtailadmin_home")
