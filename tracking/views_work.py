"""Work handed in: its writer's page with the draft, the teacher's page with the assessment, and the files.

The draft's form carries the signed token of tracking.player.tokens, as a lesson's does: what is sent after the session
has ended, or while somebody else is signed in, is put aside for its writer, who decides what becomes of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.exceptions import FileRefused, WorkRefused
from courses.models import Assessment, Cohort, CohortMember, Part, Work, WorkFile
from courses.work import drafts, files, notices, standing
from courses.work.words import REFUSED
from learners import looks
from learners.models import Learner, RoleGrant
from learners.policy import policy, signed_in

from .exceptions import ForeignForm
from .player import assessing, serving, tokens


@dataclass(frozen=True)
class Place:
    """Which part, of which class."""

    cohort: Cohort
    part: Part

    @property
    def key(self) -> str:
        """What a form's token is bound to."""
        return f"work:{self.cohort.pk}:{self.part.key}"

    @property
    def names(self) -> dict[str, Any]:
        """The address's parts."""
        return {"slug": self.cohort.programme.slug, "cohort": self.cohort.slug, "part": self.part.key}

    def member(self, learner: Learner) -> CohortMember:
        """The learner in the class, also after having left it. Raises PermissionDenied."""
        found = self.cohort.members.filter(learner=learner).order_by("-pk").first()
        if found is None:
            raise PermissionDenied("Not in the class.")
        found.cohort = self.cohort
        return found


def _place(slug: str, cohort: str, part: UUID) -> Place:
    found = get_object_or_404(Cohort.objects.select_related("programme"), slug=cohort, programme__slug=slug)
    return Place(found, get_object_or_404(found.programme.parts, key=part, kind=Part.Kind.WORK))


# --- The writer's page --------------------------------------------------------------------------------------------
@require_safe
@policy("signed_in")
def work(request: HttpRequest, slug: str, cohort: str, part: UUID) -> HttpResponse:
    """The task, the draft, and what has been handed in and said of it."""
    place, learner = _place(slug, cohort, part), signed_in(request)
    if standing.may_read(learner, place.cohort, timezone.localdate()):
        return redirect("cohort", slug=slug, cohort=cohort)
    return _page(request, place, place.member(learner))


def _page(request: HttpRequest, place: Place, member: CohortMember, unsaved: str | None = None) -> HttpResponse:
    found, today = standing.standing(member, place.part), timezone.localdate()
    language = translation.get_language() or "nb"
    mine = found.work or Work(member=member, part=place.part)
    closed = drafts.closed(member, today)
    context = {
        "cohort": place.cohort,
        "programme": place.cohort.programme,
        "part": place.part,
        "task": place.part.task_in(language),
        "rubric": place.part.rubric,
        "work": mine,
        "text": mine.draft if unsaved is None else unsaved,
        "draft_files": list(mine.files.filter(in_draft=True)) if mine.pk else [],
        "handins": history(mine) if mine.pk else [],
        "found": found,
        "over": found.is_over(today),
        "closed": closed,
        "open": found.state != standing.PASSED and not closed,
        "token": tokens.make(member.learner, place.key),
        "most": drafts.MOST,
        "kinds": ",".join(files.KINDS),
        "address": reverse("work", kwargs=place.names),
    }
    return render(request, "tracking/work.html", context, status=400 if unsaved is not None else 200)


def history(of: Work) -> list[dict[str, Any]]:
    """What was handed in, the newest first, each with its files and its standing assessment."""
    language = "nn" if translation.get_language() == "nn" else "nb"
    labels = dict(Assessment.Level.choices)
    found = []
    for one in of.handins.prefetch_related("files", "assessments__assessed_by").order_by("-number"):
        said = next((row for row in one.assessments.all() if row.known_to is None), None)
        levels = [(row[language], labels[row["level"]], row["level"]) for row in said.levels] if said else []
        found.append({"handin": one, "files": list(one.files.all()), "assessment": said, "levels": levels})
    return found


@csrf_exempt
@require_POST
@policy("form")
def work_send(request: HttpRequest, slug: str, cohort: str, part: UUID) -> HttpResponse:
    """Store the draft; `do`: autosave (answers JSON), save, hand_in, remove (a file, `file`), swap or drop what lies
    aside."""
    place, at = _place(slug, cohort, part), timezone.now()
    try:
        learner = serving.sender(request, place.key)
    except ForeignForm as error:
        raise PermissionDenied("The form belongs to something else.") from error
    member, do = place.member(learner), request.POST.get("do", "save")
    mine = drafts.of(member, place.part)
    own = request.user.is_authenticated and request.user.pk == learner.pk
    try:
        text = drafts.tidy(request.POST.get("text", mine.draft))
    except WorkRefused as refusal:
        return _too_long(request, place, member, refusal, json=do == "autosave", own=own)
    stored = drafts.save(mine, text, _number(request.POST.get("revision", "")), at, own=own)
    if do == "autosave":
        return _told(mine, stored=stored, own=own)
    if not own:
        messages.info(request, _("What was written is kept for the one who wrote it. Sign in to go on."))
        return redirect_to_login(reverse("work", kwargs=place.names))
    if not stored and do not in ("swap", "drop"):
        messages.error(request, _("The draft had been changed elsewhere. Both texts are kept: choose one below."))
    else:
        _do(request, mine, do, at)
    return redirect(f"{reverse('work', kwargs=place.names)}#draft")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _told(mine: Work, *, stored: bool, own: bool) -> JsonResponse:
    """What the page that stores by itself is told: nothing of the text, for another may be at the screen."""
    if not stored:
        return JsonResponse({"stored": False, "signed_in": own}, status=202)
    local = timezone.localtime(mine.drafted_at or timezone.now())
    return JsonResponse({"stored": True, "revision": mine.revision, "at": f"{local:%H:%M}"})


def _too_long(
    request: HttpRequest, place: Place, member: CohortMember, refusal: WorkRefused, *, json: bool, own: bool
) -> HttpResponse:
    said = str(REFUSED[refusal.reason])
    if json or not own:
        return JsonResponse({"stored": False, "said": said}, status=400)
    messages.error(request, said)
    return _page(request, place, member, request.POST.get("text", ""))


def _do(request: HttpRequest, mine: Work, do: str, at: dt.datetime) -> None:
    """What the button asks for, after the draft is stored; the reader is told."""
    if do == "swap":
        drafts.take_aside(mine, at)
        messages.success(request, _("Changed over. The other text lies aside."))
        return
    if do == "drop":
        drafts.drop_aside(mine)
        return
    taken = _attach(request, mine, at)
    if do.startswith("remove:"):
        files.remove(mine, do.partition(":")[2])
    elif taken and do == "hand_in":
        _hand_in(request, mine, at)
    elif do != "hand_in":
        messages.success(request, _("The draft is stored. Only you see it."))


def _attach(request: HttpRequest, mine: Work, at: dt.datetime) -> bool:
    """Put the files that came beside the draft; whether all of them were taken."""
    refused = 0
    for file in request.FILES.getlist("files"):
        try:
            files.add(mine, file, at)
        except FileRefused as refusal:
            refused += 1
            messages.error(request, files.refused(refusal.reason, file.name or ""))
    if refused and request.POST.get("do") == "hand_in":
        messages.info(request, _("Your draft is stored, but not handed in yet."))
    return not refused


def _hand_in(request: HttpRequest, mine: Work, at: dt.datetime) -> None:
    try:
        drafts.hand_in(mine, at)
    except WorkRefused as refusal:
        messages.error(request, REFUSED[refusal.reason])
        return
    notices.handed_in(mine, at)
    messages.success(request, _("It is handed in. Until it is assessed you can change it and hand it in anew."))


# --- The teacher's page -------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@policy("teacher")
def work_of(request: HttpRequest, slug: str, cohort: str, part: UUID, who: UUID) -> HttpResponse:
    """What a member has handed in, for those who teach the class: to read, to assess, to give more time."""
    place, reader, at = _place(slug, cohort, part), signed_in(request), timezone.now()
    if not standing.may_read(reader, place.cohort, timezone.localdate(at)):
        raise PermissionDenied("Only those who teach the class read what is handed in.")
    member = get_object_or_404(place.cohort.members.select_related("learner"), learner__opaque_id=who, left_at=None)
    member.cohort = place.cohort
    if member.learner_id == reader.pk:
        raise PermissionDenied("Nobody assesses their own.")
    if request.method == "POST":
        said = _time(request, place, member, at) if "until" in request.POST else _assess(request, place, member, at)
        if not said:
            return redirect(request.path)
        messages.error(request, said)
    looks.record(reader, member.learner, "work", str(RoleGrant.Role.TEACHER), at)
    return _teachers_page(request, place, member)


def _teachers_page(request: HttpRequest, place: Place, member: CohortMember) -> HttpResponse:
    found = standing.standing(member, place.part)
    language = "nn" if translation.get_language() == "nn" else "nb"
    before = [row["level"] for row in found.assessment.levels] if found.assessment else []
    sent = request.method == "POST"
    criteria = [
        {
            "number": number,
            "text": one[language],
            "level": request.POST.get(f"level-{number}", "") if sent else _at(before, number),
        }
        for number, one in enumerate(place.part.rubric)
    ]
    context = {
        "cohort": place.cohort,
        "programme": place.cohort.programme,
        "part": place.part,
        "member": member,
        "task": place.part.task_in(language),
        "found": found,
        "handins": history(found.work) if found.work else [],
        "criteria": criteria,
        "levels": Assessment.Level.choices,
        "sent": request.POST if sent else None,
        "today": timezone.localdate(),
        "others": [one for one in notices.waiting(place.cohort) if one.member_id != member.pk][:10],
    }
    return render(request, "tracking/work_of.html", context, status=400 if sent else 200)


def _at(levels: list[str], number: int) -> str:
    return levels[number] if number < len(levels) else ""


def _assess(request: HttpRequest, place: Place, member: CohortMember, at: dt.datetime) -> str:
    """Store the assessment that was sent; what is wrong with it, or ""."""
    found = standing.standing(member, place.part)
    if found.newest is None or request.POST.get("handin") != str(found.newest.pk):
        return str(REFUSED["newer"])
    passed = request.POST.get("passed", "")
    if passed not in ("yes", "no"):
        return str(REFUSED["verdict"])
    wanted = request.POST.get("again_by", "").strip()
    again_by = _day(wanted, at)
    if wanted and again_by is None:
        return str(REFUSED["day"])
    levels = [request.POST.get(f"level-{number}", "") for number in range(len(place.part.rubric))]
    try:
        words = drafts.tidy(request.POST.get("words", "").strip())
        verdict = assessing.Verdict(passed == "yes", levels, words, again_by)
        assessing.assess(found.newest, verdict, signed_in(request), at)
    except WorkRefused as refusal:
        return str(REFUSED[refusal.reason])
    said = _("Stored: %(name)s has passed.") if passed == "yes" else _("Stored: %(name)s is to hand it in again.")
    messages.success(request, said % {"name": member.learner})
    return ""


def _day(text: str, at: dt.datetime) -> dt.date | None:
    """The day that the form says, from today on; None: it says none, or something else."""
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
    today = timezone.localdate(at)
    return day if today <= day <= today + dt.timedelta(days=1000) else None


def _time(request: HttpRequest, place: Place, member: CohortMember, at: dt.datetime) -> str:
    """Give the member a date of their own; what is wrong with it, or ""."""
    until = _day(request.POST.get("until", ""), at)
    if until is None:
        return str(REFUSED["day"])
    mine = drafts.of(member, place.part)
    drafts.give_time(mine, until, signed_in(request))
    mine.member, mine.part = member, place.part
    notices.given_time(mine, until, at)
    messages.success(request, _("%(name)s has a date of their own now, and is told.") % {"name": member.learner})
    return ""


# --- Files --------------------------------------------------------------------------------------------------------
@require_safe
@policy("signed_in")
def work_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A file, to its writer; to those who teach the class once it is handed in. Never shown as a page."""
    row = get_object_or_404(WorkFile.objects.select_related("work__member__cohort"), key=key)
    reader, member = signed_in(request), row.work.member
    teaches = standing.may_read(reader, member.cohort, timezone.localdate()) and row.handins.exists()
    if member.learner_id != reader.pk and not teaches:
        raise Http404("Somebody else's.")
    try:
        opened = row.file.open("rb")
    except OSError as error:
        raise Http404("The file is gone.") from error
    response = FileResponse(opened, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
