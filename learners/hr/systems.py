"""Other systems: their keys, and the roles that a directory's groups give."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import directory, keys
from ..models import DirectoryGroup, Learner, MachineKey, RoleGrant, Unit
from .pages import hr_page, show
from .who import UnitChoice


class KeyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Who will use it"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What for"), choices=MachineKey.Scope.choices, widget=forms.CheckboxSelectMultiple
    )


class GroupForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    unit = UnitChoice(
        label=gettext_lazy("For"),
        queryset=Unit.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("the whole service"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("no role")), *RoleGrant.Role.choices]  # type: ignore[attr-defined]


@hr_page
def systems(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)
    context: dict[str, Any] = {
        "form": form,
        "keys": MachineKey.objects.order_by("revoked_at", "name"),
        "groups": [(group, len(group.members.all())) for group in directory.all_groups()],
        "scopes": dict(MachineKey.Scope.choices),
        "roles": dict(RoleGrant.Role.choices),
    }
    if request.method == "POST" and form.is_valid():
        _key, token = keys.create(form.cleaned_data["name"], form.cleaned_data["scopes"], timezone.now())
        context |= {"token": token, "form": KeyForm(), "keys": MachineKey.objects.order_by("revoked_at", "name")}
    response = show(request, "keys", context)
    response["Cache-Control"] = "private, no-store"
    return response


@hr_page
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    if request.method == "POST":
        keys.revoke(get_object_or_404(MachineKey, pk=key), timezone.now())
        messages.success(request, _("The key opens nothing any more."))
    return redirect("people_keys")


@hr_page
def group(request: HttpRequest, key: str) -> HttpResponse:
    """Which role a group of the directory's gives: its members have it from today."""
    found = get_object_or_404(DirectoryGroup, pk=key)
    form = GroupForm(request.POST or None, initial={"role": found.role, "unit": found.unit})
    if request.method == "POST" and form.is_valid():
        at, members = timezone.now(), list(Learner.objects.filter(directory_groups__group=found))
        directory.take(found, members, at)
        found.role, found.unit = form.cleaned_data["role"], form.cleaned_data["unit"]
        found.save(update_fields=["role", "unit"])
        directory.give(found, members, at)
        messages.success(request, _("Saved."))
        return redirect("people_keys")
    return show(request, "keys_group", {"form": form, "group": found, "page_title": found.display_name})
