"""Bring the stored counts and what they may show up to date after something was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from courses.models import Campaign

from ..clock import oslo_day
from . import cells, freshness, hiding


def refresh(campaign: Campaign, at: dt.datetime) -> int:
    """Count what is missing or behind and decide what it hides; returns how many days were counted."""
    counted = cells.refresh(campaign, at)
    hiding.settle(campaign, oslo_day(at))
    return counted


def refresh_after_completion(learner_id: int, course_id: int, since: dt.date, at: dt.datetime) -> None:
    """A completion dated `since` was stored: bring the days from then on up to date, for the learner's units alone."""
    refresh_after_completions([learner_id], course_id, since, at)


def refresh_after_completions(learner_ids: Collection[int], course_id: int, since: dt.date, at: dt.datetime) -> None:
    """As `refresh_after_completion`, for many at once: each unit is counted once, however many completed there."""
    _refresh(learner_ids, Q(courses=course_id) | Q(requirements__renewal=course_id), since, at)


def refresh_after_programme(learner_id: int, programme_id: int, since: dt.date, at: dt.datetime) -> None:
    """As `refresh_after_completion`, for a programme that was completed, or is so no more."""
    _refresh([learner_id], Q(programme=programme_id), since, at)


def _refresh(learner_ids: Collection[int], asks: Q, since: dt.date, at: dt.datetime) -> None:
    today = (oslo_day(at), "now")
    for campaign in Campaign.objects.filter(asks, start__lte=today[0]).distinct():
        stored = {mark.on_and_known for mark in freshness.marks(campaign) if mark.known == "now" and mark.on >= since}
        if today not in stored:
            cells.compute(campaign, [today])
        if stored:
            cells.compute_units(campaign, cells.touched_by(learner_ids), sorted(stored))
        hiding.settle(campaign, today[0])
