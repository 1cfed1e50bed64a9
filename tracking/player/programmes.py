"""Progress through programmes, read from completions and achievements; and what follows when one is completed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from courses.models import Cohort, CohortMember, Gathering, Part, Programme, Work
from courses.programmes import Progress, progress
from learners.models import Learner

from .. import occasions, vocabulary
from ..barometer import refreshing
from ..clock import OSLO, oslo_day
from ..completions import achievements
from ..completions.models import Completion
from ..identities import activities, people
from . import attempts

log = logging.getLogger("fagbenk")
CONFIRMED = (Part.Kind.WORK, Part.Kind.PRACTICE)


def of_learners(
    programme: Programme, learner_ids: Collection[int], starts: dt.date | None = None
) -> dict[int, Progress]:
    """How far each learner is, by id; a constant number of queries."""
    parts = list(programme.parts.select_related("course"))
    choices = list(programme.choices.all())
    done = _done(programme, parts, learner_ids)
    own = _own_dates(programme, learner_ids)
    return {pk: progress(parts, choices, done.get(pk, {}), starts, own.get(pk)) for pk in learner_ids}


def _own_dates(programme: Programme, learner_ids: Collection[int]) -> dict[int, dict[int, dt.date]]:
    """The dates that teachers have given single members for their work, by learner id and part id."""
    works = Work.objects.filter(part__programme=programme, member__learner__in=list(learner_ids), member__left_at=None)
    given = works.exclude(due_on=None).values_list("member__learner", "part", "due_on")
    found: dict[int, dict[int, dt.date]] = {}
    for learner, part, day in given:
        if day:
            found.setdefault(learner, {})[part] = day
    return found


def _done(programme: Programme, parts: list[Part], learner_ids: Collection[int]) -> dict[int, dict[int, dt.date]]:
    """The first day on which each part was done, by learner id and part id."""
    found: dict[int, dict[int, dt.date]] = {pk: {} for pk in learner_ids}
    by_course = {part.course_id: part.pk for part in parts if part.course_id}
    rows = Completion.objects.filter(learner__in=list(learner_ids), version__course__in=by_course, known_to=None)
    for learner, course, day in rows.order_by("-completed_on").values_list(
        "learner", "version__course", "completed_on"
    ):
        found[learner][by_course[course]] = day
    by_iri = _iris(programme, parts)
    for (learner, iri), day in achievements.achieved(learner_ids, by_iri).items():
        before = found[learner].get(by_iri[iri])
        found[learner][by_iri[iri]] = day if before is None else min(before, day)
    return found


def _iris(programme: Programme, parts: list[Part]) -> dict[str, int]:
    """The parts that are no courses, by the IRIs under which they are achieved."""
    gatherings = Gathering.objects.filter(part__in=[part.pk for part in parts])
    iris = {activities.gathering_iri(slug): part for slug, part in gatherings.values_list("slug", "part") if part}
    return iris | {
        activities.programme_part_iri(programme.slug, str(part.key)): part.pk
        for part in parts
        if part.kind in CONFIRMED
    }


def completed(programme: Programme, learner_ids: Collection[int]) -> dict[int, dt.date]:
    """The day on which each of the learners completed the programme, as a statement says it."""
    found = achievements.achieved(learner_ids, [activities.programme_iri(programme.slug)])
    return {learner: day for (learner, _iri), day in found.items()}


# --- What is confirmed --------------------------------------------------------------------------------------------
@transaction.atomic
def confirm(member: CohortMember, part: Part, by: Learner, at: dt.datetime) -> bool:
    """`by` confirms work or practice; confirmed already: nothing. Raises ValueError for another kind of part."""
    if part.kind not in CONFIRMED:
        raise ValueError("Only work and practice are confirmed.")
    programme, iri = part.programme, activities.programme_part_iri(part.programme.slug, str(part.key))
    Learner.objects.select_for_update().filter(pk=member.learner_id).first()
    if achievements.standing(member.learner_id, iri):
        return False
    again = achievements.times_taken_back(member.registration, iri)
    what = occasions.Thing(iri, vocabulary.MODULE, f"{programme.title}: {part.title}")
    told = occasions.completed(
        _doer(member), what, at, unique=f"again:{again}" if again else "",
        parent=activities.programme_iri(programme.slug), told_by=people.account_name(by),
    )  # fmt: skip
    attempts.tell(told)
    achievements.refresh(member.learner_id, iri)
    settle(member, at)
    return True


@transaction.atomic
def take_back(member: CohortMember, part: Part, by: Learner, at: dt.datetime) -> bool:
    """`by` takes a confirmation back, with its trace; none stands: nothing."""
    iri = activities.programme_part_iri(part.programme.slug, str(part.key))
    stands = achievements.standing(member.learner_id, iri)
    if stands is None:
        return False
    attempts.tell(occasions.voided(stands.statement_id, people.account_name(by), at))
    achievements.refresh(member.learner_id, iri)
    settle(member, at)
    return True


# --- What follows -------------------------------------------------------------------------------------------------
@transaction.atomic
def settle(member: CohortMember, at: dt.datetime) -> bool:
    """The programme is completed, or no longer: say so once; whether anything was said.

    Dated on the day of the last part that was needed. A programme that has been completed stays so when it is edited:
    only a part that is taken back takes it back.
    """
    programme = member.cohort.programme
    iri = activities.programme_iri(programme.slug)
    found = of_learners(programme, [member.learner_id])[member.learner_id]
    stands = achievements.standing(member.learner_id, iri)
    if found.complete and stands is None:
        _complete(member, programme, iri, found, at)
    elif stands is not None and not found.complete and _was_taken_back(member, programme):
        account = people.account_name(member.learner)
        attempts.tell(occasions.voided(stands.statement_id, account, at))
        achievements.refresh(member.learner_id, iri)
        _barometer_follows_on_commit(member, stands.completed_on, at)
    else:
        return False
    return True


def _barometer_follows_on_commit(member: CohortMember, since: dt.date, at: dt.datetime) -> None:
    transaction.on_commit(lambda: _barometer_follows(member, since, at))


def _barometer_follows(member: CohortMember, since: dt.date, at: dt.datetime) -> None:
    """Bring the figures along at once; a task mends what is missing."""
    try:
        refreshing.refresh_after_programme(member.learner_id, member.cohort.programme_id, since, at)
    except DatabaseError:
        log.exception("The barometer did not follow a programme.")


def _complete(member: CohortMember, programme: Programme, iri: str, found: Progress, at: dt.datetime) -> None:
    last = found.last_done_on
    when = min(at, dt.datetime.combine(last, dt.time(12), OSLO).astimezone(dt.UTC)) if last else at
    again = achievements.times_taken_back(member.registration, iri)
    what = occasions.Thing(iri, vocabulary.PROGRAMME, programme.title)
    attempts.tell(occasions.completed(_doer(member), what, when, unique=f"again:{again}" if again else ""))
    achievements.refresh(member.learner_id, iri)
    _barometer_follows_on_commit(member, oslo_day(when), at)


def _was_taken_back(member: CohortMember, programme: Programme) -> bool:
    """Whether one of the parts was once done and is so no more."""
    parts = list(programme.parts.all())
    return achievements.some_taken_back(member.learner_id, _iris(programme, parts)) or (
        Completion.objects.filter(
            learner=member.learner_id, version__course__in=[part.course_id for part in parts if part.course_id]
        )
        .exclude(known_to=None)
        .exists()
    )


def settle_learner(learner_id: int, at: dt.datetime) -> None:
    """After something was done: every programme that the learner is in."""
    for member in _members().filter(learner=learner_id):
        settle(member, at)


def settle_all(at: dt.datetime) -> int:
    """Whatever came from outside: the members of every class for whom what is said and what is done differ."""
    changed = 0
    for cohort in Cohort.objects.select_related("programme"):
        members = {member.learner_id: member for member in _members().filter(cohort=cohort)}
        found, told = of_learners(cohort.programme, members), completed(cohort.programme, members)
        differing = [pk for pk in members if found[pk].complete != (pk in told)]
        changed += sum(settle(members[pk], at) for pk in differing)
    return changed


def _members() -> QuerySet[CohortMember]:
    return CohortMember.objects.filter(left_at=None).select_related("cohort__programme", "learner")


def _doer(member: CohortMember) -> occasions.Doer:
    return occasions.Doer(people.account_name(member.learner), str(member.registration))
