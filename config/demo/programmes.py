"""The demo's VBU: a programme of eleven months, a class that has completed it, and one of 24 that is on its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from courses.models import (
    Assessment,
    Choice,
    Cohort,
    CohortMember,
    CohortMessage,
    Course,
    Gathering,
    Handin,
    Part,
    Programme,
    Registration,
    Session,
    Work,
)
from learners.models import Learner
from tracking import occasions, vocabulary
from tracking.identities import activities

from .calendar import moment
from .gatherings import A_CLASS, Hall

DAY, HOUR, WEEK = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(weeks=1)
WEEKS_BEHIND = 12  # it began when the campaigns did
SIZE = 24
K = Part.Kind
PARTS = (  # kind, course, nb, nn, due after days, group
    (K.GATHERING, "", "Samling 1: Rollen som verksbetjent", "Samling 1: Rolla som verksbetjent", 7, ""),
    (K.COURSE, "MI", "", "", 56, ""),
    (K.COURSE, "MILJO", "", "", 112, ""),
    (K.WORK, "", "Arbeidskrav: verkstedet mitt", "Arbeidskrav: verkstaden min", 126, ""),
    (K.GATHERING, "", "Samling 2: Opplæring i verkstedet", "Samling 2: Opplæring i verkstaden", 154, ""),
    (K.COURSE, "PED", "", "", 182, ""),
    (K.COURSE, "PROD", "", "", 238, "A"),
    (K.COURSE, "SKOLENAV", "", "", 238, "A"),
    (
        K.PRACTICE,
        "",
        "Praksis: en opplæringsuke i eget verksted",
        "Praksis: ei opplæringsveke i eigen verkstad",
        266,
        "",
    ),
    (K.GATHERING, "", "Fjernundervisning hver onsdag", "Fjernundervisning kvar onsdag", 322, ""),
    (K.GATHERING, "", "Samling 3: Fagprøve og avslutning", "Samling 3: Fagprøve og avslutning", 329, ""),
)

TASK = (
    "Beskriv verkstedet ditt: hva dere lager, hvem som arbeider der, og hva de lærer. Ta med én ting du vil endre, og "
    "hvordan du går fram.\nTo til fire sider, som tekst her eller som fil. Ikke skriv navn på innsatte."
)
TASK_NN = (
    "Skildre verkstaden din: kva de lagar, kven som arbeider der, og kva dei lærer. Ta med éin ting du vil endre, og "
    "korleis du går fram.\nTo til fire sider, som tekst her eller som fil. Ikkje skriv namn på innsette."
)
CRITERIA = "Viser hva som læres i arbeidet\nVurderer tryggheten i verkstedet\nHar en plan som lar seg gjennomføre"
CRITERIA_NN = "Viser kva ein lærer i arbeidet\nVurderer tryggleiken i verkstaden\nHar ein plan som lèt seg gjennomføre"
TEXTS = (
    "I snekkerverkstedet lager vi hagemøbler på bestilling. Åtte mann arbeider der, og de fleste er nye hver høst.\n\n"
    "Jeg vil at hver av dem skal ha sin egen plan for hva han skal lære, ikke bare hva han skal lage.",
    "Vi har vaskeri for fengselet og for to sykehjem. Arbeidet er jevnt, men det læres for lite av det.\n\n"
    "Planen er å la to og to lære opp den neste, med en sjekkliste som de har laget selv.",
    "I mekanisk verksted sveiser vi gjerder og porter. Tryggheten er det første vi snakker om, hver morgen.\n\n"
    "Jeg vil prøve en opplæringsuke for nye, der ingen er ved maskinene før de har vist hvordan.",
)
PASSED = "Du ser verkstedet ditt klart, og planen kan du begynne med på mandag. Fint arbeid."
AGAIN = (
    "Du beskriver godt hva de lærer. Planen trenger litt til: hvem gjør hva, og når? Skriv et avsnitt om det, og "
    "lever på nytt."
)


def run(hall: Hall, courses: dict[str, Course], officers: Sequence[Learner]) -> Cohort:
    """The programme, its class and what they have done by now. `officers`: the first is the demo's own."""
    programme = _programme(courses)
    start = hall.calendar.monday - dt.timedelta(weeks=WEEKS_BEHIND)
    cohort, members = hall.begin(programme, str(start.year), str(start.year), start, officers[:SIZE])
    parts = list(programme.parts.all())
    _days(hall, cohort, parts, members)
    _weekly(hall, cohort, parts[9], members)
    _works(hall, programme, parts[3], members)
    CohortMessage.objects.create(
        cohort=cohort, author=hall.teacher, subject="Til neste samling", sent=True, written_at=hall.calendar.now,
        text="Ta med et arbeidsstykke fra eget verksted, og tenk gjennom hvordan du lærer bort å lage det.",
    )  # fmt: skip
    return cohort


def _programme(courses: dict[str, Course]) -> Programme:
    made = Programme.objects.create(
        slug="vbu", title="Verksbetjentutdanningen (VBU)", title_nn="Verksbetjentutdanninga (VBU)", hours=420,
        about="Elleve måneder: tre samlinger, fjernundervisning hver onsdag, kurs på nett og praksis i eget verksted.",
        about_nn="Elleve månader: tre samlingar, fjernundervisning kvar onsdag, nettkurs og praksis i eigen verkstad.",
        outcomes="lede et verksted trygt\nlære bort faget ditt\nsnakke med innsatte så de vil lære",
        outcomes_nn="leie ein verkstad trygt\nlære bort faget ditt\nsnakke med innsette så dei vil lære",
    )  # fmt: skip
    Choice.objects.create(programme=made, group="A", least=1)
    for order, (kind, code, title, title_nn, due, group) in enumerate(PARTS):
        Part.objects.create(
            programme=made, order=order, kind=kind, course=courses.get(code), title=title, title_nn=title_nn,
            due_days=due, group=group,
        )  # fmt: skip
    made.parts.filter(kind=K.WORK).update(task=TASK, task_nn=TASK_NN, criteria=CRITERIA, criteria_nn=CRITERIA_NN)
    return made


def _days(hall: Hall, cohort: Cohort, parts: Sequence[Part], members: Sequence[CohortMember]) -> None:
    """The three gatherings: the first has been, the others lie ahead."""
    learners = [one.learner for one in members]
    for number, (part, day) in enumerate(((parts[0], 2), (parts[4], 149), (parts[10], 324)), 1):
        gathering = hall.gathering(
            f"{cohort.slug}-samling-{number}", cohort.starts + dt.timedelta(days=day), (part.title, part.title_nn),
            cohort=cohort, part=part, seats=SIZE, place="KRUS, Lillestrøm",
        )  # fmt: skip
        rows = hall.fill(gathering, learners, days_before=1)
        if gathering.sessions.get().ends < hall.calendar.now:
            hall.attend(gathering, rows)


def _weekly(hall: Hall, cohort: Cohort, part: Part, members: Sequence[CohortMember]) -> None:
    """Remote teaching on Wednesdays: one gathering with a session a week."""
    first = cohort.starts + dt.timedelta(days=9)
    gathering = hall.gathering(
        f"{cohort.slug}-fjernundervisning", first, (part.title, part.title_nn), hours=5, cohort=cohort, part=part,
        seats=SIZE, video_link="https://video.fagbenk.example/vbu",
    )  # fmt: skip
    rows = hall.fill(gathering, [one.learner for one in members], days_before=1)
    starts = [moment(first + dt.timedelta(weeks=n), dt.time(9)) for n in range(1, A_CLASS // WEEK - 3)]
    Session.objects.bulk_create(
        [
            Session(
                gathering=gathering,
                starts=at,
                ends=at + dt.timedelta(hours=5),
                video_link="https://video.fagbenk.example/vbu",
            )
            for at in starts
        ]
    )
    _attend_weekly(hall, gathering, rows)


def _attend_weekly(hall: Hall, gathering: Gathering, rows: Sequence[Registration]) -> None:
    for session in gathering.sessions.filter(ends__lt=hall.calendar.now):
        hall.attend_session(gathering, session, rows, absent=0.08, whole=False)


def _works(hall: Hall, programme: Programme, part: Part, members: Sequence[CohortMember]) -> None:
    """Two in three have handed in their work, and it has passed; the others are on their way. The demo's own officer,
    the first, is to do a little more."""
    at = hall.calendar.now - dt.timedelta(days=6)
    what = occasions.Thing(
        activities.programme_part_iri(programme.slug, str(part.key)),
        vocabulary.MODULE,
        f"{programme.title}: {part.title}",
    )
    for number, member in enumerate(members):
        passes = hall.rng.random() < 0.66 and number > 0
        if passes:
            doer = occasions.Doer(str(member.learner.opaque_id), str(member.registration))
            told = occasions.completed(
                doer, what, at, parent=activities.programme_iri(programme.slug), told_by=str(hall.teacher.opaque_id)
            )
            hall.told.append((told, at))
        _write(hall, part, member, number, at, passes=passes)


def _write(hall: Hall, part: Part, member: CohortMember, number: int, at: dt.datetime, *, passes: bool) -> None:
    """The draft, and what was handed in and said of it."""
    text = TEXTS[number % len(TEXTS)]
    work = Work.objects.create(member=member, part=part, draft=text, drafted_at=at - DAY, revision=1)
    if not passes and number % 3 == 1:
        return  # a draft
    handin = Handin.objects.create(work=work, number=1, text=text, handed_in_at=at - DAY + number * HOUR / 6)
    if passes or number == 0:
        level = Assessment.Level.THERE if passes else Assessment.Level.NOT_YET
        levels = [one | {"level": Assessment.Level.THERE} for one in part.rubric[:-1]]
        Assessment.objects.create(
            handin=handin, passed=passes, levels=[*levels, part.rubric[-1] | {"level": level}], known_from=at,
            assessed_by=hall.teacher, words=PASSED if passes else AGAIN,
        )  # fmt: skip
