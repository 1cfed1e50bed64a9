"""What each person has chosen about mails: a weekday, and what they have stopped."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from .models import Learner

MONDAY = 1


class MailChoice(models.Model):
    """A person's choice about one kind of mail ("digest", "report"). `weekday`: ISO, 1 is Monday."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=40)
    weekday = models.PositiveSmallIntegerField(default=MONDAY)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "kind"], name="one_choice_a_kind"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="a_weekday"),
        ]


def choice(learner: Learner, kind: str) -> MailChoice:
    """What the person has chosen; without a choice: Mondays, not stopped (and not stored)."""
    return MailChoice.objects.filter(learner=learner, kind=kind).first() or MailChoice(learner=learner, kind=kind)


def choose_weekday(learner: Learner, kind: str, weekday: int) -> None:
    MailChoice.objects.update_or_create(learner=learner, kind=kind, defaults={"weekday": weekday})


def stop(learner: Learner, kind: str, at: dt.datetime) -> None:
    """No more mails of this kind, but those that are required. Again: the first stop stands."""
    MailChoice.objects.get_or_create(learner=learner, kind=kind)
    MailChoice.objects.filter(learner=learner, kind=kind, stopped_at=None).update(stopped_at=at)


def start(learner: Learner, kind: str) -> None:
    MailChoice.objects.filter(learner=learner, kind=kind).update(stopped_at=None)


def stopped(kind: str) -> models.QuerySet[MailChoice]:
    """The choices of those who have stopped mails of this kind."""
    return MailChoice.objects.filter(kind=kind).exclude(stopped_at=None)
