"""The forms for one person's facts: each makes a plan of what would change."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from .. import keeping
from ..changes import Changes
from ..facts import Fact
from ..models import ChangeByHand, Employment, Learner, Leave, Position, Posting, Unit
from .who import UnitChoice

DAY = dt.timedelta(days=1)


class FactForm(forms.Form):
    """Days, and why; given a row that stands, it is filled with that, and plans its correction."""

    first = forms.DateField(label=_("First day"), widget=AdminDateInput)
    last_day = forms.DateField(
        label=_("Last day"), widget=AdminDateInput, required=False, help_text=_("Empty: until further notice.")
    )
    why = forms.ChoiceField(label=_("Why"), choices=ChangeByHand.Why.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any, learner: Learner, row: Fact | None = None) -> None:
        initial = {"why": ChangeByHand.Why.WRONG, **self.of(row)} if row else {"why": ChangeByHand.Why.NEW}
        super().__init__(data, initial=initial)
        self.learner, self.row = learner, row
        self.order_fields([name for name in self.fields if name != "why"])

    def of(self, row: Any) -> dict[str, Any]:
        """What the row says, as the form's values."""
        return {"first": row.valid_from, "last_day": row.valid_to - DAY if row.valid_to else None}

    def days(self) -> dict[str, Any]:
        last = self.cleaned_data["last_day"]
        return {"valid_from": self.cleaned_data["first"], "valid_to": last + DAY if last else None}

    def values(self) -> dict[str, Any]:
        """What the row should say."""
        return self.days()

    def plan(self, today: dt.date) -> Changes:
        """Raises NotPossible."""
        return keeping.correct(self.row, **self.values()) if self.row else self.new(today)

    def new(self, today: dt.date) -> Changes:
        raise NotImplementedError


class PostForm(FactForm):
    unit = UnitChoice(label=_("Unit"), queryset=Unit.objects.order_by("name"))
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.order_by("name"))
    primary = forms.BooleanField(
        label=_("Primary position"), required=False, initial=True,
        help_text=_("A new primary position ends the one before it."),
    )  # fmt: skip
    percent = forms.DecimalField(
        label=_("Per cent of full time"), min_value=1, max_value=100, decimal_places=2, max_digits=5, initial=100,
        localize=True,
    )  # fmt: skip
    field_order = ("unit", "position", "first", "last_day", "primary", "percent")

    def of(self, row: Any) -> dict[str, Any]:
        said = {"unit": row.unit, "position": row.position, "primary": row.primary, "percent": row.percent.normalize()}
        return super().of(row) | said

    def values(self) -> dict[str, Any]:
        names = ("unit", "position", "primary", "percent")
        return self.days() | {name: self.cleaned_data[name] for name in names}

    def new(self, today: dt.date) -> Changes:
        said = self.values()
        start, end = said.pop("valid_from"), said.pop("valid_to")
        return keeping.add_post(self.learner, keeping.Post(start=start, end=end, **said), today)


class LeaveForm(FactForm):
    full_time = forms.BooleanField(
        label=_("Full-time leave"), required=False, initial=True,
        help_text=_("Dates only: nobody needs to know why somebody is away."),
    )  # fmt: skip

    def of(self, row: Any) -> dict[str, Any]:
        return super().of(row) | {"full_time": row.full_time}

    def values(self) -> dict[str, Any]:
        return self.days() | {"full_time": self.cleaned_data["full_time"]}

    def new(self, today: dt.date) -> Changes:
        said = self.values()
        return keeping.add_leave(self.learner, said["valid_from"], said["valid_to"], said["full_time"], today)


class EmploymentForm(FactForm):
    def __init__(self, data: Any, learner: Learner, row: Fact | None = None) -> None:
        super().__init__(data, learner, row)
        if row is None:
            first = cast(forms.DateField, self.fields["first"])
            first.required, first.help_text = False, _("Empty: as it is. A day after the last employment: a new one.")
            self.fields["last_day"].help_text = _("Empty: as it is. With the last day positions and leaderships end.")

    def new(self, today: dt.date) -> Changes:
        said = self.days()
        return keeping.employ(self.learner, said["valid_from"], said["valid_to"], today)


FORMS: dict[str, type[FactForm]] = {"post": PostForm, "leave": LeaveForm, "employment": EmploymentForm}
MODELS: dict[str, type[Posting] | type[Leave] | type[Employment]] = {
    "post": Posting,
    "leave": Leave,
    "employment": Employment,
}
