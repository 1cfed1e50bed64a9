"""Whom an audience would reach, before anything is saved: how many, and on request by name."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners import looks
from learners.models import Learner, Posting
from learners.policy import admin_role, may_decide_campaigns, policy, signed_in

from ..audience import Asked, position_choices, reached, unit_choices
from ..deciding import LISTS
from .campaign_form import reach_sentence
from .people_field import PeopleField

PEOPLE = ("people_in", "people_out")
# So many names are read at a sight; with more, one asks unit by unit.
MOST_NAMES = 300


class Unknown(Exception):
    """What was sent is no audience; the message says what of it."""


@require_http_methods(["GET", "HEAD", "POST"])
@policy("editor")
def reach(request: HttpRequest) -> JsonResponse:
    """How many people an audience would reach: `positions`, `units`, `without`, `also` (codes, each as often as one
    likes), `people_in`, `people_out` (lines), in the query or posted."""
    if not may_decide_campaigns(request.user, timezone.localdate()):  # type: ignore[arg-type]
        return JsonResponse({"error": _("Only those who decide campaigns may ask.")}, status=403)
    sent = request.POST if request.method == "POST" else request.GET
    unknown = set(sent) - {*LISTS, *PEOPLE, "csrfmiddlewaretoken"}
    try:
        if unknown:
            raise Unknown(", ".join(sorted(unknown)))
        return JsonResponse({"sentence": reach_sentence(read(sent))})
    except Unknown as what:
        return JsonResponse({"error": _("Unknown: %(what)s") % {"what": what}}, status=400)


def read(sent: QueryDict) -> Asked:
    """The audience that a form's fields say. Raises Unknown for a code or a person that is not there."""
    units = {code for _heading, group in unit_choices(timezone.localdate()) for code, _name in group}
    known = {"positions": {code for code, _name in position_choices()}}
    lists: dict[str, Any] = {name: sent.getlist(name) for name in LISTS}
    wrong = {code for name, codes in lists.items() for code in set(codes) - known.get(name, units)}
    if wrong:
        raise Unknown(", ".join(sorted(wrong)))
    try:
        people = {name: PeopleField().clean(sent.get(name, "")) for name in PEOPLE}
    except ValidationError as error:
        raise Unknown(" ".join(error.messages)) from error
    return Asked.of(lists | people)


@require_http_methods(["POST"])
@policy("editor")
def people(request: HttpRequest) -> HttpResponse:
    """Those whom the campaign's form, as it stands unsaved in the browser, would reach: by name where they are few, or
    of the unit `only`; else by unit. Names are a look, which those who are seen can read."""
    viewer, today = signed_in(request), timezone.localdate()
    if not may_decide_campaigns(viewer, today):
        raise PermissionDenied("Only those who decide campaigns.")
    try:
        asked = read(request.POST)
    except Unknown as what:
        context: dict[str, Any] = {"refused": _("Unknown: %(what)s") % {"what": what}}
        return render(request, "courses/admin/people.html", context, status=400)
    rows = _rows(asked, today)
    only = request.POST.get("only", "")
    units = sorted(Counter((row["unit"], row["code"]) for row in rows).items())
    shown = [row for row in rows if row["code"] == only] if only else rows
    context = {
        "sentence": reach_sentence(asked),
        "fields": [(name, value) for name in (*LISTS, *PEOPLE) for value in request.POST.getlist(name)],
        "units": [(name, code, number) for (name, code), number in units],
        "only": only,
        "rows": shown if only or len(rows) <= MOST_NAMES else [],
    }
    seen = [row["learner"] for row in context["rows"]]
    looks.record(viewer, seen, "audience", admin_role(viewer, today), timezone.now())
    return render(request, "courses/admin/people.html", context)


def _rows(asked: Asked, on: Any) -> list[dict[str, Any]]:
    """Each person once, with the posting that stands for them: the primary one, else the oldest."""
    ids = reached(asked, on)
    posted = Posting.objects.on(on).known().select_related("unit", "position").order_by("-primary", "valid_from", "pk")
    first: dict[int, Posting] = {}
    for posting in posted:
        if posting.learner_id in ids:
            first.setdefault(posting.learner_id, posting)
    learners = Learner.objects.only("given_name", "family_name", "opaque_id").in_bulk(list(first))
    rows = [
        {"learner": learners[pk], "unit": p.unit.name, "code": p.unit.code, "position": str(p.position)}
        for pk, p in first.items()
    ]
    return sorted(rows, key=lambda row: (row["unit"], row["learner"].family_name, row["learner"].given_name))
