"""Finding statements for the browser: by person, course, verb and time, newest first, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Course
from learners.models import Learner

from .. import vocabulary
from ..clock import OSLO
from ..identities import activities, people
from ..lrs.keys import account_key, iri_key
from ..lrs.models import AgentUsage, Statement
from ..lrs.query import voided_at
from .sentences import in_words

PAGE = 25
Place = tuple[dt.datetime, int]


class FilterForm(forms.Form):
    """What is looked for. Nothing chosen: the newest."""

    person = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        help_text=gettext_lazy("Name, e-mail or HR number."),
    )
    course = forms.ModelChoiceField(Course.objects.order_by("title"), label=gettext_lazy("Course"), required=False)
    verb = forms.ChoiceField(label=gettext_lazy("Verb"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"placeholder": gettext_lazy("dd.mm.yyyy")}),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("To and with"), required=False, input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"placeholder": gettext_lazy("dd.mm.yyyy")}),
    )  # fmt: skip

    def __init__(self, *args: Any, names: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not names:
            del self.fields["person"]
        verbs = [(iri, in_words(texts)) for iri, texts in vocabulary.DISPLAY.items()]
        chosen: Any = self.fields["verb"]
        chosen.choices = [("", _("All")), *verbs]

    def clean_person(self) -> list[Learner] | None:
        text = " ".join(self.cleaned_data["person"].split())
        if not text:
            return None
        found = matching(text)
        if not found:
            raise forms.ValidationError(_("Nobody is called so, or has this e-mail or HR number."))
        if len(found) > 1:
            said = ", ".join(f"{one} ({one.email or one.hr_number or '–'})" for one in found[:10])
            raise forms.ValidationError(_("Several are called so; write the e-mail: %(people)s.") % {"people": said})
        return found


def matching(text: str) -> list[Learner]:
    """People by e-mail, HR number or name; at most eleven."""
    exactly = Learner.objects.filter(Q(email__iexact=text) | Q(hr_number=text))
    if exactly.exists():
        return list(exactly[:1])
    named = Learner.objects.all()
    for word in text.split()[:5]:
        named = named.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    return list(named.order_by("family_name", "given_name")[:11])


@dataclass(frozen=True)
class Found:
    """One statement for the browser's list."""

    statement_id: str
    stored: dt.datetime
    payload: str
    voided: dt.datetime | None
    place: Place


def find(said: dict[str, Any], before: Place | None) -> tuple[list[Found], Place | None]:
    """The page of statements that `said` (the form's clean data) asks for, and where the next one begins."""
    held = Statement.objects.all()
    if said.get("verb"):
        held = held.filter(verb_key=iri_key(said["verb"]))
    if said.get("since"):
        held = held.filter(stored__gte=_midnight(said["since"]))
    if said.get("until"):
        held = held.filter(stored__lt=_midnight(said["until"] + dt.timedelta(days=1)))
    lines: dict[int, Found] = {}
    for part in _parts(held, said.get("person"), said.get("course")):
        for found in _newest(part, before):
            lines[found.place[1]] = found
    ordered = sorted(lines.values(), key=lambda one: one.place, reverse=True)
    shown = ordered[:PAGE]
    return shown, shown[-1].place if len(ordered) > PAGE else None


def _parts(
    held: QuerySet[Statement], who: Sequence[Learner] | None, course: Course | None
) -> list[QuerySet[Statement]]:
    """Each link by itself, so that each is one stretch of its index."""
    if course:
        iris = [activities.course_iri(course.code)]
        numbers = course.versions.values_list("number", flat=True)
        iris += [activities.version_iri(course.code, number) for number in numbers]
        held_of = [held.filter(activities__activity=iri_key(iri)) for iri in iris]
    else:
        held_of = [held]
    if who is None:
        return held_of
    keys = [account_key(settings.XAPI_BASE, name) for name in people.names_of([one.pk for one in who])]
    mine = {"agents__usage": AgentUsage.ACTOR}
    return [part.filter(agents__agent=key, **mine) for part in held_of for key in keys]


def _newest(part: QuerySet[Statement], before: Place | None) -> list[Found]:
    if before:
        part = part.filter(Q(stored__lt=before[0]) | Q(stored=before[0], id__lt=before[1]))
    columns = ("id", "statement_id", "stored", "payload", "voided")
    lines = part.annotate(voided=voided_at()).order_by("-stored", "-id").values_list(*columns)[: PAGE + 1]
    return [Found(str(sid), stored, payload, voided, (stored, pk)) for pk, sid, stored, payload, voided in lines]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), OSLO)
