"""What a leader notes of the own team: what stands in the way, which shift, and the reminders that were sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from learners.facts import Fact
from learners.models import Unit


class Obstacle(Fact):
    """Why somebody has not had the chance yet, as the leader sees it: a cause outside the person, never blame, never
    anything about health."""

    class Cause(models.TextChoices):
        NO_TIME = "no_time", _("no time offered")
        WAITING_KRUS = "waiting_krus", _("waiting for KRUS")
        NO_COVER = "no_cover", _("nobody to take the workshop meanwhile")
        NO_PC = "no_pc", _("no PC or sign-in that works")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="obstacles")
    cause = models.CharField(max_length=20, choices=Cause.choices)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Shift(models.Model):
    """The shift that the leader puts somebody down for, to print the list by: a label, no roster."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shifts")
    label = models.CharField(_("shift"), max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "learner"], name="one_shift_in_a_unit")]


class Reminder(models.Model):
    """A leader has reminded somebody; at most once in an ISO week, whoever leads."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    week = models.CharField(max_length=8)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "week"], name="one_reminder_a_week")]
