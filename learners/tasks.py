"""Tasks about people: roles that begin and end by their dates, and what has served its purpose."""

from celery import shared_task
from django.utils import timezone

from . import retention, roles


@shared_task
def settle_roles() -> None:
    """Wagtail's groups follow the roles of the day; a role that begins or ends is asked for at each request besides."""
    roles.settle_all(timezone.localdate())


@shared_task
def keep_limits() -> None:
    """What is kept for a time goes when its time is over; who was erased stays erased after a restore."""
    retention.keep_limits(timezone.now())
