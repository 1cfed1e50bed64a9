"""People in Wagtail's admin: their names are ours, and nobody is deleted there: completions hang on them."""

from __future__ import annotations

from typing import Any

from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView
from wagtail.permissions import ModelPermissionPolicy
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from .models import Learner


class _OurNames:
    """Wagtail's form asks for first and last name; a learner has a given and a family name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= {  # type: ignore[attr-defined]
            "first_name": self.instance.given_name,  # type: ignore[attr-defined]
            "last_name": self.instance.family_name,  # type: ignore[attr-defined]
        }

    def save(self, commit: bool = True) -> Learner:
        self.instance.given_name = self.cleaned_data["first_name"]  # type: ignore[attr-defined]
        self.instance.family_name = self.cleaned_data["last_name"]  # type: ignore[attr-defined]
        return super().save(commit)  # type: ignore[misc]


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


class PeopleViewSet(UserViewSet):
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
