"""Disputed figures: an employee says so, the right desk answers, and nobody answers for themselves.

What hangs on the people data or on a completion goes to those who keep campaigns and people data; the rest to the
leader of the unit where the person counts. Where there is no such leader, or it is the person, it goes to the former.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from courses.models import Campaign
from learners import outbox
from learners.models import Leadership, Learner, RoleGrant, Unit, UnitPlace
from learners.policy import has_left, may_decide_campaigns, team_unit_ids, units_led_by

from ..clock import oslo_day
from .counting import countings
from .exceptions import AlreadyOpen, NotYours
from .models import Dispute

HR_KNOWS = {Dispute.About.LEAVE, Dispute.About.POSTING, Dispute.About.COMPLETED}
KEPT = dt.timedelta(days=365)  # words and answers


def raise_one(learner: Learner, campaign: Campaign, about: str, words: str, at: dt.datetime) -> Dispute:
    """Store the dispute and tell those who can answer. Raises AlreadyOpen."""
    on = oslo_day(at)
    here = next((one for one in countings(learner.pk, on) if one.campaign == campaign), None)
    unit = here.unit if here else None
    desk = Dispute.Desk.HR if about in HR_KNOWS or not _leaders(unit, learner, on) else Dispute.Desk.LEADER
    try:
        with transaction.atomic():
            made = Dispute.objects.create(
                learner=learner, campaign=campaign, unit=unit, about=Dispute.About(about), words=words.strip()[:1000],
                desk=desk, raised_at=at,
            )  # fmt: skip
            for one in recipients(made, on):
                _tell(made, one, "raised", at)
    except IntegrityError as error:
        raise AlreadyOpen(_("You have said so already; the answer is on its way.")) from error
    return made


@transaction.atomic
def answer(dispute: Dispute, by: Learner, outcome: str, words: str, at: dt.datetime) -> None:
    """Close the dispute with an outcome, and tell the one who raised it. Raises NotYours."""
    held = Dispute.objects.select_for_update().get(pk=dispute.pk)
    if held.outcome or not may_answer(by, held, oslo_day(at)):
        raise NotYours(_("This is answered already, or is not yours to answer."))
    held.outcome, held.answer = Dispute.Outcome(outcome), words.strip()[:1000]
    held.answered_by, held.answered_at = by, at
    held.save()
    _tell(held, held.learner, "answered", at)


@transaction.atomic
def pass_on(dispute: Dispute, by: Learner, words: str, at: dt.datetime) -> None:
    """From the leader to those who keep campaigns and people data, with a word along. Raises NotYours."""
    held = Dispute.objects.select_for_update().get(pk=dispute.pk)
    if held.outcome or held.desk != Dispute.Desk.LEADER or not may_answer(by, held, oslo_day(at)):
        raise NotYours(_("This is answered already, or is not yours to answer."))
    held.desk, held.words_along = Dispute.Desk.HR, words.strip()[:1000]
    held.save()
    for one in recipients(held, oslo_day(at)):
        _tell(held, one, "raised", at)


def withdraw(dispute: Dispute, at: dt.datetime) -> None:
    """By the one who raised it; again: nothing more happens."""
    closed = {"outcome": Dispute.Outcome.WITHDRAWN, "answered_at": at}
    Dispute.objects.filter(pk=dispute.pk, outcome="").update(**closed)


def may_answer(learner: Learner, dispute: Dispute, on: dt.date) -> bool:
    """Whether the dispute is the learner's to answer; nobody's own is."""
    if dispute.learner_id == learner.pk:
        return False
    if dispute.desk == Dispute.Desk.HR or dispute.pk in _left_lying(on):
        return may_decide_campaigns(learner, on)
    return leads_team_of(learner, dispute, on)


def leads_team_of(learner: Learner, dispute: Dispute, on: dt.date) -> bool:
    return any(dispute.unit_id in team_unit_ids(unit, on) for unit in units_led_by(learner, on))


def to_answer(learner: Learner, on: dt.date) -> QuerySet[Dispute]:
    """The open disputes that are the learner's to answer, the oldest first."""
    mine = Q(pk=None)
    if may_decide_campaigns(learner, on):
        mine |= Q(desk=Dispute.Desk.HR) | Q(pk__in=_left_lying(on))
    teams = {pk for unit in units_led_by(learner, on) for pk in team_unit_ids(unit, on)}
    mine |= Q(desk=Dispute.Desk.LEADER, unit__in=teams)
    found = Dispute.objects.filter(mine, outcome="").exclude(learner=learner)
    return found.select_related("learner", "campaign", "unit").order_by("raised_at", "pk")


def recipients(dispute: Dispute, on: dt.date) -> list[Learner]:
    """Those whose desk it lies on, who may sign in and have an address."""
    if dispute.desk == Dispute.Desk.LEADER:
        found = _leaders(dispute.unit, dispute.learner, on)
    else:
        held = RoleGrant.objects.on(on).known().filter(role=RoleGrant.Role.COURSE_ADMIN)
        held = held or RoleGrant.objects.on(on).known().filter(role=RoleGrant.Role.SYSTEM)
        found = list(Learner.objects.filter(pk__in=held.values("learner")).exclude(pk=dispute.learner_id))
    return [one for one in found if one.email and one.is_active and not has_left(one, on)]


def _leaders(unit: Unit | None, learner: Learner, on: dt.date) -> list[Learner]:
    """Who leads the team that the unit belongs to, but for the learner."""
    if unit is None:
        return []
    found = _nearest_leaders([unit.pk], on)[unit.pk] - {learner.pk}
    return list(Learner.objects.filter(pk__in=found).order_by("pk"))


def _left_lying(on: dt.date) -> list[int]:
    """The open disputes (ids) on the desk of a leader who is gone, or who is by now the one who raised it."""
    lying = Dispute.objects.filter(desk=Dispute.Desk.LEADER, outcome="").values_list("pk", "unit_id", "learner_id")
    nearest = _nearest_leaders([unit for _pk, unit, _learner in lying if unit], on) if lying else {}
    return [pk for pk, unit, learner in lying if not nearest.get(unit, set()) - {learner}]


def _nearest_leaders(units: Iterable[int], on: dt.date) -> dict[int, set[int]]:
    """By unit the learners (ids) who lead it, or the nearest unit above it that has a leader."""
    leaders: dict[str, set[int]] = defaultdict(set)
    for code, leader in Leadership.objects.on(on).known().values_list("unit__code", "learner_id"):
        leaders[code].add(leader)
    found: dict[int, set[int]] = defaultdict(set)
    for unit, path in UnitPlace.objects.on(on).known().filter(unit__in=units).values_list("unit_id", "path"):
        above = reversed(path.strip("/").split("/"))
        found[unit] = next((leaders[code] for code in above if code in leaders), set())
    return found


def open_at(unit_path: str, before: dt.datetime) -> int:
    """How many disputes about people in the units at or below this path were open just before a moment."""
    units = UnitPlace.objects.known().filter(path__startswith=unit_path).values("unit")
    raised = Dispute.objects.filter(raised_at__lt=before, unit__in=units)
    return raised.filter(Q(answered_at=None) | Q(answered_at__gte=before)).count()


def forget_words(at: dt.datetime) -> int:
    """Empty what was said in disputes that were answered more than a year ago; returns how many."""
    old = Dispute.objects.filter(answered_at__lt=at - KEPT).exclude(words="", answer="", words_along="")
    return old.update(words="", answer="", words_along="")


def _tell(dispute: Dispute, to: Learner, what: str, at: dt.datetime) -> None:
    """A mail without a word of what was said: it is read after signing in."""
    if not to.email:
        return
    with translation.override(to.language):
        language = translation.get_language()
        prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
        path = "/innsigelser/" if what == "raised" else "/min-laering/telles-jeg/"
        subject = {
            "raised": _("Somebody says that they are counted wrongly"),
            "answered": _("You have an answer about how you are counted"),
        }[what]
        told = {
            "subject": subject,
            "campaign": dispute.campaign.title_in(language or "nb"),
            "link": f"{settings.SITE_URL}{prefix}{path}",
            "demo": _("Demo: people and figures are invented") if settings.LOCAL else "",
        }
        text = render_to_string("mail/dispute.txt", told)
        outbox.put(f"dispute:{_occasion(dispute, what, at)}:{to.opaque_id}", to, subject, text, "", at)


def _occasion(dispute: Dispute, what: str, at: dt.datetime) -> str:
    """Each answer is told; that something is said, once a day: taken back and said again it is no second mail."""
    if what == "answered":
        return f"{dispute.pk}:answered"
    return f"{dispute.learner.opaque_id}:{dispute.campaign_id}:{dispute.desk}:{what}:{oslo_day(at)}"
