"""My assignments: what has been asked of the reader, since when and why; and the reader's own exemptions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Exemption
from learners.policy import policy, signed_in

from .barometer.assignments import assignments


@require_safe
@policy("signed_in")
def my_assignments(request: HttpRequest) -> HttpResponse:
    """The reader's own history; nobody else's can be asked for."""
    learner, today = signed_in(request), timezone.localdate()
    exemptions = Exemption.objects.known().filter(learner=learner).order_by("-known_from")
    context = {
        "assignments": assignments(learner.pk, today),
        "exemptions": exemptions.select_related("campaign", "proposed_by", "approved_by", "refused_by"),
        "today": today,
    }
    return render(request, "tracking/my_assignments.html", context)
