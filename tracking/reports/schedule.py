"""What should have been made by now, and makes it: any number of times, by any number of workers, with one result.

The newest closed week is made and mailed. Older weeks that are missing (the machine was off) are made, for the
record, but not mailed: on a Monday nobody needs eight mails.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import structlog

from learners.models import Leadership, RoleGrant, Unit, UnitPlace

from ..barometer.figures import root_unit
from ..clock import oslo_day
from . import mail
from .exceptions import FiguresDisagree, NoReport
from .making import Round, is_settled, measured
from .models import WeeklyReport
from .weeks import Week, newest_closed

LOOK_BACK = 8  # weeks
# A report is red when it is missing so long after it was due.
LATE_AFTER = dt.timedelta(minutes=15)
log = structlog.get_logger("fagbenk.reports")


def make_due(at: dt.datetime) -> list[WeeklyReport]:
    """Make the reports that are missing at the moment `at`, and put the newest week's mails in the outbox.

    Returns those that were made now.
    """
    made: list[WeeklyReport] = []
    due, led = due_units(oslo_day(at)), led_units(oslo_day(at))
    for week in due_weeks(at):
        newest = week == newest_closed(at)
        made += _make_week(week, [*due, *(led if newest else begun(led, week))], newest, at)
    return made


def _make_week(week: Week, units: list[Unit], newest: bool, at: dt.datetime) -> list[WeeklyReport]:
    made: list[WeeklyReport] = []
    making = Round(week, at)
    for unit in units:
        try:
            report, is_new = making.make(unit)
        except (NoReport, FiguresDisagree) as reason:
            log.warning("report_not_made", week=week.name, unit=unit.code, reason=str(reason))
            return made
        if is_new:
            made.append(report)
            log.info("report_made", week=week.name, unit=unit.code, hash=report.content_hash)
        if newest:
            mail.put(report, at)
    return made


def due_weeks(at: dt.datetime) -> list[Week]:
    """The closed weeks that should have reports, oldest first; at most eight, none before the first campaign."""
    newest = newest_closed(at)
    weeks = measured(newest.before(n) for n in range(LOOK_BACK - 1, -1, -1))
    return [week for week in weeks if is_settled(week, at)]


def due_units(on: dt.date) -> list[Unit]:
    """The units that get a report by themselves: the whole service, and those that somebody manages."""
    if not UnitPlace.objects.on(on).known().exists():
        return []
    root = root_unit(on)
    granted = RoleGrant.objects.on(on).known().filter(role=RoleGrant.Role.MANAGEMENT).exclude(unit=None)
    return [root, *Unit.objects.filter(pk__in=granted.values("unit")).exclude(pk=root.pk).order_by("code")]


def led_units(on: dt.date) -> list[Unit]:
    """The units that have a leader, besides those above: they get a report of their own, too."""
    led = Leadership.objects.on(on).known().values("unit")
    others = {unit.pk for unit in due_units(on)}
    return list(Unit.objects.filter(pk__in=led).exclude(pk__in=others).order_by("code"))


def begun(units: list[Unit], week: Week) -> list[Unit]:
    """Those of `units` whose reports had begun before `week`: from the first one on no week is left out."""
    earlier = WeeklyReport.objects.filter(unit__in=units, week__lt=week.name).values_list("unit_id", flat=True)
    have = set(earlier.distinct())
    return [unit for unit in units if unit.pk in have]


def state(at: dt.datetime) -> Literal["ok", "late", "off"]:
    """Whether the newest closed week has the reports that it should have; off where nothing is measured.

    A unit that somebody began to manage today gets its report within the hour, and is not late before.
    """
    newest, units = newest_closed(at), due_units(oslo_day(at))
    if not units or not measured([newest]):
        return "off"
    if at < newest.closes_at + LATE_AFTER:
        return "ok"
    made = set(WeeklyReport.objects.filter(week=newest.name).values_list("unit_id", flat=True))
    since_long = due_units(newest.sunday)
    return "ok" if all(unit.pk in made for unit in {units[0], *since_long} & set(units)) else "late"
