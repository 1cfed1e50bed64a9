"""Giving and ending roles: the dated fact, who decided it, and the group of Wagtail's that goes with it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import GroupPagePermission, Page

from . import facts
from .exceptions import RoleRefused
from .models import Leadership, Learner, RoleGrant, Unit, UnitPlace
from .policy import FOR_ONE_UNIT, MAYBE_FOR_A_UNIT, administrators, has_left

OSLO = ZoneInfo("Europe/Oslo")
LEADING = {"leader": False, "acting_leader": True}
EVERYWHERE = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
# What a role may do in Wagtail's admin: (group, rights on every page).
WAGTAIL_GROUPS = {
    RoleGrant.Role.EDITOR: ("Editors", ("add_page", "change_page")),
    RoleGrant.Role.PUBLISHER: ("Moderators", EVERYWHERE),
    RoleGrant.Role.COURSE_ADMIN: ("Course administrators", ()),
    RoleGrant.Role.TEACHER: ("Teachers", ()),
    RoleGrant.Role.PRIVACY: ("Privacy officers", ()),
}
ADMIN_RIGHTS = (("wagtailadmin", "access_admin"),)
EDITING_RIGHTS = (
    ("simple_translation", "submit_translation"),
    *(("courses", f"{deed}_questionbank") for deed in ("add", "change", "delete")),
    *(("cms", f"{deed}_term") for deed in ("add", "change", "delete")),
)
PUBLISHING_RIGHTS = tuple(("wagtailredirects", f"{deed}_redirect") for deed in ("add", "change", "delete"))
# Those who come in for other work than pages: classes, people.
NOT_EDITING = {"Teachers", "Privacy officers"}
Held = RoleGrant | Leadership


# --- Giving -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def grant(
    learner: Learner,
    role: str,
    unit: Unit | None,
    at: dt.datetime,
    by: Learner | None = None,
    since: dt.date | None = None,
    last_day: dt.date | None = None,
) -> RoleGrant:
    """`learner` has `role` for `unit` (None: the whole service) from `since` (None: the Oslo day of `at`).

    Said again it is the same fact. Raises RoleRefused where the role cannot be held so.
    """
    if role not in RoleGrant.Role.values:
        raise RoleRefused(_("This role is for one unit: say which."))
    day = since or at.astimezone(OSLO).date()
    _check(role, unit, day, last_day)
    held = RoleGrant.objects.on(day).known().filter(learner=learner, role=role, unit=unit).first()
    if held is None:
        _check_alone(role, unit, day, last_day)
        dated = {"valid_from": day, "valid_to": _after(last_day), "known_from": at}
        held = RoleGrant.objects.create(learner=learner, role=role, unit=unit, decided_by=by, **dated)
    settle(learner, at.astimezone(OSLO).date())
    return held


@transaction.atomic
def name_leader(
    learner: Learner,
    unit: Unit,
    acting: bool,
    at: dt.datetime,
    by: Learner | None,
    since: dt.date,
    last_day: dt.date | None = None,
) -> Leadership:
    """`learner` leads `unit`, or acts for its leader, from `since`. Raises RoleRefused where that cannot be."""
    _check("acting_leader" if acting else "leader", unit, since, last_day)
    held = Leadership.objects.on(since).known().filter(learner=learner, unit=unit, acting=acting).first()
    if held:
        return held
    dated = {"valid_from": since, "valid_to": _after(last_day), "known_from": at}
    return Leadership.objects.create(learner=learner, unit=unit, acting=acting, decided_by=by, **dated)


def give(
    learner: Learner,
    role: str,
    unit: Unit | None,
    at: dt.datetime,
    by: Learner,
    since: dt.date,
    last_day: dt.date | None = None,
) -> Held:
    """A role or the lead of a unit, by its name in `policy.ROLES`; the caller has asked `policy.may_give`."""
    if role in LEADING and unit is not None:
        return name_leader(learner, unit, LEADING[role], at, by, since, last_day)
    return grant(learner, role, unit, at, by, since, last_day)


def _check(role: str, unit: Unit | None, since: dt.date, last_day: dt.date | None) -> None:
    if unit is None and role in FOR_ONE_UNIT:
        raise RoleRefused(_("This role is for one unit: say which."))
    if unit is not None and role not in MAYBE_FOR_A_UNIT:
        raise RoleRefused(_("This role is for the whole service: leave the unit empty."))
    if last_day and last_day < since:
        raise RoleRefused(_("The last day comes before the first."))
    if unit and not UnitPlace.objects.on(since).known().filter(unit=unit).exists():
        raise RoleRefused(_("The unit is not there on the first day."))


def _check_alone(role: str, unit: Unit | None, since: dt.date, last_day: dt.date | None) -> None:
    """A unit has one local leader of activity at a time."""
    if role != RoleGrant.Role.LOCAL_LEADER:
        return
    others = RoleGrant.objects.known().filter(role=role, unit=unit)
    others = others.filter(Q(valid_to=None) | Q(valid_to__gt=since))
    if last_day:
        others = others.filter(valid_from__lte=last_day)
    if other := others.select_related("learner").first():
        raise RoleRefused(_("%(name)s is the unit's local leader then: end that first.") % {"name": other.learner})


def _after(last_day: dt.date | None) -> dt.date | None:
    return last_day + dt.timedelta(days=1) if last_day else None


# --- Ending -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def end(held: Held, last_day: dt.date, at: dt.datetime, by: Learner | None) -> Held:
    """`held` ends with `last_day`; a last day before the first takes it back. Raises RoleRefused for the last admin."""
    if isinstance(held, RoleGrant) and held.role == RoleGrant.Role.SYSTEM:
        keep_an_administrator(held.learner, last_day + dt.timedelta(days=1))
    valid_to = max(last_day + dt.timedelta(days=1), held.valid_from)
    changes: dict[str, Any] = {"valid_to": valid_to, "decided_by_id": by.pk if by else None}
    ended = facts.correct(held, at, **changes)
    settle(held.learner, at.astimezone(OSLO).date())
    return ended


def keep_an_administrator(leaving: Learner, on: dt.date) -> None:
    """Raises RoleRefused where nobody else would be system administrator from `on` on, until further notice."""
    open_ended = RoleGrant.objects.on(on).known().filter(role=RoleGrant.Role.SYSTEM, valid_to=None)
    staying = set(open_ended.values_list("learner_id", flat=True)) - {leaving.pk}
    if not any(learner.pk in staying for learner in administrators(on)):
        raise RoleRefused(_("This is the last system administrator: give the role to somebody else first."))


# --- Wagtail's groups, which know no dates ----------------------------------------------------------------------------
def _group(name: str, rights: tuple[str, ...]) -> Group:
    """The group, with its rights on all pages where they are missing."""
    group, _made = Group.objects.get_or_create(name=name)
    root = Page.get_first_root_node()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=rights):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    editing = () if name in NOT_EDITING else EDITING_RIGHTS
    publishing = PUBLISHING_RIGHTS if rights == EVERYWHERE else ()
    for app, codename in (*ADMIN_RIGHTS, *editing, *publishing):
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename=codename))
    return group


def settle(learner: Learner, on: dt.date) -> bool:
    """Bring the learner's groups, and the mark of an administrator, in line with the roles of the day.

    Whether anything changed. A group of a role that was given by hand, without the dated fact, stays until they leave.
    """
    left = has_left(learner, on)
    grants = RoleGrant.objects.known().filter(learner=learner, valid_from__lte=on)
    ever = dict.fromkeys(grants.values_list("role", flat=True), False)
    ever |= dict.fromkeys(grants.on(on).values_list("role", flat=True), not left)
    changed = _settle_groups(learner, ever, left)
    wanted = ever.get(RoleGrant.Role.SYSTEM, learner.is_superuser and not left)
    if wanted != learner.is_superuser:
        learner.is_superuser = learner.is_staff = wanted
        learner.save(update_fields=["is_superuser", "is_staff"])
        changed = True
    return changed


def _settle_groups(learner: Learner, ever: dict[str, bool], left: bool) -> bool:
    """`ever`: each role that the learner has had, and whether they have it now."""
    names = {group: role.value for role, (group, _rights) in WAGTAIL_GROUPS.items()}
    mine = {group.name: group for group in learner.groups.filter(name__in=names)}
    over = [group for name, group in mine.items() if left or ever.get(names[name]) is False]
    new = [_group(*spec) for role, spec in WAGTAIL_GROUPS.items() if ever.get(role.value) and spec[0] not in mine]
    learner.groups.remove(*over)
    learner.groups.add(*new)
    return bool(over or new)


def settle_all(on: dt.date) -> int:
    """`settle` for everybody who has, or has had, a role or a group; returns for how many something changed.

    A group that was made before an upgrade gets the rights that the upgrade brought.
    """
    for name, rights in WAGTAIL_GROUPS.values():
        if Group.objects.filter(name=name).exists():
            _group(name, rights)
    concerned = Learner.objects.filter(Q(role_grants__isnull=False) | Q(groups__isnull=False) | Q(is_superuser=True))
    return sum(settle(learner, on) for learner in concerned.distinct())
