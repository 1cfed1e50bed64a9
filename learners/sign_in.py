"""The steps of signing in that differ from allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.stages import AuthenticateStage
from django import forms
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
