"""Gatherings as iCalendar: invitations that Outlook, Apple and Google update in place, and what a subscription reads.

A session is one event: its UID stays, its SEQUENCE grows with every change of the session and of the person's own
registration, so that what is newer always wins (RFC 5545 3.8.4.7, 3.8.7.4; RFC 5546 2.1.4, 3.2.2, 3.2.5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress

from cms.templatetags.frame import prefixed
from learners.models import Learner

from ..models import Gathering, Registration, Session

OSLO = ZoneInfo("Europe/Oslo")
PRODUCT = "-//Fagbenk//Samlinger//NO"
# The rule since 1996, which holds for every event that Fagbenk can have: no list of single days.
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19970330T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
"""


@cache
def _zone() -> Timezone:
    found = Timezone.from_ical(ZONE.replace("\n", "\r\n"))
    assert isinstance(found, Timezone)  # noqa: S101 - our own text
    return found


def sequence(session: Session, registration: Registration) -> int:
    """Grows whenever the session or the person's own registration changes; never falls."""
    return session.sequence + registration.turn


def invitation(session: Session, registration: Registration, at: dt.datetime) -> str:
    """METHOD:REQUEST: the session into the person's calendar, or changed there."""
    return _one(session, registration, at, "REQUEST")


def cancellation(session: Session, registration: Registration, at: dt.datetime) -> str:
    """METHOD:CANCEL: the session out of the person's calendar."""
    return _one(session, registration, at, "CANCEL")


def published(rows: Iterable[tuple[Session, Registration]], at: dt.datetime, name: str) -> bytes:
    """METHOD:PUBLISH: all sessions of one person, for a subscription or a file."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=2), {"value": "DURATION"})
    calendar.add("x-published-ttl", dt.timedelta(hours=2))
    for session, registration in rows:
        calendar.add_component(_event(session, registration, at, gone=_gone(session, registration)))
    return calendar.to_ical()


def _gone(session: Session, registration: Registration) -> bool:
    return session.cancelled or session.gathering.cancelled or registration.state != Registration.State.SEAT


def _one(session: Session, registration: Registration, at: dt.datetime, method: str) -> str:
    calendar = _calendar(method)
    event = _event(session, registration, at, gone=method == "CANCEL")
    event.add("organizer", _organizer())
    event.add("attendee", _attendee(registration.learner))
    calendar.add_component(event)
    return calendar.to_ical().decode()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone())
    return calendar


def _event(session: Session, registration: Registration, at: dt.datetime, *, gone: bool) -> Event:
    event = Event()
    event.add("uid", uid(session))
    event.add("sequence", sequence(session, registration))
    event.add("dtstamp", at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", session.starts.astimezone(OSLO))
    event.add("dtend", session.ends.astimezone(OSLO))
    event.add("summary", summary(session))
    where = session.place or session.video_link
    if where:
        event.add("location", where)
    link = address(session.gathering)
    event.add("description", _description(session, link))
    event.add("url", link)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if gone else "OPAQUE")
    return event


def uid(session: Session) -> str:
    """Never changes, and is like nobody else's."""
    return f"{session.uid}@{urlsplit(settings.XAPI_BASE).hostname or 'fagbenk'}"


def summary(session: Session) -> str:
    language = translation.get_language() or settings.LANGUAGE_CODE
    whole, own = session.gathering.title_in(language), session.title_in(language)
    return f"{whole}: {own}" if own and own != whole else whole


def _description(session: Session, link: str) -> str:
    lines = session.agenda_in(translation.get_language() or settings.LANGUAGE_CODE)
    if session.video_link:
        lines += ["", _("Video:") + f" {session.video_link}"]
    lines += ["", _("Programme, documents, and giving up the seat:"), link]
    if settings.LOCAL:
        lines += ["", _("Demo: people and figures are invented")]
    return "\n".join(lines).strip()


def address(gathering: Gathering) -> str:
    """The gathering's page in the active language."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return f"{settings.SITE_URL}{prefixed(f'/samlinger/{gathering.slug}/', language)}"


def _organizer() -> vCalAddress:
    """Who sends: replies of calendars go where replies to our mails go."""
    name, _sep, mail = settings.DEFAULT_FROM_EMAIL.rpartition("<")
    found = vCalAddress(f"MAILTO:{mail.strip('<> ')}")
    found.params["CN"] = name.strip() or "Fagbenk"
    return found


def _attendee(learner: Learner) -> vCalAddress:
    """Only the one who gets the mail: nobody sees from an invitation who else comes."""
    found = vCalAddress(f"MAILTO:{learner.email}")
    found.params["CN"] = learner.get_full_name() or learner.email or ""
    found.params |= {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    return found
