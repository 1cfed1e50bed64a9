"""Who worked where on a day, as known now or as known on another day; and each unit's past and future."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from ..models import Unit
from ..roles import OSLO
from ..units.tree import who_worked
from .pages import hr_page, seen, show


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.name} ({obj.code})"


class WhoForm(forms.Form):
    unit = UnitChoice(
        label=gettext_lazy("Unit, with all below it"),
        queryset=Unit.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("the whole service"),
    )
    on = forms.DateField(label=gettext_lazy("On"), widget=AdminDateInput, initial=timezone.localdate)
    known = forms.DateField(
        label=gettext_lazy("As known on"),
        widget=AdminDateInput,
        required=False,
        help_text=gettext_lazy("Empty: as known today, with later corrections."),
    )


@hr_page
def who(request: HttpRequest) -> HttpResponse:
    """`?unit=&on=&known=&p=`."""
    form = WhoForm(request.GET if "on" in request.GET else None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        rows = who_worked(said["unit"], said["on"], _moment(said["known"]))
        page = Paginator(rows, 100).get_page(request.GET.get("p"))
        seen(request, [row.learner for row in page])
        people = rows.values("learner").distinct().count()
        context |= {"page": page, "sentence": _sentence(said, people)}
    return show(request, "who", context)


def _moment(day: dt.date | None) -> dt.datetime | None:
    """The end of the day in Oslo."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), OSLO).astimezone(dt.UTC)


def _sentence(said: dict[str, object], people: int) -> str:
    where = said["unit"] or _("the whole service")
    text = _("%(people)s people worked at %(unit)s on %(day)s.")
    if said["on"] == timezone.localdate():
        text = _("%(people)s people work at %(unit)s today.")
    return text % {"people": people, "unit": where, "day": f"{said['on']:%d.%m.%Y}"}
