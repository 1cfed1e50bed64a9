"""One person of the team, with what is asked and why; exemptions proposed, approved, refused, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courses import exempting
from courses.exceptions import NotExempt
from courses.models import Campaign, Exemption
from learners import looks
from learners.models import Learner
from learners.policy import (
    admin_role,
    exemptions_to_decide,
    leader_of,
    leads_as,
    may_decide_campaigns,
    may_decide_exemption,
    policy,
    signed_in,
    units_led_by,
)

from .barometer.assignments import assignments
from .barometer.duties import duties

WHY_NOT: dict[str, str | Promise] = {
    "own": gettext_lazy("Nobody proposes or decides an exemption for themselves, or one that they have proposed."),
    "reason": gettext_lazy("Choose one of the reasons."),
    "end": gettext_lazy("The last day must be today or later, and at most a year from now."),
    "there": gettext_lazy("There is an exemption or a proposal already."),
    "over": gettext_lazy("It is too late: the last day that was proposed is past. Refuse it, and propose anew."),
    "decided": gettext_lazy("It is decided already."),
    "ended": gettext_lazy("The exemption does not hold any more."),
}


AT_ONCE = 50  # exemptions that hold, on one page
NAMED = ("campaign", "learner", "proposed_by", "approved_by", "refused_by", "ended_by")


class ProposalForm(forms.Form):
    """What a leader proposes. There is no free text: a reason about somebody's health has no place here."""

    campaign = forms.ModelChoiceField(label=gettext_lazy("Campaign"), queryset=Campaign.objects.none())
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Exemption.Reason.choices)
    last_day = forms.DateField(
        label=gettext_lazy("Last day of the exemption"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("It ends by itself after this day. At most a year from now."),
    )

    def __init__(self, data: Any, asked: list[Campaign]) -> None:
        super().__init__(data)
        field = cast(forms.ModelChoiceField, self.fields["campaign"])
        field.queryset = Campaign.objects.filter(pk__in=[one.pk for one in asked])
        if len(asked) == 1:
            field.initial = asked[0]


@require_http_methods(["GET", "HEAD", "POST"])
@policy("exemption")
def person(request: HttpRequest, opaque_id: UUID) -> HttpResponse:
    """A person of the reader's team: each assignment with its history, and a form to propose an exemption."""
    reader, at = signed_in(request), timezone.now()
    today = timezone.localdate(at)
    learner = Learner.objects.filter(opaque_id=opaque_id).first()
    unit = leader_of(reader, learner, today) if learner else None
    if learner is None or unit is None or learner == reader:
        raise PermissionDenied("Only the own team.")
    looks.record(reader, learner, "team", leads_as(reader, unit, today), at)
    asked = _exemptible(learner, today)
    form = ProposalForm(request.POST if request.method == "POST" else None, asked)
    if request.method == "POST" and form.is_valid() and _propose(request, form, learner, reader, at):
        return redirect("leader-person", opaque_id)
    context = {
        "person": learner, "unit": unit, "assignments": assignments(learner.pk, today), "today": today,
        "form": form if asked else None, "exemptions": _exemptions(learner),
    }  # fmt: skip
    return render(request, "tracking/leader_person.html", context, status=400 if form.errors else 200)


def _exemptible(learner: Learner, on: dt.date) -> list[Campaign]:
    """What is asked of the person, and nobody has proposed to let them off yet."""
    waiting = set(exempting.open_proposals().filter(learner=learner).values_list("campaign_id", flat=True))
    return [duty.campaign for duty in duties(learner.pk, on) if duty.campaign.pk not in waiting]


def _propose(request: HttpRequest, form: ProposalForm, learner: Learner, by: Learner, at: dt.datetime) -> bool:
    given = form.cleaned_data
    try:
        exempting.propose(given["campaign"], learner, given["reason"], given["last_day"], by, at)
    except NotExempt as why:
        form.add_error("last_day" if str(why) == "end" else None, str(WHY_NOT[str(why)]))
        return False
    messages.success(request, _("The exemption is proposed. Somebody else decides it."))
    return True


def _exemptions(learner: Learner) -> list[Exemption]:
    """What has been proposed and decided for the person, the newest first."""
    rows = Exemption.objects.known().filter(learner=learner)
    return list(rows.select_related(*NAMED).order_by("-known_from"))


@require_http_methods(["GET", "HEAD", "POST"])
@policy("exemption")
def exemptions(request: HttpRequest) -> HttpResponse:
    """Proposals that the reader may decide, those that hold and may be ended, and those that the reader has made.

    POST: `exemption`, a `deed`, and to end one its `why`.
    """
    reader, at = signed_in(request), timezone.now()
    today = timezone.localdate(at)
    if not units_led_by(reader, today) and not may_decide_campaigns(reader, today):
        raise PermissionDenied("Leaders, and those who decide campaigns.")
    if request.method == "POST":
        return _decide(request, reader, at)
    rows = exempting.open_proposals().select_related("campaign", "learner", "proposed_by").order_by("known_from", "pk")
    waiting = _decidable([row for row in rows if row.proposed_by_id != reader.pk], reader, today)
    mine = [row for row in rows if row.proposed_by_id == reader.pk]
    page = Paginator(_holding(reader, today), AT_ONCE).get_page(request.GET.get("p"))
    role = admin_role(reader, today) if may_decide_campaigns(reader, today) else "leader"
    looks.record(reader, [row.learner for row in (*waiting, *mine, *page)], "exemptions", role, at)
    decided = Exemption.objects.known().filter(proposed_by=reader).exclude(approved_by=None, refused_by=None)
    decided = decided.select_related(*NAMED).order_by("-known_from")[:20]
    context = {
        "waiting": waiting, "mine": mine, "decided": decided, "page": page, "reasons": Exemption.EndReason.choices,
    }  # fmt: skip
    return render(request, "tracking/exemptions.html", context)


def _decidable(rows: list[Exemption], reader: Learner, on: dt.date) -> list[Exemption]:
    may = exemptions_to_decide(reader, [row.learner for row in rows], on)
    return [row for row in rows if row.learner_id in may]


def _holding(reader: Learner, on: dt.date) -> list[Exemption]:
    """Those that hold today and that the reader may end; the first to end by itself first."""
    rows = exempting.approved_on(on).select_related(*NAMED).order_by("valid_to", "pk")
    return _decidable(list(rows), reader, on)


def _decide(request: HttpRequest, reader: Learner, at: dt.datetime) -> HttpResponse:
    number = request.POST.get("exemption", "")
    proposal = get_object_or_404(Exemption, pk=number) if number.isdecimal() and len(number) < 19 else None
    deed = request.POST.get("deed")
    if proposal is None or deed is None or deed not in DEEDS:
        raise Http404("No such proposal, or nothing to do with it.")
    if deed != "withdraw" and not may_decide_exemption(reader, proposal.learner, timezone.localdate(at)):
        raise PermissionDenied("May not decide it.")
    try:
        said = DEEDS[deed](proposal, reader, at, request.POST.get("why", ""))
    except NotExempt as why:
        messages.error(request, str(WHY_NOT[str(why)]))
    else:
        messages.success(request, said)
    return redirect("exemptions")


def _withdraw(proposal: Exemption, reader: Learner, at: dt.datetime, why: str) -> str:
    exempting.withdraw(proposal, reader, at)
    return _("The proposal is taken back.")


def _refuse(proposal: Exemption, reader: Learner, at: dt.datetime, why: str) -> str:
    exempting.refuse(proposal, reader, at)
    return _("The proposal is refused. Nothing changes for %(who)s.") % {"who": proposal.learner}


def _approve(proposal: Exemption, reader: Learner, at: dt.datetime, why: str) -> str:
    exempting.approve(proposal, reader, at)
    return _("The exemption is approved, from today on.")


def _end(exemption: Exemption, reader: Learner, at: dt.datetime, why: str) -> str:
    exempting.end_early(exemption, why, reader, at)
    return _("The exemption is ended. From today on the same is asked of %(who)s as of the others.") % {
        "who": exemption.learner
    }


DEEDS: dict[str, Callable[[Exemption, Learner, dt.datetime, str], str]] = {
    "approve": _approve,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "end": _end,
}
