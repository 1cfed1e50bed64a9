"""What is stored of me: a page that everybody may read, with the reader's own numbers, and all of it as a file."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import looks
from .models import Learner
from .personal_data import export_all, holdings
from .policy import policy
from .readable import MOST, lines


@require_safe
@policy("public")
def privacy(request: HttpRequest) -> HttpResponse:
    """What Fagbenk stores, why and for how long; to the signed-in, how much of it is theirs."""
    own = export_all(request.user) if isinstance(request.user, Learner) else None
    found = [(holding, None if own is None else len(own[holding.key])) for holding in holdings()]
    seen = looks.by_week(request.user) if isinstance(request.user, Learner) else []
    words = [(holding, lines(own[holding.key][:MOST])) for holding, count in found if count] if own else []
    context = {
        "holdings": found,
        "stored": [row for row in found if row[1]],
        "nothing": [row for row in found if not row[1]],
        "own": own,
        "looks": seen,
        "words": words,
        "most": MOST,
    }
    response = render(request, "learners/privacy.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@policy("signed_in")
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything that is stored of the reader, as JSON to keep; `demo`: people and figures are invented."""
    learner = cast(Learner, request.user)
    content = {"made_at": timezone.now(), "demo": settings.LOCAL, "holdings": export_all(learner)}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="mine-data.json"'
    response["Cache-Control"] = "private, no-store"
    return response
