"""“Why am I not counted?”: how the reader is counted, a way to say that it is wrong, and the answers."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners import looks
from learners.models import Learner, RoleGrant
from learners.policy import may_decide_campaigns, policy, signed_in, units_led_by

from .followup import disputing
from .followup.counting import countings
from .followup.exceptions import FollowupError, NotYours
from .followup.models import Dispute


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def my_counting(request: HttpRequest) -> HttpResponse:
    """How the reader is counted in each campaign; POST says that one is wrong, or takes that back."""
    learner, at = signed_in(request), timezone.now()
    found = countings(learner.pk, timezone.localdate(at))
    wrong = request.method == "POST" and _says_nothing(request)
    if request.method == "POST" and not wrong:
        return _say(request, {one.campaign.slug: one.campaign for one in found})
    mine = Dispute.objects.filter(learner=learner).select_related("campaign", "answered_by")
    disputes: dict[int, list[Dispute]] = {}
    for one in mine.order_by("-raised_at"):
        disputes.setdefault(one.campaign_id, []).append(one)
    rows = [{"counting": one, "disputes": disputes.get(one.campaign.pk, [])} for one in found]
    context = {"rows": rows, "about": Dispute.About.choices, "wrong": wrong and request.POST.get("campaign")}
    return render(request, "tracking/my_counting.html", context, status=400 if wrong else 200)


def _says_nothing(request: HttpRequest) -> bool:
    """Whether it is not said what is wrong."""
    return request.POST.get("do") != "withdraw" and request.POST.get("about") not in Dispute.About.values


def _say(request: HttpRequest, campaigns: dict) -> HttpResponse:
    learner, at = signed_in(request), timezone.now()
    campaign = campaigns.get(request.POST.get("campaign", ""))
    if campaign is None:
        raise Http404
    if request.POST.get("do") == "withdraw":
        for one in Dispute.objects.filter(learner=learner, campaign=campaign, outcome=""):
            disputing.withdraw(one, at)
        messages.success(request, _("Taken back."))
    else:
        try:
            disputing.raise_one(learner, campaign, request.POST["about"], request.POST.get("words", ""), at)
            messages.success(request, _("Sent. You are told when it is answered, and see it here."))
        except FollowupError as error:
            messages.info(request, str(error))
    return redirect("my-counting")


@require_http_methods(["GET", "HEAD", "POST"])
@policy("dispute")
def disputes(request: HttpRequest) -> HttpResponse:
    """What lies on the reader's desk; POST answers one, or passes it on."""
    reader, at = signed_in(request), timezone.now()
    today = timezone.localdate(at)
    if not (units_led_by(reader, today) or may_decide_campaigns(reader, today)):
        return render(request, "tracking/leader_nobody.html", status=403)
    wrong = request.method == "POST" and _answers_nothing(request)
    if request.method == "POST" and not wrong:
        return _answer(request)
    found = list(disputing.to_answer(reader, today))
    for one in found:
        looks.record(reader, one.learner, "disputes", _role(reader, one, today), at)
    outcomes = [choice for choice in Dispute.Outcome.choices if choice[0] != Dispute.Outcome.WITHDRAWN]
    context = {"disputes": found, "outcomes": outcomes, "wrong": wrong and request.POST.get("dispute")}
    return render(request, "tracking/disputes.html", context, status=400 if wrong else 200)


def _answers_nothing(request: HttpRequest) -> bool:
    """Whether it is not said what came of it."""
    outcomes = (Dispute.Outcome.CORRECTED, Dispute.Outcome.STANDS)
    return request.POST.get("do") != "pass_on" and request.POST.get("outcome") not in outcomes


def _role(reader: Learner, dispute: Dispute, on: dt.date) -> str:
    """As what the reader has it on the desk."""
    as_leader = dispute.desk == Dispute.Desk.LEADER and disputing.leads_team_of(reader, dispute, on)
    return "leader" if as_leader else RoleGrant.Role.COURSE_ADMIN


def _answer(request: HttpRequest) -> HttpResponse:
    reader, at, pk = signed_in(request), timezone.now(), request.POST.get("dispute", "")
    # Whether somebody else's exists is not told.
    number = int(pk) if pk.isdecimal() and len(pk) < 19 else 0
    dispute = disputing.to_answer(reader, timezone.localdate(at)).filter(pk=number).first()
    try:
        if dispute is None:
            raise NotYours(_("This is answered already, or is not yours to answer."))
        if request.POST.get("do") == "pass_on":
            disputing.pass_on(dispute, reader, request.POST.get("words", ""), at)
            messages.success(request, _("Passed on to those who keep campaigns and people data."))
        else:
            disputing.answer(dispute, reader, request.POST["outcome"], request.POST.get("words", ""), at)
            messages.success(request, _("Answered."))
    except NotYours as error:  # also where somebody else was quicker, or it lies on the last desk already
        messages.info(request, str(error))
    return redirect("disputes")
