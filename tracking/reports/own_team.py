"""A report as the leader of exactly those people reads it: the own team's figures are never hidden (docs/barometer.md).

What is frozen stays: it has the figures as everybody may see them. The exact ones are counted from the lists frozen
with it, so they are the same however often they are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from copy import deepcopy

from learners.models import Learner, Unit, UnitPlace
from learners.policy import team_unit_ids, units_led_by

from .content import Content
from .models import WeeklyReport
from .weeks import parse


def as_read_by(reader: Learner, content: Content, report: WeeklyReport | None, on: dt.date) -> Content:
    """`content`, with what it hides of the unit itself where all of it is the reader's own team, on the week's Sunday
    and on the day `on`. Nothing of the units below, nor of an unfinished week, which has no lists (`report` is None).
    """
    if report is None or not any(part["suppressed"] for part in _parts(content)):
        return content
    days = {parse(report.week).sunday, on}
    if not all(_is_own_team(reader, report.unit, day) for day in days):
        return content
    return _exact(content, report)


def _is_own_team(reader: Learner, unit: Unit, on: dt.date) -> bool:
    """Whether the reader leads the unit on the day, and nobody else leads one below it."""
    if unit not in units_led_by(reader, on):
        return False
    below = UnitPlace.objects.on(on).known().filter(path__contains=f"/{unit.code}/")
    return set(below.values_list("unit_id", flat=True)) <= team_unit_ids(unit, on)


def _exact(content: Content, report: WeeklyReport) -> Content:
    told = deepcopy(content)
    week = parse(report.week).before(1)
    earlier = WeeklyReport.objects.filter(week=week.name, unit=report.unit).values_list("behind", flat=True).first()
    now, before = report.behind["campaigns"], earlier["campaigns"] if earlier else {}
    for campaign in told["campaigns"]:
        for part in campaign["parts"]:
            counts = _counts(now.get(campaign["slug"]), part["part"])
            if part["suppressed"] and counts:
                last = _counts(before.get(campaign["slug"]), part["part"])
                _show(part, counts, last, campaign["target"], told["as_of"])
    return told | {"own_team": True}


def _show(part: Content, counts: tuple[int, int], last: tuple[int, int] | None, target: float, as_of: str) -> None:
    counted, completed = counts
    part |= {
        "as_of": as_of,
        "suppressed": False,
        "counted": counted,
        "completed": completed,
        "share": completed / counted if counted else None,
        "target_reached": counted > 0 and completed * 1000 >= round(target * 1000) * counted,
        "change": completed - last[1] if last else None,
    }


def _counts(listed: Content | None, part: str) -> tuple[int, int] | None:
    """(counted, completed) of a frozen list; None where there is none of the campaign or the part."""
    if not listed or part not in listed["completed"]:
        return None
    return len(listed["counted"]), len(listed["completed"][part])


def _parts(content: Content) -> Collection[Content]:
    return [part for campaign in content["campaigns"] for part in campaign["parts"]]
