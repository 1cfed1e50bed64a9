"""Keys in the admin: made (the secret is shown once), changed, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..lrs import credentials, volume
from ..lrs.keys import agent_key
from ..lrs.models import Credential, Scope, default_scopes
from .base import LogPage, address

WEEK = dt.timedelta(days=7)
# What a scope allows, for people; the specification's word stands beside it.
SCOPES = {
    Scope.WRITE: gettext_lazy("store statements, and void its own"),
    Scope.READ_MINE: gettext_lazy("read what came with this key"),
    Scope.READ: gettext_lazy("read all statements"),
    Scope.STATE: gettext_lazy("keep bookmarks and other State"),
    Scope.PROFILE: gettext_lazy("keep profiles of people and activities"),
    Scope.DEFINE: gettext_lazy("say what an activity is called"),
    Scope.ALL_READ: gettext_lazy("read everything"),
    Scope.ALL: gettext_lazy("everything, also void what others stored"),
}


class KeyForm(forms.Form):
    """What a key is for and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("The system that will use it.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Allowed to"),
        widget=forms.CheckboxSelectMultiple,
        initial=default_scopes,
    )
    per_minute = forms.IntegerField(
        label=gettext_lazy("Requests a minute"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=gettext_lazy("Empty: the installation's limit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["scopes"]
        chosen.choices = [(scope.value, f"{words} ({scope.value})") for scope, words in SCOPES.items()]


class KeyList(LogPage):
    tab = "keys"
    template_name = "tracking/log/keys.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        sums = volume.of_authorities(timezone.now() - WEEK)
        keys = list(Credential.objects.order_by("revoked", "name", "created"))
        keys.sort(key=lambda one: one.revoked is not None)
        for one in keys:
            one.week = sums.get(agent_key(credentials.authority(one)) or "", 0)  # type: ignore[attr-defined]
            one.words = [SCOPES.get(Scope(scope), scope) for scope in one.scopes]  # type: ignore[attr-defined]
        standing = sum(one.revoked is None for one in keys)
        return super().get_context_data(keys=keys, standing=standing, **more)


class NewKey(LogPage):
    """A form; then the key and its secret, in the answer itself and nowhere else."""

    tab = "keys"
    page_title = gettext_lazy("New key")
    template_name = "tracking/log/form.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        said = self.request.GET.get("like", "")
        like = Credential.objects.filter(pk=int(said)).first() if said.isascii() and said.isdigit() else None
        initial = {"name": like.name, "scopes": like.scopes, "per_minute": like.per_minute} if like else None
        more.setdefault("form", KeyForm(initial=initial))
        return super().get_context_data(back=address("keys"), button=_("Make the key"), **more)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = KeyForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        made, secret = credentials.create(at=timezone.now(), **form.cleaned_data)
        self.template_name = "tracking/log/key_made.html"
        return self.render_to_response(self.get_context_data(made=made, secret=secret))


class EditKey(LogPage):
    tab = "keys"
    page_title = gettext_lazy("Change the key")
    template_name = "tracking/log/form.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        key = get_object_or_404(Credential, pk=self.kwargs["pk"], revoked=None)
        initial = {"name": key.name, "scopes": key.scopes, "per_minute": key.per_minute}
        more.setdefault("form", KeyForm(initial=initial))
        return super().get_context_data(back=address("keys"), button=_("Save"), **more)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = KeyForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        credentials.change(get_object_or_404(Credential, pk=pk, revoked=None), **form.cleaned_data)
        messages.success(request, _("The key is changed. It counts from the next request on."))
        return redirect(address("keys"))


class RevokeKey(LogPage):
    tab = "keys"
    page_title = gettext_lazy("Revoke the key")
    template_name = "tracking/log/confirm.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        key = get_object_or_404(Credential, pk=self.kwargs["pk"], revoked=None)
        said = _("“%(name)s” is refused from its next request on. What came with it stays.") % {"name": key.name}
        return super().get_context_data(back=address("keys"), said=said, button=_("Revoke"), **more)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = get_object_or_404(Credential, pk=pk)
        credentials.revoke(key, timezone.now())
        messages.success(request, _("“%(name)s” is revoked.") % {"name": key.name})
        return redirect(address("keys"))
