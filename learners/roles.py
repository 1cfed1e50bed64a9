"""Granting roles: the dated fact, and the group of Wagtail's that goes with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Page

from .models import Learner, RoleGrant, Unit
from .policy import has_left

OSLO = ZoneInfo("Europe/Oslo")
# What a role may do in Wagtail's admin: (group, rights on every page).
WAGTAIL_GROUPS = {
    RoleGrant.Role.EDITOR: ("Editors", ("add_page", "change_page")),
    RoleGrant.Role.PUBLISHER: ("Moderators", ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")),
    RoleGrant.Role.COURSE_ADMIN: ("Course administrators", ()),
}
ADMIN_RIGHTS = (("wagtailadmin", "access_admin"), ("simple_translation", "submit_translation"))


@transaction.atomic
def grant(learner: Learner, role: str, unit: Unit | None, at: dt.datetime) -> RoleGrant:
    """`learner` has `role` for `unit` (None: the whole service) from the Oslo day of `at`; again: the same fact."""
    day = at.astimezone(OSLO).date()
    held = RoleGrant.objects.on(day).known().filter(learner=learner, role=role, unit=unit).first()
    if held is None:
        held = RoleGrant.objects.create(learner=learner, role=role, unit=unit, valid_from=day, known_from=at)
    if role in WAGTAIL_GROUPS:
        learner.groups.add(_group(*WAGTAIL_GROUPS[RoleGrant.Role(role)]))
    return held


def _group(name: str, rights: tuple[str, ...]) -> Group:
    """The group, with its rights on all pages where they are missing."""
    group, _made = Group.objects.get_or_create(name=name)
    root = Page.get_first_root_node()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=rights):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for app, codename in ADMIN_RIGHTS:
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename=codename))
    return group


def settle(learner: Learner, on: dt.date) -> bool:
    """Take the learner out of the groups of roles that have ended by `on`; whether there were any.

    A group that somebody was put into by hand, without the dated fact, stays until they leave the service.
    """
    names = {group: role for role, (group, _rights) in WAGTAIL_GROUPS.items()}
    mine = list(learner.groups.filter(name__in=names))
    if not mine:
        return False
    left = has_left(learner, on)
    grants = RoleGrant.objects.known().filter(learner=learner)
    held = set(grants.on(on).values_list("role", flat=True))
    ended = set(grants.filter(valid_from__lte=on).values_list("role", flat=True)) - held
    over = [group for group in mine if left or names[group.name] in ended]
    learner.groups.remove(*over)
    return bool(over)
