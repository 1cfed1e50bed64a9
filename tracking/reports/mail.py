"""The mail about a new report: to those who manage or lead the unit and want it, each in their language."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from learners import mail_choices, outbox, stopping
from learners.models import Leadership, Learner, OutgoingMail, RoleGrant, Unit
from learners.policy import has_left

from ..barometer.figures import root_unit
from ..clock import oslo_day
from .choices import KIND, wants_pdf
from .content import Content
from .files import file
from .models import WeeklyReport
from .own_team import as_read_by
from .words import tell


def recipients(unit: Unit, on: dt.date) -> list[Learner]:
    """Those who hold management of exactly this unit (the whole service: the root) or lead it, may sign in, have not
    left and have not stopped the mail."""
    of_unit = Q(unit=unit)
    if unit == root_unit(on):
        of_unit |= Q(unit=None)
    grants = RoleGrant.objects.on(on).known().filter(of_unit, role=RoleGrant.Role.MANAGEMENT)
    led = Leadership.objects.on(on).known().filter(unit=unit)
    chosen = Q(pk__in=grants.values("learner")) | Q(pk__in=led.values("learner"))
    people = Learner.objects.filter(chosen, is_active=True).exclude(email=None).exclude(email="")
    wanting = people.exclude(pk__in=mail_choices.stopped(KIND).values("learner"))
    return [learner for learner in wanting.order_by("pk") if not has_left(learner, on)]


def put(report: WeeklyReport, at: dt.datetime) -> int:
    """Put the mails about `report` in the outbox; those that are there stay as they are. Returns how many are new."""
    wanted = {key(report, learner): learner for learner in recipients(report.unit, oslo_day(at))}
    there = set(OutgoingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    return sum(_put(report, name, learner, at) for name, learner in wanted.items() if name not in there)


def key(report: WeeklyReport, learner: Learner) -> str:
    return f"report:{report.week}:{report.unit.code}:{learner.opaque_id}"


def _put(report: WeeklyReport, name: str, learner: Learner, at: dt.datetime) -> bool:
    with translation.override(learner.language):
        content = as_read_by(learner, report.content, report, oslo_day(at))
        told = tell(content, report)
        stop_url = stopping.address(KIND, learner)
        context = {"told": told, "link": link(report), "learner": learner, "stop_url": stop_url}
        subject = f"{told.title}: {told.headline}"
        text, html = (render_to_string(f"mail/report.{kind}", context) for kind in ("txt", "html"))
        enclosed = [_pdf(report, content)] if wants_pdf(learner) else []
    return outbox.put(name, learner, subject, text, html, at, stop_url=stop_url, enclosed=enclosed)


def _pdf(report: WeeklyReport, content: Content) -> outbox.Enclosure:
    made = file("pdf", content, report)
    return outbox.Enclosure(made.name, made.media_type, made.data)


def link(report: WeeklyReport) -> str:
    """The address of the report's page in the active language."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{settings.SITE_URL}{prefix}/rapporter/{report.week}/?unit={report.unit.code}"
