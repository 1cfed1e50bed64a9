"""The outbox: a mail is a row before it is sent, claimed by a conditional update, and sent at most once.

States: waiting -> sending -> sent | waiting (refused for now) | failed (refused for good) | uncertain (the connection
broke, or the worker died, after the mail was on its way; the server may have taken it, so it is not sent again by
itself). Every attempt carries the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
import time
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils.translation import gettext_lazy as _

from .smtp import Line, Lost

STALE_AFTER = dt.timedelta(minutes=10)
RETRY_AFTER = (1, 5, 15, 60, 240)  # minutes
MAX_PER_RUN = 400
# A run ends before another worker would take its claims for those of a dead one.
LONGEST_RUN = STALE_AFTER / 2
if TYPE_CHECKING:
    from .models import Learner

log = structlog.get_logger("fagbenk.outbox")


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
        # Read by `send_due`: what waits, oldest first.
        indexes = [models.Index(fields=["not_before"], condition=models.Q(state="waiting"), name="outbox_waiting")]


def put(key: str, learner: Learner, subject: str, text: str, html: str, at: dt.datetime) -> bool:
    """Put a mail in the outbox; False if the mail `key` is there already."""
    _mail, created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "learner": learner,
            "to": learner.email or "",
            # One line, whatever a title holds: a line break would end the header.
            "subject": " ".join(subject.split())[:250],
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
    """Send what is due at `at`; returns how many mails the server took.

    While the server cannot be reached, everything waits as it is: no attempt is counted.
    """
    _give_up_on_the_dead(at)
    due = list(OutgoingMail.objects.filter(state="waiting", not_before__lte=at).order_by("not_before", "pk")[:limit])
    began, taken = time.monotonic(), 0
    with Line() as line:
        for mail in due:
            now = at + dt.timedelta(seconds=time.monotonic() - began)
            if now - at > LONGEST_RUN or not line.open():
                break
            taken += _send(line, mail, now)
    return taken


def counts() -> dict[str, int]:
    """How many mails are in each state that somebody should look at: waiting, failed, uncertain."""
    rows = OutgoingMail.objects.filter(state__in=("waiting", "failed", "uncertain")).values_list("state")
    return {"waiting": 0, "failed": 0, "uncertain": 0} | dict(rows.annotate(models.Count("pk")))


def _give_up_on_the_dead(at: dt.datetime) -> None:
    """A worker that died with a mail in hand may have handed it over."""
    dead = OutgoingMail.objects.filter(state="sending", claimed_at__lt=at - STALE_AFTER)
    if number := dead.update(state="uncertain", error="The worker ended while sending."):
        log.warning("mail_uncertain", number=number)


def _send(line: Line, mail: OutgoingMail, at: dt.datetime) -> bool:
    claimed = OutgoingMail.objects.filter(pk=mail.pk, state="waiting").update(
        state="sending", claimed_at=at, attempts=mail.attempts + 1
    )
    if not claimed:
        return False
    try:
        line.send(_message(mail))
    except Lost as lost:
        # After DATA the server may have taken it: say so rather than send twice. Before, it has not.
        return _settle(mail, state="uncertain", error=str(lost)[:300]) if lost.on_its_way else _retry(mail, at, lost, 0)
    except (smtplib.SMTPException, OSError, ValueError) as refusal:
        return _retry(mail, at, refusal, _code(refusal))
    # Also where another worker took us for dead in the meantime: now it is certain.
    OutgoingMail.objects.filter(pk=mail.pk, state__in=("sending", "uncertain")).update(
        state="sent", sent_at=at, error=""
    )
    return True


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers={"Message-ID": mail.message_id})
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _settle(mail: OutgoingMail, **changes: object) -> bool:
    OutgoingMail.objects.filter(pk=mail.pk, state="sending").update(**changes)
    if changes["state"] != "waiting":
        log.warning("mail_not_sent", mail=mail.pk, state=changes["state"])  # the reason may name a person: see the row
    return False


def _code(refusal: Exception) -> int:
    """The server's answer: 4xx for now, 5xx for good; so is a mail that cannot even be written (ValueError)."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return max((code for code, _text in refusal.recipients.values()), default=0)
    if isinstance(refusal, ValueError):
        return 599
    return int(getattr(refusal, "smtp_code", 0))


def _retry(mail: OutgoingMail, at: dt.datetime, error: Exception, code: int) -> bool:
    if 500 <= code < 600 or mail.attempts >= len(RETRY_AFTER):
        return _settle(mail, state="failed", error=str(error)[:300])
    wait = dt.timedelta(minutes=RETRY_AFTER[mail.attempts])
    return _settle(mail, state="waiting", not_before=at + wait, error=str(error)[:300])
