"""The outbox: a mail is a row before it is sent, claimed by a conditional update, and sent at most once.

States: waiting -> sending -> sent | waiting (refused for now) | failed (refused for good) | uncertain (the worker died
after it began; the server may have taken it, so it is not sent again by itself).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils.translation import gettext_lazy as _

STALE_AFTER = dt.timedelta(minutes=10)
RETRY_AFTER = (1, 5, 15, 60, 240)  # minutes
MAX_PER_RUN = 400


class OutgoingMail(models.Model):
    """One mail to one person; `key` names what it is about, so that the same mail is never written twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("refused")
        UNCERTAIN = "uncertain", _("uncertain")

    key = models.CharField(max_length=200, unique=True)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="mails")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    not_before = models.DateTimeField()
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        # Read by `due`: what waits, oldest first.
        indexes = [models.Index(fields=["not_before"], condition=models.Q(state="waiting"), name="outbox_waiting")]


def put(key: str, learner: models.Model, subject: str, text: str, html: str, at: dt.datetime) -> bool:
    """Put a mail in the outbox; False if the mail `key` is there already."""
    _mail, created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "learner": learner,
            "to": learner.email,
            "subject": subject,
            "text": text,
            "html": html,
            "message_id": _message_id(key),
            "not_before": at,
            "created_at": at,
        },
    )
    return created


def _message_id(key: str) -> str:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def send_due(at: dt.datetime, limit: int = MAX_PER_RUN) -> int:
    """Send what is due at `at`; returns how many mails the server took."""
    OutgoingMail.objects.filter(state="sending", claimed_at__lt=at - STALE_AFTER).update(state="uncertain")
    due = OutgoingMail.objects.filter(state="waiting", not_before__lte=at).order_by("not_before", "pk")[:limit]
    return sum(_send(mail, at) for mail in due)


def _send(mail: OutgoingMail, at: dt.datetime) -> bool:
    claimed = OutgoingMail.objects.filter(pk=mail.pk, state="waiting").update(
        state="sending", claimed_at=at, attempts=mail.attempts + 1
    )
    if not claimed:
        return False
    try:
        _message(mail).send()
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        # The connection broke: after DATA the server may have taken it. Say so rather than send twice.
        return _settle(mail, state="uncertain", error=str(error)[:300])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, OSError) as error:
        return _retry(mail, at, error)
    _settle(mail, state="sent", sent_at=at, error="")
    return True


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers={"Message-ID": mail.message_id})
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _settle(mail: OutgoingMail, **changes: object) -> bool:
    OutgoingMail.objects.filter(pk=mail.pk, state="sending").update(**changes)
    return False


def _retry(mail: OutgoingMail, at: dt.datetime, error: Exception) -> bool:
    permanent = 500 <= getattr(error, "smtp_code", 0) < 600 or mail.attempts >= len(RETRY_AFTER)
    if permanent:
        return _settle(mail, state="failed", error=str(error)[:300])
    wait = dt.timedelta(minutes=RETRY_AFTER[mail.attempts])
    return _settle(mail, state="waiting", not_before=at + wait, error=str(error)[:300])

