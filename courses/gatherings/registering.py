"""Registering, giving up, offering: one gathering's list is changed by one at a time, in a transaction that holds it.

Every change leaves a row that says who has not been told yet; a task tells them (courses.gatherings.notices).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from learners.models import Learner
from learners.policy import has_left, who_have_left

from ..exceptions import RegistrationRefused
from ..models import CohortMember, Gathering, Registration
from ..ports import learning

State = Registration.State
LEAST_NOTICE = dt.timedelta(hours=2)  # whoever is offered a seat has at least so long, or gets none


def _held(gathering: Gathering) -> Gathering:
    """The gathering's row, ours until the transaction ends."""
    return Gathering.objects.select_for_update().get(pk=gathering.pk)


def begins(gathering: Gathering) -> dt.datetime | None:
    """The start of the first session that is not cancelled."""
    return gathering.sessions.filter(cancelled=False).order_by("starts").values_list("starts", flat=True).first()


def standing(gathering: Gathering, learner: Learner) -> Registration | None:
    """The learner's registration that is not over."""
    return gathering.registrations.filter(learner=learner, state__in=Registration.ACTIVE).first()


# --- What the learner or the leader does ------------------------------------------------------------------------------
def refusal(gathering: Gathering, learner: Learner, at: dt.datetime) -> str:
    """Why the learner cannot be registered at the moment `at`, as a reason's name; empty: can be."""
    if has_left(learner, timezone.localdate(at)):
        return "left"
    return _not_now(gathering, at) or _not_they(gathering, learner)


def _not_now(gathering: Gathering, at: dt.datetime) -> str:
    today, first = timezone.localdate(at), begins(gathering)
    if gathering.state != Gathering.State.OPEN:
        return "not_open"
    if first is None or first <= at:
        return "begun"
    if gathering.opens_on and today < gathering.opens_on:
        return "too_early"
    if gathering.closes_on and today > gathering.closes_on:
        return "too_late"
    return ""


def _not_they(gathering: Gathering, learner: Learner) -> str:
    if gathering.cohort_id and not is_member(gathering, learner):
        return "members_only"
    if gathering.course and not learning().elearning_done([learner.pk], gathering.course):
        return "elearning_first"
    return ""


def is_member(gathering: Gathering, learner: Learner) -> bool:
    """Whether the learner is in the class that the gathering is for."""
    members = CohortMember.objects.filter(cohort=gathering.cohort_id, learner=learner, left_at=None)
    return gathering.cohort_id is None or members.exists()


@transaction.atomic
def register(gathering: Gathering, learner: Learner, by: Learner, at: dt.datetime) -> Registration:
    """A seat where there is one and nobody waits, else the last place on the waiting list; again: the same row.

    Raises RegistrationRefused.
    """
    gathering = _held(gathering)
    found = standing(gathering, learner)
    if found:
        return found
    reason = refusal(gathering, learner, at)
    if reason:
        raise RegistrationRefused(reason)
    return _write(gathering, learner, by, at, State.SEAT if _room(gathering) else State.WAITING)


@transaction.atomic
def place(gathering: Gathering, learner: Learner, by: Learner, at: dt.datetime) -> Registration:
    """A seat given by those who teach, whatever the rules and the number of seats say.

    Raises RegistrationRefused for somebody who has left the service.
    """
    gathering = _held(gathering)
    found = standing(gathering, learner)
    if has_left(learner, timezone.localdate(at)):
        raise RegistrationRefused("left")
    if found is None:
        return _write(gathering, learner, by, at, State.SEAT)
    if found.state != State.SEAT:
        _move(found, State.SEAT)
    return found


@transaction.atomic
def give_up(gathering: Gathering, learner: Learner, at: dt.datetime, *, by_teacher: bool = False) -> None:
    """The learner gives up the seat, the offer or the place in the line; whoever waits moves up.

    Raises RegistrationRefused after the last day for it, and where there is nothing to give up.
    """
    gathering = _held(gathering)
    found = standing(gathering, learner)
    if found is None:
        raise RegistrationRefused("not_registered")
    if found.state == State.SEAT and not by_teacher and not may_give_up(gathering, at):
        raise RegistrationRefused("seat_is_kept")
    _end(found, State.CANCELLED, at)
    _fill(gathering, at)


def may_give_up(gathering: Gathering, at: dt.datetime) -> bool:
    """Whether a seat can still be given up without asking those who teach."""
    first = begins(gathering)
    if first is None or gathering.cancelled:
        return False
    return timezone.localdate(at) <= last_day_to_give_up(gathering, first) and at < first


def last_day_to_give_up(gathering: Gathering, first: dt.datetime) -> dt.date:
    return timezone.localdate(first) - dt.timedelta(days=gathering.cancel_days)


@transaction.atomic
def accept(gathering: Gathering, learner: Learner, at: dt.datetime) -> Registration:
    """The learner takes the seat that was offered; taken already: the same row. Raises RegistrationRefused."""
    gathering = _held(gathering)
    found = standing(gathering, learner)
    if found is None or found.state == State.WAITING or gathering.cancelled:
        raise RegistrationRefused("no_offer")
    if has_left(learner, timezone.localdate(at)):
        raise RegistrationRefused("left")
    if found.state == State.OFFERED:
        if found.answer_by and found.answer_by < at:
            raise RegistrationRefused("offer_is_over")
        _move(found, State.SEAT)
    return found


@transaction.atomic
def seat_class(gathering: Gathering, by: Learner, at: dt.datetime) -> int:
    """The members of the gathering's class who have not been on its list get a seat, in the order in which they
    joined, or the last place in the line; returns how many. Who has given up a seat is not put back."""
    gathering = _held(gathering)
    if gathering.cohort is None or gathering.state != Gathering.State.OPEN or is_past(gathering, at):
        return 0
    listed = gathering.registrations.values("learner")
    members = gathering.cohort.members.filter(left_at=None).exclude(learner__in=listed).select_related("learner")
    rows = list(members.order_by("joined_at", "pk"))
    left = who_have_left([member.learner_id for member in rows], timezone.localdate(at))
    rows = [member for member in rows if member.learner_id not in left]
    for member in rows:
        _write(gathering, member.learner, by, at, State.SEAT if _room(gathering) else State.WAITING)
    return len(rows)


def is_past(gathering: Gathering, at: dt.datetime) -> bool:
    return not gathering.sessions.filter(cancelled=False, ends__gt=at).exists()


# --- What follows -----------------------------------------------------------------------------------------------------
@transaction.atomic
def settle(gathering: Gathering, at: dt.datetime) -> int:
    """Take back the offers that nobody answered in time, and give free seats to those who wait; returns how many
    registrations changed. Done again, it changes nothing."""
    gathering = _held(gathering)
    over = list(gathering.registrations.filter(state=State.OFFERED, answer_by__lt=at))
    for one in over:
        _end(one, State.LAPSED, at)
    return len(over) + _fill(gathering, at)


def settle_all(at: dt.datetime) -> int:
    """`settle` for every published gathering that has somebody waiting or offered."""
    open_ones = Gathering.objects.filter(state=Gathering.State.OPEN)
    waiting = open_ones.filter(registrations__state__in=(State.OFFERED, State.WAITING)).distinct()
    return sum(settle(one, at) for one in waiting)


def _room(gathering: Gathering) -> bool:
    """A free seat that nobody before is waiting for."""
    if gathering.seats is None:
        return True
    active = gathering.registrations.filter(state__in=Registration.ACTIVE).values_list("state", flat=True)
    return State.WAITING not in active and len(active) < gathering.seats


def _fill(gathering: Gathering, at: dt.datetime) -> int:
    """The first in the line get what seats are free: offered, with a time to answer, or at once. Returns how many
    registrations changed."""
    first = begins(gathering)
    if first is None or first <= at or gathering.state != Gathering.State.OPEN:
        return 0
    gone = _let_leavers_go(gathering, at)
    held = gathering.registrations.filter(state__in=Registration.HOLDS).count()
    line = gathering.registrations.filter(state=State.WAITING).order_by("pk")
    moved = list(line if gathering.seats is None else line[: max(gathering.seats - held, 0)])
    answer_by = min(at + dt.timedelta(hours=gathering.answer_hours), first)
    at_once = gathering.answer_hours == 0 or answer_by - at < LEAST_NOTICE
    for one in moved:
        one.answer_by = None if at_once else answer_by
        _move(one, State.SEAT if at_once else State.OFFERED)
    return gone + len(moved)


def _let_leavers_go(gathering: Gathering, at: dt.datetime) -> int:
    """Whoever has left the service waits for no seat and is offered none; a seat that they have is their teachers' to
    take, for the people data may be wrong on a single day."""
    rows = list(gathering.registrations.filter(state__in=(State.OFFERED, State.WAITING)))
    left = who_have_left([row.learner_id for row in rows], timezone.localdate(at))
    over = [row for row in rows if row.learner_id in left]
    for one in over:
        _end(one, State.CANCELLED, at)
    return len(over)


def _write(gathering: Gathering, learner: Learner, by: Learner, at: dt.datetime, state: State) -> Registration:
    before = gathering.registrations.filter(learner=learner).order_by("-turn").values_list("turn", flat=True).first()
    return Registration.objects.create(
        gathering=gathering,
        learner=learner,
        state=state,
        registered_at=at,
        registered_by=by,
        turn=0 if before is None else before + 1,
    )


def _move(one: Registration, state: State) -> None:
    one.state, one.untold, one.turn = state, True, one.turn + 1
    if state == State.SEAT:
        one.answer_by = None
    one.save(update_fields=["state", "untold", "turn", "answer_by"])


def _end(one: Registration, state: State, at: dt.datetime) -> None:
    one.ended_at = at
    one.save(update_fields=["ended_at"])
    _move(one, state)
