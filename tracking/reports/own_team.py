"""A report, or a period's table, as the leader of exactly those people reads it: the own team's figures are never
hidden (docs/barometer.md).

What is frozen stays: it has the figures as everybody may see them. The exact ones are counted from the lists frozen
with it, so they are the same however often they are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from copy import deepcopy
from dataclasses import replace

from learners.models import Learner, Unit, UnitPlace
from learners.policy import team_unit_ids, units_led_by

from .content import Content
from .models import WeeklyReport
from .periods import Line, Table
from .weeks import Week, parse


def as_read_by(reader: Learner, content: Content, report: WeeklyReport | None, on: dt.date) -> Content:
    """`content`, with what it hides of the unit itself where all of it is the reader's own team, on the week's Sunday
    and on the day `on`. Nothing of the units below, nor of an unfinished week, which has no lists (`report` is None).
    """
    if report is None or not _hides(content):
        return content
    days = {parse(report.week).sunday, on}
    if not all(_is_own_team(reader, report.unit, day) for day in days):
        return content
    earlier = WeeklyReport.objects.filter(week=_week_before(report), unit=report.unit)
    return _exact(content, report.behind, earlier.values_list("behind", flat=True).first())


def all_as_read_by(reader: Learner, reports: Sequence[WeeklyReport], unit: Unit, on: dt.date) -> dict[str, Content]:
    """The content of several weeks' reports of one unit by week, each as in the report itself."""
    told = {report.week: report.content for report in reports}
    hiding = [report for report in reports if _hides(report.content)]
    if not hiding or not _is_own_team(reader, unit, on):
        return told
    own = [report for report in hiding if _is_own_team(reader, unit, parse(report.week).sunday)]
    weeks = {report.week for report in own} | {_week_before(report) for report in own}
    behind = dict(WeeklyReport.objects.filter(unit=unit, week__in=weeks).values_list("week", "behind"))
    return told | {
        report.week: _exact(report.content, behind[report.week], behind.get(_week_before(report))) for report in own
    }


def period_as_read_by(reader: Learner, told: Table, on: dt.date) -> Table:
    """`told`, with what it hides of the unit itself counted from the lists frozen on the period's last Sunday and, for
    what came in the period, on the Sunday before it: as far as there are lists, and as the reader led the team then.
    """
    hidden = [line for line in told.lines if line.unit.suppressed and line.unit.code == told.unit.code]
    if not hidden or not all(_is_own_team(reader, told.unit, day) for day in {told.until, on}):
        return told
    weeks = [Week(told.until).name]
    if _is_own_team(reader, told.unit, told.start):
        weeks.append(Week(told.start).name)
    lists = dict(WeeklyReport.objects.filter(unit=told.unit, week__in=weeks).values_list("week", "behind"))
    now, before = ((lists.get(Week(day).name) or {"campaigns": {}})["campaigns"] for day in (told.until, told.start))
    shown = {id(line): _counted_line(line, now, before, told) for line in hidden}
    lines = tuple(shown.get(id(line), line) for line in told.lines)
    return replace(told, lines=lines, own_team=lines != told.lines)


def _counted_line(line: Line, now: Content, before: Content, told: Table) -> Line:
    slug, part = line.campaign.slug, line.part.part
    counts, earlier = _counts(now.get(slug), part), _counts(before.get(slug), part)
    if counts is None:
        return line
    counted, completed = counts
    unit = replace(line.unit, counted=counted, completed=completed, suppressed=False, on=told.until)
    began = 0 if line.campaign.start > told.start else None
    return replace(line, unit=unit, before=earlier[1] if earlier else began)


def _hides(content: Content) -> bool:
    return any(part["suppressed"] for part in _parts(content))


def _week_before(report: WeeklyReport) -> str:
    return parse(report.week).before(1).name


def _is_own_team(reader: Learner, unit: Unit, on: dt.date) -> bool:
    """Whether the reader leads the unit on the day, and nobody else leads one below it."""
    if unit not in units_led_by(reader, on):
        return False
    below = UnitPlace.objects.on(on).known().filter(path__contains=f"/{unit.code}/")
    return set(below.values_list("unit_id", flat=True)) <= team_unit_ids(unit, on)


def _exact(content: Content, behind: Content, earlier: Content | None) -> Content:
    """With the counts of the lists `behind`, and what has changed since those of the week before (`earlier`)."""
    told = deepcopy(content)
    now, before = behind["campaigns"], earlier["campaigns"] if earlier else {}
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
