"""What a leader does from the page of the team: remind, set time aside, note what stands in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learners import looks
from learners.models import Learner, Unit
from learners.policy import leads_as, policy, signed_in

from .clock import OSLO
from .exceptions import BadQuery
from .followup import invitations, notes, reminding, slots
from .followup.exceptions import BadTime, NotInTeam
from .followup.models import Obstacle, Slot
from .followup.page import Row
from .views_leader import led_unit, seen_page

MINUTES = (30, 45, 60, 90, 120)


@require_http_methods(["GET", "HEAD", "POST"])
@policy("leader")
def remind(request: HttpRequest) -> HttpResponse:
    """GET: the reminder as each will read it (`?til=ID` for one). POST: sends it to those who were shown."""
    at = timezone.now()
    try:
        unit = led_unit(request, "til")
    except BadQuery as error:
        return _bad(request, error)
    if request.method == "POST":
        return _send(request, unit, at)
    only = request.GET.getlist("til") or None
    planned, reader = reminding.plan(unit, signed_in(request), at, only), signed_in(request)
    seen = [letter.to for letter in planned.letters] + list(planned.rested)
    looks.record(reader, seen, "team", leads_as(reader, unit, timezone.localdate(at)), at)
    return render(request, "tracking/leader_remind.html", {"unit": unit, "plan": planned, "one": bool(only)})


def _send(request: HttpRequest, unit: Unit, at: dt.datetime) -> HttpResponse:
    wanted = request.POST.getlist("til")
    sent = reminding.send(unit, signed_in(request), at, wanted)
    said = ngettext("The reminder is on its way to one.", "The reminder is on its way to %(number)s.", sent)
    messages.success(request, said % {"number": sent})
    if sent < len(wanted):
        messages.info(request, _("The others are done by now, are away, or have been reminded this week."))
    return back(unit)


@require_http_methods(["GET", "HEAD", "POST"])
@policy("leader")
def time(request: HttpRequest) -> HttpResponse:
    """The unit's time set aside, and a form for more; POST offers it."""
    at = timezone.now()
    try:
        unit = led_unit(request, "til")
        if request.method == "POST":
            slot = slots.offer(
                unit, request.POST.getlist("til"), *_when(request), request.POST.get("place", ""),
                signed_in(request), at,
            )  # fmt: skip
            messages.success(request, _offered(slot, at))
            return back(unit, "leader-time")
    except BadQuery as error:
        return _bad(request, error)
    except (BadTime, NotInTeam) as error:
        return _time_page(request, unit, at, error)
    return _time_page(request, unit, at)


def _offered(slot: Slot, at: dt.datetime) -> str:
    if slot.ends_at <= at:
        return _("Noted. It lies behind us, so no invitation was sent.")
    people = [offer.learner for offer in slot.offers.select_related("learner")]
    reached = sum(bool(one.email) for one in people)
    said = ngettext(
        "Set aside. The invitation is on its way to one.",
        "Set aside. The invitation is on its way to %(number)s.",
        reached,
    )
    told = said % {"number": reached} if reached else _("Set aside.")
    return " ".join(filter(None, (told, _without_address(people))))


def _without_address(people: Iterable[Learner]) -> str:
    """That some get no invitation; nothing where all have an address."""
    number = sum(not one.email for one in people)
    said = ngettext(
        "One has no address in the people data and gets no invitation: tell that person yourself.",
        "%(number)s have no address in the people data and get no invitation: tell them yourself.",
        number,
    )
    return said % {"number": number} if number else ""


def _time_page(
    request: HttpRequest,
    unit: Unit,
    at: dt.datetime,
    wrong: BadTime | NotInTeam | None = None,
    moved: Slot | None = None,
) -> HttpResponse:
    """`wrong`: why what was sent cannot be, said beside its field; `moved`: the slot whose own form it was."""
    found = seen_page(request, unit, at)
    offered_to = [row for row in found.rows if row.member.waits or row.member.new]
    told = {"wrong": {wrong.field: str(wrong)}} if wrong else {}
    sent = {name: request.POST.get(name, "") for name in ("day", "from", "minutes", "place")} | told
    context = {
        "unit": unit,
        "rows": offered_to,
        "silent": _without_address(row.member.learner for row in offered_to),
        "slots": [
            {"slot": slot, "when": sent if slot == moved else _when_of(slot.begins_at, slot.ends_at, slot.place)}
            for slot in slots.of_unit(unit, at)
        ],
        "now": at,
        "moved": moved,
        "when": sent if wrong and not moved else _when_of(*slots.proposal(at)),
        "chosen": _chosen(request, found.waiting, afresh=moved is not None),
        "wrong_people": wrong if isinstance(wrong, NotInTeam) else None,
        "lengths": MINUTES,
    }
    return render(request, "tracking/leader_time.html", context, status=400 if wrong else 200)


def _when_of(begins: dt.datetime, ends: dt.datetime, place: str = "") -> dict[str, str]:
    """The fields of a stretch of time as the form shows them."""
    local, minutes = begins.astimezone(OSLO), int((ends - begins).total_seconds()) // 60
    return {"day": f"{local:%Y-%m-%d}", "from": f"{local:%H:%M}", "minutes": str(minutes), "place": place}


def _chosen(request: HttpRequest, waiting: list[Row], *, afresh: bool) -> set[str]:
    """Who is ticked: those who were sent or asked for (`?til=`: nobody), else those whom no time was offered yet."""
    if request.method == "POST" and not afresh:
        return set(request.POST.getlist("til"))
    if "til" in request.GET:
        return set(request.GET.getlist("til"))
    return {str(row.member.learner.opaque_id) for row in waiting if not row.offered}


def _when(request: HttpRequest) -> tuple[dt.datetime, dt.datetime]:
    """From the form's day, time and minutes, in Oslo. Raises BadTime."""
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
        clock = dt.time.fromisoformat(request.POST.get("from", ""))
        begins = dt.datetime.combine(day, clock.replace(tzinfo=None), OSLO)
        return begins.astimezone(dt.UTC), begins.astimezone(dt.UTC) + dt.timedelta(
            minutes=_number(request.POST.get("minutes")) or 0
        )
    except (ValueError, OverflowError) as error:
        raise BadTime(_("Write the day as 2026-11-24 and the time as 08:00.")) from error


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else None


@require_POST
@policy("leader")
def time_change(request: HttpRequest, uid: str) -> HttpResponse:
    """`do`: "move", "cancel", or "mark" with those who used it in `til`."""
    at = timezone.now()
    try:
        unit = led_unit(request)
    except BadQuery as error:
        return _bad(request, error)
    slot, by = _slot(unit, uid), signed_in(request)
    do = request.POST.get("do")
    try:
        if do == "mark":
            slots.mark(slot, request.POST.getlist("til"), by, at)
            messages.success(request, _("Noted."))
        elif do == "cancel":
            slots.cancel(slot, by, at)
            messages.success(request, _("Taken back. It goes out of everybody's calendar."))
        elif do == "move":
            if slots.move(slot, *_when(request), request.POST.get("place", ""), by, at):
                messages.success(request, _("Moved. Everybody's calendar follows."))
            else:
                messages.info(request, _("Nothing was changed, so nobody was told."))
        else:
            return _bad(request, BadQuery(_("This page does not know “%(what)s”.") % {"what": do or "do"}))
    except BadTime as error:
        if do == "move" and slot.cancelled_at is None:
            return _time_page(request, unit, at, error, moved=slot)
        messages.error(request, str(error))
    return back(unit, "leader-time")


@require_safe
@policy("leader")
def time_file(request: HttpRequest, uid: str) -> HttpResponse:
    """The slot for the leader's own calendar."""
    try:
        unit = led_unit(request)
    except BadQuery as error:
        return _bad(request, error)
    slot = _slot(unit, uid)
    answer = HttpResponse(invitations.as_calendar(slot, None, None), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slot.uid}.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _slot(unit: Unit, uid: str) -> Slot:
    found = Slot.objects.filter(unit=unit, uid=uid).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@policy("leader")
def note(request: HttpRequest) -> HttpResponse:
    """What stands in whose way, and who is on which shift, as one form."""
    at = timezone.now()
    try:
        unit = led_unit(request)
    except BadQuery as error:
        return _bad(request, error)
    found = seen_page(request, unit, at)
    if request.method == "POST":
        _note(request, unit, found.rows, at)
        messages.success(request, _("Noted."))
        return back(unit)
    context = {"unit": unit, "page": found, "causes": Obstacle.Cause.choices}
    return render(request, "tracking/leader_note_form.html", context)


@transaction.atomic
def _note(request: HttpRequest, unit: Unit, rows: tuple, at: dt.datetime) -> None:
    """What a form leaves out, or what is none of the causes, stays as it is."""
    shifts = {}
    for row in rows:
        name = str(row.member.learner.opaque_id)
        cause = request.POST.get(f"cause-{name}")
        if cause is not None and cause in {"", *Obstacle.Cause.values}:
            notes.note(row.member.learner, unit, cause, signed_in(request), at)
        if f"shift-{name}" in request.POST:
            shifts[row.member.learner.pk] = request.POST[f"shift-{name}"]
    notes.put_on_shifts(unit, shifts)


def back(unit: Unit, name: str = "leader") -> HttpResponse:
    response = redirect(name)
    response["Location"] += f"?{urlencode({'unit': unit.code})}"
    return response


def _bad(request: HttpRequest, error: Exception) -> HttpResponse:
    return render(request, "400.html", {"said": str(error)}, status=400)
