"""The demo's gatherings: one that is full, one on video, one that has been; with those who come and who were there."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from typing import Any

from courses.models import (
    Attendance,
    Cohort,
    CohortMember,
    CohortTeacher,
    Course,
    Gathering,
    GatheringTeacher,
    Programme,
    Registration,
    Session,
)
from learners.models import Learner
from tracking import occasions, statements, vocabulary
from tracking.identities import activities
from tracking.lrs.store import store

from . import conference, evaluations
from .calendar import Calendar, moment

State = Registration.State
HOUR = dt.timedelta(hours=1)
A_CLASS = dt.timedelta(weeks=47)  # of VBU: eleven months
AGENDA = (
    "09:00 Kaffe og velkommen\n09:15 Hva vi bærer med oss fra e-læringen\n10:30 Øvelser to og to\n"
    "12:00 Lunsj\n12:45 Vanskelige samtaler i verkstedet\n14:30 Hva gjør du på mandag?"
)
AGENDA_NN = (
    "09:00 Kaffi og velkomen\n09:15 Kva vi har med oss frå e-læringa\n10:30 Øvingar to og to\n"
    "12:00 Lunsj\n12:45 Vanskelege samtalar i verkstaden\n14:30 Kva gjer du på måndag?"
)


class Hall:
    """Makes gatherings, fills their lists and tells who was there."""

    def __init__(self, calendar: Calendar, teacher: Learner, seed: int) -> None:
        self.calendar, self.teacher = calendar, teacher
        self.rng = random.Random(f"gatherings:{seed}")  # noqa: S311 - invented people
        self.told: list[tuple[dict, dt.datetime]] = []

    def gathering(self, slug: str, day: dt.date, titles: tuple[str, str], hours: int = 6, **fields: Any) -> Gathering:
        """Published, one session from 09:00 on the day; `place` or `video_link` go to the session."""
        where = {name: fields.pop(name) for name in ("place", "video_link", "agenda", "agenda_nn") if name in fields}
        made = Gathering.objects.create(
            slug=slug, title=titles[0], title_nn=titles[1], state=Gathering.State.OPEN, contact="Ingrid Aasen, KRUS",
            **fields,
        )  # fmt: skip
        starts = moment(day, dt.time(9))
        Session.objects.create(gathering=made, starts=starts, ends=starts + hours * HOUR, **where)
        GatheringTeacher.objects.create(gathering=made, learner=self.teacher)
        return made

    def begin(
        self, programme: Programme, slug: str, name: str, starts: dt.date, learners: Sequence[Learner]
    ) -> tuple[Cohort, list[CohortMember]]:
        """A class of eleven months, with the teacher and its members."""
        cohort = Cohort.objects.create(
            programme=programme, slug=f"vbu-{slug}", title=f"VBU, kull {name}", starts=starts, ends=starts + A_CLASS
        )
        CohortTeacher.objects.create(cohort=cohort, learner=self.teacher)
        joined = moment(starts, dt.time(8))
        rows = [
            CohortMember(cohort=cohort, learner=one, joined_at=joined, registration=self.new_id()) for one in learners
        ]
        return cohort, CohortMember.objects.bulk_create(rows)

    def fill(self, gathering: Gathering, learners: Sequence[Learner], days_before: int = 30) -> list[Registration]:
        """In the order given: seats first, then the waiting list. They have been told before the demo begins."""
        session = gathering.sessions.get()
        at = min(session.starts, self.calendar.now) - dt.timedelta(days=days_before)
        room = gathering.seats or len(learners)
        rows = [
            Registration(
                gathering=gathering, learner=one, state=State.SEAT if n < room else State.WAITING,
                registered_at=at + n * dt.timedelta(minutes=7), registered_by=one, untold=False, invited=n < room,
                registration=self.new_id(),
            )
            for n, one in enumerate(learners)
        ]  # fmt: skip
        return Registration.objects.bulk_create(rows)

    def attend(self, gathering: Gathering, rows: Sequence[Registration], absent: float = 0.04) -> None:
        """The one session, and so the gathering as a whole."""
        self.attend_session(gathering, gathering.sessions.get(), rows, absent=absent, whole=True)

    def attend_session(
        self, gathering: Gathering, session: Session, rows: Sequence[Registration], *, absent: float, whole: bool
    ) -> None:
        """Most were there all the time, some in part, a few not at all; told on the same evening."""
        taken = []
        for row in rows:
            draw = self.rng.random()
            minutes = 0 if draw < absent else session.minutes // 2 if draw < absent * 1.5 else session.minutes
            taken.append(self._attended(gathering, session, row, minutes, whole=whole))
        Attendance.objects.bulk_create(taken)

    def _attended(
        self, gathering: Gathering, session: Session, row: Registration, minutes: int, *, whole: bool
    ) -> Attendance:
        at = session.ends + dt.timedelta(minutes=20)
        told = [] if minutes == 0 else [self._statement(gathering, session, row, minutes, whole=False)]
        if whole and minutes == session.minutes:
            told.append(self._statement(gathering, session, row, minutes, whole=True))
        self.told += [(one, at) for one in told]
        return Attendance(
            registration=row, session=session, minutes=minutes, how=Attendance.How.LIST, recorded_by=self.teacher,
            known_from=at, statement_id=told[0]["id"] if told else None,
        )  # fmt: skip

    def _statement(
        self, gathering: Gathering, session: Session, row: Registration, minutes: int, *, whole: bool
    ) -> dict:
        iri = activities.gathering_iri(gathering.slug)
        what = iri if whole else activities.session_iri(gathering.slug, str(session.uid))
        return occasions.attended(
            occasions.Doer(str(row.learner.opaque_id), str(row.registration)),
            occasions.Thing(what, vocabulary.MEETING, gathering.title),
            session.ends,
            minutes=minutes,
            unique="whole:0" if whole else "0",
            parent="" if whole else iri,
            grouping=[activities.course_iri(gathering.course.code)] if gathering.course else [],
            told_by=str(self.teacher.opaque_id),
            whole=whole,
        )

    def new_id(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def tell(self) -> int:
        """Store what was said, in the order of saying; returns how many statements."""
        self.told.sort(key=lambda pair: pair[1])
        for first in range(0, len(self.told), 1000):
            some = self.told[first : first + 1000]
            moments = [at + n * dt.timedelta(microseconds=1) for n, (_one, at) in enumerate(some)]
            store([one for one, _at in some], authority=statements.authority(), at=moments, trusted=True)
        return len(self.told)


def _weekday(day: dt.date) -> dt.date:
    return day if day.weekday() < 5 else day + dt.timedelta(days=7 - day.weekday())


def hold(hall: Hall, courses: dict[str, Course], done: Sequence[Learner], others: Sequence[Learner]) -> None:
    """`done`: some who have completed MI, who may register for its day; `others`: officers, the demo's own first."""
    today = hall.calendar.today
    full = hall.gathering(
        "mi-dagen", _weekday(today + dt.timedelta(days=16)),
        ("MI-dagen: øvelser i fellesskap", "MI-dagen: øvingar i fellesskap"),
        seats=24, course=courses["MI"], place="KRUS, Lillestrøm, sal 2", agenda=AGENDA, agenda_nn=AGENDA_NN,
        about="Etter e-læringen øver vi på samtalene sammen, med eksempler fra verkstedene.",
        about_nn="Etter e-læringa øver vi på samtalane saman, med døme frå verkstadene.",
    )  # fmt: skip
    hall.fill(full, done[:27])
    video = hall.gathering(
        "pris-og-profil", _weekday(today + dt.timedelta(days=9)),
        ("Pris og profil: en formiddag på video", "Pris og profil: ein føremiddag på video"),
        hours=3, seats=60, video_link="https://video.fagbenk.example/pris-og-profil",
        about="Tre verksteder viser hvordan de setter pris på det de lager. Ta med et eget produkt.",
        about_nn="Tre verkstader viser korleis dei set pris på det dei lagar. Ta med eit eige produkt.",
    )  # fmt: skip
    hall.fill(video, others[:38])
    past = hall.gathering(
        "fagdag-arbeidsdrift", _weekday(today - dt.timedelta(days=24)),
        ("Fagdag om arbeidsdriften", "Fagdag om arbeidsdrifta"),
        seats=40, place="Oslo fengsel, møtesalen", agenda=AGENDA, agenda_nn=AGENDA_NN,
    )  # fmt: skip
    hall.attend(past, hall.fill(past, [*others[:1], *others[20:50]]))
    meeting = hall.gathering(
        "konferansen-arbeidsdrift", hall.calendar.monday - dt.timedelta(days=53),  # a Thursday
        ("Konferansen om arbeidsdriften", "Konferansen om arbeidsdrifta"),
        seats=120, place="Lillestrøm, Thon Arena", agenda=conference.DAY_ONE, agenda_nn=conference.DAY_ONE_NN,
        about="To dager for alle som arbeider med sysselsetting: fagene, produktene og veien ut i arbeid.",
        about_nn="To dagar for alle som arbeider med sysselsetjing: faga, produkta og vegen ut i arbeid.",
    )  # fmt: skip
    rows = hall.fill(meeting, [*others[:1], *others[50:110]])
    one = meeting.sessions.get()
    hall.attend_session(meeting, one, rows, absent=0, whole=False)
    second = Session.objects.create(
        gathering=meeting, starts=one.starts + dt.timedelta(days=1), ends=one.ends + dt.timedelta(days=1),
        place=one.place, agenda=conference.DAY_TWO, agenda_nn=conference.DAY_TWO_NN,
    )  # fmt: skip
    hall.attend_session(meeting, second, rows, absent=0.05, whole=True)
    conference.hand_out(meeting, "Demo: personer og tall er oppdiktet")
    # The demo's own officer, the first, has not answered yet.
    evaluations.store(hall.rng, past, [row.learner for row in _there(past) if row.learner != others[0]][:22])
    evaluations.store(hall.rng, courses["MI"], [one for one in done if one != others[0]][:34])


def _there(gathering: Gathering) -> Sequence[Registration]:
    return gathering.registrations.filter(attendance__minutes__gt=0).select_related("learner").order_by("pk")
