"""ISO weeks as reports see them: a week is closed at 06:00 in Oslo on the Monday after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..clock import known_until, last_sunday, oslo_day, sunday_of, week_name, week_sunday
from .exceptions import BadWeek, NoReport


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week by its Sunday."""

    sunday: dt.date

    @property
    def name(self) -> str:
        return week_name(self.sunday)

    @property
    def monday(self) -> dt.date:
        return self.sunday - dt.timedelta(days=6)

    @property
    def number(self) -> int:
        return self.sunday.isocalendar().week

    @property
    def year(self) -> int:
        return self.sunday.isocalendar().year

    @property
    def closes_at(self) -> dt.datetime:
        """From this moment on (aware UTC), what was known then is settled."""
        return known_until(self.sunday)

    def is_closed(self, at: dt.datetime) -> bool:
        return self.closes_at <= at

    def before(self, weeks: int) -> Week:
        return Week(self.sunday - dt.timedelta(weeks=weeks))


def parse(name: str) -> Week:
    """The week called "2026-W47". Raises BadWeek."""
    try:
        week = Week(week_sunday(name))
    except (ValueError, OverflowError):
        week = None
    if week is None or week.name != name:
        raise BadWeek(_("“%(week)s” is no week. Write it as 2026-W47.") % {"week": name[:20]})
    return week


def asked_for(name: str, at: dt.datetime) -> Week:
    """The week called `name`, if it has begun at the moment `at`. Raises BadWeek, NoReport."""
    week = parse(name)
    if week > current(at):
        raise NoReport(_("Week %(week)s has not begun yet.") % {"week": week.name})
    return week


def current(at: dt.datetime) -> Week:
    """The week that the moment `at` is in."""
    return Week(sunday_of(oslo_day(at)))


def newest_closed(at: dt.datetime) -> Week:
    """The last ended week whose figures are settled."""
    week = Week(last_sunday(oslo_day(at)))
    return week if week.is_closed(at) else week.before(1)
