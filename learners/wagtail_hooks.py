"""What people add to Wagtail's admin: nobody is deleted there, one by one or by the dozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from .hr import urls as hr_urls
from .hr.pages import PAGES
from .models import Learner
from .policy import may_erase, may_keep_people, roles_to_give, signed_in
from .privacy_admin import views as privacy
from .roles_admin import views

NOT_BY_THE_DOZEN = {"delete", "assign_role", "set_active_state"}


@hooks.register("before_bulk_action")
def keep_people(request: HttpRequest, action: str, objects: Sequence[Any], view: object) -> None:
    """Nobody is deleted, closed out or given rights by the dozen: roles have dates, and somebody who gave them."""
    if action in NOT_BY_THE_DOZEN and any(isinstance(one, Learner) for one in objects):
        raise PermissionDenied("Completions hang on people, and roles are given one by one.")


@hooks.register("register_admin_urls")
def role_pages() -> list[URLPattern]:
    return [
        path("roller/", views.role_list, name="roles"),
        path("roller/<uuid:person>/", views.person_roles, name="role-person"),
        path("roller/avslutt/<str:kind>/<int:pk>/", views.end_role, name="role-end"),
    ]


@hooks.register("register_admin_urls")
def privacy_pages() -> list[URLPattern]:
    return [
        path("personvern/", privacy.person_search, name="privacy-search"),
        path("personvern/<uuid:person>/", privacy.person_held, name="privacy-person"),
        path("personvern/<uuid:person>/slett/", privacy.person_erase, name="privacy-erase"),
    ]


class PrivacyMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_erase(signed_in(request), timezone.localdate())


@hooks.register("register_admin_menu_item")
def privacy_menu_item() -> MenuItem:
    return PrivacyMenuItem(_("Privacy"), reverse_lazy("privacy-search"), name="privacy", icon_name="lock", order=701)


class RolesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(roles_to_give(signed_in(request), timezone.localdate()))


@hooks.register("register_admin_menu_item")
def roles_menu_item() -> MenuItem:
    return RolesMenuItem(_("Roles"), reverse_lazy("roles"), name="roles", icon_name="key", order=700)


@hooks.register("before_delete_user")
def keep_person(request: HttpRequest, learner: Learner) -> None:
    raise PermissionDenied("Completions hang on people.")


@hooks.register("register_admin_urls")
def people_pages() -> list[Any]:
    return hr_urls.urlpatterns


class PeopleMenuItem(MenuItem):
    """For those who keep people data."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_keep_people(request.user, timezone.localdate())  # type: ignore[arg-type]


class PeopleMenu(SubmenuMenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_keep_people(request.user, timezone.localdate())  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def people_menu() -> SubmenuMenuItem:
    icons = {
        "people_import": "upload", "people_person": "user", "people_who": "calendar", "people_units": "site",
        "people_merge": "copy",
    }  # fmt: skip
    items = [
        PeopleMenuItem(label, reverse_lazy(name), name=name, icon_name=icons.get(name, "key"), order=order)
        for order, (name, label) in enumerate(PAGES.items())
    ]
    return PeopleMenu(_("People data"), Menu(items=items), name="people-data", icon_name="group", order=120)
