"""The outbox: a mail is a row before it is sent, claimed by a conditional update, and sent at most once.

States: waiting -> sending -> sent | waiting (refused for now) | failed (refused for good) | uncertain (the connection
broke, or the worker died, after the mail was on its way; the server may have taken it, so it is not sent again by
itself) | withdrawn (nothing left to say when its turn came). Every attempt carries the same Message-ID.

A mail with a `composer` is written at the moment it is sent, so that nobody is asked for what was done meanwhile.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import smtplib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
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
        WITHDRAWN = "withdrawn", _("not needed any more")

    key = models.CharField(max_length=200, unique=True)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="mails")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    stop_url = models.CharField(max_length=400, blank=True)  # one click, and no more mails of this kind (RFC 8058)
    composer = models.CharField(max_length=20, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    not_before = models.DateTimeField()
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Read by `send_due`: what waits, oldest first.
            models.Index(fields=["not_before"], condition=models.Q(state="waiting"), name="outbox_waiting"),
            # Read by `_room`: what was sent in the last hour.
            models.Index(fields=["claimed_at"], name="outbox_claimed"),
        ]


@dataclass(frozen=True)
class Written:
    """A mail's words. `stop_url` is empty for mails that are required."""

    subject: str
    text: str
    html: str
    stop_url: str = ""


Composer = Callable[["OutgoingMail", dt.datetime], Written | None]
_composers: dict[str, Composer] = {}


def register_composer(name: str, composer: Composer) -> None:
    """`composer(mail, at)` writes mails of this kind when their turn has come; None: there is nothing left to say."""
    _composers[name] = composer


class MailEnclosure(models.Model):
    """A file that goes with a mail; its bytes are dropped once the mail is sent."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=120)
    data = models.BinaryField()


@dataclass(frozen=True)
class Enclosure:
    """A file for a mail."""

    name: str
    media_type: str
    data: bytes


@transaction.atomic
def put(
    key: str,
    learner: Learner,
    subject: str,
    text: str,
    html: str,
    at: dt.datetime,
    *,
    calendar: str = "",
    stop_url: str = "",
    composer: str = "",
    enclosed: Iterable[Enclosure] = (),
) -> bool:
    """Put a mail in the outbox; False if the mail `key` is there already.

    `calendar`: an iCalendar object with a METHOD (RFC 5546), which the reader's calendar takes in.
    `stop_url`: where the reader, or their mail program, stops mails of this kind (learners.stopping); it must answer
    a POST without a sign-in.
    `composer`: asked again when the mail is sent, for it may have waited for long; it may leave the words as they are.
    """
    mail, created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "learner": learner,
            "to": learner.email or "",
            "subject": _one_line(subject),
            "text": text,
            "html": html,
            "calendar": calendar,
            "stop_url": stop_url,
            "composer": composer,
            "message_id": _message_id(key),
            "not_before": at,
            "created_at": at,
        },
    )
    if created:
        MailEnclosure.objects.bulk_create(
            MailEnclosure(mail=mail, name=one.name, media_type=one.media_type, data=one.data) for one in enclosed
        )
    return created


def plan(keyed: dict[str, Learner], composer: str, at: dt.datetime) -> int:
    """Put a mail in the outbox for each (key, learner), to be written by `composer` when it is sent; those that are
    there stay as they are, but what was withdrawn waits again. Returns how many are new."""
    there = dict(OutgoingMail.objects.filter(key__in=list(keyed)).values_list("key", "state"))
    withdrawn = [key for key, state in there.items() if state == "withdrawn"]
    OutgoingMail.objects.filter(key__in=withdrawn, state="withdrawn").update(state="waiting", not_before=at)
    rows = [_planned(key, learner, composer, at) for key, learner in keyed.items() if key not in there]
    OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _planned(key: str, learner: Learner, composer: str, at: dt.datetime) -> OutgoingMail:
    return OutgoingMail(
        key=key, learner=learner, to=learner.email or "", subject="", text="", composer=composer,
        message_id=_message_id(key), not_before=at, created_at=at,
    )  # fmt: skip


def _one_line(subject: str) -> str:
    """Whatever a title holds: a line break would end the header."""
    return " ".join(subject.split())[:250]


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
            if now - at > LONGEST_RUN or not _room(now) or not line.open():
                break
            taken += _send(line, mail, now)
    return taken


def _room(at: dt.datetime) -> int:
    """How many mails may still go out now: an hour has a ceiling (FAGBENK_MAILS_PER_HOUR)."""
    sent = OutgoingMail.objects.filter(claimed_at__gt=at - dt.timedelta(hours=1)).count()
    return max(settings.MAILS_PER_HOUR - sent, 0)


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
    if not claimed or not _compose(mail, at):
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
    MailEnclosure.objects.filter(mail=mail.pk).delete()
    return True


def _compose(mail: OutgoingMail, at: dt.datetime) -> bool:
    """Write the claimed mail, if it is written when it is sent; False where nothing is left to say."""
    if not mail.composer:
        return True
    written = _composers[mail.composer](mail, at)
    if written is None:
        return _settle(mail, state="withdrawn", claimed_at=None, attempts=mail.attempts)
    mail.subject, mail.text, mail.html = _one_line(written.subject), written.text, written.html
    mail.stop_url = written.stop_url
    mail.save(update_fields=["to", "subject", "text", "html", "stop_url"])
    return True


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id}
    if mail.stop_url:
        headers |= {"List-Unsubscribe": f"<{mail.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.calendar:
        method = re.search(r"^METHOD:(\w+)\s*$", mail.calendar, re.MULTILINE)
        # As an alternative, not as a file: so Outlook and Google take it for an invitation (RFC 6047 2.4).
        message.attach_alternative(mail.calendar, f"text/calendar; method={method[1] if method else 'PUBLISH'}")
    for part in mail.enclosures.order_by("pk"):
        message.attach(part.name, bytes(part.data), part.media_type)
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
