"""A new requirement is a new campaign: one button makes it, and everything in it can be changed until it starts."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.figures import long_date
from learners.policy import may_decide_campaigns, policy, signed_in

from ..deciding import make_successor
from ..exceptions import NoVersion
from ..models import Campaign


@require_POST
@policy("editor")
def successor(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the successor of a campaign and open it; where there is one already, open that."""
    by = signed_in(request)
    if not may_decide_campaigns(by, timezone.localdate()):
        raise PermissionDenied("Only those who decide campaigns.")
    campaign = get_object_or_404(Campaign, pk=pk)
    made = campaign.successors.first()
    if made is None:
        try:
            made = make_successor(campaign, by, timezone.now())
        except NoVersion as error:
            messages.error(request, str(error))
            return redirect("campaigns:edit", pk)
        said = _("This is the successor of “%(campaign)s”. It starts on %(day)s; until then you can change all of it.")
        messages.success(request, said % {"campaign": campaign, "day": long_date(made.start)})
    return redirect("campaigns:edit", made.pk)
