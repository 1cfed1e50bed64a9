"""The forms for giving a role and for ending one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from ..looks import ROLES
from ..models import Learner, Unit, UnitPlace
from ..policy import ROLES as IN_ORDER
from ..policy import roles_to_give

NO_UNIT = ("", _("The whole service"))


def unit_choices(on: dt.date) -> list[tuple[str, str | Promise]]:
    """The units of the day in the order of the tree, each below the one it belongs to."""
    places = UnitPlace.objects.on(on).known().select_related("unit").order_by("path")
    return [NO_UNIT, *((p.unit.code, "\N{NO-BREAK SPACE}" * 3 * (p.path.count("/") - 2) + p.unit.name) for p in places)]


class GiveForm(forms.Form):
    """A role, for which unit, from when and until when."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(
        label=_("Unit"), required=False, help_text=_("For leaders and local leaders one unit; else the whole service.")
    )
    since = forms.DateField(label=_("From"), widget=AdminDateInput)
    last_day = forms.DateField(
        label=_("Last day"), widget=AdminDateInput, required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, data: Any = None, *, giver: Learner, today: dt.date) -> None:
        super().__init__(data, initial={"since": today})
        allowed = roles_to_give(giver, today)
        self.fields["role"].choices = [(role, ROLES[role]) for role in IN_ORDER if role in allowed]  # type: ignore[attr-defined]
        self.fields["unit"].choices = unit_choices(today)  # type: ignore[attr-defined]

    def clean_unit(self) -> Unit | None:
        return Unit.objects.filter(code=self.cleaned_data["unit"]).first()


class EndForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=AdminDateInput)

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        super().__init__(data, initial={"last_day": today - dt.timedelta(days=1)})
