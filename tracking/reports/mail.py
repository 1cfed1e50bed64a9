"""The mail about a new report: to those who hold management of the unit, once a week each, in their own language."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from learners import outbox
from learners.models import Learner, OutgoingMail, RoleGrant, Unit
from learners.policy import has_left

from ..barometer.figures import root_unit
from ..clock import oslo_day
from .models import WeeklyReport
from .words import tell


def recipients(unit: Unit, on: dt.date) -> list[Learner]:
    """Those who hold management of exactly this unit (the whole service: the root), may sign in and have not left."""
    of_unit = Q(unit=unit)
    if unit == root_unit(on):
        of_unit |= Q(unit=None)
    grants = RoleGrant.objects.on(on).known().filter(of_unit, role=RoleGrant.Role.MANAGEMENT)
    people = (
        Learner.objects.filter(pk__in=grants.values("learner"), is_active=True).exclude(email=None).exclude(email="")
    )
    return [learner for learner in people.order_by("pk") if not has_left(learner, on)]


def put(report: WeeklyReport, at: dt.datetime) -> int:
    """Put the mails about `report` in the outbox; those that are there stay as they are. Returns how many are new."""
    wanted = {key(report, learner): learner for learner in recipients(report.unit, oslo_day(at))}
    there = set(OutgoingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    return sum(_put(report, name, learner, at) for name, learner in wanted.items() if name not in there)


def key(report: WeeklyReport, learner: Learner) -> str:
    return f"report:{report.week}:{report.unit.code}:{learner.opaque_id}"


def _put(report: WeeklyReport, name: str, learner: Learner, at: dt.datetime) -> bool:
    with translation.override(learner.language):
        told = tell(report.content, report)
        context = {"told": told, "link": link(report), "learner": learner}
        subject = f"{told.title}: {told.headline}"
        text, html = (render_to_string(f"mail/report.{kind}", context) for kind in ("txt", "html"))
    return outbox.put(name, learner, subject, text, html, at)


def link(report: WeeklyReport) -> str:
    """The address of the report's page in the active language."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{settings.SITE_URL}{prefix}/rapporter/{report.week}/?unit={report.unit.code}"
