"""What runs in the background: each task calls the domain with the clock, and can be run twice without harm."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from courses.models import Campaign
from learners import outbox

from .barometer import cells, hiding
from .clock import oslo_day
from .completions.following import follow
from .reports import schedule


@shared_task
def follow_statements() -> None:
    """Completions, and today's figures, for statements that came from outside."""
    at = timezone.now()
    for learner_id, course in follow(at):
        cells.refresh_after_completion(learner_id, course.pk, oslo_day(at), at)


@shared_task
def refresh_barometer() -> None:
    """The cells of every campaign that are missing or behind, and the week's decisions on what stays hidden."""
    for campaign in Campaign.objects.filter(start__lte=oslo_day(timezone.now())):
        refresh_campaign(campaign.pk)


@shared_task
def refresh_campaign(campaign_id: int) -> None:
    at = timezone.now()
    campaign = Campaign.objects.get(pk=campaign_id)
    cells.refresh(campaign, at)
    hiding.decide_weeks(campaign, oslo_day(at))


@shared_task
def make_weekly_reports() -> None:
    """The reports of closed weeks that are missing, and the newest week's mails."""
    follow_statements()  # a week is settled once what was stored before its close has been read
    schedule.make_due(timezone.now())


@shared_task
def send_outbox() -> None:
    outbox.send_due(timezone.now())


@shared_task
def publish_scheduled() -> None:
    """Wagtail's scheduled publishing and expiry, so that nobody has to set up a job for it."""
    call_command("publish_scheduled", verbosity=0)
