"""What a weekly report says, from figures to plain data: counts, shares and dates, no sentences and no names of people.

    {"format": 3, "week", "from", "as_of", "known", "provisional", "rule_version", "demo", "unit": {"code", "name"},
     "people_received_at", "statements_received_at",
     "deadlines": [{"slug", "title", "title_nn", "on"}], "quality": {"people_without_posting", "disputed"},
     "restatements": [{"week", "slug", "title", "title_nn", "part", "was", "is"}],
     "campaigns": [{"slug", "title", "title_nn", "start", "deadline", "target", "parts": [part, …]}]}

A part is the barometer's JSON of that part (docs/barometer.md) without what is said above, with "part", "title",
"title_nn" (null for all courses together), "courses" (how many), "change" (persons since the Sunday before),
"last_week", "pace", "at_most" (whether room at gatherings or in classes, not the pace, bounds the forecast to one
figure), "target_reached", "completed_in_audience", "bridge" (docs/barometer.md, "The bridge"; null where there is
none), "ahead" and "behind" (codes of the units that are so two weeks in a row). Hidden numbers are null. `was` and `is`
are {"counted", "completed"}. Deadlines are those of the four weeks after the report's day. "own_team": true is added
only for the leader of exactly these people (own_team.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.text import capfirst

from courses.models import Campaign
from learners.models import Unit

from ..barometer.comparison import AHEAD as AHEAD_OF
from ..barometer.comparison import BEHIND
from ..barometer.crossing import ALL
from ..barometer.published import Figure, as_json
from ..barometer.rule import RULE_VERSION
from ..barometer.words import bar_name
from .weeks import Week

FORMAT = 3
# Said once for the whole report, or of no use in it.
SAID_ABOVE = ("campaign", "unit", "known", "rule_version", "people_received_at", "statements_received_at")
AHEAD = dt.timedelta(weeks=4)
Content = dict[str, Any]


def build(
    week: Week,
    unit: Unit,
    figures: Sequence[Sequence[Figure]],
    *,
    known: str,
    as_of: dt.date,
    ages: dict[str, dt.datetime | None],
    quality: Content,
    restatements: Sequence[Content],
    demo: bool,
) -> Content:
    """The content from one sequence of figures (the parts, in order) for each campaign."""
    return {
        "format": FORMAT,
        "week": week.name,
        "from": week.monday.isoformat(),
        "as_of": as_of.isoformat(),
        "known": known,
        "provisional": known == "now",
        "rule_version": RULE_VERSION,
        "demo": demo,
        "unit": {"code": unit.code, "name": unit.name},
        **{name: _moment(moment) for name, moment in ages.items()},
        "deadlines": deadlines([parts[0].campaign for parts in figures if parts], as_of),
        "quality": quality,
        "restatements": list(restatements),
        "campaigns": [_campaign(parts) for parts in figures if parts],
    }


def deadlines(campaigns: Sequence[Campaign], as_of: dt.date) -> list[Content]:
    """What falls due in the four weeks after the day, the first first."""
    last = as_of + AHEAD
    due = sorted((c for c in campaigns if as_of < c.deadline <= last), key=lambda c: (c.deadline, c.slug))
    return [{"slug": c.slug, "title": c.title, "title_nn": c.title_nn, "on": c.deadline.isoformat()} for c in due]


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else None


def _campaign(parts: Sequence[Figure]) -> Content:
    campaign = parts[0].campaign
    titles = _titles(campaign)
    return {
        "slug": campaign.slug,
        "title": campaign.title,
        "title_nn": campaign.title_nn,
        "start": campaign.start.isoformat(),
        "deadline": campaign.deadline.isoformat(),
        "target": float(campaign.target),
        "parts": [_part(figure, titles) for figure in parts],
    }


def _titles(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """The courses' titles by part: bokmål, nynorsk (may be empty)."""
    rows = campaign.requirements.select_related("course")
    return {row.course.code.lower(): (row.course.title, row.course.title_nn) for row in rows}


def _part(figure: Figure, titles: dict[str, tuple[str, str]]) -> Content:
    title, title_nn = titles.get(figure.part) or _name(figure)
    told = {name: value for name, value in as_json(figure).items() if name not in SAID_ABOVE}
    return {
        "part": figure.part,
        "title": title,
        "title_nn": title_nn,
        "courses": len(titles) if figure.part == ALL else 1,
        **told,
        "completed_in_audience": figure.completed_in_audience,
        "change": figure.change_since_last_week,
        "last_week": _last_week(figure),
        "pace": figure.pace,
        "at_most": bool(figure.forecast and figure.forecast.at_most),
        "target_reached": figure.target_reached,
        "bridge": figure.bridge.as_json() if figure.bridge else None,
        "ahead": [unit.code for unit in figure.units if unit.stands == AHEAD_OF],
        "behind": [unit.code for unit in figure.units if unit.stands == BEHIND],
    }


def _name(figure: Figure) -> tuple[str | None, str | None]:
    """What a bar that is no course is called, in bokmål and nynorsk; nothing for all courses, which are counted."""
    if figure.part == ALL:
        return None, None
    said = []
    for language in ("nb", "nn"):
        with translation.override(language):
            said.append(capfirst(bar_name(figure.bar, figure.courses)))
    return said[0], said[1]


def _last_week(figure: Figure) -> Content | None:
    """The Sunday before the figure's day."""
    before = [point for point in figure.trend if point.on < figure.as_of and point.on.isoweekday() == 7]
    if not before or before[-1].suppressed:
        return None
    point = before[-1]
    return {"on": point.on.isoformat(), "counted": point.counted, "completed": point.completed, "share": point.share}
