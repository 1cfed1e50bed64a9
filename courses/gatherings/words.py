"""What a page says of a registration: sentences in the active language."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.figures import long_date

from ..models import Gathering, Registration
from . import registering
from .mine import is_over

State = Registration.State
REASONS = {
    "not_open": gettext_lazy("This gathering takes no registrations."),
    "begun": gettext_lazy("The gathering has begun, so one can no longer register."),
    "too_early": gettext_lazy("Registration has not opened yet."),
    "too_late": gettext_lazy("The last day to register is over."),
    "elearning_first": gettext_lazy("First comes the e-learning. When you have done it, you can register here."),
    "members_only": gettext_lazy("This gathering is for the members of a class."),
    "not_registered": gettext_lazy("You have no seat at this gathering."),
    "seat_is_kept": gettext_lazy("The last day to give up the seat is over. Tell those who teach if you cannot come."),
    "left": gettext_lazy("The employment has ended, so there is no registering. What has been attended is kept."),
    "no_offer": gettext_lazy("The seat is no longer free. You can register anew."),
    "offer_is_over": gettext_lazy("The time to answer is over, and the seat has gone to the next in line."),
}


def refused(reason: str) -> str:
    return str(REASONS[reason])


def standing(gathering: Gathering, mine: Registration | None, at: dt.datetime) -> str:
    """How the reader stands, in one sentence; empty where there is nothing to say."""
    if gathering.cancelled:
        return _("The gathering is cancelled.")
    if is_over(gathering, at):
        had_a_seat = mine is not None and mine.state == State.SEAT
        return f"{_('It has been held.')} {presence(mine)}" if mine and had_a_seat else _("It has been held.")
    if mine is None:
        return ""
    if mine.state == State.SEAT:
        return _("You have a seat.")
    if mine.state == State.OFFERED:
        return _("A seat is free for you. Say before %(time)s on %(day)s whether you take it.") % _moment(
            mine.answer_by
        )
    return _("You are number %(number)d on the waiting list.") % {"number": number_in_line(mine)}


def over(mine: Registration) -> str:
    """What is to be said of a seat at a gathering that is over."""
    return _("The gathering is cancelled.") if mine.gathering.cancelled else presence(mine)


def presence(mine: Registration) -> str:
    """What is recorded of a gathering that is over: whether the one who had the seat was there, and for how long."""
    recorded = {one.session_id: one.minutes for one in mine.attendance.all() if one.known_to is None}
    held = {one.pk: one.minutes for one in mine.gathering.sessions.all() if not one.cancelled}
    there = sum(minutes for session, minutes in recorded.items() if session in held)
    if not recorded:
        return _("It is not recorded yet who was there.")
    if not there:
        return _("It is recorded that you were not there.")
    if there >= sum(held.values()):
        return _("You were there.")
    return _("It is recorded that you were there for %(there)d of %(all)d minutes.") % {
        "there": there,
        "all": sum(held.values()),
    }


def number_in_line(mine: Registration) -> int:
    return mine.gathering.registrations.filter(state=State.WAITING, pk__lte=mine.pk).count()


def giving_up(gathering: Gathering, first: dt.datetime, on: dt.date) -> str:
    """Until when a seat can be given up, or could be."""
    day = registering.last_day_to_give_up(gathering, first)
    if day < on:
        return _("The last day to give up the seat was %(day)s.") % {"day": long_date(day)}
    return _("You can give up the seat until %(day)s.") % {"day": long_date(day)}


def _moment(moment: dt.datetime | None) -> dict[str, str]:
    local = timezone.localtime(moment)
    return {"time": f"{local:%H:%M}", "day": long_date(local)}
