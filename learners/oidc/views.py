"""To the issuer and back, and a page for those whom it leads to nobody."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import requests
import structlog
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..policy import policy
from . import issuer
from .exceptions import SignInRefused
from .provider import IssuerAdapter

log = structlog.get_logger("fagbenk.sign_in")
SESSION = "signed_in_elsewhere"  # {"provider", "id_token"}: for signing out there, too
REASONS: dict[str, str | Promise] = {
    "unknown": _("The sign-in worked, but it leads to nobody in the people data. That is usual in your first days."),
    "another": _("The sign-in worked, but its number belongs to somebody else in the people data."),
    "linked": _("The sign-in worked, but another account is yours here already."),
    "closed": _("The sign-in worked, but you are not employed here any more, or your access has been closed."),
    "unreachable": _("The one who signs you in does not answer just now. Try again in a while."),
    "cancelled": _("The sign-in was broken off."),
    "refused": _("The sign-in could not be confirmed. Try once more from the beginning."),
}


class Callback(OAuth2CallbackView):
    """The issuer's answer: with the state that this browser took along, once, and from the issuer it was sent to."""

    adapter: IssuerAdapter

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce", ""))
        if state and request.GET.get("iss", provider.app.settings["issuer"]) != provider.app.settings["issuer"]:
            return None, to_help("refused")  # RFC 9207: another issuer's answer
        return state, response


@policy("public")
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """POST: on to the issuer. GET: a page that asks, so that no other page signs anybody in."""
    return _with_provider(OAuth2LoginView, request, provider_id)


@policy("public")
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _with_provider(Callback, request, provider_id)


def _with_provider(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(IssuerAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as missing:
        raise Http404 from missing
    except SignInRefused as refusal:
        return to_help(refusal.why)
    except requests.RequestException:
        return to_help("unreachable")
    return answer


@policy("public")
def sign_in_help(request: HttpRequest) -> HttpResponse:
    """Why the sign-in led nowhere, and whom to ask."""
    why = request.GET.get("why", "refused")
    return render(request, "learners/sign_in_help.html", {"said": REASONS.get(why, REASONS["refused"])}, status=403)


def to_help(why: str) -> HttpResponse:
    log.warning("sign_in_refused", why=why)
    answer = redirect("sign-in-help")
    answer["Location"] += f"?why={why}"
    return answer


def way_out(request: HttpRequest, back: str) -> str:
    """Where the issuer ends its own session and comes back from, for the one who is signing out; "" for others."""
    held = request.session.get(SESSION)
    known = {provider["id"]: provider for provider in settings.OIDC_PROVIDERS}
    if not held or held["provider"] not in known:
        return ""
    try:
        address = issuer.metadata(known[held["provider"]]["issuer"]).get("end_session_endpoint")
    except (SignInRefused, OSError):  # requests' exceptions are OSErrors: then only here
        return ""
    query = {"id_token_hint": held["id_token"], "post_logout_redirect_uri": request.build_absolute_uri(back)}
    return f"{address}?{urlencode(query)}" if address else ""
