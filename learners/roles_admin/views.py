"""The pages: everybody's roles, one person's roles with their history, and the end of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .. import finding, looks, roles
from ..exceptions import RoleRefused
from ..models import Leadership, Learner, RoleGrant
from ..policy import admin_role, may_give, policy, roles_to_give, signed_in
from .forms import EndForm, GiveForm

KINDS: dict[str, type[RoleGrant] | type[Leadership]] = {"rolle": RoleGrant, "leder": Leadership}


@dataclass(frozen=True)
class Row:
    """A role of somebody's as a page shows it. `kind` and `held.pk` name it in addresses."""

    held: roles.Held
    kind: str
    role: str

    @property
    def words(self) -> str | Promise:
        return looks.ROLES[self.role]

    @property
    def last_day(self) -> dt.date | None:
        return self.held.valid_to - dt.timedelta(days=1) if self.held.valid_to else None


def row(held: roles.Held) -> Row:
    if isinstance(held, RoleGrant):
        return Row(held, "rolle", held.role)
    return Row(held, "leder", "acting_leader" if held.acting else "leader")


@policy("editor")
def role_list(request: HttpRequest) -> HttpResponse:
    """Who holds a role today or later. `?q=` finds a person by name, e-mail or HR number; `?role=` shows one role."""
    giver, today = _giver(request)
    asked = request.GET.get("role", "")
    found = finding.people(request.GET.get("q", ""))
    rows = [one for one in _held(today) if (one.role == asked if asked else one.kind == "rolle")]
    _seen(giver, [*found, *(one.held.learner for one in rows)])
    context = {"rows": rows, "found": found, "q": request.GET.get("q", ""), "asked": asked, "roles": looks.ROLES}
    return render(request, "learners/admin/roles.html", context)


@policy("editor")
def person_roles(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person's roles, all that there have been, and the form for giving one."""
    giver, today = _giver(request)
    learner = get_object_or_404(Learner, opaque_id=person, erased_on=None)
    _seen(giver, [learner])
    form = GiveForm(request.POST or None, giver=giver, today=today)
    if request.method == "POST" and form.is_valid() and _given(request, form, giver, learner, today):
        return redirect("role-person", person)
    history = [row(held) for model in (RoleGrant, Leadership) for held in _all(model).filter(learner=learner)]
    standing = [one for one in history if _stands(one.held, today)]
    context = {
        "person": learner,
        "form": form,
        "standing": [(one, may_give(giver, one.role, learner, today)) for one in standing],
        "history": sorted(history, key=lambda one: one.held.known_from, reverse=True),
    }
    return render(request, "learners/admin/person_roles.html", context)


@policy("editor")
def end_role(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say the last day of a role; before its first day: it is taken back."""
    giver, today = _giver(request)
    if kind not in KINDS:
        raise PermissionDenied("No such kind of role.")
    held = get_object_or_404(_all(KINDS[kind]).filter(known_to=None), pk=pk)
    if not may_give(giver, row(held).role, held.learner, today):
        raise PermissionDenied(_("This role is not yours to end."))
    _seen(giver, [held.learner])
    form = EndForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            roles.end(held, form.cleaned_data["last_day"], timezone.now(), giver)
        except RoleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role ends."))
            return redirect("role-person", held.learner.opaque_id)
    return render(request, "learners/admin/end_role.html", {"row": row(held), "person": held.learner, "form": form})


def _giver(request: HttpRequest) -> tuple[Learner, dt.date]:
    """Who asks, if they may give any role today."""
    giver, today = signed_in(request), timezone.localdate()
    if not roles_to_give(giver, today):
        raise PermissionDenied(_("Giving roles is not among your rights."))
    return giver, today


def _given(request: HttpRequest, form: GiveForm, giver: Learner, learner: Learner, today: dt.date) -> bool:
    said = form.cleaned_data
    if not may_give(giver, said["role"], learner, today):
        form.add_error(None, _("You cannot give yourself a role: ask somebody else."))
        return False
    try:
        roles.give(learner, said["role"], said["unit"], timezone.now(), giver, said["since"], said["last_day"])
    except RoleRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(name)s has the role.") % {"name": learner})
    return True


def _all(model: type[RoleGrant] | type[Leadership]) -> QuerySet:
    return model._default_manager.select_related("learner", "unit", "decided_by")


def _held(today: dt.date) -> list[Row]:
    """What holds today or later, by name."""
    later = Q(valid_to=None) | Q(valid_to__gt=today)
    rows = [row(held) for model in (RoleGrant, Leadership) for held in _all(model).filter(later, known_to=None)]
    standing = [one for one in rows if _stands(one.held, today)]
    return sorted(standing, key=lambda one: (one.role, str(one.held.unit or ""), str(one.held.learner)))


def _stands(held: roles.Held, today: dt.date) -> bool:
    over = held.valid_to is not None and (held.valid_to <= today or held.valid_to == held.valid_from)
    return held.known_to is None and not over


def _seen(giver: Learner, people: Iterable[Learner]) -> None:
    now = timezone.now()
    looks.record(giver, people, "roles", admin_role(giver, timezone.localdate(now)), now)
