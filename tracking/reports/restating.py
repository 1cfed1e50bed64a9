"""What corrections have changed in earlier weeks: told once, in the week in which they came to be known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from courses.models import Campaign

from ..barometer.published import Figure, TrendPoint
from ..clock import week_name
from .content import Content

WEEKS = 8
FEWEST = 3  # persons, below the country (docs/barometer.md, flows)


def restatements(then: Figure, now: Figure, told_before: Mapping[tuple[str, str], Content]) -> list[Content]:
    """Where the earlier Sundays of one campaign differ between `then`, as frozen, and `now`, as known today.

    `told_before`: what earlier reports have told, by (slug, week); the same figure is not told again.
    """
    known = {point.on: point for point in now.trend}
    earlier = [point for point in then.trend if point.on < then.as_of and point.on.isoweekday() == 7][-WEEKS:]
    found = [_restated(then.campaign, was, known[was.on]) for was in earlier if _differs(was, known.get(was.on), then)]
    return [one for one in found if told_before.get((one["slug"], one["week"])) != one["is"]]


def _differs(was: TrendPoint, now: TrendPoint | None, figure: Figure) -> bool:
    if now is None or was.suppressed or now.suppressed:
        return False
    changes = [abs(_int(now.counted) - _int(was.counted)), abs(_int(now.completed) - _int(was.completed))]
    return any(changes) and (figure.country or all(change == 0 or change >= FEWEST for change in changes))


def _int(count: int | None) -> int:
    return count or 0


def _restated(campaign: Campaign, was: TrendPoint, now: TrendPoint) -> Content:
    return {
        "week": week_name(was.on),
        "slug": campaign.slug,
        "title": campaign.title,
        "title_nn": campaign.title_nn,
        "was": {"counted": was.counted, "completed": was.completed},
        "is": {"counted": now.counted, "completed": now.completed},
    }


def told(contents: Iterable[Content]) -> dict[tuple[str, str], Content]:
    """What reports, the oldest first, have told already, by (slug, week)."""
    return {(one["slug"], one["week"]): one["is"] for content in contents for one in content.get("restatements", [])}


def of_all(then: Sequence[Sequence[Figure]], now: Sequence[Figure], before: Iterable[Content]) -> list[Content]:
    """The restatements of several campaigns; the figures stand in the same order."""
    known = told(before)
    return [one for parts, latest in zip(then, now, strict=True) for one in restatements(parts[0], latest, known)]


def first_week(sunday: dt.date) -> str:
    """The oldest week whose report may have told of what is still looked at."""
    return week_name(sunday - dt.timedelta(weeks=WEEKS))
