"""The leader's page: who in the own team has completed what is asked of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learners.models import Unit
from learners.policy import policy, units_led_by

from .followup.team import Member, Team, team


@require_safe
@policy("leader")
def leader(request: HttpRequest) -> HttpResponse:
    """`?unit=CODE`: one of the units that the reader leads today; without: the first by name."""
    today = timezone.localdate()
    led = units_led_by(request.user, today)
    if not led:
        return render(request, "tracking/leader_nobody.html", status=403)
    unknown = set(request.GET) - {"unit"}
    if unknown:
        said = _("This page does not know “%(what)s”.") % {"what": ", ".join(sorted(unknown))}
        return render(request, "400.html", {"said": said}, status=400)
    unit = _chosen(request.GET.get("unit"), led)
    found = team(unit, today)
    rows = [_row(member, found) for member in found.members]
    waiting = [row for row in rows if row["member"].waits]
    others = [row for row in rows if not row["member"].waits]
    context = {"team": found, "unit": unit, "led": led, "waiting": waiting, "others": others}
    return render(request, "tracking/leader.html", context)


def _row(member: Member, found: Team) -> dict[str, Any]:
    return {"member": member, "cells": [member.cell(course) for course in found.courses]}


def _chosen(code: str | None, led: list[Unit]) -> Unit:
    """The unit that is asked for, if the reader leads it; whether another one exists is not told."""
    if code is None:
        return led[0]
    for unit in led:
        if unit.code == code:
            return unit
    raise PermissionDenied("Only the own units.")
