"""The leader's page: who in the own team has completed what is asked, what stands in the way; the list as a file."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learners import looks
from learners.models import Unit
from learners.policy import leads_as, policy, signed_in, units_led_by

from .exceptions import BadQuery
from .followup import files
from .followup.page import Page, page, units_below
from .player.minutes import minutes_left

AN_HOUR = 60  # minutes


@require_safe
@policy("leader")
def leader(request: HttpRequest) -> HttpResponse:
    """`?unit=CODE`: one of the units that the reader leads today; without: the first by name."""
    at = timezone.now()
    led = units_led_by(request.user, timezone.localdate(at))
    if not led:
        return render(request, "tracking/leader_nobody.html", status=403)
    try:
        unit = led_unit(request)
    except BadQuery as error:
        return render(request, "400.html", {"said": str(error)}, status=400)
    found = seen_page(request, unit, at)
    context = {
        "page": found,
        "team": found.team,
        "unit": unit,
        "led": led,
        "below": units_below(unit, at),
        "only_self": [row.member.learner for row in found.waiting] == [request.user],
    }
    return render(request, "tracking/leader.html", context)


@require_safe
@policy("leader")
def leader_file(request: HttpRequest, kind: str) -> HttpResponse:
    """What is on the page, in the reader's language: `kind` is "csv" or "xlsx"."""
    with translation.override(signed_in(request).language):
        try:
            found = seen_page(request, led_unit(request), timezone.now())
        except BadQuery as error:
            return render(request, "400.html", {"said": str(error)}, status=400)
        answer = HttpResponse(files.file(kind, found), content_type=files.MEDIA_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{files.name(kind, found)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@policy("leader")
def leader_print(request: HttpRequest) -> HttpResponse:
    """A list for the wall of the guardroom, shift by shift: who has what left, and for whom an hour is enough."""
    try:
        unit = led_unit(request)
    except BadQuery as error:
        return render(request, "400.html", {"said": str(error)}, status=400)
    found = seen_page(request, unit, timezone.now())
    left = minutes_left([row.member.learner.pk for row in found.waiting], found.team.courses)
    shifts: dict[str, list[dict[str, object]]] = {}
    for row in found.waiting:
        courses = [
            course
            for course, cell in zip(found.team.courses, row.cells, strict=True)
            if cell.state in ("left", "overdue")
        ]
        needed = sum(left[row.member.learner.pk, course.pk] for course in courses)
        line = {"row": row, "courses": courses, "in_an_hour": bool(courses) and needed <= AN_HOUR}
        shifts.setdefault(row.shift, []).append(line)
    # Those without a shift last.
    ordered = sorted(shifts.items(), key=lambda pair: (not pair[0], pair[0].casefold()))
    return render(request, "tracking/leader_print.html", {"page": found, "unit": unit, "shifts": ordered})


def led_unit(request: HttpRequest, *also: str) -> Unit:
    """The unit that is asked for, if the reader leads it; whether another one exists is not told. Raises BadQuery for a
    parameter that is neither `unit` nor one of `also`."""
    unknown = set(request.GET) - {"unit", *also}
    if unknown:
        raise BadQuery(_("This page does not know “%(what)s”.") % {"what": ", ".join(sorted(unknown))})
    led, code = units_led_by(request.user, timezone.localdate()), request.GET.get("unit")
    for unit in led:
        if code is None or unit.code == code:
            return unit
    raise PermissionDenied("Only the own units.")


def seen_page(request: HttpRequest, unit: Unit, at: dt.datetime) -> Page:
    """The team's page; that the reader has seen the names is recorded."""
    found, reader, on = page(unit, at), signed_in(request), timezone.localdate(at)
    looks.record(reader, [row.member.learner for row in found.rows], "team", leads_as(reader, unit, on), at)
    return found
