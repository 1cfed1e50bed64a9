"""Who is told what: a mail for every turn of a registration, and an invitation for every session that changed.

`Registration.untold` is the row that a task claims; each mail's key says what it tells, so that nothing is sent twice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.figures import long_date
from learners import outbox
from learners.policy import has_left

from ..models import Gathering, Registration, Session
from . import calendars

State = Registration.State
AT_A_TIME = 200


@dataclass(frozen=True)
class Mail:
    """One mail: `name` is what it tells, as a part of its key."""

    name: str
    subject: str
    sentence: str
    sessions: list[Session]
    calendar: str = ""


def tell_all(at: dt.datetime) -> int:
    """Tell everybody who has not been told how they stand; returns how many mails were written."""
    rows = Registration.objects.filter(untold=True).exclude(gathering__state=Gathering.State.DRAFT).order_by("pk")
    return sum(tell(pk, at) for pk in rows.values_list("pk", flat=True)[:AT_A_TIME])


@transaction.atomic
def tell(pk: int, at: dt.datetime) -> int:
    """Tell one person; told already: nothing."""
    row = Registration.objects.select_for_update(of=("self",)).select_related("gathering", "learner").get(pk=pk)
    if not row.untold:
        return 0
    learner = row.learner
    row.untold = False
    if not learner.email or not learner.is_active or has_left(learner, timezone.localdate(at)):
        row.save(update_fields=["untold"])
        return 0
    with translation.override(learner.language):
        mails = _mails(row, at)
        written = sum(_put(row, mail, at) for mail in mails)
    row.invited = _stands_in_calendar(row)
    row.save(update_fields=["untold", "invited"])
    return written


def _stands_in_calendar(row: Registration) -> bool:
    return row.state == State.SEAT and not row.gathering.cancelled


def _mails(row: Registration, at: dt.datetime) -> list[Mail]:
    sessions = list(row.gathering.sessions.order_by("starts", "pk"))
    for one in sessions:
        one.gathering = row.gathering
    if _stands_in_calendar(row):
        return [_invite(row, one, sessions, at) for one in sessions if not one.cancelled or row.invited]
    if row.invited:
        return [_take_out(row, one, at) for one in sessions if not one.cancelled]
    return [_words(row, sessions)]


def _invite(row: Registration, one: Session, sessions: list[Session], at: dt.datetime) -> Mail:
    number = calendars.sequence(one, row)
    if one.cancelled:
        said = _("This part of the gathering is cancelled. The rest of it is held as planned.")
        return Mail(f"{one.pk}:ut:{number}", _("Cancelled"), said, [one], calendars.cancellation(one, row, at))
    changed = row.invited
    said = (
        _("Something about the gathering has changed: this is how it stands now.") if changed else _("You have a seat.")
    )
    word = _("Changed") if changed else _("You have a seat")
    return Mail(f"{one.pk}:inn:{number}", word, said, [one], calendars.invitation(one, row, at))


def _take_out(row: Registration, one: Session, at: dt.datetime) -> Mail:
    said = (
        _("The gathering is cancelled. You need not do anything; it goes out of your calendar.")
        if row.gathering.cancelled
        else _("You are off the list, and the seat is somebody else’s to take. It goes out of your calendar.")
    )
    word = _("Cancelled") if row.gathering.cancelled else _("You have given up the seat")
    number = calendars.sequence(one, row)
    return Mail(f"{one.pk}:ut:{number}", word, said, [one], calendars.cancellation(one, row, at))


def _words(row: Registration, sessions: list[Session]) -> Mail:
    """What needs no calendar."""
    told = {
        State.WAITING: (
            _("You are on the waiting list"),
            _("All seats are taken. You are told as soon as one is free."),
        ),
        State.OFFERED: (_("A seat is free for you"), _offer(row)),
        State.LAPSED: (
            _("The seat has gone to the next in line"),
            _("You did not answer in time. You can register anew."),
        ),
        State.CANCELLED: (_("You are off the list"), _("You are no longer registered. You can register anew.")),
        State.SEAT: (_("Cancelled"), _("The gathering is cancelled. You need not do anything.")),
    }
    if row.gathering.cancelled:
        told[State(row.state)] = told[State.SEAT]
    word, said = told[State(row.state)]
    name = f"{row.state}:{row.turn}" + (":avlyst" if row.gathering.cancelled else "")
    return Mail(name, word, said, [one for one in sessions if not one.cancelled])


def _offer(row: Registration) -> str:
    if row.answer_by is None:
        return _("Say on the page whether you take it.")
    moment = timezone.localtime(row.answer_by)
    return _("Say before %(time)s on %(day)s whether you take it. After that it goes to the next in line.") % {
        "day": long_date(moment),
        "time": f"{moment:%H:%M}",
    }


def _put(row: Registration, mail: Mail, at: dt.datetime) -> bool:
    title = row.gathering.title_in(translation.get_language() or "nb")
    context = {
        "title": title,
        "mail": mail,
        "link": calendars.address(row.gathering),
        "language": translation.get_language(),
        "contact": row.gathering.contact,
        "demo": settings.LOCAL,
    }
    text, html = (render_to_string(f"mail/gathering.{kind}", context) for kind in ("txt", "html"))
    key = f"samling:{row.pk}:{mail.name}"
    return outbox.put(key, row.learner, f"{mail.subject}: {title}", text, html, at, calendar=mail.calendar)
