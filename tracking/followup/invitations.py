"""A slot as iCalendar (RFC 5545, 5546): one UID for life, a sequence that counts changes, CANCEL at its end."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from cms.figures import clock, long_date
from cms.templatetags.frame import address
from learners import outbox
from learners.models import Learner

from ..clock import OSLO
from .models import Slot


def put(slot: Slot, learner: Learner, by: Learner, at: dt.datetime) -> bool:
    """Write the learner's mail about the slot as it is now; once for each change. Without an address: no mail."""
    if not learner.email:
        return False
    with translation.override(learner.language):
        told = _told(slot, by)
        text, html = (render_to_string(f"mail/slot.{kind}", told) for kind in ("txt", "html"))
        invitation = as_calendar(slot, learner, by).decode()
        key = f"slot:{slot.uid}:{slot.sequence}:{learner.opaque_id}"
        return outbox.put(key, learner, told["subject"], text, html, at, calendar=invitation)


def _told(slot: Slot, by: Learner) -> dict[str, str]:
    when = {"day": long_date(slot.begins_at), "from": clock(slot.begins_at), "to": clock(slot.ends_at)}
    leader = {"leader": by.get_full_name()}
    if slot.cancelled_at:
        subject, lead = _("Time taken back: %(day)s from %(from)s"), _("%(leader)s had to take this time back:")
    elif slot.sequence:
        subject, lead = _("New time to learn: %(day)s from %(from)s"), _("%(leader)s has moved your time to learn:")
    else:
        subject, lead = _("Time to learn: %(day)s from %(from)s"), _("%(leader)s has set time aside for you to learn:")
    return {
        "subject": subject % when,
        "lead": lead % leader,
        "when": _("%(day)s from %(from)s to %(to)s") % when,
        "place": slot.place,
        "link": "" if slot.cancelled_at else _link(),
        "language": translation.get_language() or "nb",
        "demo": _("Demo: people and figures are invented") if settings.LOCAL else "",
    }


def _link() -> str:
    return settings.SITE_URL + address("/min-laering/")


def as_calendar(slot: Slot, learner: Learner | None, by: Learner | None) -> bytes:
    """The slot for one who is invited, or (None) as a file for the leader's own calendar."""
    made = Calendar()
    made.add("prodid", "-//Fagbenk//Fagbenk//NO")
    made.add("version", "2.0")
    if learner:
        made.add("method", "CANCEL" if slot.cancelled_at else "REQUEST")
    made.add_component(_event(slot, learner, by))
    made.add_missing_timezones()
    return made.to_ical()


def _event(slot: Slot, learner: Learner | None, by: Learner | None) -> Event:
    event = Event()
    event.add("uid", f"{slot.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", slot.sequence)
    event.add("dtstamp", slot.changed_at.astimezone(dt.UTC))
    event.add("dtstart", slot.begins_at.astimezone(OSLO))
    event.add("dtend", slot.ends_at.astimezone(OSLO))
    event.add("summary", _("Time to learn"))
    event.add("status", "CANCELLED" if slot.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if slot.cancelled_at else "OPAQUE")
    event.add("description", _link())
    if slot.place:
        event.add("location", slot.place)
    if by and by.email:
        event.add("organizer", _person(by))
    if learner and learner.email:
        attendee = _person(learner)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee)
    return event


def _person(learner: Learner) -> vCalAddress:
    address = vCalAddress(f"mailto:{learner.email}")
    address.params["CN"] = vText(learner.get_full_name())
    return address
