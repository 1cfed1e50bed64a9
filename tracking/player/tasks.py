"""The player's own background work."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import attempts, completing, programmes


@shared_task
def close_idle_visits() -> None:
    """End the visits that nobody ended: terminated, when the learner was last seen."""
    attempts.close_idle(timezone.now())


@shared_task
def settle_what_is_done() -> None:
    """Courses and programmes of which nothing is left; also where a rule has changed, or what came from outside."""
    at = timezone.now()
    completing.complete_missing(at)
    programmes.settle_all(at)
