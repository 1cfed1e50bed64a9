"""The demo from nothing to twelve weeks of activity; run again, it changes nothing.

Site and courses come first, by themselves: loading them twice does no harm. Everything else is one transaction, so a
demo that was broken off leaves nothing half-finished.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Coalesce

from cms.site import ensure_site
from courses.loader import CONTENT, load
from courses.models import Campaign, Course
from learners.models import ImportRun, Learner, Unit
from tracking.barometer import cells, hiding
from tracking.barometer.facts import Facts
from tracking.completions import achievements, following, projection
from tracking.completions.models import Achievement, Completion, Cursor
from tracking.identities.people import ensure_actors
from tracking.lrs import query
from tracking.player.attempts import freeze_outline
from tracking.reports.making import Round
from tracking.reports.models import WeeklyReport
from tracking.reports.schedule import due_units
from tracking.reports.weeks import Week

from . import (
    accounts,
    blended,
    campaigns,
    content,
    gatherings,
    graduates,
    leading,
    organisation,
    people,
    programmes,
    series,
    site,
    telling,
)
from .calendar import Calendar, night
from .deeds import Story
from .plans import Plan, Planner
from .progress import Progress

OFFICER = "ansatt"  # the account whose course is half-way
STAGES = {
    "Sider og kurs": 4.0,
    "Enheter og ansatte": 1.0,
    "Tolv uker i kursene": 3.0,
    "Spor i loggen": 14.0,
    "Samlinger": 1.0,
    "Fullføringer": 0.5,
    "Barometeret": 3.0,
    "Ukerapporter": 7.0,
}


class SeedError(Exception):
    """The demo cannot be loaded here; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """What was loaded; `new` is False where it was there already."""

    new: bool
    people: int = 0
    statements: int = 0
    completions: int = 0


def seed(at: dt.datetime, staff: int, number: int, password: str | None, progress: Progress, spare: bool) -> Outcome:
    """Load the demo as of the moment `at`. `spare`: another process may help. Raises SeedError."""
    if Learner.objects.filter(email=f"{OFFICER}@{accounts.DOMAIN}").exists():
        return Outcome(new=False)
    if Learner.objects.exists():
        raise SeedError("Det er alt folk i denne databasen. Demoen lastes bare inn i en database uten folk.")
    if staff < people.LEAST:
        raise SeedError(f"Med færre enn {people.LEAST} ansatte blir enheter stående tomme. Velg et høyere tall.")
    calendar = Calendar(at)
    with _few_collections():
        progress.begin("Sider og kurs")
        courses = _load_courses(calendar)
        with telling.builder(content.read(), spare) as build, transaction.atomic():
            return _Seed(calendar, staff, number, progress, courses).run(password, build)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Little of what is made here is garbage: looking for it all the time takes a quarter of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _load_courses(calendar: Calendar) -> dict[str, Course]:
    ensure_site()
    folders = sorted(file.parent for file in CONTENT.glob("*/course.nb.yaml"))
    loaded = [load(folder, calendar.opened) for folder in folders]
    site.fill(calendar.today)
    return {course.code: course for course in loaded}


class _Seed:
    """The one transaction: people, campaigns, deeds, and what follows from them."""

    def __init__(
        self, calendar: Calendar, staff: int, number: int, progress: Progress, courses: dict[str, Course]
    ) -> None:
        self.calendar, self.staff, self.number = calendar, staff, number
        self.progress, self.courses = progress, courses

    def run(self, password: str | None, build: telling.Build) -> Outcome:
        self.progress.begin("Enheter og ansatte")
        self._employ(password)
        self.progress.begin("Tolv uker i kursene")
        story = self._story()
        self.progress.begin("Spor i loggen")
        told = self._tell(story, build)
        self.progress.begin("Samlinger")
        told += self._gather()
        self.progress.begin("Fullføringer")
        completions = self._complete()
        self._follow_up()
        self.progress.begin("Barometeret")
        self._count()
        self.progress.begin("Ukerapporter")
        self._report()
        return Outcome(True, len(self.people), told, completions)

    def _employ(self, password: str | None) -> None:
        opened = night(self.calendar.opened)
        units, positions = organisation.store(opened)
        made = people.Staff(units, positions, self.calendar, self.number)
        made.employ(self.staff)
        self.people, self.chosen = made.people, accounts.choose(made.people)
        people.store(made)
        ensure_actors([p.learner for p in self.people])
        accounts.open_accounts(self.chosen, password, opened)
        accounts.grant_regions(self.people, units, opened)
        ImportRun.objects.bulk_create(_deliveries(self.calendar))
        blended.ask(self.courses[blended.CODE], self.calendar)
        self.campaigns: list[Campaign] = campaigns.store(self.calendar, self.courses, self.chosen["direktor"].learner)
        campaigns.store_exemptions(self.campaigns, self.people, self.calendar, self.number)
        series.store(self.chosen["direktor"].learner, self.calendar.now)

    def _story(self) -> Story:
        read = content.read()
        versions = {
            code: course.versions.select_related("course").get(number=1) for code, course in self.courses.items()
        }
        for version in versions.values():
            freeze_outline(version)
        parts = {code: len(read[code, "nb"].lessons) for code in self.courses}
        planner = Planner(parts, self.calendar, self.number)
        officer = self.chosen[OFFICER]
        plans = planner.plans(p for p in self.people if p is not officer)
        plans += self._officers_plan(officer)
        self.plans = plans
        self.story = story = Story(read, versions, self.number)
        story.tell(plans)
        story.store_rows()
        return story

    def _officers_plan(self, officer: people.Person) -> Sequence[Plan]:
        """Two lessons of MI done, the third begun."""
        days = [day for day in self.calendar.days() if day.weekday() < 5][-9::5]
        visits = [(day, [number]) for number, day in enumerate(days)]
        return [Plan(officer, "MI", visits, opens=len(visits))] if visits else []

    def _tell(self, story: Story, build: telling.Build) -> int:
        total = max(len(story.deeds), 1)
        told = telling.tell(story, build, lambda done: self.progress.part(done / total))
        voider = self.chosen["admin"].learner.opaque_id
        return told + telling.void_some(story, voider, night(self.calendar.today), self.number)

    def _gather(self) -> int:
        """Gatherings, and who was there; the officer of the demo has a seat at some."""
        officer = self.chosen[OFFICER].learner
        officers = [p.learner for p in self.people if p.position == "VERKSBETJENT" and not p.eventful]
        officers = [officer, *(one for one in officers if one is not officer)]
        passed = {p.person.learner.pk for p in self.plans if p.code == "MI" and p.passes}
        hall = gatherings.Hall(self.calendar, self.chosen["krus"].learner, self.number)
        gatherings.hold(hall, self.courses, [one for one in officers if one.pk in passed], officers)
        cohort = programmes.run(hall, self.courses, officers)
        done = graduates.who(self.plans, officers[programmes.SIZE :])
        if done:
            graduates.graduate(hall, cohort.programme, cohort.starts, done)
        blended.hold(hall, self.courses[blended.CODE], self.story, officers[1:])
        director = self.chosen["direktor"].learner
        whole = campaigns.store_programme(self.calendar, cohort.programme, cohort.ends, director)
        self.campaigns.append(whole)
        return hall.tell()

    def _complete(self) -> int:
        """The completions that the statements amount to, written when they came to be known.

        Whoever follows the log goes on behind them, and no figure is taken for older than they are.
        """
        position = {"position": query.end(), "moved_at": self.calendar.now}
        Cursor.objects.update_or_create(name=following.NAME, defaults=position)
        rows = projection.rebuild()
        achievements.rebuild()
        for rows_of in (Completion, Achievement):
            rows_of.objects.update(written_at=Coalesce("known_to", "known_from"))
        return rows

    def _follow_up(self) -> None:
        leader, officer = self.chosen["leder"].learner, self.chosen[OFFICER].learner
        unit = Unit.objects.get(code=people.DEMO_PRISON)
        leading.store(leader, officer, unit, self.campaigns, self.calendar.now)

    def _count(self) -> None:
        for number, campaign in enumerate(self.campaigns):
            cells.refresh(campaign, self.calendar.now)
            hiding.settle(campaign, self.calendar.today)
            self.progress.part((number + 1) / len(self.campaigns))

    def _report(self) -> None:
        """The frozen report of each finished week, for the service and the regions, made on the Monday after."""
        sundays, loaded = self.calendar.sundays(), dict[str, Facts]()
        for number, sunday in enumerate(sundays):
            week = Week(sunday)
            if week.is_closed(self.calendar.now):
                making = Round(week, self.calendar.now, loaded)
                made = [making.make(unit)[0].pk for unit in due_units(self.calendar.today)]
                WeeklyReport.objects.filter(pk__in=made).update(made_at=week.closes_at + dt.timedelta(seconds=20))
            self.progress.part((number + 1) / len(sundays))


def _deliveries(calendar: Calendar) -> list[ImportRun]:
    """People data came every night."""
    days = (calendar.today - calendar.opened).days + 1
    nights = [night(calendar.opened + dt.timedelta(days=n)) for n in range(days)]
    return [ImportRun(source="demo", finished_at=at, succeeded=True) for at in nights]
