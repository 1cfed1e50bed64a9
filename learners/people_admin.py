"""People in Wagtail's admin: their names are ours, and nobody is deleted there: completions hang on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView
from wagtail.permissions import ModelPermissionPolicy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, HistoryView, IndexView, UserViewSet

from . import looks
from .exceptions import RoleRefused
from .models import Learner
from .policy import admin_role, administers, signed_in
from .roles import WAGTAIL_GROUPS, keep_an_administrator, settle


class _OurNames:
    """Wagtail's form asks for first and last name; a learner has a given and a family name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= {  # type: ignore[attr-defined]
            "first_name": self.instance.given_name,  # type: ignore[attr-defined]
            "last_name": self.instance.family_name,  # type: ignore[attr-defined]
        }

        # Rights come with dated roles, given on the page of roles; what else there is of groups may be chosen here.
        if mark := self.fields.get("is_superuser"):  # type: ignore[attr-defined]
            mark.disabled, mark.help_text = True, _("Given and ended on the page of roles.")
        names = [name for name, _what in WAGTAIL_GROUPS.values()]
        self.fields["groups"].queryset = Group.objects.exclude(name__in=names)  # type: ignore[attr-defined]

    def clean_is_active(self) -> bool:
        """The last system administrator is not shut out."""
        active: bool = self.cleaned_data["is_active"]  # type: ignore[attr-defined]
        today = timezone.localdate()
        if not active and administers(self.instance, today):  # type: ignore[attr-defined]
            try:
                keep_an_administrator(self.instance, today)  # type: ignore[attr-defined]
            except RoleRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return active

    def save(self, commit: bool = True) -> Learner:
        self.instance.given_name = self.cleaned_data["first_name"]  # type: ignore[attr-defined]
        self.instance.family_name = self.cleaned_data["last_name"]  # type: ignore[attr-defined]
        learner = super().save(commit)  # type: ignore[misc]
        settle(learner, timezone.localdate())
        return cast(Learner, learner)


class PersonEditForm(_OurNames, UserEditForm):
    pass


class PersonCreationForm(_OurNames, UserCreationForm):
    pass


class KeepPeople(ModelPermissionPolicy):
    """As Wagtail has it, but nobody deletes."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return super().user_has_any_permission(user, set(actions) - {"delete"})


class _Shown(IndexView):
    """The list of people: those on the page shown have been seen."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        seen_in_admin(self.request, context["object_list"])
        return context


class _Opened(EditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen_in_admin(self.request, [self.object])
        return super().get_context_data(**kwargs)


class _Followed(HistoryView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        seen_in_admin(self.request, [self.object])
        return super().get_context_data(*args, **kwargs)


def seen_in_admin(request: HttpRequest, people: Iterable[Learner]) -> None:
    """Enter a look at the people pages of the admin, in the role that let the reader in."""
    viewer, now = signed_in(request), timezone.now()
    looks.record(viewer, people, "people", admin_role(viewer, timezone.localdate(now)), now)


class PeopleViewSet(UserViewSet):
    index_view_class, edit_view_class, history_view_class = _Shown, _Opened, _Followed

    @property
    def permission_policy(self) -> KeepPeople:
        return KeepPeople(self.model)

    def get_form_class(self, for_update: bool = False) -> type:
        return PersonEditForm if for_update else PersonCreationForm


class OwnAccountView(AccountView):
    """An editor's own settings; the name comes from the people data, so it is not asked for."""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if panel.name != "name_email"]


own_account = require_admin_access(OwnAccountView.as_view())
