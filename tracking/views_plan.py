"""The unit's own plan for a year: its leader writes it, management above reads it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners.models import Unit
from learners.policy import may_see_report, policy, signed_in, units_led_by

from .followup.models import LocalPlan, Measure
from .views_following import back

EMPTY_ROWS = 3
YEARS = range(2015, 2101)


class PlanForm(forms.ModelForm):
    class Meta:
        model = LocalPlan
        fields = ("report",)
        widgets = {"report": forms.Textarea({"rows": 6, "class": "ds-input"})}


class MeasureForm(forms.ModelForm):
    class Meta:
        model = Measure
        fields = ("goal", "what", "by", "state")
        widgets = {
            "goal": forms.TextInput({"class": "ds-input"}),
            "what": forms.TextInput({"class": "ds-input"}),
            "by": forms.DateInput({"type": "date", "class": "ds-input"}, format="%Y-%m-%d"),
            "state": forms.Select({"class": "ds-input"}),
        }


Measures = forms.inlineformset_factory(LocalPlan, Measure, MeasureForm, extra=EMPTY_ROWS, max_num=40)


@require_http_methods(["GET", "HEAD", "POST"])
@policy("report")
def plan(request: HttpRequest) -> HttpResponse:
    """`?unit=CODE&aar=2026`: without, the first unit that the reader leads, and this year."""
    unknown = set(request.GET) - {"unit", "aar"}
    year = request.GET.get("aar") or str(timezone.localdate().year)
    if unknown or not (year.isascii() and year.isdigit() and len(year) < 5 and int(year) in YEARS):
        said = _("This page does not know “%(what)s”.") % {"what": ", ".join(sorted(unknown)) or f"aar={year[:10]}"}
        return render(request, "400.html", {"said": said}, status=400)
    unit, may_write = _unit(request)
    stored = LocalPlan.objects.filter(unit=unit, year=int(year)).first()
    if request.method == "POST" and not may_write:
        raise PermissionDenied("The unit's leader writes its plan.")
    form, measures = _forms(request, stored)
    if request.method == "POST" and form.is_valid() and measures.is_valid():
        _save(request, unit, int(year), form, measures)
        messages.success(request, _("The plan is stored."))
        response = back(unit, "leader-plan")
        response["Location"] += f"&aar={year}"
        return response
    context: dict[str, Any] = {"unit": unit, "year": int(year), "plan": stored, "may_write": may_write}
    context |= {"form": form, "measures": measures, "years": _years(unit, int(year))}
    return render(request, "tracking/leader_plan.html", context, status=400 if request.method == "POST" else 200)


def _unit(request: HttpRequest) -> tuple[Unit, bool]:
    """The unit asked for, and whether the reader writes its plan."""
    today, code = timezone.localdate(), request.GET.get("unit")
    led = units_led_by(request.user, today)
    if code is None and led:
        return led[0], True
    unit = Unit.objects.filter(code=(code or "").replace("\0", "")).first()
    if unit is None or not may_see_report(signed_in(request), unit, today):
        raise PermissionDenied("Only the own units.")
    return unit, unit in led


def _forms(request: HttpRequest, stored: LocalPlan | None) -> tuple[PlanForm, Any]:
    data = request.POST if request.method == "POST" else None
    return PlanForm(data, instance=stored), Measures(data, instance=stored or LocalPlan())


@transaction.atomic
def _save(request: HttpRequest, unit: Unit, year: int, form: PlanForm, measures: Any) -> None:
    made = form.save(commit=False)
    at = timezone.now()
    made.unit, made.year, made.changed_by, made.changed_at = unit, year, signed_in(request), at
    if "report" in form.changed_data:
        made.reported_on = timezone.localdate(at) if made.report else None
    made.save()
    measures.instance = made
    measures.save()


def _years(unit: Unit, year: int) -> list[int]:
    """The years that have a plan, this one and the next."""
    this = timezone.localdate().year
    return sorted({*LocalPlan.objects.filter(unit=unit).values_list("year", flat=True), this, this + 1, year})
