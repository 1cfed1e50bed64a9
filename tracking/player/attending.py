"""Attendance: who was there, for how long, as somebody said it; each is one transaction with its statements.

Per session a statement `attended` with its minutes; once the minutes suffice by the gathering's own rule, one more
about the gathering as a whole. What was said wrongly is closed and voided, never overwritten.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from courses.exceptions import RegistrationRefused
from courses.models import Attendance, Gathering, Registration, Session
from learners.models import Learner

from .. import occasions, vocabulary
from ..completions import achievements
from ..identities import activities, people
from . import attempts, completing, programmes

LATE = dt.timedelta(minutes=15)  # who comes so much later has been there from the start


@transaction.atomic
def record(registration: Registration, session: Session, minutes: int, how: str, by: Learner, at: dt.datetime) -> bool:
    """`by` says at `at` that the registration's learner was at the session for `minutes` (0: was not there).

    Returns whether anything changed. Minutes beyond the session's own count as the session's own.
    """
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("gathering", "learner")
        .get(pk=registration.pk)
    )
    minutes = min(max(minutes, 0), session.minutes)
    before = registration.attendance.filter(session=session).order_by("-known_from", "-pk")
    stands = next((row for row in before if row.known_to is None), None)
    if stands and stands.minutes == minutes:
        return False
    if stands:
        _close(stands, by, at)
    statement_id = _tell(registration, session, minutes, how, by, at, len(before)) if minutes else None
    Attendance.objects.create(
        registration=registration, session=session, minutes=minutes, how=how, recorded_by=by, known_from=at,
        statement_id=statement_id,
    )  # fmt: skip
    _settle(registration, by, at)
    return True


def record_by_code(gathering: Gathering, session: Session, learner: Learner, at: dt.datetime) -> Attendance:
    """The learner gave the code on the screen at `at`: was there from then on, or from the start if only a little late.

    Given again, or after a teacher has said something: what stands, stands. Raises RegistrationRefused without a seat.
    """
    found = gathering.registrations.filter(learner=learner, state=Registration.State.SEAT).first()
    if found is None:
        raise RegistrationRefused("not_registered")
    stands = found.attendance.filter(session=session, known_to=None).first()
    if stands:
        return stands
    late = at - session.starts > LATE
    minutes = int((session.ends - at) / dt.timedelta(minutes=1)) if late else session.minutes
    record(found, session, minutes, Attendance.How.CODE, learner, at)
    return found.attendance.get(session=session, known_to=None)


def minutes_by_registration(gathering: Gathering) -> dict[int, dict[int, int]]:
    """What stands: minutes by registration id and session id."""
    rows = Attendance.objects.filter(registration__gathering=gathering, known_to=None)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for registration, session, minutes in rows.values_list("registration", "session", "minutes"):
        found[registration][session] = minutes
    return found


def suffices(gathering: Gathering, sessions: Iterable[Session], minutes: dict[int, int]) -> bool:
    """Whether somebody was there for long enough: the rule is a share of the time of all sessions that were held."""
    held = [one for one in sessions if not one.cancelled]
    whole = sum(one.minutes for one in held)
    there = sum(minutes.get(one.pk, 0) for one in held)
    return whole > 0 and there * 100 >= gathering.least_percent * whole


# --- Statements -------------------------------------------------------------------------------------------------------
def _tell(
    registration: Registration, session: Session, minutes: int, how: str, by: Learner, at: dt.datetime, number: int
) -> UUID:
    gathering, learner = registration.gathering, registration.learner
    title = f"{gathering.title}: {session.title}" if session.title else gathering.title
    told = occasions.attended(
        _doer(registration),
        occasions.Thing(activities.session_iri(gathering.slug, str(session.uid)), vocabulary.MEETING, title),
        min(at, session.ends),
        minutes=minutes,
        unique=str(number),
        parent=activities.gathering_iri(gathering.slug),
        grouping=_course_of(gathering),
        told_by="" if how == Attendance.How.CODE or by.pk == learner.pk else people.account_name(by),
    )
    attempts.tell(told)
    return UUID(told["id"])


def _close(stands: Attendance, by: Learner, at: dt.datetime) -> None:
    stands.known_to = at
    stands.save(update_fields=["known_to"])
    if stands.statement_id:
        attempts.tell(occasions.voided(stands.statement_id, people.account_name(by), at))


def _settle(registration: Registration, by: Learner, at: dt.datetime) -> None:
    """The gathering as a whole: counts now, or no longer."""
    gathering = registration.gathering
    sessions = list(gathering.sessions.order_by("starts", "pk"))
    rows = registration.attendance.filter(known_to=None)
    minutes = dict(rows.values_list("session", "minutes"))
    counts = suffices(gathering, sessions, minutes)
    stands = achievements.standing_for(registration.registration, activities.gathering_iri(gathering.slug))
    if counts and stands is None:
        _achieve(registration, sessions, minutes, by, at)
    elif stands is not None and not counts:
        attempts.tell(occasions.voided(stands.statement_id, people.account_name(by), at))
        achievements.refresh(registration.learner_id, stands.activity)
        completing.take_back(registration.learner_id, gathering, by, at)
    else:
        return
    if gathering.part_id:
        programmes.settle_learner(registration.learner_id, at)


def _achieve(
    registration: Registration, sessions: list[Session], minutes: dict[int, int], by: Learner, at: dt.datetime
) -> None:
    gathering = registration.gathering
    iri = activities.gathering_iri(gathering.slug)
    when = min(at, max(one.ends for one in sessions if minutes.get(one.pk)))
    number = achievements.times_taken_back(registration.registration, iri)
    what = occasions.Thing(iri, vocabulary.MEETING, gathering.title)
    told_by = "" if by.pk == registration.learner_id else people.account_name(by)
    attempts.tell(
        occasions.attended(
            _doer(registration), what, when, minutes=sum(minutes.values()), unique=f"whole:{number}",
            grouping=_course_of(gathering), told_by=told_by, whole=True,
        )
    )  # fmt: skip
    achievements.refresh(registration.learner_id, iri)
    if gathering.course:
        completing.complete_blended(registration.learner_id, gathering.course, when)
        completing.barometer_follows_on_commit(registration.learner_id, gathering.course, when)


def _doer(registration: Registration) -> occasions.Doer:
    return occasions.Doer(people.account_name(registration.learner), str(registration.registration))


def _course_of(gathering: Gathering) -> list[str]:
    return [activities.course_iri(gathering.course.code)] if gathering.course else []
