"""The gatherings' background work: each can be run twice without harm."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from . import evaluating, messages
from .gatherings import notices, registering
from .work import notices as work_notices  # noqa: F401 - registers what writes its mails when they are sent


@shared_task
def tell_registrations() -> None:
    """Mails to those who have not been told how they stand."""
    notices.tell_all(timezone.now())


@shared_task
def settle_gatherings() -> None:
    """Offers that nobody answered go on to the next; free seats to those who wait; and everybody is told."""
    at = timezone.now()
    registering.settle_all(at)
    notices.tell_all(at)


@shared_task
def carry_evaluations() -> None:
    """What is left over from gatherings goes to their course's gatherings together."""
    evaluating.carry_over(timezone.now())


@shared_task
def send_messages() -> None:
    """Teachers' messages to their classes."""
    messages.send_all(timezone.now())
