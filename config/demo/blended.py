"""The demo's course with a gathering: whoever has done the e-learning comes to a day, and has then completed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from courses.models import Attendance, Course, Gathering
from learners.models import Learner
from tracking import statements
from tracking.identities import activities

from .calendar import Calendar
from .deeds import Story
from .gatherings import Hall

CODE = "SKOLENAV"
SEATS = 40
WEEKS = (-7, -4, -1, 3, 8)  # of the days, from the unfinished week
FIRST = 5  # so many come to each day before they have done the e-learning
TITLE = "Dagen med skolen og NAV", "Dagen med skulen og NAV"
ABOUT = (
    "Etter e-læringen: lærere, NAV-veiledere og verksbetjenter ser på de samme sakene sammen.",
    "Etter e-læringa: lærarar, NAV-rettleiarar og verksbetjentar ser på dei same sakene saman.",
)


class Done(NamedTuple):
    """That somebody has done the e-learning."""

    setting: statements.Setting
    at: dt.datetime


def ask(course: Course, calendar: Calendar) -> None:
    """From the start on, the course takes a gathering beside its e-learning."""
    course.gathering_from = calendar.start
    course.save(update_fields=["gathering_from"])


def hold(hall: Hall, course: Course, story: Story, officers: Sequence[Learner]) -> None:
    """Three days have been, two lie ahead. `officers`: those who come, also without the e-learning."""
    done = _elearning(story)
    waiting = sorted((one for one in officers if str(one.opaque_id) in done), key=lambda one: done[_name(one)].at)
    others = [one for one in officers if str(one.opaque_id) not in done]
    for number, weeks in enumerate(WEEKS, 1):
        day = hall.calendar.monday + dt.timedelta(days=7 * weeks + 1)
        made = hall.gathering(
            f"skole-og-nav-{number}", day, TITLE, course=course, seats=SEATS, place="KRUS, Lillestrøm, sal 1",
            about=ABOUT[0], about_nn=ABOUT[1],
        )  # fmt: skip
        ready = [one for one in waiting if done[_name(one)].at.date() < day][: SEATS - FIRST]
        rows = hall.fill(made, [*ready, *others[:FIRST]])
        waiting = [one for one in waiting if one not in ready]
        others = others[FIRST:]
        if made.sessions.get().ends < hall.calendar.now:
            hall.attend(made, rows)
            _complete(hall, made, done)


def _name(learner: Learner) -> str:
    return str(learner.opaque_id)


def _elearning(story: Story) -> dict[str, Done]:
    """By the actor's account name."""
    found = [Done(story.settings[deed.setting], deed.at) for deed in story.deeds if deed.verb == "elearning_completed"]
    return {one.setting.account: one for one in found}


def _complete(hall: Hall, held: Gathering, done: dict[str, Done]) -> None:
    """Whoever was there all day and has done the e-learning has completed the course that evening."""
    session = held.sessions.get()
    there = Attendance.objects.filter(session=session, minutes=session.minutes).select_related("registration__learner")
    at = session.ends + dt.timedelta(minutes=20)
    for row in there.order_by("pk"):
        before = done.get(_name(row.registration.learner))
        if before and before.at < at:
            here = replace(before.setting, session="")
            told = statements.completed(here, at, resting_on=activities.gathering_iri(held.slug))
            hall.told.append((told, at))
