"""Who may see and do what: every address names its policy, and every question about access is answered here.

All answers are for a day, from the facts as they are known now: who has moved, left or handed over loses access at the
next request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from .models import Employment, Leadership, Learner, RoleGrant, Unit, UnitPlace

Role = RoleGrant.Role
View = TypeVar("View", bound=Callable[..., HttpResponse])

# The policies an address may have. Those in SIGNED_IN are held by the decorator as far as the sign-in goes; what more
# they ask for needs the view's own data, and the view asks the functions below.
POLICIES = {
    "public": "Anybody.",
    "campaign": "Anybody for a public campaign, else the signed-in; the view asks which campaign it is.",
    "form": "The learner whose signed form it is; the view checks the token and keeps what comes after the session.",
    "key": "A machine with a key of its own; the view checks the key and its scopes.",
    "signed_in": "Anybody who is signed in, about themselves or what everybody may know.",
    "leader": "Those who lead a unit today, about their own team: `units_led_by`, `team_unit_ids`.",
    "report": "Management of the unit or of one above it, and the unit's own leader.",
    "editor": "Those whom Wagtail lets into its admin, and there only what their rights cover.",
}
SIGNED_IN = {"signed_in", "leader", "report", "editor"}


def policy(name: str) -> Callable[[View], View]:
    """Give a view its policy, as the attribute `policy`; where it asks for a sign-in, nobody else comes in."""
    if name not in POLICIES:
        raise ValueError(f"{name!r} is no policy.")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
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
    mine = Employment.objects.known().filter(learner=learner, valid_from__lte=on)
    return mine.exists() and not mine.on(on).exists()


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


# --- The tree ---------------------------------------------------------------------------------------------------------
def units_above(unit: Unit, on: dt.date) -> set[int]:
    """`unit` and all above it on the day."""
    parents = dict(UnitPlace.objects.on(on).known().values_list("unit_id", "parent_id"))
    found: set[int] = set()
    here: int | None = unit.pk
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


# --- Weekly reports ---------------------------------------------------------------------------------------------------
def manages(learner: Learner | AnonymousUser, unit: Unit, on: dt.date) -> bool:
    """Management of `unit` or of one above it, and system administrators: sees its figures and all below it."""
    return holds(learner, {Role.MANAGEMENT}, on, unit) or _administers(learner, on)


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
    if None in granted or _administers(learner, on):
        granted |= set(UnitPlace.objects.on(on).known().filter(parent=None).values_list("unit_id", flat=True))
    mine = {pk for pk in granted if pk} | {unit.pk for unit in units_led_by(learner, on)}
    depth = {
        pk: path.count("/")
        for pk, path in UnitPlace.objects.on(on).known().filter(unit__in=mine).values_list("unit_id", "path")
    }
    return sorted(Unit.objects.filter(pk__in=mine), key=lambda unit: (depth.get(unit.pk, 99), unit.name))


def _administers(learner: Learner | AnonymousUser, on: dt.date) -> bool:
    return learner.is_superuser and holds(learner, {Role.SYSTEM}, on)
