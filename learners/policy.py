"""Who may see and do what: every address names its policy, and every question about access is answered here.

All answers are for a day, from the facts as they are known now: who has moved, left or handed over loses access at the
next request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .models import Employment, Leadership, Learner, Posting, RoleGrant, Unit, UnitPlace

Role = RoleGrant.Role
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# The policies an address may have. Those in SIGNED_IN are held by the decorator as far as the sign-in goes; what more
# they ask for needs the view's own data, and the view asks the functions below.
POLICIES = {
    "public": "Anybody.",
    "campaign": "Anybody for a public campaign, else the signed-in; the view asks which campaign it is.",
    "form": "The learner whose signed form it is; the view checks the token and keeps what comes after the session.",
    "stop": "Whoever holds a mail's signed address, to stop that kind of mail and for nothing else.",
    "operations": "Those who run the installation: with its key, or from the machine itself; the view checks which.",
    "key": "A machine with a key of its own; the view checks the key and its scopes.",
    "signed_in": "Anybody who is signed in, about themselves or what everybody may know.",
    "leader": "Those who lead a unit today, about their own team: `units_led_by`, `team_unit_ids`.",
    "teacher": "Those who teach the gathering or class, or keep its course's records; the view asks which one it is.",
    "dispute": "Those on whose desk disputed figures lie: leaders and those who decide campaigns; the view asks whose.",
    "exemption": "Leaders about their own team, and those who may decide exemptions: `may_decide_exemption`.",
    "report": "Management of the unit or of one above it, and the unit's own leader.",
    "editor": "Those whom Wagtail lets into its admin, and there only what their rights cover.",
}
SIGNED_IN = {"signed_in", "leader", "teacher", "dispute", "exemption", "report", "editor"}


def policy(name: str) -> Callable[[View], View]:
    """Give a view its policy, as the attribute `policy`; where it asks for a sign-in, nobody else comes in."""
    if name not in POLICIES:
        raise ValueError(f"{name!r} is no policy.")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if name in SIGNED_IN and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        guarded.policy = name  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def signed_in(request: HttpRequest) -> Learner:
    """Who asks, in a view whose policy lets only the signed-in in."""
    if not isinstance(request.user, Learner):
        raise PermissionError("The address's policy lets nobody in without signing in.")
    return request.user


# --- Employment, roles ------------------------------------------------------------------------------------------------
def has_left(learner: Learner, on: dt.date) -> bool:
    """Whether the learner was employed and is not on the day. Who never was (a consultant, a system) has not left."""
    return learner.pk in who_have_left([learner.pk], on)


def who_have_left(learner_ids: Iterable[int], on: dt.date) -> set[int]:
    """Those of the learners who were employed and are not on the day."""
    theirs = Employment.objects.known().filter(learner__in=list(learner_ids), valid_from__lte=on)
    return set(theirs.values_list("learner", flat=True)) - set(theirs.on(on).values_list("learner", flat=True))


def holds(learner: Learner | AnonymousUser, roles: set[str], on: dt.date, unit: Unit | None = None) -> bool:
    """Whether the learner has one of `roles` on the day, for `unit` (or one above it) or, with None, for all."""
    if not isinstance(learner, Learner) or not learner.is_active or has_left(learner, on):
        return False
    grants = RoleGrant.objects.on(on).known().filter(learner=learner, role__in=roles)
    within = {None, *(units_above(unit, on) if unit else ())}
    return any(unit_id in within for unit_id in grants.values_list("unit_id", flat=True))


def holds_somewhere(learner: object, roles: set[str], on: dt.date) -> bool:
    """Whether the learner has one of `roles` on the day, for any unit or for all."""
    if not isinstance(learner, Learner) or not learner.is_active:
        return False
    held = RoleGrant.objects.on(on).known().filter(learner=learner, role__in=roles).exists()
    return held and not has_left(learner, on)


def may_decide_campaigns(learner: Learner | AnonymousUser, on: dt.date) -> bool:
    """Who decides campaigns and keeps the courses' records: publishers, course administrators, administrators."""
    if isinstance(learner, Learner) and learner.is_active and learner.is_superuser:
        return not has_left(learner, on)
    return holds(learner, {Role.PUBLISHER, Role.COURSE_ADMIN, Role.SYSTEM}, on)


def may_keep_people(learner: Learner | AnonymousUser, on: dt.date) -> bool:
    """Who imports people, reorganises units and merges records: system administrators."""
    if isinstance(learner, Learner) and learner.is_active and learner.is_superuser:
        return not has_left(learner, on)
    return holds(learner, {Role.SYSTEM}, on)


def admin_role(learner: Learner, on: dt.date) -> str:
    """In which role the learner sees people in the admin: of those they hold, the one that reaches farthest."""
    if learner.is_superuser:
        return Role.SYSTEM
    order = (Role.SYSTEM, Role.PRIVACY, Role.COURSE_ADMIN, Role.PUBLISHER, Role.MANAGEMENT, Role.TEACHER)
    return next((role for role in order if holds_somewhere(learner, {role}, on)), Role.EDITOR)


# --- Giving roles -----------------------------------------------------------------------------------------------------
# Roles that are held for one unit, and those that may be; every other one is for the whole service.
FOR_ONE_UNIT = {"leader", "acting_leader", Role.LOCAL_LEADER}
MAYBE_FOR_A_UNIT = FOR_ONE_UNIT | {Role.MANAGEMENT}
ROLES = ("leader", "acting_leader", *Role.values)
COURSE_ADMINS_GIVE = {Role.EDITOR.value, Role.TEACHER.value}


def administers(learner: Learner | AnonymousUser, on: dt.date) -> bool:
    """System administrators: the dated role decides, not the mark that Wagtail reads."""
    return holds(learner, {Role.SYSTEM}, on)


def roles_to_give(learner: Learner | AnonymousUser, on: dt.date) -> set[str]:
    """The roles that the learner may give to others and end: all for system administrators, a few for course ones."""
    if administers(learner, on):
        return set(ROLES)
    return set(COURSE_ADMINS_GIVE) if holds(learner, {Role.COURSE_ADMIN}, on) else set()


def may_give(learner: Learner | AnonymousUser, role: str, to: Learner, on: dt.date) -> bool:
    """Whether the learner may give `role` to `to`, or end it; nobody but an administrator to oneself."""
    return role in roles_to_give(learner, on) and (learner != to or administers(learner, on))


def may_erase(learner: Learner | AnonymousUser, on: dt.date) -> bool:
    """Privacy officers see what is stored of a person, and who looked, and erase; no other role does."""
    return holds(learner, {Role.PRIVACY}, on)


def administrators(on: dt.date) -> list[Learner]:
    """The system administrators of the day who can sign in."""
    held = RoleGrant.objects.on(on).known().filter(role=Role.SYSTEM, learner__is_active=True).select_related("learner")
    return [grant.learner for grant in held if not has_left(grant.learner, on)]


def needs_second_factor(learner: Learner, on: dt.date) -> bool:
    """Who holds any role, leads a unit, or comes into the admin: a password alone does not do."""
    if learner.is_superuser:
        return True
    roles = RoleGrant.objects.on(on).known().filter(learner=learner).values("learner_id")
    led = Leadership.objects.on(on).known().filter(learner=learner).values("learner_id")
    grouped = Learner.groups.through.objects.filter(learner=learner).values("learner_id")
    return roles.union(led, grouped).exists()


# --- The tree ---------------------------------------------------------------------------------------------------------
def units_above(unit: Unit, on: dt.date) -> set[int]:
    """`unit` and all above it on the day."""
    return _climb(unit.pk, dict(UnitPlace.objects.on(on).known().values_list("unit_id", "parent_id")))


def _climb(unit_id: int, parents: Mapping[int, int | None]) -> set[int]:
    """`unit_id` and all above it, where `parents` says what each stands below."""
    found: set[int] = set()
    here: int | None = unit_id
    while here is not None and here not in found:
        found.add(here)
        here = parents.get(here)
    return found


# --- Leaders ----------------------------------------------------------------------------------------------------------
def units_led_by(learner: Learner | AnonymousUser, on: dt.date) -> list[Unit]:
    """The units that the learner leads, or acts for the leader of, on the day; by name. None for one who has left."""
    if not isinstance(learner, Learner) or not learner.is_active:
        return []
    led = Leadership.objects.on(on).known().filter(learner=learner).values("unit")
    units = list(Unit.objects.filter(pk__in=led).order_by("name", "pk"))
    return [] if units and has_left(learner, on) else units


def leads_as(learner: Learner, unit: Unit, on: dt.date) -> str:
    """In which role the learner sees the unit's team on the day, as the log of looks names it."""
    own = Leadership.objects.on(on).known().filter(learner=learner, unit=unit, acting=False).exists()
    return "leader" if own else "acting_leader"


def team_unit_ids(unit: Unit, on: dt.date) -> set[int]:
    """Where the team of `unit`'s leader works: the unit, and those below it up to one that has a leader of its own."""
    places = UnitPlace.objects.on(on).known().values_list("unit_id", "parent_id")
    led = set(Leadership.objects.on(on).known().values_list("unit_id", flat=True)) - {unit.pk}
    children: dict[int | None, list[int]] = {}
    for unit_id, parent_id in places:
        children.setdefault(parent_id, []).append(unit_id)
    team, waiting = set(), [unit.pk]
    while waiting:
        here = waiting.pop()
        team.add(here)
        waiting += [child for child in children.get(here, []) if child not in led and child not in team]
    return team


def leader_of(learner: Learner, of: Learner, on: dt.date) -> Unit | None:
    """The unit through which `learner` leads `of` on the day: one whose team `of` is posted in. None: does not."""
    posted = set(Posting.objects.on(on).known().filter(learner=of).values_list("unit_id", flat=True))
    return next((unit for unit in units_led_by(learner, on) if team_unit_ids(unit, on) & posted), None)


def may_decide_exemption(learner: Learner, of: Learner, on: dt.date) -> bool:
    """Whether `learner` may approve, refuse or end an exemption of `of`: see `exemptions_to_decide`."""
    return of.pk in exemptions_to_decide(learner, [of], on)


def exemptions_to_decide(learner: Learner, people: Iterable[Learner], on: dt.date) -> set[int]:
    """Those (by id) of `people` whose exemptions `learner` may decide: those who decide campaigns may, and the leaders
    of the units above the one where the person works. Nobody decides their own, nor approves (courses.exempting) what
    they have proposed. So many queries whatever the number of people."""
    others = {one.pk for one in people} - {learner.pk}
    if not others or may_decide_campaigns(learner, on):
        return others
    led = {unit.pk for unit in units_led_by(learner, on)}
    if not led:
        return set()
    parents = dict(UnitPlace.objects.on(on).known().values_list("unit_id", "parent_id"))
    posted = Posting.objects.on(on).known().filter(learner__in=others).values_list("learner_id", "unit_id")
    return {person for person, unit in posted if led & (_climb(unit, parents) - {unit})}


# --- Weekly reports ---------------------------------------------------------------------------------------------------
def manages(learner: Learner | AnonymousUser, unit: Unit, on: dt.date) -> bool:
    """Management of `unit` or of one above it, and system administrators: sees its figures and all below it."""
    return holds(learner, {Role.MANAGEMENT}, on, unit) or administers(learner, on)


def may_see_report(learner: Learner | AnonymousUser, unit: Unit, on: dt.date) -> bool:
    """Those who manage `unit`, and its own leader."""
    return manages(learner, unit, on) or unit in units_led_by(learner, on)


def report_units(learner: Learner | AnonymousUser, on: dt.date) -> list[Unit]:
    """The units whose reports are the learner's own: the highest first, then by name. Empty: sees no reports."""
    if not isinstance(learner, Learner) or not learner.is_active:
        return []
    granted: set[int | None] = set()
    if not has_left(learner, on):
        grants = RoleGrant.objects.on(on).known().filter(learner=learner, role=Role.MANAGEMENT)
        granted = set(grants.values_list("unit_id", flat=True))
    if None in granted or administers(learner, on):
        granted |= set(UnitPlace.objects.on(on).known().filter(parent=None).values_list("unit_id", flat=True))
    mine = {pk for pk in granted if pk} | {unit.pk for unit in units_led_by(learner, on)}
    depth = {
        pk: path.count("/")
        for pk, path in UnitPlace.objects.on(on).known().filter(unit__in=mine).values_list("unit_id", "path")
    }
    return sorted(Unit.objects.filter(pk__in=mine), key=lambda unit: (depth.get(unit.pk, 99), unit.name))
