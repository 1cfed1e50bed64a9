"""Programmes and classes: how far one is, and, for those who teach, how far everybody is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from courses import programmes as rules
from courses.gatherings import registering, rights
from courses.models import Assessment, Cohort, CohortMember, CohortMessage, Gathering, Handin, Part, Programme
from courses.programmes import Progress
from courses.tasks import send_messages, tell_registrations
from courses.way import pages_in_language
from courses.work import standing
from courses.work.notices import waiting
from learners import finding, looks
from learners.models import Learner, RoleGrant
from learners.policy import has_left, may_decide_campaigns, policy, signed_in, units_led_by

from .player import programmes

MOST_LINES = 200
LONGEST_SUBJECT, LONGEST_TEXT = 200, 5000  # characters of a message to the class


@dataclass(frozen=True)
class Row:
    """A line of the matrix. `handed_in`: the parts whose work is assessed on a page of its own."""

    member: CohortMember
    progress: Progress
    handed_in: frozenset[int] = frozenset()


# --- A programme ----------------------------------------------------------------------------------------------------
@require_safe
@policy("signed_in")
def programme_list(request: HttpRequest) -> HttpResponse:
    mine = {member.cohort.programme_id: member.cohort for member in _memberships(signed_in(request))}
    rows = [{"programme": one, "cohort": mine.get(one.pk)} for one in Programme.objects.all()]
    return render(request, "tracking/programmes.html", {"rows": rows})


@require_safe
@policy("signed_in")
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """What the programme asks for, and how far the reader is."""
    found, learner = get_object_or_404(Programme, slug=slug), signed_in(request)
    member = next((one for one in _memberships(learner) if one.cohort.programme_id == found.pk), None)
    starts = member.cohort.starts if member else None
    today = timezone.localdate()
    teaches = [one for one in found.cohorts.all() if rules.may_run(learner, one, today)]
    leads = units_led_by(learner, today)
    context = {
        "programme": found,
        "about": found.about_in(translation.get_language() or "nb"),
        "outcomes": found.outcomes_in(translation.get_language() or "nb"),
        "member": member,
        "progress": programmes.of_learners(found, [learner.pk], starts)[learner.pk],
        "completed_on": programmes.completed(found, [learner.pk]).get(learner.pk),
        "choices": {one.group: one.least for one in found.choices.all()},
        "pages": pages_in_language([part.course for part in found.parts.select_related("course") if part.course]),
        "gatherings": _by_part(member),
        "teaches": teaches,
        "practice": _practice(found, learner, today) if leads else [],
        "today": today,
    }
    return render(request, "tracking/programme.html", context)


def _memberships(learner: Learner) -> list[CohortMember]:
    rows = CohortMember.objects.filter(learner=learner, left_at=None).select_related("cohort__programme")
    return list(rows.order_by("-cohort__starts"))


def _by_part(member: CohortMember | None) -> dict[int, list[Gathering]]:
    """The gatherings of the member's class, by the part that they are."""
    found: dict[int, list[Gathering]] = {}
    if member:
        held = member.cohort.gatherings.exclude(state=Gathering.State.DRAFT).exclude(part=None)
        for one in held:
            found.setdefault(one.part_id or 0, []).append(one)
    return found


def _practice(found: Programme, leader: Learner, on: dt.date) -> list[dict[str, Any]]:
    """Practice at the own workshop that the leader may confirm: of the own team, open and not done."""
    team = rights.team_of(leader, on)
    rows = CohortMember.objects.filter(cohort__programme=found, left_at=None, learner__in=[one.pk for one in team])
    members = {row.learner_id: row for row in rows.select_related("learner", "cohort")}
    if not members:
        return []
    how_far = programmes.of_learners(found, list(members))
    looks.record(leader, [row.learner for row in members.values()], "class", "leader", timezone.now())
    return [
        {"member": members[pk], "part": state.part, "done_on": state.done_on}
        for pk in members
        for state in how_far[pk].parts
        if state.part.kind == Part.Kind.PRACTICE and state.is_open
    ]


# --- A class --------------------------------------------------------------------------------------------------------
def _cohort(slug: str, cohort: str) -> Cohort:
    return get_object_or_404(Cohort.objects.select_related("programme"), slug=cohort, programme__slug=slug)


def _taught(request: HttpRequest, slug: str, cohort: str) -> Cohort:
    """The class, for those who teach it. Raises Http404, PermissionDenied."""
    found = _cohort(slug, cohort)
    if not rules.may_run(signed_in(request), found, timezone.localdate()):
        raise PermissionDenied("Teaches another class.")
    return found


@require_safe
@policy("signed_in")
def cohort_page(request: HttpRequest, slug: str, cohort: str) -> HttpResponse:
    """The class's calendar and messages; for those who teach it, everybody's progress."""
    return _class_page(request, _cohort(slug, cohort))


def _class_page(request: HttpRequest, found: Cohort, wrong: str = "") -> HttpResponse:
    """`wrong`: why the message that was written is not sent."""
    learner, today = signed_in(request), timezone.localdate()
    runs = rules.may_run(learner, found, today)
    if not runs and (has_left(learner, today) or not rules.is_member(learner, found)):
        raise PermissionDenied("Neither in the class nor teaching it.")
    gatherings = found.gatherings.prefetch_related("sessions")
    shown = [one for one in gatherings if runs or one.state != Gathering.State.DRAFT]
    days = sorted(_days(shown), key=lambda day: day["starts"])
    context: dict[str, Any] = {
        "cohort": found,
        "programme": found.programme,
        "runs": runs,
        "days": days,
        "days_over": [day for day in days if timezone.localdate(day["starts"]) < today],
        "days_ahead": [day for day in days if timezone.localdate(day["starts"]) >= today],
        "messages_sent": list(found.messages.select_related("author")[:20]),
        "today": today,
        "wrong": wrong,
    }
    if runs:
        context |= _matrix(found, learner, today)
    if standing.may_read(learner, found, today):
        context |= {"reads_work": True, "waiting": waiting(found)}
    return render(request, "tracking/cohort.html", context, status=400 if wrong else 200)


def _days(gatherings: list[Gathering]) -> list[dict[str, Any]]:
    return [
        {"gathering": one, "session": session, "starts": session.starts}
        for one in gatherings
        for session in one.sessions.all()
        if not session.cancelled
    ]


def _matrix(found: Cohort, viewer: Learner, today: dt.date) -> dict[str, Any]:
    members = list(found.members.filter(left_at=None).select_related("learner"))
    members.sort(key=lambda one: (one.learner.family_name, one.learner.given_name, one.pk))
    how_far = programmes.of_learners(found.programme, [one.learner_id for one in members], found.starts)
    role = str(RoleGrant.Role.COURSE_ADMIN if may_decide_campaigns(viewer, today) else RoleGrant.Role.TEACHER)
    looks.record(viewer, [one.learner for one in members], "class", role, timezone.now())
    handed_in = _handed_in(members)
    rows = [Row(one, how_far[one.learner_id], handed_in.get(one.pk, frozenset())) for one in members]
    return {
        "rows": rows,
        "parts": list(found.programme.parts.select_related("course")),
        "complete": sum(row.progress.complete for row in rows),
        "late": sum(any(state.is_late(today) for state in row.progress.parts) for row in rows),
    }


def _handed_in(members: list[CohortMember]) -> dict[int, frozenset[int]]:
    """The ids of the parts for which each member has handed something in, by member id."""
    found: dict[int, set[int]] = {}
    for member, part in Handin.objects.filter(work__member__in=members).values_list("work__member", "work__part"):
        found.setdefault(member, set()).add(part)
    return {member: frozenset(parts) for member, parts in found.items()}


@require_POST
@policy("teacher")
def members(request: HttpRequest, slug: str, cohort: str) -> HttpResponse:
    """Take in those whom the lines name (HR number or e-mail address), or let somebody go."""
    found, by, at = _taught(request, slug, cohort), signed_in(request), timezone.now()
    if request.POST.get("do") == "remove":
        gone = found.members.filter(left_at=None, learner__opaque_id=_uuid(request.POST.get("who", "")))
        if gone.update(left_at=at):
            messages.success(request, _("No longer in the class. What is done is kept."))
        return redirect("cohort", slug=slug, cohort=cohort)
    lines = [line.strip() for line in request.POST.get("lines", "").replace(",", "\n").splitlines() if line.strip()]
    added, unknown = _take_in(found, lines[:MOST_LINES], by, at)
    if added:
        said = ngettext("%(count)d is taken into the class.", "%(count)d are taken into the class.", added)
        messages.success(request, said % {"count": added})
    if unknown:
        said = _("Nobody was found for: %(lines)s. The others are taken in.")
        messages.error(request, said % {"lines": ", ".join(line[:60] for line in unknown[:10])})
    tell_registrations.delay()
    return redirect("cohort", slug=slug, cohort=cohort)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise Http404("Nobody.") from error


@transaction.atomic
def _take_in(found: Cohort, lines: list[str], by: Learner, at: dt.datetime) -> tuple[int, list[str]]:
    """How many are new in the class, and the lines for which there is nobody."""
    added, unknown = 0, []
    for line in lines:
        learner = finding.one_employed(line, timezone.localdate(at))
        if learner is None:
            unknown.append(line)
            continue
        if not rules.is_member(learner, found):
            CohortMember.objects.create(cohort=found, learner=learner, joined_at=at)
            added += 1
    for gathering in found.gatherings.filter(state=Gathering.State.OPEN):
        registering.seat_class(gathering, by, at)
    return added, unknown


@require_POST
@policy("teacher")
def message(request: HttpRequest, slug: str, cohort: str) -> HttpResponse:
    """A message to all of the class."""
    found = _taught(request, slug, cohort)
    # A browser counts a line's end as one character and sends two.
    subject, text = (" ".join(request.POST.get("subject", "").split()), request.POST.get("text", ""))
    text = text.replace("\r\n", "\n").strip()
    if not subject or not text or len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        said = _("Nothing is sent: a message needs a subject and a text, at most 5,000 characters.")
        return _class_page(request, found, said)
    CohortMessage.objects.create(
        cohort=found, author=signed_in(request), subject=subject, text=text, written_at=timezone.now()
    )
    send_messages.delay()
    messages.success(request, _("The message goes to everybody in the class."))
    return redirect("cohort", slug=slug, cohort=cohort)


@require_POST
@policy("signed_in")
def confirm(request: HttpRequest, slug: str, cohort: str) -> HttpResponse:
    """A teacher confirms work or practice, a leader practice of the own team; `do` = take_back takes it back."""
    found, by, at = _cohort(slug, cohort), signed_in(request), timezone.now()
    member = get_object_or_404(
        found.members.select_related("learner", "cohort__programme"), left_at=None,
        learner__opaque_id=_uuid(request.POST.get("who", "")),
    )  # fmt: skip
    key, today = _uuid(request.POST.get("part", "")), timezone.localdate(at)
    part = get_object_or_404(found.programme.parts, key=key, kind__in=programmes.CONFIRMED)
    teaches = rules.may_run(by, found, today)
    leads = part.kind == Part.Kind.PRACTICE and member.learner in rights.team_of(by, today)
    if not teaches and not leads:
        raise PermissionDenied("Neither teaches the class nor leads this member.")
    if member.learner_id == by.pk:
        raise PermissionDenied("Nobody confirms their own.")
    if Assessment.objects.filter(handin__work__member=member, handin__work__part=part, known_to=None).exists():
        messages.error(request, _("This work has been assessed: change the assessment instead."))
    elif request.POST.get("do") == "take_back":
        programmes.take_back(member, part, by, at)
        messages.success(request, _("Taken back. That it was confirmed is kept as a trace."))
    else:
        programmes.confirm(member, part, by, at)
        messages.success(request, _("Confirmed: %(name)s, %(part)s.") % {"name": member.learner, "part": part})
    return redirect("cohort", slug=slug, cohort=cohort) if teaches else redirect("programme", slug=slug)
