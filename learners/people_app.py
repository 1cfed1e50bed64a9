"""Wagtail's user pages, with our people in them (installed in place of `wagtail.users`)."""

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleAdminConfig(WagtailUsersAppConfig):
    user_viewset = "learners.people_admin.PeopleViewSet"
