"""Tasks of the house itself."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from cms import links
from courses import publishing

from . import jobs
from .models import beat


@shared_task
def heartbeat() -> None:
    """Sent by the scheduler every minute and written by a worker: `/readyz` sees whether both live."""
    at = timezone.now()
    beat("worker", at)
    jobs.expect(at)


@shared_task
def publish_scheduled() -> None:
    """Publishing and expiry by the clock; nobody has to set up a job for it, and `/readyz` sees when it last ran."""
    at = timezone.now()
    publishing.publish_due(at)
    call_command("publish_scheduled", verbosity=0)
    beat("publishing", at)


@shared_task
def check_links() -> None:
    """Links of published pages to other places: does anything answer there?"""
    links.check(timezone.now())
