"""The demo's series over years: the indicator of the strategy for prison work, as its reports have it."""

from __future__ import annotations

import datetime as dt

from learners.models import Learner
from tracking.barometer import series as over_years
from tracking.barometer.models import YearlyFigure, YearlySeries

# Share of inmates in activity. Source: the strategy for prison work 2015-2018, goal 1, and its follow-up.
ACTIVITY = {2015: 76, 2018: 82, 2019: 83}


def store(by: Learner, at: dt.datetime) -> None:
    """The share of inmates in activity against its target of 90 %, entered by hand."""
    row = YearlySeries.objects.create(
        slug="innsatte-i-aktivitet",
        title="Innsatte i aktivitet",
        title_nn="Innsette i aktivitet",
        about="Andelen innsatte som er i arbeid, opplæring, program eller annen aktivitet på dagtid.",
        about_nn="Delen innsette som er i arbeid, opplæring, program eller annan aktivitet på dagtid.",
        target=90,
        public=True,
    )
    for year, percent in ACTIVITY.items():
        one = YearlyFigure(series=row, year=year, percent=percent, source="Strategi for arbeidsdriften, mål 1")
        over_years.enter(one, by, at)
