"""A leader's reminder: to one person or the whole team, at most once a week each, never to whom `who` leaves alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.figures import clock, long_date
from cms.templatetags.frame import prefixed
from learners import outbox
from learners.models import Learner, OutgoingMail, Unit

from ..clock import oslo_day, week_name
from .models import Reminder, SlotOffer
from .team import team
from .who import Left, nearest, to_remind

KIND = "reminder"
REST = dt.timedelta(days=7)  # between two reminders to the same person


@dataclass(frozen=True)
class Letter:
    """A reminder in its reader's language: what the leader is shown is what the mail says."""

    to: Learner
    language: str
    subject: str
    greeting: str
    lead: str
    items: tuple[str, ...]
    after: str
    link: str
    why: str
    demo: str


@dataclass(frozen=True)
class Plan:
    """Whom a reminder would reach, who of those who wait has had one this week, and who has no address."""

    letters: tuple[Letter, ...]
    rested: tuple[Learner, ...]
    unreachable: tuple[Learner, ...] = ()


def plan(unit: Unit, sender: Learner, at: dt.datetime, only: Collection[str] | None = None) -> Plan:
    """The letters to those of the unit's team who may be reminded now; `only`: those with these opaque ids."""
    on = oslo_day(at)
    found = [member for member in team(unit, on).members if member.learner != sender]
    members = {member.learner.pk: member.learner for member in found}
    left = to_remind(on, learners=set(members))
    rested = _rested(left, at)
    asked = [pk for pk in members if pk in left and (only is None or str(members[pk].opaque_id) in only)]
    times = _times(asked, at)
    letters = [_letter(members[pk], sender, left[pk], times.get(pk), at) for pk in asked if pk not in rested]
    silent = [] if only else [member.learner for member in found if member.waits and not member.learner.email]
    return Plan(tuple(letters), tuple(members[pk] for pk in asked if pk in rested), tuple(silent))


def send(unit: Unit, sender: Learner, at: dt.datetime, only: Collection[str]) -> int:
    """Put the reminders to those with these opaque ids in the outbox, as far as they may still be reminded; how many.

    Sent twice at once, or by two leaders: the week's first stands.
    """
    return sum(_send(unit, sender, letter, at) for letter in plan(unit, sender, at, only).letters)


def _send(unit: Unit, sender: Learner, letter: Letter, at: dt.datetime) -> bool:
    week = week_name(oslo_day(at))
    try:
        with transaction.atomic():
            Reminder.objects.create(learner=letter.to, sent_by=sender, unit=unit, week=week, sent_at=at)
            with translation.override(letter.language):
                text, html = (render_to_string(f"mail/reminder.{kind}", {"letter": letter}) for kind in ("txt", "html"))
            key = f"reminder:{week}:{letter.to.opaque_id}"
            return outbox.put(key, letter.to, letter.subject, text, html, at, composer=KIND)
    except IntegrityError:
        return False


def still_due(mail: OutgoingMail, at: dt.datetime) -> outbox.Written | None:
    """The reminder as its leader saw it; None for one who is done, away or gone by the time it can be sent."""
    if mail.learner_id is None or mail.learner_id not in to_remind(oslo_day(at), learners={mail.learner_id}):
        return None
    return outbox.Written(mail.subject, mail.text, mail.html)


def _rested(learner_ids: Collection[int], at: dt.datetime) -> set[int]:
    """Those who have had a reminder so lately that another one would be nagging."""
    recent = Reminder.objects.filter(learner__in=list(learner_ids), sent_at__gt=at - REST)
    this_week = Reminder.objects.filter(learner__in=list(learner_ids), week=week_name(oslo_day(at)))
    return set((recent | this_week).values_list("learner_id", flat=True))


def _times(learner_ids: Collection[int], at: dt.datetime) -> dict[int, SlotOffer]:
    """The next time that is set aside for each."""
    offers = SlotOffer.objects.filter(
        learner__in=list(learner_ids), slot__begins_at__gt=at, slot__cancelled_at=None
    ).select_related("slot")
    return {offer.learner_id: offer for offer in offers.order_by("-slot__begins_at")}


def _letter(learner: Learner, sender: Learner, left: list[Left], time: SlotOffer | None, at: dt.datetime) -> Letter:
    with translation.override(learner.language):
        language = translation.get_language()
        items = tuple(_item(one.course.title_in(language), one.due) for one in nearest(left))
        return Letter(
            to=learner,
            language=language,
            subject=ngettext(
                "%(leader)s reminds you of a course", "%(leader)s reminds you of %(number)s courses", len(items)
            )
            % {"leader": sender.get_full_name(), "number": len(items)},
            greeting=_("Hello %(name)s,") % {"name": learner.given_name or learner.get_full_name()},
            lead=_("%(leader)s asks you to find time for what is left:") % {"leader": sender.get_full_name()},
            items=items,
            after=_set_aside(time) if time else _("If you lack time or a PC, say so: then your leader can make room."),
            link=settings.SITE_URL + prefixed("/min-laering/", language),
            why=_("Your leader can send you at most one reminder a week. It stops when you are done."),
            demo=_("Demo: people and figures are invented") if settings.LOCAL else "",
        )


def _item(title: str, due: dt.date) -> str:
    return _("%(course)s, by %(day)s") % {"course": title, "day": long_date(due)}


def _set_aside(offer: SlotOffer) -> str:
    slot = offer.slot
    told = {"day": long_date(slot.begins_at), "from": clock(slot.begins_at), "to": clock(slot.ends_at)}
    if slot.place:
        told["place"] = slot.place
        return _("Time is set aside for you on %(day)s from %(from)s to %(to)s: %(place)s.") % told
    return _("Time is set aside for you on %(day)s from %(from)s to %(to)s.") % told
