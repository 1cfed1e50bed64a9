"""The player's own background work."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import attempts


@shared_task
def close_idle_visits() -> None:
    """End the visits that nobody ended: terminated, when the learner was last seen."""
    attempts.close_idle(timezone.now())
