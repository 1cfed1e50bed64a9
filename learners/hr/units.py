"""Units in the admin: the tree of a day, and a reorganisation, shown before it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.widgets import AdminDateInput

from ..exceptions import NotPossible
from ..models import Leadership, Posting, RoleGrant, Unit, UnitPlace
from ..units import reorganising
from ..units.reorganising import Outcome
from ..units.tree import tree
from .pages import hr_page, show
from .who import UnitChoice

DEEDS = {
    "open": gettext_lazy("Open a unit"),
    "move": gettext_lazy("Move a unit, with all below it"),
    "merge": gettext_lazy("Merge units into another one"),
    "close": gettext_lazy("Close a unit"),
}


def _units() -> Any:
    return Unit.objects.filter(places__known_to=None, places__valid_to=None).distinct().order_by("name")


class DatedForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("From"), widget=AdminDateInput)

    def deed(self, at: dt.datetime) -> Callable[[], Outcome]:
        raise NotImplementedError


class OpenForm(DatedForm):
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Unit.Kind.choices)
    parent = UnitChoice(label=gettext_lazy("Below"), queryset=_units(), required=False, empty_label="–")

    def deed(self, at: dt.datetime) -> Callable[[], Outcome]:
        said = self.cleaned_data
        return partial(reorganising.open_unit, said["code"], said["name"], said["kind"], said["parent"], said["on"], at)


class MoveForm(DatedForm):
    unit = UnitChoice(label=gettext_lazy("Unit"), queryset=_units())
    parent = UnitChoice(label=gettext_lazy("To below"), queryset=_units())

    def deed(self, at: dt.datetime) -> Callable[[], Outcome]:
        said = self.cleaned_data
        return partial(reorganising.move, said["unit"], said["parent"], said["on"], at)


class UnitChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.name} ({obj.code})"


class MergeForm(DatedForm):
    units = UnitChoices(
        label=gettext_lazy("Units that go"),
        queryset=_units(),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("Hold Ctrl to choose several."),
    )
    into = UnitChoice(label=gettext_lazy("Into"), queryset=_units())

    def deed(self, at: dt.datetime) -> Callable[[], Outcome]:
        said = self.cleaned_data
        return partial(reorganising.merge, list(said["units"]), said["into"], said["on"], at)


class CloseForm(DatedForm):
    unit = UnitChoice(label=gettext_lazy("Unit"), queryset=_units())

    def deed(self, at: dt.datetime) -> Callable[[], Outcome]:
        return partial(reorganising.close_unit, self.cleaned_data["unit"], self.cleaned_data["on"], at)


FORMS: dict[str, type[DatedForm]] = {"open": OpenForm, "move": MoveForm, "merge": MergeForm, "close": CloseForm}


class DayForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("On"), widget=AdminDateInput, initial=timezone.localdate)


@hr_page
def units(request: HttpRequest) -> HttpResponse:
    """The tree of a day (`?on=`), and what can be done with it."""
    form = DayForm(request.GET if "on" in request.GET else None)
    on = form.cleaned_data["on"] if form.is_bound and form.is_valid() else timezone.localdate()
    nodes = tree(on)
    counts = _people(on)
    rows = [(node, counts.get(node.unit.pk, 0), "—" * node.depth) for node in nodes]
    return show(request, "units", {"form": form, "rows": rows, "deeds": DEEDS, "on": on})


def _people(on: dt.date) -> dict[int, int]:
    found = Posting.objects.on(on).known().values("unit").annotate(people=Count("learner", distinct=True))
    return {row["unit"]: row["people"] for row in found}


@hr_page
def reorganise(request: HttpRequest, deed: str) -> HttpResponse:
    """A form, what it would change, and then the change."""
    form = FORMS[deed](request.POST or None)
    context: dict[str, Any] = {"form": form, "deed": deed, "page_title": DEEDS[deed]}
    if request.method == "POST" and form.is_valid():
        what = form.deed(timezone.now())
        try:
            if "confirm" in request.POST:
                outcome = what()
                messages.success(request, " ".join([_("It is done."), *sentences(outcome)]))
                return redirect("people_units")
            context["sentences"] = sentences(reorganising.preview(what)) + _warnings(form)
        except NotPossible as reason:
            form.add_error(None, str(reason))
    return show(request, "units_change", context)


def sentences(outcome: Outcome) -> list[str]:
    """What a reorganisation changes, in words."""
    people = len(outcome.people)
    places = {row.unit_id for row in outcome.changes.add if isinstance(row, UnitPlace)}
    places |= {row.unit_id for row in outcome.ended(UnitPlace)}
    found = [
        ngettext("%(n)s unit gets another place.", "%(n)s units get another place.", len(places)) % {"n": len(places)},
        ngettext("%(n)s person gets another unit.", "%(n)s people get another unit.", people) % {"n": people},
    ]
    if outcome.opened:
        found.append(_("New units: %(units)s.") % {"units": ", ".join(f"{x.name} ({x.code})" for x in outcome.opened)})
    leaders = len(outcome.ended(Leadership))
    if leaders:
        text = ngettext("%(n)s leader leads no longer.", "%(n)s leaders lead no longer.", leaders)
        found.append(text % {"n": leaders} + " " + _("Name the new leader afterwards."))
    roles = len(outcome.ended(RoleGrant))
    if roles:
        found.append(ngettext("%(n)s role ends.", "%(n)s roles end.", roles) % {"n": roles})
    return found


def _warnings(form: DatedForm) -> list[str]:
    """What other parts of the house say of units that go: campaigns that ask for them by name."""
    said = form.cleaned_data
    going = [unit for unit in (*said.get("units", ()), said.get("unit")) if unit is not None]
    return [text for hook in hooks.get_hooks("units_are_used") for text in hook(going, said["on"])]
