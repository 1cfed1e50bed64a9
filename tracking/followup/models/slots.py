"""Protected time: what a leader sets aside for some of the team, offers them, and sees used."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from learners.models import Unit


class Slot(models.Model):
    """An hour, or more, to learn in. `sequence` counts the changes that calendars have to follow (RFC 5545 3.8.7.4)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("begins_at")), name="a_slot_ends_after")
        ]
        # Read by slots.of_team: one unit's slots, the newest first.
        indexes = [models.Index(fields=["unit", "begins_at"], name="slots_of_a_unit")]

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.begins_at).total_seconds()) // 60


class SlotOffer(models.Model):
    """Somebody is offered a slot; `used` is None until the leader has said whether it was used for learning."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="offers")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="slot_offers")
    offered_at = models.DateTimeField()
    used = models.BooleanField(null=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "learner"], name="offered_once")]
