"""One person in the admin: found, their facts on both axes of time, and those changed by hand with who and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import finding, keeping
from ..changes import Changes
from ..exceptions import FactConflict, NotPossible
from ..facts import Fact
from ..models import ChangeByHand, Employment, ImportRun, Leadership, Learner, Leave, Posting
from ..policy import signed_in
from .pages import hr_page, seen, show
from .person_forms import FORMS, MODELS, FactForm

TITLES: dict[str, str | Promise] = {
    "post": gettext_lazy("New position"),
    "leave": gettext_lazy("New leave"),
    "employment": gettext_lazy("First or last day in the service"),
}
CORRECTIONS: dict[str, str | Promise] = {
    "post": gettext_lazy("Correct a position"),
    "leave": gettext_lazy("Correct a leave"),
    "employment": gettext_lazy("Correct an employment"),
}


@dataclass(frozen=True)
class Line:
    """A fact as the page shows it; `kind` is what addresses call it, "" where it is changed elsewhere."""

    row: Any
    kind: str
    what: str
    entered: str = ""

    @property
    def last_day(self) -> dt.date | None:
        return self.row.valid_to - dt.timedelta(days=1) if self.row.valid_to else None


def words(row: Fact) -> str:
    """What a fact says, without its days."""
    if isinstance(row, Posting):
        text = f"{row.position}, {row.unit}"
        text += "" if row.percent == 100 else f", {formats.number_format(row.percent.normalize(), use_l10n=True)} %"
        return text if row.primary else f"{text} ({_('secondary')})"
    if isinstance(row, Leave):
        return _("on leave") if row.full_time else _("on leave, part-time")
    if isinstance(row, Leadership):
        return (_("acting leader of %(unit)s") if row.acting else _("leader of %(unit)s")) % {"unit": row.unit}
    return _("employed")


def dated(row: Fact) -> str:
    """What a fact says, with its days."""
    first = formats.date_format(row.valid_from, "SHORT_DATE_FORMAT")
    if row.valid_to is None:
        return _("%(what)s, from %(first)s") % {"what": words(row), "first": first}
    last = formats.date_format(row.valid_to - dt.timedelta(days=1), "SHORT_DATE_FORMAT")
    return _("%(what)s, %(first)s–%(last)s") % {"what": words(row), "first": first, "last": last}


# --- Found and shown --------------------------------------------------------------------------------------------------
@hr_page
def find(request: HttpRequest) -> HttpResponse:
    """`?q=`: a name, a whole e-mail address or an HR number."""
    said = request.GET.get("q", "")
    found = finding.people(said)
    seen(request, found)
    now = {row.learner_id: row for row in Posting.objects.on(timezone.localdate()).known().filter(
        learner__in=found).select_related("unit", "position").order_by("primary", "-pk")}  # fmt: skip
    rows = [(learner, words(now[learner.pk]) if learner.pk in now else "–") for learner in found]
    return show(request, "person", {"q": said, "rows": rows, "most": finding.MOST})


@hr_page
def show_person(request: HttpRequest, person: UUID) -> HttpResponse:
    """What holds for the person as known now, and all that has been known, with who entered it."""
    learner = _learner(person)
    seen(request, [learner])
    rows = _rows(learner)
    entered = _entered(learner, rows)
    lines = [Line(row, _kind(row), words(row), entered.get(row.known_from, "")) for row in rows]
    standing = [one for one in lines if one.row.known_to is None]
    context = {
        "person": learner,
        "headline": _headline(learner, standing),
        "standing": standing,
        "history": sorted(lines, key=lambda one: one.row.known_from, reverse=True),
        "page_title": str(learner),
    }
    return show(request, "person_facts", context)


def _learner(person: UUID) -> Learner:
    return get_object_or_404(Learner, opaque_id=person, erased_on=None)


def _rows(learner: Learner) -> list[Any]:
    """Every fact that has been known of the person's work: those in force first, then the newest."""
    rows: list[Any] = []
    for model in (Employment, Posting, Leave, Leadership):
        found = model._default_manager.filter(learner=learner).order_by("-valid_from", "-pk")
        related = [name for name in ("unit", "position") if any(f.name == name for f in model._meta.fields)]
        rows += found.select_related(*related) if related else found
    return rows


def _kind(row: Fact) -> str:
    return next((kind for kind, model in MODELS.items() if isinstance(row, model)), "")


def _entered(learner: Learner, rows: list[Any]) -> dict[dt.datetime, str]:
    """Who entered what became known at a moment: by hand and why, or which delivery."""
    moments = {row.known_from for row in rows}
    found: dict[dt.datetime, str] = {}
    for run in ImportRun.objects.filter(finished_at__in=moments, succeeded=True).select_related("by"):
        found[run.finished_at] = ", ".join(filter(None, [run.file_name or run.source, str(run.by) if run.by else ""]))
    for change in ChangeByHand.objects.filter(learner=learner, at__in=moments).select_related("by"):
        found[change.at] = f"{change.by or '–'}: {change.get_why_display()}"
    return found


def _headline(learner: Learner, standing: list[Line]) -> str:
    """Where the person is today, in a sentence."""
    today = timezone.localdate()
    now = [
        one
        for one in standing
        if one.row.valid_from <= today and (one.row.valid_to is None or today < one.row.valid_to)
    ]
    if not any(isinstance(one.row, Employment) for one in now):
        return _("%(person)s is not employed today.") % {"person": learner}
    posts = [one.what for one in now if isinstance(one.row, Posting)]
    said = {"person": learner, "posts": "; ".join(posts)}
    if any(isinstance(one.row, Leave) for one in now):
        return _("%(person)s is on leave today: %(posts)s.") % said
    return _("%(person)s today: %(posts)s.") % said if posts else _("%(person)s has no position today.") % said


# --- Changed ----------------------------------------------------------------------------------------------------------
@hr_page
def add(request: HttpRequest, person: UUID, kind: str) -> HttpResponse:
    """A position, a leave, or the first or last day in the service: shown before it is stored."""
    learner = _learner(person)
    seen(request, [learner])
    form = FORMS[kind](request.POST or None, learner)
    return _changing(request, learner, form, TITLES[kind])


@hr_page
def correct(request: HttpRequest, person: UUID, kind: str, pk: int) -> HttpResponse:
    """What stands was wrong, or (`drop`) was never true. What was known before stays known as it was."""
    learner = _learner(person)
    if kind not in MODELS:
        raise Http404("No such kind of fact.")
    row = get_object_or_404(MODELS[kind]._default_manager.filter(learner=learner, known_to=None), pk=pk)
    seen(request, [learner])
    if "drop" in request.POST:
        return _dropping(request, learner, row)
    return _changing(request, learner, FORMS[kind](request.POST or None, learner, row), CORRECTIONS[kind], row)


def _changing(
    request: HttpRequest, learner: Learner, form: FactForm, title: str | Promise, row: Fact | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "person": learner, "page_title": title, "row": row}
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            changes = form.plan(timezone.localdate(now))
            if "confirm" in request.POST:
                return _done(request, learner, changes, form.cleaned_data["why"], now)
            context |= _before_and_after(changes)
        except (NotPossible, FactConflict) as reason:
            form.add_error(None, _told(reason))
    return show(request, "person_change", context)


def _dropping(request: HttpRequest, learner: Learner, row: Fact) -> HttpResponse:
    try:
        return _done(request, learner, keeping.drop(row), ChangeByHand.Why.WRONG, timezone.now())
    except (NotPossible, FactConflict) as reason:
        messages.error(request, _told(reason))
    return redirect("people_person_facts", learner.opaque_id)


def _done(request: HttpRequest, learner: Learner, changes: Changes, why: str, at: dt.datetime) -> HttpResponse:
    keeping.carry_out(learner, changes, why, signed_in(request), at)
    messages.success(request, _("It is stored. What was known before stays known as it was."))
    return redirect("people_person_facts", learner.opaque_id)


def _told(reason: NotPossible | FactConflict) -> str:
    if isinstance(reason, FactConflict):
        return _("Somebody has changed this meanwhile. Look at what stands now.")
    return str(reason)


def _before_and_after(changes: Changes) -> dict[str, Any]:
    if not changes:
        raise NotPossible(_("Nothing would change: it stands so already."))
    return {"before": [dated(row) for row in changes.close], "after": [dated(row) for row in changes.add]}
