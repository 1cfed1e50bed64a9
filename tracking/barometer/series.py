"""A share over years against a target, as everybody sees it: entered by hand, or read from a campaign's figures."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation

from courses.models import Campaign
from learners.models import Learner

from ..clock import oslo_day
from .figures import figure
from .models import YearlyFigure, YearlySeries
from .sheet import as_text

COLUMNS = ("series", "year", "on", "share", "target", "completed", "counted", "source", "entered_at")


@dataclass(frozen=True)
class YearPoint:
    """One year. `share` is a fraction; counts where the figure is a campaign's; `source` in words, empty for those."""

    year: int
    on: dt.date
    share: float
    completed: int | None = None
    counted: int | None = None
    source: str = ""
    entered_at: dt.datetime | None = None


@dataclass(frozen=True)
class Series:
    """A series with its points, the oldest first; `target` is a fraction."""

    slug: str
    title: str
    about: str
    target: float
    points: tuple[YearPoint, ...]

    @property
    def last(self) -> YearPoint | None:
        return self.points[-1] if self.points else None

    @property
    def reached(self) -> bool:
        """Whether the newest share has reached the target."""
        return self.last is not None and self.last.share >= self.target


def stored(signed_in: bool) -> list[YearlySeries]:
    """The series that somebody may see."""
    rows = YearlySeries.objects.select_related("campaign")
    return list(rows if signed_in else rows.filter(public=True))


def read(row: YearlySeries, at: dt.datetime) -> Series:
    """The series as it stands at the moment `at`, in the active language."""
    points = _from_campaign(row.campaign, at) if row.campaign else {}
    for one in YearlyFigure.objects.filter(series=row, known_to=None):
        end = dt.date(one.year, 12, 31)
        points[one.year] = YearPoint(
            one.year, end, float(one.percent) / 100, source=one.source, entered_at=one.known_from
        )
    language = translation.get_language() or "nb"
    return Series(
        slug=row.slug,
        title=row.title_in(language),
        about=row.about_in(language),
        target=float(row.target) / 100,
        points=tuple(points[year] for year in sorted(points)),
    )


def _from_campaign(campaign: Campaign, at: dt.datetime) -> dict[int, YearPoint]:
    """The whole service at the end of each year that the campaign has run, this year so far, no later than the
    deadline."""
    last = min(oslo_day(at), campaign.deadline)
    found = {}
    for year in range(campaign.start.year, last.year + 1):
        day = min(dt.date(year, 12, 31), last)
        if day < campaign.start:
            continue
        told = figure(campaign, None, day, "now", None, at)
        if told.own.share is not None:
            found[year] = YearPoint(year, told.as_of, told.own.share, told.own.completed, told.own.counted)
    return found


@transaction.atomic
def enter(one: YearlyFigure, by: Learner, at: dt.datetime) -> YearlyFigure:
    """Record a year's figure; one that stands for that year and is corrected is closed, and kept."""
    YearlyFigure.objects.filter(pk=one.pk, known_to=None).update(known_to=at)
    one.pk = None
    one._state.adding = True
    one.entered_by, one.known_from, one.known_to = by, at, None
    one.save()
    return one


def as_json(series: Series) -> dict[str, Any]:
    """The series as JSON (docs/barometer.md, "Over years")."""
    return {
        "series": {"slug": series.slug, "title": series.title, "about": series.about, "target": series.target},
        "years": [
            {
                "year": point.year,
                "on": point.on.isoformat(),
                "share": point.share,
                "completed": point.completed,
                "counted": point.counted,
                "source": point.source,
                "entered_at": point.entered_at.astimezone(dt.UTC).isoformat(timespec="seconds")
                if point.entered_at
                else None,
            }
            for point in series.points
        ],
    }


def as_csv(series: Series) -> str:
    """One row a year; what is not there is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in as_json(series)["years"]:
        own = {**row, "series": as_text(series.slug), "target": series.target, "source": as_text(row["source"])}
        writer.writerow("" if own[name] is None else own[name] for name in COLUMNS)
    return out.getvalue()
