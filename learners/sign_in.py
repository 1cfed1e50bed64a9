"""The steps of signing in that differ from allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .second_factor import STRONG
from .shared_pc import say_whose_pc


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, unless the sign-in elsewhere has had one already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        given = self.login.user is not None and request.session.get(STRONG) == self.login.user.pk
        return not given and super()._should_handle(request)


class SignInForm(LoginForm):
    """Every PC is a shared one unless its owner says so, each time."""

    own_pc = forms.BooleanField(label=_("This is my own PC"), required=False)

    def login(self, request: HttpRequest, redirect_url: str | None = None, credentials: Any = None) -> HttpResponse:
        say_whose_pc(request, own=self.cleaned_data["own_pc"])
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        return response


PERIOD = 30  # seconds an app's code stands (RFC 6238, section 5.2)


class OnceOnly(BaseAuthenticateForm):
    """An app's code opens once for as long as it is valid (RFC 6238, section 5.2).

    allauth remembers a code that was used for one period; with the tolerance for clocks that differ it is valid longer.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            valid_for = (2 * settings.MFA_TOTP_TOLERANCE + 1) * PERIOD
            if not cache.add(f"code-used:{self.user.pk}:{normalize_user_code(code)}", True, timeout=valid_for):
                raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(OnceOnly, AuthenticateForm):
    """The second factor as one signs in."""


class CodeAgainForm(OnceOnly, ReauthenticateForm):
    """The second factor of one who is signed in."""
