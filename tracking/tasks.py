"""What runs in the background: each task calls the domain with the clock, and can be run twice without harm."""

from __future__ import annotations

from collections import defaultdict

from celery import shared_task
from django.utils import timezone

from courses.models import Campaign
from learners import outbox

from .barometer import checking, refreshing
from .clock import oslo_day
from .completions import keeping
from .completions.following import follow
from .followup import digests, disputing
from .reports import schedule


@shared_task
def follow_statements() -> None:
    """Completions, and the figures of all days since, for statements that came from outside."""
    _follow(wait=False)


def _follow(*, wait: bool) -> None:
    at = timezone.now()
    together = defaultdict(set)  # whoever completed the same course since the same day
    for learner_id, course, since in follow(at, wait=wait):
        together[course.pk, since].add(learner_id)
    for (course_id, since), learner_ids in together.items():
        refreshing.refresh_after_completions(learner_ids, course_id, since, at)


@shared_task
def prune_statements() -> None:
    """Detailed statements that are too old; what completions rest on stays."""
    keeping.prune_old(timezone.now())


@shared_task
def refresh_barometer() -> None:
    """The cells of every campaign that are missing or behind, and the week's decisions on what stays hidden."""
    for campaign in Campaign.objects.filter(start__lte=oslo_day(timezone.now())):
        refresh_campaign(campaign.pk)


@shared_task
def refresh_campaign(campaign_id: int) -> None:
    at = timezone.now()
    refreshing.refresh(Campaign.objects.get(pk=campaign_id), at)


@shared_task
def forget_disputes() -> None:
    """What was said about disputed figures, a year after the answer."""
    disputing.forget_words(timezone.now())


@shared_task
def check_figures() -> None:
    """A few units' stored counts are compared with a count anew; what differs is an alarm."""
    checking.check_some(timezone.now())


@shared_task
def make_weekly_reports() -> None:
    """The reports of closed weeks that are missing, and the newest week's mails."""
    _follow(wait=True)  # a week is settled once what was stored before its close has been read
    schedule.make_due(timezone.now())


@shared_task
def make_digests() -> None:
    """The weekly mails of those whose day it is, and of those whose date is near."""
    digests.make_due(timezone.now())


@shared_task
def send_outbox() -> None:
    outbox.send_due(timezone.now())
