"""Time set aside: offered by the leader, followed by everybody's calendar, and noted as used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from learners.models import Employment, Learner, Posting, Unit
from learners.policy import team_unit_ids, who_have_left

from ..clock import OSLO, oslo_day
from . import invitations
from .exceptions import BadTime, NotInTeam
from .models import Slot, SlotOffer
from .team import team

SHORTEST, LONGEST = dt.timedelta(minutes=15), dt.timedelta(hours=8)
BACK, AHEAD = dt.timedelta(days=60), dt.timedelta(days=366)
NEXT_HOUR = 8  # a proposal begins at eight o'clock


def proposal(at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The hour from eight on the next working day, in Oslo."""
    day = oslo_day(at) + dt.timedelta(days=1)
    while day.isoweekday() > 5:
        day += dt.timedelta(days=1)
    begins = dt.datetime.combine(day, dt.time(NEXT_HOUR), OSLO)
    return begins, begins + dt.timedelta(hours=1)


def of_unit(unit: Unit, at: dt.datetime) -> list[Slot]:
    """The unit's slots of the last sixty days and to come, the newest first, with the offers to the team of today:
    whose leader it is no more learns nothing of those who have moved on."""
    offers = SlotOffer.objects.filter(learner__in=_working_there(unit, at)).select_related("learner")
    offers = offers.order_by("learner__family_name", "learner__given_name", "pk")
    found = Slot.objects.filter(unit=unit, begins_at__gte=at - BACK).prefetch_related(Prefetch("offers", offers))
    return list(found.order_by("-begins_at", "-pk"))


@transaction.atomic
def offer(
    unit: Unit,
    opaque_ids: Collection[str],
    begins: dt.datetime,
    ends: dt.datetime,
    place: str,
    by: Learner,
    at: dt.datetime,
) -> Slot:
    """Set time aside for some of the unit's team, and invite them if it lies ahead. Raises BadTime, NotInTeam."""
    _check(begins, ends, at)
    invited = _of_team(unit, opaque_ids, at)
    if not invited:
        raise NotInTeam(_("Choose at least one of your team."))
    slot = Slot.objects.create(
        unit=unit, begins_at=begins, ends_at=ends, place=place.strip()[:120], made_by=by, made_at=at, changed_at=at
    )
    SlotOffer.objects.bulk_create(SlotOffer(slot=slot, learner=one, offered_at=at) for one in invited)
    _tell(slot, invited, by, at)
    return slot


@transaction.atomic
def move(slot: Slot, begins: dt.datetime, ends: dt.datetime, place: str, by: Learner, at: dt.datetime) -> bool:
    """Another time or place; everybody's calendar follows. Whether anything changed. Raises BadTime."""
    held, place = _locked(slot), place.strip()[:120]
    _check(begins, ends, at)
    changed = (held.begins_at, held.ends_at, held.place) != (begins, ends, place)
    if changed:
        held.begins_at, held.ends_at, held.place, held.changed_at = begins, ends, place, at
        held.sequence += 1
        held.save()
        _tell(held, [offer.learner for offer in held.offers.select_related("learner")], by, at)
    return changed


@transaction.atomic
def cancel(slot: Slot, by: Learner, at: dt.datetime) -> Slot:
    """Take the time back; it goes out of everybody's calendar. Again: nothing more happens."""
    held = _locked(slot, cancelled=True)
    if held.cancelled_at is None:
        held.cancelled_at = held.changed_at = at
        held.sequence += 1
        held.save()
        _tell(held, [offer.learner for offer in held.offers.select_related("learner")], by, at)
    return held


def mark(slot: Slot, used: Collection[str], by: Learner, at: dt.datetime) -> None:
    """Note who of today's team used the time (opaque ids); the others of it had it and did not. Raises BadTime for what
    is still to come."""
    if slot.cancelled_at or slot.begins_at > at:
        raise BadTime(_("Whether time was used can be noted once it has begun."))
    for offer in slot.offers.filter(learner__in=_working_there(slot.unit, at)).select_related("learner"):
        was_used = str(offer.learner.opaque_id) in used
        if offer.used is not was_used:
            SlotOffer.objects.filter(pk=offer.pk).update(used=was_used, marked_by=by, marked_at=at)


def minutes(learner_ids: Iterable[int], since: dt.date, at: dt.datetime) -> dict[int, tuple[int, int]]:
    """By learner id: the minutes that were offered since a day (those to come among them), and how many were used."""
    rows = SlotOffer.objects.filter(
        learner__in=list(learner_ids),
        slot__cancelled_at=None,
        slot__begins_at__gte=dt.datetime.combine(since, dt.time(), OSLO),
    ).select_related("slot")
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        offered, used = found.get(row.learner_id, (0, 0))
        found[row.learner_id] = (offered + row.slot.minutes, used + (row.slot.minutes if row.used else 0))
    return found


def _check(begins: dt.datetime, ends: dt.datetime, at: dt.datetime) -> None:
    if not SHORTEST <= ends - begins <= LONGEST:
        raise BadTime(_("Set aside at least a quarter of an hour and at most eight hours."), "minutes")
    if not at - BACK <= begins <= at + AHEAD:
        raise BadTime(_("The day must lie within the last two months or the coming year."))


def _working_there(unit: Unit, at: dt.datetime) -> QuerySet[Learner]:
    """Those whom the unit's leader leads today, whether or not anything is asked of them."""
    day = oslo_day(at)
    posted = Posting.objects.on(day).known().filter(unit__in=team_unit_ids(unit, day))
    return Learner.objects.filter(
        pk__in=posted.values("learner"), employments__in=Employment.objects.on(day).known()
    ).distinct()


def _of_team(unit: Unit, opaque_ids: Collection[str], at: dt.datetime) -> list[Learner]:
    members = {str(member.learner.opaque_id): member.learner for member in team(unit, oslo_day(at)).members}
    strangers = set(opaque_ids) - set(members)
    if strangers:
        raise NotInTeam(_("Somebody you chose is not in your team any more. Nothing was sent; choose again."))
    return [members[name] for name in dict.fromkeys(opaque_ids)]


def _locked(slot: Slot, cancelled: bool = False) -> Slot:
    held = Slot.objects.select_for_update().get(pk=slot.pk)
    if held.cancelled_at and not cancelled:
        raise BadTime(_("This time was taken back. Set aside another one."))
    return held


def _tell(slot: Slot, people: Iterable[Learner], by: Learner, at: dt.datetime) -> None:
    """What is over needs no invitation, and whoever has left the service gets none."""
    if slot.ends_at <= at:
        return
    everybody = list(people)
    gone = who_have_left([one.pk for one in everybody], oslo_day(at))
    for learner in everybody:
        if learner.pk not in gone:
            invitations.put(slot, learner, by, at)
