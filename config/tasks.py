"""Tasks of the house itself."""

from celery import shared_task
from django.utils import timezone

from .models import beat


@shared_task
def heartbeat() -> None:
    """Sent by the scheduler every minute and written by a worker: `/readyz` sees whether both live."""
    beat("worker", timezone.now())
