"""What corrections have changed in earlier weeks: told once, in the week in which they came to be known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from ..barometer.published import Figure, TrendPoint
from ..clock import week_name
from .content import Content

WEEKS = 8
FEWEST = 3  # persons, below the country (docs/barometer.md, flows)


Key = tuple[str, str, str]  # a campaign's slug, its bar, a week


def restatements(then: Figure, now: Figure, told_before: Mapping[Key, Content]) -> list[Content]:
    """Where the earlier Sundays of one bar differ between `then`, as frozen, and `now`, as known today.

    `told_before`: what earlier reports have told; the same figure is not told again, but one that has gone back to
    what was frozen is.
    """
    known = {point.on: point for point in now.trend}
    earlier = [point for point in then.trend if point.on < then.as_of and point.on.isoweekday() == 7][-WEEKS:]
    found = []
    for was in earlier:
        is_now = known.get(was.on)
        if is_now is None or was.suppressed or is_now.suppressed:
            continue
        week = week_name(was.on)
        frozen, latest = _counts(was), _counts(is_now)
        last = told_before.get((then.campaign.slug, then.part, week), frozen)
        changes = [abs(latest[name] - one[name]) for one in (frozen, last) for name in latest]
        if latest != last and (then.country or all(change == 0 or change >= FEWEST for change in changes)):
            found.append(_restated(then, week, last if latest == frozen else frozen, latest))
    return found


def _counts(point: TrendPoint) -> dict[str, int]:
    return {"counted": point.counted or 0, "completed": point.completed or 0}


def _restated(of: Figure, week: str, was: Content, now: Content) -> Content:
    campaign = of.campaign
    title = {"slug": campaign.slug, "title": campaign.title, "title_nn": campaign.title_nn}
    return {"week": week, **title, "part": of.part, "was": was, "is": now}


def told(contents: Iterable[Content]) -> dict[Key, Content]:
    """What reports, the oldest first, have told already. Before format 3 they told of campaigns' first bars only."""
    found: dict[Key, Content] = {}
    for content in contents:
        first = {campaign["slug"]: campaign["parts"][0]["part"] for campaign in content["campaigns"]}
        for one in content.get("restatements", []):
            found[one["slug"], one.get("part") or first[one["slug"]], one["week"]] = one["is"]
    return found


def of_all(
    then: Sequence[Sequence[Figure]], now: Sequence[Sequence[Figure]], before: Iterable[Content]
) -> list[Content]:
    """The restatements of several campaigns' bars; the figures stand in the same order."""
    known = told(before)
    bars = [bar for some, latest in zip(then, now, strict=True) for bar in zip(some, latest, strict=True)]
    return [one for was, is_now in bars for one in restatements(was, is_now, known)]


def first_week(sunday: dt.date) -> str:
    """The oldest week whose report may have told of what is still looked at."""
    return week_name(sunday - dt.timedelta(weeks=WEEKS))
