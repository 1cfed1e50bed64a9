"""The demo's days: everything is dated from the day on which it is loaded, so that the demo is always fresh."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tracking.clock import OSLO, oslo_day

WEEKS = 12  # of activity before the unfinished week
LATER = 5  # weeks of the smaller campaigns: enough for a forecast
HISTORY = dt.timedelta(weeks=4)  # of people data before the campaigns start
NIGHT = dt.time(0, 5)  # when the people data arrive, every night


@dataclass(frozen=True)
class Calendar:
    """`today` is the Oslo day of loading; what the demo tells ends with the day before."""

    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return oslo_day(self.now)

    @property
    def monday(self) -> dt.date:
        """The Monday of the unfinished week."""
        return self.today - dt.timedelta(days=self.today.weekday())

    @property
    def start(self) -> dt.date:
        """The Monday on which the campaigns start."""
        return self.monday - dt.timedelta(weeks=WEEKS)

    @property
    def later_start(self) -> dt.date:
        """The Monday on which the smaller campaigns start."""
        return self.monday - dt.timedelta(weeks=LATER)

    @property
    def opened(self) -> dt.date:
        """The day of the first delivery of people data."""
        return self.start - HISTORY

    @property
    def deadline(self) -> dt.date:
        """The first 30 June that leaves five months or more."""
        first = dt.date(self.today.year, 6, 30)
        return first if (first - self.today).days > 150 else first.replace(year=first.year + 1)

    @property
    def early_deadline(self) -> dt.date:
        """The end of the month that is about ten weeks ahead."""
        ahead = self.today + dt.timedelta(weeks=10)
        return (ahead.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)

    def days(self) -> list[dt.date]:
        """The days with activity: from the start to yesterday."""
        return [self.start + dt.timedelta(days=n) for n in range((self.today - self.start).days)]

    def sundays(self) -> list[dt.date]:
        """The Sundays of the finished weeks."""
        return [day for day in self.days() if day.isoweekday() == 7]


def night(day: dt.date) -> dt.datetime:
    """When the people data of `day` arrived (aware UTC)."""
    return moment(day, NIGHT)


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """Oslo's clock on `day`, as aware UTC."""
    return dt.datetime.combine(day, time, OSLO).astimezone(dt.UTC)
