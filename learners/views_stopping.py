"""Stopping mails with one click: a page with one button for people, a POST without a sign-in for mail programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import stopping
from .exceptions import UnknownStop
from .policy import policy


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@policy("stop")
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing: mail programs open addresses by themselves. POST stops, as often as it is sent."""
    try:
        found, learner, about = stopping.read(token)
    except UnknownStop:
        return render(request, "learners/stop_unknown.html", status=404)
    if request.method == "POST":
        found.stop(learner, about, timezone.now())
    with translation.override(learner.language):
        return render(request, "learners/stop.html", {"stop": found, "stopped": request.method == "POST"})
