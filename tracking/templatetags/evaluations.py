"""Asking for an evaluation where somebody has just been: on the receipt, the gathering's page, under My learning."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone, translation

from courses.models import Course, Gathering
from learners.models import Learner

from ..player import evaluating

register = template.Library()


def _address(subject: Course | Gathering) -> str:
    if isinstance(subject, Course):
        return reverse("evaluate-course", args=[subject.code])
    return reverse("evaluate-gathering", args=[subject.slug])


@register.simple_tag(takes_context=True)
def evaluation_of(context: template.Context, subject: Course | Gathering) -> str:
    """The address of its evaluation, where the reader is asked for it; else ""."""
    reader = context["request"].user
    asks = isinstance(reader, Learner) and evaluating.is_asked(subject, reader, timezone.now())
    return _address(subject) if asks else ""


@register.simple_tag(takes_context=True)
def evaluations_left(context: template.Context) -> list[dict[str, Any]]:
    """What the reader is asked to evaluate: title and address."""
    reader, language = context["request"].user, translation.get_language() or "nb"
    if not isinstance(reader, Learner):
        return []
    asked = evaluating.asked(reader, timezone.now())
    return [{"title": one.title_in(language), "address": _address(one)} for one in asked]
