"""For those who teach: who takes part, who was there, the code on the screen; and for those who come, giving it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courses.exceptions import RegistrationRefused
from courses.gatherings import codes, registering, rights, seats, words
from courses.models import Attendance, Gathering, Registration, Session
from courses.tasks import tell_registrations
from learners import finding, looks
from learners.models import Learner, Posting
from learners.policy import policy, signed_in

from .papers import participants as paper
from .player import attending

State = Registration.State


@dataclass
class Person:
    """A line of the list. `minutes`: of the session in question, or of all; None: nobody has said."""

    registration: Registration
    unit: str = ""
    minutes: int | None = None
    counts: bool = False
    said: str = ""  # what is wrong with what was sent
    sent: str = ""

    @property
    def learner(self) -> Learner:
        return self.registration.learner


def _run(request: HttpRequest, slug: str) -> Gathering:
    """The gathering, for those who run it. Raises Http404, PermissionDenied."""
    gathering = get_object_or_404(Gathering.objects.select_related("course"), slug=slug)
    if not rights.may_run(signed_in(request), gathering, timezone.localdate()):
        raise PermissionDenied("Teaches something else.")
    return gathering


def _session(gathering: Gathering, pk: int) -> Session:
    return get_object_or_404(gathering.sessions, pk=pk, cancelled=False)


def _people(gathering: Gathering, *states: str) -> list[Person]:
    """By name, with the unit of their main posting."""
    rows = list(gathering.registrations.filter(state__in=states).select_related("learner"))
    posted = Posting.objects.on(timezone.localdate()).known().filter(learner__in=[row.learner_id for row in rows])
    units = dict(posted.order_by("primary").values_list("learner", "unit__name"))
    rows.sort(key=lambda row: (row.learner.family_name, row.learner.given_name, row.pk))
    return [Person(row, units.get(row.learner_id, "")) for row in rows]


def _looked(request: HttpRequest, people: list[Person]) -> None:
    viewer, at = signed_in(request), timezone.now()
    role = rights.role_of(viewer, timezone.localdate(at))
    looks.record(viewer, [one.learner for one in people], "gathering", role, at)


# --- Who takes part -------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@policy("teacher")
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who have a seat, to read, print and sign; those who wait; and whom to give or take a seat."""
    gathering = _run(request, slug)
    if request.method == "POST":
        return _change(request, gathering)
    context = listed(gathering) | {"gathering": gathering}
    _looked(request, [*context["seated"], *context["others"]])
    return render(request, "tracking/participants.html", context)


@require_safe
@policy("teacher")
def participants_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The same list to be signed, as a tagged PDF in the reader's language."""
    gathering, at = _run(request, slug), timezone.now()
    found = listed(gathering)
    _looked(request, found["seated"])
    people = [(str(one.learner), one.unit) for one in found["seated"]]
    with translation.override(signed_in(request).language):
        content = paper.render(gathering, found["sessions"], people, at)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{gathering.slug}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def listed(gathering: Gathering) -> dict[str, Any]:
    """What the list shows, on the page and on paper."""
    sessions = list(gathering.sessions.order_by("starts", "pk"))
    minutes = attending.minutes_by_registration(gathering)
    seated = _people(gathering, State.SEAT)
    for one in seated:
        there = minutes.get(one.registration.pk)
        one.minutes = None if there is None else sum(there.values())
        one.counts = attending.suffices(gathering, sessions, there or {})
    others = _people(gathering, State.OFFERED, State.WAITING)
    others.sort(key=lambda one: one.registration.pk)
    return {
        "sessions": [one for one in sessions if not one.cancelled],
        "seated": seated,
        "others": others,
        "attended": sum(one.counts for one in seated),
        "taken": any(minutes.values()),
        "seats": seats.seats_of([gathering])[gathering.pk],
    }


def _change(request: HttpRequest, gathering: Gathering) -> HttpResponse:
    """A seat for somebody on the list, or for whom the form names (`line`); or somebody off the list."""
    at, by, do = timezone.now(), signed_in(request), request.POST.get("do", "")
    if do == "add":
        learner = finding.one_employed(request.POST.get("line", ""), timezone.localdate(at))
    else:
        learner = _on_the_list(gathering, request)
    try:
        if learner is None:
            messages.error(request, _("Nobody employed has this number or address."))
        elif do in ("add", "place"):
            registering.place(gathering, learner, by, at)
            messages.success(request, _("%(name)s has a seat.") % {"name": learner})
        else:
            registering.give_up(gathering, learner, at, by_teacher=True)
            messages.success(request, _("%(name)s is off the list.") % {"name": learner})
    except RegistrationRefused as refusal:
        messages.error(request, words.refused(refusal.reason))
    tell_registrations.delay()
    return redirect("participants", slug=gathering.slug)


def _on_the_list(gathering: Gathering, request: HttpRequest) -> Learner | None:
    rows = gathering.registrations.select_related("learner")
    return get_object_or_404(rows, pk=_number(request.POST.get("row", ""))).learner


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Http404("No such row.")
    return int(text)


# --- Who was there --------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@policy("teacher")
def attendance(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """The list on a phone: there, there for some minutes, not there. What is not touched stays as it is."""
    gathering = _run(request, slug)
    here, people = _session(gathering, session), _people(gathering, State.SEAT)
    minutes = attending.minutes_by_registration(gathering)
    for one in people:
        one.minutes = minutes.get(one.registration.pk, {}).get(here.pk)
    if request.method == "POST":
        wrong = _take(request, here, people)
        if not wrong:
            return redirect("attendance", slug=slug, session=here.pk)
    _looked(request, people)
    said = [one for one in people if one.minutes is not None]
    context = {
        "gathering": gathering,
        "session": here,
        "people": people,
        "there": sum(bool(one.minutes) for one in said),
        "left": len(people) - len(said),
    }
    return render(request, "tracking/attendance.html", context)


def _take(request: HttpRequest, here: Session, people: list[Person]) -> bool:
    """Store what was sent; whether some of it was not understood: that is said at the person, the rest is stored."""
    at, by, changed = timezone.now(), signed_in(request), 0
    for one in people:
        minutes = _sent(request, here, one)
        if minutes is not None and minutes != one.minutes:
            changed += attending.record(one.registration, here, minutes, Attendance.How.LIST, by, at)
            one.minutes = minutes
    wrong = sum(bool(one.said) for one in people)
    told = ngettext("%(count)d line is stored.", "%(count)d lines are stored.", changed) % {"count": changed}
    if wrong:
        more = ngettext("%(count)d is not, and stands below.", "%(count)d are not, and stand below.", wrong)
        messages.error(request, f"{told} {more % {'count': wrong}}")
    else:
        messages.success(request, told if changed else _("Nothing was changed."))
    return bool(wrong)


def _sent(request: HttpRequest, here: Session, one: Person) -> int | None:
    """The minutes that the form says, or None where it says nothing."""
    key = one.registration.pk
    choice = request.POST.get(f"was-{key}", "")
    if not choice and "everybody" in request.POST and one.minutes is None:
        choice = "all"
    if choice in ("all", "none"):
        return here.minutes if choice == "all" else 0
    if choice != "part":
        return None
    one.sent = request.POST.get(f"minutes-{key}", "").strip()
    if one.sent.isascii() and one.sent.isdigit() and 0 < int(one.sent[:6]) < here.minutes:
        return int(one.sent)
    one.said = _("Write a number of minutes between 1 and %(most)d.") % {"most": here.minutes - 1}
    return None


# --- The code on the screen -----------------------------------------------------------------------------------------
@require_safe
@policy("teacher")
def screen(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """The code and its picture, for everybody in the room; the page fetches itself anew."""
    gathering = _run(request, slug)
    here, at = _session(gathering, session), timezone.now()
    code = codes.code(here, at) if codes.is_open(here, at) else ""
    link = request.build_absolute_uri(reverse("check-in", args=[slug]))
    picture = segno.make(f"{link}?kode={code}", error="m").svg_data_uri(scale=8, border=2) if code else ""
    context = {"gathering": gathering, "session": here, "code": code, "picture": picture, "link": link}
    response = render(request, "tracking/attendance_code.html", context)
    response["Refresh"] = "60"  # the screen stands for hours with nobody at it; there is nothing on it to lose
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def check_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody in the room gives the code. Looking at the page stores nothing: only its button does."""
    gathering = get_object_or_404(Gathering, slug=slug, state=Gathering.State.OPEN)
    context: dict[str, Any] = {"gathering": gathering, "code": request.GET.get("kode", "")[:20]}
    if request.method == "POST":
        context |= _give(request, gathering, request.POST.get("kode", "")[:40], timezone.now())
    return render(request, "tracking/check_in.html", context, status=400 if context.get("said") else 200)


def _give(request: HttpRequest, gathering: Gathering, code: str, at: dt.datetime) -> dict[str, Any]:
    here = next((one for one in gathering.sessions.all() if codes.fits(one, code, at)), None)
    if here is None:
        said = _("That is not the code that is on the screen now. Look once more: a new one comes every five minutes.")
        return {"code": code, "said": said}
    try:
        return {"stored": attending.record_by_code(gathering, here, signed_in(request), at), "session": here}
    except RegistrationRefused:
        return {"code": code, "said": _("You are not on the list. Tell those who teach, and they will put you there.")}
