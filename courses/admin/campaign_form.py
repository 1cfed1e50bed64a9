"""The form of a campaign: what is asked, of whom, by when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm

from ..audience import position_choices, reach, unit_choices
from ..deciding import current_audience, has_started, version_asked_for
from ..exceptions import NoVersion
from ..models import Course
from .shares import ShareField

STANDS_FROM_START = ("slug", "start", "grace_days")


def reach_sentence(positions: Collection[str], units: Collection[str]) -> str:
    """How many people an audience reaches today, in words."""
    people = reach(positions, units, timezone.localdate())
    return ngettext("This reaches %(count)d person.", "This reaches %(count)d people.", people) % {"count": people}


class CampaignForm(WagtailAdminModelForm):
    """Beside the campaign's own fields: the audience, which the view hands on to be decided."""

    target = ShareField(
        label=gettext_lazy("Target share"),
        initial=0.9,
        help_text=gettext_lazy("How many of those counted are to have completed by the deadline, such as 90 %."),
    )
    positions = forms.MultipleChoiceField(
        label=gettext_lazy("Positions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all positions."),
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all units. A unit includes everything below it."),
    )

    class Media:
        css = {"all": ["css/campaign-form.css"]}
        js = ["js/campaign-form.js"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        # From the start as it is stored: what has been sent does not decide what may be changed.
        self.started = has_started(self.instance, self.today)
        audience = current_audience(self.instance)
        self.fields["positions"].choices = _with_gone(position_choices(), audience.positions if audience else [])
        self.fields["units"].choices = _with_gone(unit_choices(self.today), audience.units if audience else [])
        if audience:
            self.initial |= {"positions": audience.positions, "units": audience.units}
        if self.started:
            self._lock()

    def _lock(self) -> None:
        for name in STANDS_FROM_START:
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Stands since the campaign has started.")

    def reach(self) -> str:
        """The sentence for the audience that the form shows."""
        if self.is_bound:
            return reach_sentence(self.cleaned_data.get("positions", []), self.cleaned_data.get("units", []))
        return reach_sentence(self.initial.get("positions", []), self.initial.get("units", []))

    def chosen_courses(self) -> list[Course]:
        """The courses in the form's order."""
        rows = self.formsets["requirements"].ordered_forms
        return [row.cleaned_data["course"] for row in rows if row.cleaned_data.get("course")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, deadline = cleaned.get("start"), cleaned.get("deadline")
        if start and deadline and deadline <= start:
            self.add_error("deadline", _("The deadline must be after the start."))
        return cleaned

    def is_valid(self) -> bool:
        return super().is_valid() and self._courses_are_valid()

    def _courses_are_valid(self) -> bool:
        """Checked when the rows are clean: they are cleaned after the form."""
        courses = self.chosen_courses()
        for course in courses:
            try:
                version_asked_for(course, self.cleaned_data["start"])
            except NoVersion:
                said = _("“%(course)s” is not published yet. Publish the course first.") % {"course": course}
                self._refuse_courses(said)
                return False
        if self.started and {c.pk for c in courses} != set(self.instance.courses.values_list("pk", flat=True)):
            self._refuse_courses(
                _("The campaign has started, so its courses stand. Make a new campaign for a new requirement.")
            )
            return False
        return True

    def _refuse_courses(self, said: str) -> None:
        self.formsets["requirements"]._non_form_errors.append(said)
        self.add_error(None, said)


def _with_gone(choices: list[Any], chosen: Collection[str]) -> list[Any]:
    """`choices`, with those chosen codes that nothing bears any more: they are not lost by saving."""
    known = {
        code for value, inner in choices for code in ([c for c, _name in inner] if isinstance(inner, list) else [value])
    }
    gone = [(code, _("%(code)s (not in use any more)") % {"code": code}) for code in chosen if code not in known]
    return [*choices, *gone]


class CourseForm(WagtailAdminModelForm):
    """A course's record. Its code is part of its address among the statements, so it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("Stands: completions are kept under this code.")

    def clean_code(self) -> str:
        return self.cleaned_data["code"].upper()
