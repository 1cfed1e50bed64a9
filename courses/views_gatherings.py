"""Gatherings for those who come: the list, one gathering, registering, the own team, files, calendars."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learners import looks
from learners.models import Learner
from learners.policy import has_left, policy, signed_in, units_led_by

from .exceptions import RegistrationRefused
from .gatherings import mine, registering, rights, seats, words
from .models import CoursePage, Gathering, Material, Registration, Session
from .tasks import tell_registrations
from .way import pages_in_language

State = Registration.State
MOST_HELD = 50
MOST_DAYS = 6  # so many stand open on a page
CALENDAR = "text/calendar; charset=utf-8"


def visible(request: HttpRequest, slug: str) -> Gathering:
    """The gathering, if it is published or the reader's to run. Raises Http404."""
    found = get_object_or_404(Gathering.objects.select_related("course").prefetch_related("sessions"), slug=slug)
    draft = found.state == Gathering.State.DRAFT
    if draft and not rights.may_run(signed_in(request), found, timezone.localdate()):
        raise Http404("Not published.")
    return found


@require_safe
@policy("signed_in")
def gathering_list(request: HttpRequest) -> HttpResponse:
    """What the reader is registered for, what lies ahead, what there has been."""
    at, learner = timezone.now(), signed_in(request)
    own = {one.gathering_id: one for one in mine.registrations(learner)}
    lying_ahead = [one for one in seats.ahead(at) if one.pk in own or one.cohort_id is None]
    found = seats.seats_of(lying_ahead)
    rows = [_row(one, own.get(one.pk), found[one.pk], at) for one in lying_ahead]
    had = set(Registration.objects.filter(learner=learner, state=State.SEAT).values_list("gathering_id", flat=True))
    context = {
        "mine": [row for row in rows if row["registration"]],
        "others": [row for row in rows if not row["registration"]],
        "past": _past(learner, at),
        "held": [one for one in seats.held(at, MOST_HELD) if one.pk not in had],
        "teaches": Gathering.objects.filter(teachers__learner=learner).order_by("-pk")[:20],
        "plans": rights.may_plan(learner, timezone.localdate(at)),
    }
    return render(request, "courses/gatherings.html", context)


def _row(one: Gathering, registration: Registration | None, found: seats.Seats, at: dt.datetime) -> dict[str, Any]:
    next_one = mine.next_session(one, at)
    standing = words.standing(one, registration, at)
    return {"gathering": one, "registration": registration, "seats": found, "next": next_one, "standing": standing}


def _past(learner: Learner, at: dt.datetime) -> list[dict[str, Any]]:
    """Those that are over at which the reader had a seat, the newest first."""
    had = Registration.objects.filter(learner=learner, state=State.SEAT).select_related("gathering")
    over = [one for one in had.prefetch_related("attendance", "gathering__sessions") if mine.is_over(one.gathering, at)]
    over.sort(key=lambda one: max((s.ends for s in one.gathering.sessions.all()), default=at), reverse=True)
    return [{"gathering": one.gathering, "presence": words.over(one)} for one in over]


@require_safe
@policy("signed_in")
def gathering_page(request: HttpRequest, slug: str) -> HttpResponse:
    gathering, learner, at = visible(request, slug), signed_in(request), timezone.now()
    today = timezone.localdate(at)
    own, over = registering.standing(gathering, learner), mine.is_over(gathering, at)
    first = registering.begins(gathering)
    runs = rights.may_run(learner, gathering, today)
    refusal = "" if own else registering.refusal(gathering, learner, at)
    context = {
        "gathering": gathering,
        **_sessions(gathering, at),
        "now": at,
        "gathering_about": gathering.about_in(translation.get_language() or "nb"),
        "course_page": _course_page(gathering),
        "material_groups": _materials(gathering),
        "seats": seats.seats_of([gathering])[gathering.pk],
        "registration": own,
        "standing": words.standing(gathering, own, at),
        "refusal": words.refused(refusal) if refusal else "",
        "elearning_first": refusal == "elearning_first",
        "may_give_up": own is not None and (own.state != State.SEAT or registering.may_give_up(gathering, at)),
        "giving_up": words.giving_up(gathering, first, today) if first else "",
        "clashes": [] if over else mine.clashes(gathering, [learner.pk]).get(learner.pk, []),
        "in_room": runs or (own is not None and own.state == State.SEAT),
        "runs": runs,
        "leads": bool(units_led_by(learner, today)),
        "over": over,
    }
    return render(request, "courses/gathering.html", context)


def _sessions(gathering: Gathering, at: dt.datetime) -> dict[str, list[Session]]:
    """All of them; of a long row, those that have been and those that are far ahead apart."""
    every = list(gathering.sessions.all())
    ahead = [one for one in every if one.ends > at]
    if len(every) <= MOST_DAYS or not ahead:
        return {"sessions": every}
    return {
        "sessions_over": [one for one in every if one.ends <= at],
        "sessions": ahead[:MOST_DAYS],
        "sessions_later": ahead[MOST_DAYS:],
    }


def _course_page(gathering: Gathering) -> CoursePage | None:
    course = gathering.course
    return pages_in_language([course]).get(course.pk) if course else None


def _materials(gathering: Gathering) -> list[dict[str, Any]]:
    """Before and after, where there is something."""
    headings = {Material.When.BEFORE: _("To prepare"), Material.When.AFTER: _("From the gathering")}
    found = list(gathering.materials.all())
    groups = [{"heading": text, "materials": [m for m in found if m.when == when]} for when, text in headings.items()]
    return [group for group in groups if group["materials"]]


@require_POST
@policy("signed_in")
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Register, give up, take or decline what is offered: `do`."""
    gathering, learner, at = visible(request, slug), signed_in(request), timezone.now()
    try:
        said = _do(request.POST.get("do", ""), gathering, learner, at)
    except RegistrationRefused as refusal:
        messages.error(request, words.refused(refusal.reason))
    else:
        messages.success(request, said)
        tell_registrations.delay()
    return redirect("gathering", slug=slug)


def _do(what: str, gathering: Gathering, learner: Learner, at: dt.datetime) -> str:
    if what == "register":
        row = registering.register(gathering, learner, learner, at)
        return _("You have a seat.") if row.state == State.SEAT else words.standing(gathering, row, at)
    if what == "accept":
        registering.accept(gathering, learner, at)
        return _("You have a seat.")
    if what in ("give_up", "decline"):
        registering.give_up(gathering, learner, at)
        return _("You are off the list.")
    raise Http404("Nothing of that name can be done.")


@require_http_methods(["GET", "HEAD", "POST"])
@policy("leader")
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """The leader's own team at a gathering: who is registered, and who is to be."""
    gathering, leader, at = visible(request, slug), signed_in(request), timezone.now()
    people = rights.team_of(leader, timezone.localdate(at))
    if not units_led_by(leader, timezone.localdate(at)):
        raise PermissionDenied("Leads nobody.")
    if request.method == "POST":
        return _register_team(request, gathering, leader, rights.within(people, request.POST.getlist("who")), at)
    looks.record(leader, people, "gathering", "leader", at)
    rows = {row.learner_id: row for row in gathering.registrations.filter(state__in=Registration.ACTIVE)}
    clashing = mine.clashes(gathering, [one.pk for one in people])
    shown = [
        {
            "learner": one,
            "registration": rows.get(one.pk),
            "refusal": "" if one.pk in rows else registering.refusal(gathering, one, at),
            "clashes": clashing.get(one.pk, []),
        }
        for one in people
    ]
    context = {"gathering": gathering, "rows": shown, "seats": seats.seats_of([gathering])[gathering.pk]}
    return render(request, "courses/gathering_team.html", context)


def _register_team(
    request: HttpRequest, gathering: Gathering, leader: Learner, chosen: list[Learner], at: dt.datetime
) -> HttpResponse:
    rows, refused = [], []
    for learner in chosen:
        try:
            rows.append(registering.register(gathering, learner, leader, at))
        except RegistrationRefused as refusal:
            refused.append(f"{learner}: {words.refused(refusal.reason)}")
    seated = sum(row.state == State.SEAT for row in rows)
    if seated:
        said = ngettext("%(count)d has got a seat.", "%(count)d have got a seat.", seated)
        messages.success(request, said % {"count": seated})
    if waits := len(rows) - seated:
        said = ngettext("%(count)d is on the waiting list.", "%(count)d are on the waiting list.", waits)
        messages.info(request, said % {"count": waits})
    for line in refused:
        messages.error(request, line)
    if not chosen:
        messages.error(request, _("Nobody was chosen, so nothing is changed."))
    tell_registrations.delay()
    return redirect("gathering-team", slug=gathering.slug)


@require_safe
@policy("signed_in")
def gathering_file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A document or picture of a gathering; shown in the browser only where it is a picture."""
    gathering = visible(request, slug)
    material = get_object_or_404(Material, pk=pk, gathering=gathering)
    try:
        opened = material.file.open("rb")
    except OSError as error:
        raise Http404("The file is gone.") from error
    name = Path(material.file.name or "").name
    response = FileResponse(opened, as_attachment=not material.is_picture, filename=name)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# --- Calendars ----------------------------------------------------------------------------------------------------
@require_safe
@policy("signed_in")
def gathering_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader's sessions of one gathering, as a file for a calendar."""
    gathering, at = visible(request, slug), timezone.now()
    with translation.override(signed_in(request).language):
        content = mine.calendar(signed_in(request), at, gathering)
    response = HttpResponse(content, content_type=CALENDAR)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(gathering.slug)}.ics"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def subscription(request: HttpRequest) -> HttpResponse:
    """The secret address: made, shown once, ended."""
    learner, at = signed_in(request), timezone.now()
    link = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        mine.end_feeds(learner, at)
        messages.success(request, _("The address is ended. Calendars that read it get nothing more."))
        return redirect("gathering-subscription")
    if request.method == "POST":
        link = request.build_absolute_uri(reverse("gathering-feed", args=[mine.new_feed(learner, at)]))
    context = {"link": link, "has_one": learner.calendar_feeds.filter(revoked_at=None).exists()}
    return render(request, "courses/gathering_subscription.html", context)


@require_safe
@policy("key")
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """What a calendar reads at the secret address; an address that has ended is not found."""
    found = mine.feed(key)
    if found is None or has_left(found.learner, timezone.localdate()):
        raise Http404("No such address.")
    with translation.override(found.language):
        response = HttpResponse(mine.calendar(found.learner, timezone.now()), content_type=CALENDAR)
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return response
