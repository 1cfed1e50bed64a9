"""An employee says that they are counted wrongly; somebody who can put it right answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Campaign
from learners.models import Unit


class Dispute(models.Model):
    """One objection to how a person stands in one campaign. What is said is for those two and, where a leader passed it
    on, for the leader only; it is emptied a year after the answer."""

    class About(models.TextChoices):
        LEAVE = "leave", _("the dates of my leave are wrong")
        POSTING = "posting", _("I work somewhere else, or as something else")
        COMPLETED = "completed", _("I have completed it")
        NOT_ASKED = "not_asked", _("I should be asked, or should not")
        OTHER = "other", _("something else")

    class Desk(models.TextChoices):
        LEADER = "leader", _("the leader")
        HR = "hr", _("those who keep campaigns and people data")

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", _("put right")
        STANDS = "stands", _("the figure stands")
        WITHDRAWN = "withdrawn", _("withdrawn")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="disputes")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="+")
    about = models.CharField(max_length=20, choices=About.choices)
    words = models.TextField(max_length=1000, blank=True)
    desk = models.CharField(max_length=10, choices=Desk.choices)
    raised_at = models.DateTimeField()
    # What the leader said when passing it on.
    words_along = models.TextField(max_length=1000, blank=True, default="", db_default="")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    answer = models.TextField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "campaign"], condition=models.Q(outcome=""), name="one_open_dispute_a_campaign"
            )
        ]
