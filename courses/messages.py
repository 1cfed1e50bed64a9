"""A teacher's message to a class, as mails: one to each member, once."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms.templatetags.frame import prefixed
from learners import outbox
from learners.models import Learner
from learners.policy import has_left

from .models import CohortMessage


def send_all(at: dt.datetime) -> int:
    """Send what has not been sent; returns how many mails were written."""
    return sum(_send(pk, at) for pk in CohortMessage.objects.filter(sent=False).values_list("pk", flat=True)[:20])


@transaction.atomic
def _send(pk: int, at: dt.datetime) -> int:
    message = CohortMessage.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=pk)
    if message.sent:
        return 0
    members = message.cohort.members.filter(left_at=None).select_related("learner")
    written = sum(_put(message, member.learner, at) for member in members)
    message.sent = True
    message.save(update_fields=["sent"])
    return written


def _put(message: CohortMessage, learner: Learner, at: dt.datetime) -> bool:
    if not learner.email or not learner.is_active or has_left(learner, timezone.localdate(at)):
        return False
    with translation.override(learner.language):
        path = f"/program/{message.cohort.programme.slug}/{message.cohort.slug}/"
        link = f"{settings.SITE_URL}{prefixed(path, translation.get_language() or 'nb')}"
        context = {"message": message, "link": link, "demo": settings.LOCAL, "language": translation.get_language()}
        text, html = (render_to_string(f"mail/cohort.{kind}", context) for kind in ("txt", "html"))
    key = f"kull:{message.pk}:{learner.opaque_id}"
    return outbox.put(key, learner, f"{message.cohort.title}: {message.subject}", text, html, at)
