"""Which days' digests have been planned."""

from __future__ import annotations

from django.db import models


class DigestDay(models.Model):
    """That the digests of those who have chosen this day's weekday stand in the outbox."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
