"""“Why am I not counted?”: how the reader is counted, a way to say that it is wrong, and the answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners import looks
from learners.models import RoleGrant
from learners.policy import may_decide_campaigns, policy, signed_in, units_led_by

from .followup import disputing
from .followup.counting import countings
from .followup.exceptions import FollowupError
from .followup.models import Dispute


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def my_counting(request: HttpRequest) -> HttpResponse:
    """How the reader is counted in each campaign; POST says that one is wrong, or takes that back."""
    learner, at = signed_in(request), timezone.now()
    found = countings(learner.pk, timezone.localdate(at))
    if request.method == "POST":
        return _say(request, {one.campaign.slug: one.campaign for one in found})
    mine = Dispute.objects.filter(learner=learner).select_related("campaign", "answered_by")
    disputes: dict[int, list[Dispute]] = {}
    for one in mine.order_by("-raised_at"):
        disputes.setdefault(one.campaign_id, []).append(one)
    rows = [{"counting": one, "disputes": disputes.get(one.campaign.pk, [])} for one in found]
    context = {"rows": rows, "about": Dispute.About.choices}
    return render(request, "tracking/my_counting.html", context)


def _say(request: HttpRequest, campaigns: dict) -> HttpResponse:
    learner, at = signed_in(request), timezone.now()
    campaign = campaigns.get(request.POST.get("campaign", ""))
    about = request.POST.get("about")
    if campaign is None:
        raise Http404
    if request.POST.get("do") == "withdraw":
        for one in Dispute.objects.filter(learner=learner, campaign=campaign, outcome=""):
            disputing.withdraw(one, at)
        messages.success(request, _("Taken back."))
    elif about not in Dispute.About.values:
        messages.error(request, _("Choose what is wrong; nothing was sent."))
    else:
        try:
            disputing.raise_one(learner, campaign, about, request.POST.get("words", ""), at)
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
    if request.method == "POST":
        return _answer(request)
    found = list(disputing.to_answer(reader, today))
    for one in found:
        looks.record(reader, one.learner, "disputes", _role(request, one), at)
    outcomes = [choice for choice in Dispute.Outcome.choices if choice[0] != Dispute.Outcome.WITHDRAWN]
    return render(request, "tracking/disputes.html", {"disputes": found, "outcomes": outcomes})


def _role(request: HttpRequest, dispute: Dispute) -> str:
    return "leader" if dispute.desk == Dispute.Desk.LEADER else RoleGrant.Role.COURSE_ADMIN


def _answer(request: HttpRequest) -> HttpResponse:
    reader, at, pk = signed_in(request), timezone.now(), request.POST.get("dispute", "")
    # Whether somebody else's exists is not told.
    dispute = disputing.to_answer(reader, timezone.localdate(at)).filter(pk=int(pk) if pk.isdigit() else 0).first()
    outcome = request.POST.get("outcome", "")
    if dispute is None:
        messages.info(request, _("This is answered already, or is not yours to answer."))
    elif request.POST.get("do") == "pass_on":
        disputing.pass_on(dispute, reader, at)
        messages.success(request, _("Passed on."))
    elif outcome not in (Dispute.Outcome.CORRECTED, Dispute.Outcome.STANDS):
        messages.error(request, _("Choose what came of it; nothing was sent."))
    else:
        disputing.answer(dispute, reader, outcome, request.POST.get("words", ""), at)
        messages.success(request, _("Answered."))
    return redirect("disputes")
