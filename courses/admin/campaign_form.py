"""The form of a campaign: what is asked, of whom, by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from ..audience import Asked, position_choices, reach, unit_choices
from ..deciding import asked_now, courses_counted, has_started, version_asked_for
from ..exceptions import NoVersion
from ..models import Campaign, CampaignCourse, Programme
from ..models.course_form import is_code
from .addresses import AddressedForm
from .people_field import PeopleField
from .programme_rows import required_courses, with_courses
from .shares import ShareField

STANDS_FROM_START = ("programme", "slug", "start", "grace_days", "due_days")


def reach_sentence(asked: Asked) -> str:
    """How many people an audience reaches today, in words."""
    people = reach(asked, timezone.localdate())
    return ngettext("This reaches %(count)d person.", "This reaches %(count)d people.", people) % {"count": people}


class UnitsField(forms.MultipleChoiceField):
    """Units among all of them; none is fine."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class CampaignForm(AddressedForm):
    """Beside the campaign's own fields: the audience, which the view hands on to be decided."""

    target = ShareField(
        label=gettext_lazy("Target share"),
        initial=0.9,
        help_text=gettext_lazy("How many of those counted are to have completed by the deadline, such as 90 %."),
    )
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"),
        queryset=Programme.objects.all(),
        required=False,
        help_text=gettext_lazy(
            "The campaign is then completed when the programme is, with gatherings, work and elective parts. Its "
            "required courses are asked for too, beside those chosen below."
        ),
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
    without = UnitsField(label=gettext_lazy("Units taken out"))
    also = UnitsField(
        label=gettext_lazy("Units taken in"),
        help_text=gettext_lazy("Everybody there is asked, whatever the position."),
    )
    people_out = PeopleField(
        label=gettext_lazy("People taken out"),
        help_text=gettext_lazy("One on each line: HR number or e-mail address. What follows on the line is not read."),
    )
    people_in = PeopleField(
        label=gettext_lazy("People taken in"),
        help_text=gettext_lazy("Asked whatever their position and unit, as long as they are employed."),
    )
    staff_from = forms.DateField(
        label=gettext_lazy("Others are asked from"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("Empty: everybody from the start. Else those who lead a unit are asked first."),
    )
    leaders_deadline = forms.DateField(
        label=gettext_lazy("The leaders' own deadline"), required=False, widget=AdminDateInput
    )

    class Media:
        css = {"all": ["css/campaign-form.css"]}
        js = ["js/campaign-form.js"]

    def __init__(self, data: Any = None, *args: Any, instance: Campaign | None = None, **kwargs: Any) -> None:
        stored = instance.programme_id if instance else None
        super().__init__(with_courses(data, stored) if data else data, *args, instance=instance, **kwargs)
        self.today = timezone.localdate()
        # From the start as it is stored: what has been sent does not decide what may be changed.
        self.started = has_started(self.instance, self.today)
        decided = asked_now(self.instance)
        self.fields["positions"].choices = _with_gone(position_choices(), decided.positions)
        units = unit_choices(self.today)
        for name in ("units", "without", "also"):
            self.fields[name].choices = _with_gone(units, getattr(decided, name))
        self.initial |= asdict(decided)
        if self.started:
            self._lock()
        if data.get("programme") if data and not self.started else stored:
            self._need_no_course()

    def _need_no_course(self) -> None:
        """A programme can be all that is asked for."""
        rows = self.formsets["requirements"]
        rows.min_num, rows.validate_min = 0, False

    def _lock(self) -> None:
        others = self.initial["staff_from"]
        names = STANDS_FROM_START if others and others > self.today else (*STANDS_FROM_START, "staff_from")
        for name in names:
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Stands since the campaign has started.")

    def reach(self) -> str:
        """The sentence for the audience that the form shows."""
        return reach_sentence(self.asked())

    def asked(self) -> Asked:
        """The audience that the form shows."""
        given = self.cleaned_data if self.is_bound else self.initial
        return Asked.of({field.name: given.get(field.name) for field in fields(Asked)})

    def chosen_rows(self) -> list[CampaignCourse]:
        """The rows of courses in the form's order, as they would be saved."""
        return [row.instance for row in self.formsets["requirements"].ordered_forms if row.cleaned_data.get("course")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, deadline = cleaned.get("start"), cleaned.get("deadline")
        if start and deadline and deadline <= start:
            self.add_error("deadline", _("The deadline must be after the start."))
        self._clean_days(start, deadline, cleaned.get("due_days"))
        self._clean_stages(start, cleaned.get("staff_from"), cleaned.get("leaders_deadline"))
        if cleaned.get("people_in", frozenset()) & cleaned.get("people_out", frozenset()):
            self.add_error("people_out", _("Somebody stands both among those taken in and among those taken out."))
        return cleaned

    def clean_programme(self) -> Programme | None:
        programme: Programme | None = self.cleaned_data["programme"]
        if programme and "programme" in self.changed_data and not required_courses(str(programme.pk)):
            raise forms.ValidationError(_("This programme has no required course yet: choose courses below."))
        return programme

    def _clean_days(self, start: dt.date | None, deadline: dt.date | None, days: int | None) -> None:
        if start and deadline and days and start + dt.timedelta(days=days) > deadline:
            said = _("Those who are there at the start have %(days)d days: the deadline must not be before that.")
            self.add_error("deadline", said % {"days": days})

    def _clean_stages(self, start: dt.date | None, others: dt.date | None, leaders: dt.date | None) -> None:
        if leaders and not others:
            self.add_error("staff_from", _("With a deadline for leaders, say from when the others are asked."))
        if start and others and others <= start:
            self.add_error("staff_from", _("The others must be asked after the start, or leave this empty."))
        if start and leaders and leaders <= start:
            self.add_error("leaders_deadline", _("The deadline must be after the start."))

    def is_valid(self) -> bool:
        return super().is_valid() and self._courses_are_valid()

    def _courses_are_valid(self) -> bool:
        """Checked when the rows are clean: they are cleaned after the form."""
        rows = self.chosen_rows()
        for course in courses_counted(rows):
            try:
                version_asked_for(course, self.cleaned_data["start"])
            except NoVersion:
                said = _("“%(course)s” is not published yet. Publish the course first.") % {"course": course}
                self._refuse_courses(said)
                return False
        if any(row.renewal_id == row.course_id for row in rows):
            self._refuse_courses(_("A course renews itself when no other one is chosen: leave “renewed by” empty."))
            return False
        if self.started and _asked_for(rows) != _asked_for(CampaignCourse.objects.filter(campaign=self.instance)):
            self._refuse_courses(
                _("The campaign has started, so its courses stand. Make a successor for a new requirement.")
            )
            return False
        return True

    def _refuse_courses(self, said: str) -> None:
        self.formsets["requirements"]._non_form_errors.append(said)
        self.add_error(None, said)


def _asked_for(rows: Iterable[CampaignCourse]) -> set[tuple[int, int | None, int | None]]:
    return {(row.course_id, row.renew_months, row.renewal_id) for row in rows}


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
        """Raises ValidationError for what could stand in no address; an older code stands."""
        code = str(self.cleaned_data["code"]).upper()
        if not self.instance.pk and not is_code(code):
            raise forms.ValidationError(_("A code is letters, digits and hyphens, such as HMS-2."))
        return code
