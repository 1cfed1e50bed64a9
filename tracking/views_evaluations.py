"""Evaluations: the form for those who were there, and a gathering's results for those who teach it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses import evaluating
from courses.exceptions import AlreadyAnswered
from courses.gatherings import rights
from courses.models import Course, Gathering
from learners.policy import has_left, policy, signed_in

from .player import evaluating as player

CHOICES = tuple(zip(evaluating.VALUES, evaluating.ANSWERS, strict=True))


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def evaluate_course(request: HttpRequest, code: str) -> HttpResponse:
    return _evaluate(request, get_object_or_404(Course, code=code))


@require_http_methods(["GET", "HEAD", "POST"])
@policy("signed_in")
def evaluate_gathering(request: HttpRequest, slug: str) -> HttpResponse:
    return _evaluate(request, get_object_or_404(Gathering, slug=slug))


def _evaluate(request: HttpRequest, subject: Course | Gathering) -> HttpResponse:
    """The form, for those who were there and have not answered; what was sent and cannot stand stays in the form."""
    learner = signed_in(request)
    if has_left(learner, timezone.localdate()) or not player.was_there(subject, learner):
        raise PermissionDenied("Was not there.")
    answered, is_open = evaluating.has_answered(subject, learner), evaluating.is_open(subject, timezone.now())
    said = ""
    if request.method == "POST" and is_open and not answered:
        said = _answer(request, subject)
        if not said:
            messages.success(request, _("Thank you. Your answer is stored, and nobody can see that it is yours."))
            return redirect(request.path)
        messages.error(request, said)
    title = subject.title_in(translation.get_language() or "nb")
    context = {
        "title": title,
        "answered": answered,
        "closed": not is_open,
        "days": evaluating.OPEN.days,
        "is_gathering": isinstance(subject, Gathering),
        "shown_together": isinstance(subject, Gathering) and subject.course_id is not None,
        "rows": [
            {"number": number, "text": text, "value": request.POST.get(f"q{number}", "")}
            for number, text in enumerate(evaluating.QUESTIONS, 1)
        ],
        "choices": CHOICES,
        "text": request.POST.get("text", ""),
        "most": evaluating.MOST,
        "few": evaluating.FEW,
    }
    return render(request, "tracking/evaluate.html", context, status=400 if said else 200)


def _answer(request: HttpRequest, subject: Course | Gathering) -> str:
    """Store what was sent; what is wrong with it, or ""."""
    sent = [request.POST.get(f"q{number}", "") for number in range(1, len(evaluating.QUESTIONS) + 1)]
    if any(one not in ("1", "2", "3", "4", "5") for one in sent):
        return _("Nothing is stored yet: choose an answer to each of the five questions.")
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if len(text) > evaluating.MOST:
        return _("Nothing is stored yet: write at most 2,000 characters.")
    try:
        evaluating.answer(subject, signed_in(request), [int(one) for one in sent], text)
    except AlreadyAnswered:
        return _("You have answered before. The first answer stands.")
    return ""


@require_safe
@policy("teacher")
def gathering_results(request: HttpRequest, slug: str) -> HttpResponse:
    """What those who were there think, for those who teach the gathering."""
    gathering = get_object_or_404(Gathering, slug=slug)
    if not rights.may_run(signed_in(request), gathering, timezone.localdate()):
        raise PermissionDenied("Teaches something else.")
    context: dict[str, Any] = {
        "gathering": gathering,
        "found": evaluating.results(gathering),
        "together": evaluating.results_together(gathering.course) if gathering.course else None,
        "days": evaluating.OPEN.days,
        "answers": evaluating.ANSWERS,
        "few": evaluating.FEW,
    }
    return render(request, "tracking/evaluation_results.html", context)
