"""What the demo's leader has done so far: time set aside, what stands in the way, shifts, a plan; and one objection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from courses.models import Campaign
from learners.models import Learner, Unit
from tracking.clock import OSLO
from tracking.followup.models import Dispute, LocalPlan, Measure, Obstacle, Shift, Slot, SlotOffer
from tracking.followup.team import team

SHIFTS = ("Dag", "Kveld", "Verksted 2")
GOALS = (
    ("Alle betjenter har MI innen fristen", "En time satt av i uken på hvert skift", "under_way"),
    ("Verkstedet har sin egen miljøarbeider", "To betjenter tar Miljøarbeid sammen", "planned"),
    ("Prisene på det vi lager, er regnet ut på nytt", "Kurs i prissetting, deretter en dag med skolen", "done"),
)


def store(leader: Learner, officer: Learner, unit: Unit, campaigns: Sequence[Campaign], now: dt.datetime) -> None:
    """Rows only: no mail goes out for what lies behind the demo's beginning."""
    today = now.astimezone(OSLO).date()
    waiting = [m.learner for m in team(unit, today).waiting if m.learner not in (leader, officer)][:9]
    _time(leader, unit, [officer, *waiting[:3]], now)
    for number, learner in enumerate(waiting):
        Shift.objects.create(unit=unit, learner=learner, label=SHIFTS[number % len(SHIFTS)])
    if waiting:
        Obstacle.objects.create(
            learner=waiting[-1], unit=unit, cause=Obstacle.Cause.NO_COVER, set_by=leader,
            valid_from=today - dt.timedelta(days=3), known_from=now - dt.timedelta(days=3),
        )  # fmt: skip
    _plan(leader, unit, today, now)
    Dispute.objects.create(
        learner=officer, campaign=campaigns[0], unit=unit, about=Dispute.About.OTHER, desk=Dispute.Desk.LEADER,
        words="Jeg tok kurset sammen med kollegaen min på samme PC. Er det bare hun som står?",
        raised_at=now - dt.timedelta(days=2),
    )  # fmt: skip


def _time(leader: Learner, unit: Unit, people: Sequence[Learner], now: dt.datetime) -> None:
    """An hour last week, used by most, and one next week."""
    for days, used in ((-7, True), (7, None)):
        day = now.astimezone(OSLO).date() + dt.timedelta(days=days)
        begins = dt.datetime.combine(day, dt.time(8), OSLO)
        slot = Slot.objects.create(
            unit=unit, begins_at=begins, ends_at=begins + dt.timedelta(hours=1), place="Møterom 2",
            made_by=leader, made_at=now - dt.timedelta(days=10), changed_at=now - dt.timedelta(days=10),
        )  # fmt: skip
        marked = {"marked_by": leader, "marked_at": now - dt.timedelta(days=6)} if used else {}
        offers = [
            SlotOffer(slot=slot, learner=learner, offered_at=slot.made_at, used=used and number > 0, **marked)
            for number, learner in enumerate(people)
        ]
        SlotOffer.objects.bulk_create(offers)


def _plan(leader: Learner, unit: Unit, today: dt.date, now: dt.datetime) -> None:
    plan = LocalPlan.objects.create(unit=unit, year=today.year, changed_by=leader, changed_at=now)
    Measure.objects.bulk_create(Measure(plan=plan, goal=goal, what=what, state=state) for goal, what, state in GOALS)
