"""Find a person, see what kinds of data there are and who has looked, and erase with a second confirmation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import erasing, finding, looks
from ..exceptions import ErasureRefused
from ..models import Erasure, Learner, RoleGrant
from ..personal_data import export_all, holdings
from ..policy import may_erase, policy, signed_in


@policy("editor")
def person_search(request: HttpRequest) -> HttpResponse:
    """`?q=` finds a person by name, e-mail or HR number; below, how many have been erased."""
    officer = _officer(request)
    said = request.GET.get("q", "").strip()
    found = finding.people(said)
    looks.record(officer, found, "privacy", RoleGrant.Role.PRIVACY, timezone.now())
    context = {"q": said, "found": found, "erased": Erasure.objects.order_by("-erased_on")[:20]}
    return render(request, "learners/admin/privacy_search.html", context)


@policy("editor")
def person_held(request: HttpRequest, person: UUID) -> HttpResponse:
    """How much of what is stored, why and for how long, and who has looked; not the words themselves."""
    officer, learner = _officer(request), _person(person)
    looks.record(officer, learner, "privacy", RoleGrant.Role.PRIVACY, timezone.now())
    held = export_all(learner)
    rows = [(holding, len(held[holding.key])) for holding in holdings()]
    context = {"person": learner, "rows": rows, "looks": looks.by_week(learner)}
    return render(request, "learners/admin/privacy_person.html", context)


@policy("editor")
def person_erase(request: HttpRequest, person: UUID) -> HttpResponse:
    """The second confirmation: the name is written once more."""
    officer, learner = _officer(request), _person(person)
    wrong = ""
    if request.method == "POST":
        wrong = _erased(request.POST.get("name", ""), officer, learner)
        if not wrong:
            messages.success(request, _("The person is erased. The figures of the past are as they were."))
            return redirect("privacy-search")
    return render(request, "learners/admin/privacy_erase.html", {"person": learner, "wrong": wrong})


def _erased(said: str, officer: Learner, learner: Learner) -> str:
    """Why nothing was erased, or nothing where it was."""
    if " ".join(said.split()).casefold() != str(learner).casefold():
        return _("That is not the name. Nothing is erased.")
    try:
        erasing.erase(learner, timezone.now(), officer)
    except ErasureRefused as refusal:
        return str(refusal)
    return ""


def _officer(request: HttpRequest) -> Learner:
    officer = signed_in(request)
    if not may_erase(officer, timezone.localdate()):
        raise PermissionDenied(_("These pages are for the privacy officer."))
    return officer


def _person(opaque_id: UUID) -> Learner:
    return get_object_or_404(Learner, opaque_id=opaque_id, erased_on=None)
