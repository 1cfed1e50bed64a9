"""The second factor: who holds a role is asked for it at the next request, and to set one up where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from .models import Learner
from .policy import needs_second_factor

# Sessions that were opened elsewhere with a second factor (learners.oidc) carry this mark: for whom it was.
STRONG = "signed_in_with_two_factors"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What must be within reach meanwhile: signing out, choosing one's language; and the forms of a lesson that is under
# way, whose answers are kept (policy "form") for the one who gave them.
ALWAYS = {"account_logout", "set_language"}
FREE_POLICIES = {"form", "key"}
TO_PROVE = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
SETS_UP = {"mfa_activate_totp", "mfa_add_webauthn"}
TO_SET_UP = SETS_UP | {
    "mfa_index",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
}


def is_given(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed, with a second factor."""
    if request.user.is_authenticated and request.session.get(STRONG) == request.user.pk:
        return True
    records = get_authentication_records(request, request.user if isinstance(request.user, Learner) else None)
    return any(record.get("method") == "mfa" for record in records)


def is_due(request: HttpRequest) -> bool:
    """Whether the one who is signed in has still to give a second factor."""
    user = request.user
    if settings.SECOND_FACTOR_WAIVED or not isinstance(user, Learner) or is_given(request):
        return False
    return needs_second_factor(user, timezone.localdate())


def has_one(learner: Learner) -> bool:
    """Whether the learner has set up an app or a key."""
    return Authenticator.objects.filter(user=learner, type__in=FACTORS).exists()


class SecondFactorMiddleware:
    """Leads to the second factor whoever owes it, whichever address they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in SETS_UP and request.method == "POST" and response.status_code == 302 and _has_one_now(request):
            request.session[STRONG] = request.user.pk  # what was set up has just been shown to work
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in ALWAYS or getattr(view, "policy", "") in FREE_POLICIES or not is_due(request):
            return None
        known = _has_one_now(request)
        if name in (TO_PROVE if known else TO_SET_UP):
            return None
        return _onward("mfa_reauthenticate" if known else "mfa_index", request)


def _has_one_now(request: HttpRequest) -> bool:
    return isinstance(request.user, Learner) and has_one(request.user)


def _onward(name: str, request: HttpRequest) -> HttpResponse:
    """To the page `name`, and from there back; a form that was sent is not sent again by itself."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect(f"{resolve_url(name)}?{urlencode({'next': back})}")
