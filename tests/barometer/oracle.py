"""The definition once more, slowly: person by person and day by day, from the tables and statements alone.

It shares no code with the barometer or the completions; the tests compare the two. Where the definition is silent, a
comment says so.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from courses.models import AcceptedVersion, Audience, Campaign, CourseVersion, Exemption
from learners.models import Employment, Learner, Leave, Posting, UnitPlace
from tracking.identities.models import Actor
from tracking.lrs.models import Statement

DAY = dt.timedelta(days=1)
OSLO = ZoneInfo("Europe/Oslo")
CLASSES = ("exempt", "on_leave", "in_grace", "counted")


class Told(NamedTuple):
    """A statement that says that somebody has completed a version."""

    version: int
    registration: str
    timestamp: dt.datetime
    stored: dt.datetime
    voided: dt.datetime | None

    @property
    def on(self) -> dt.date:
        return min(self.timestamp, self.stored).astimezone(OSLO).date()


class Verdict(NamedTuple):
    """What one person is on one day."""

    unit: str
    status: str
    done: frozenset[str]  # the parts that the person has completed


def closed(on: dt.date) -> dt.datetime:
    """The moment before which things were known for `known=then`."""
    return dt.datetime.combine(on + DAY, dt.time(6), OSLO)


def is_known(row: Any, cutoff: dt.datetime | None) -> bool:
    if cutoff is None:
        return row.known_to is None
    return row.known_from < cutoff and (row.known_to is None or row.known_to >= cutoff)


def holds(row: Any, on: dt.date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def months_later(on: dt.date, months: int) -> dt.date:
    year, month = on.year + (on.month - 1 + months) // 12, (on.month - 1 + months) % 12 + 1
    for last in (on.day, 30, 29, 28):
        try:
            return dt.date(year, month, min(on.day, last))
        except ValueError:
            continue
    raise AssertionError


def by_learner(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row.learner_id].append(row)
    return found


class Oracle:
    """All that is recorded, read once."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.courses = {r.course.pk: r.course.code.lower() for r in campaign.requirements.select_related("course")}
        self.versions = {version.pk: version for version in CourseVersion.objects.select_related("course")}
        self.learners = list(Learner.objects.order_by("pk").values_list("pk", flat=True))
        self.jobs = by_learner(Employment.objects.all())
        self.posts = by_learner(Posting.objects.select_related("unit", "position"))
        self.leaves = by_learner(Leave.objects.all())
        self.exemptions = by_learner(Exemption.objects.filter(campaign=campaign))
        self.places = list(UnitPlace.objects.select_related("unit"))
        self.audiences = list(Audience.objects.filter(campaign=campaign))
        self.accepted = list(AcceptedVersion.objects.filter(campaign=campaign))
        self.told = told_by_learner()

    def counts(self, on: dt.date, cutoff: dt.datetime | None) -> dict[tuple[str, str], Counter[str]]:
        """Persons by (part, unit code): each class, and "done_…" of each class; units with nobody are left out."""
        parts = [*self.courses.values(), *(["all"] if len(self.courses) > 1 else [])]
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        known = _Known(self, cutoff)
        for learner in self.learners:
            verdict = known.verdict(learner, on)
            if verdict is None:
                continue
            for unit in known.path(verdict.unit, on):
                for part in parts:
                    found[part, unit][verdict.status] += 1
                    found[part, unit]["done_" + verdict.status] += part in verdict.done
        return dict(found)


class _Known:
    """What was known before `cutoff`; None: what is known now."""

    def __init__(self, oracle: Oracle, cutoff: dt.datetime | None) -> None:
        self.oracle, self.cutoff, self.campaign = oracle, cutoff, oracle.campaign

        def chosen(rows: dict[int, list[Any]]) -> dict[int, list[Any]]:
            return {key: [row for row in some if is_known(row, cutoff)] for key, some in rows.items()}

        self.jobs, self.posts = chosen(oracle.jobs), chosen(oracle.posts)
        self.leaves, self.exemptions = chosen(oracle.leaves), chosen(oracle.exemptions)
        self.places = [row for row in oracle.places if is_known(row, cutoff)]
        self.audiences = [row for row in oracle.audiences if is_known(row, cutoff)]
        self.accepted = [row for row in oracle.accepted if is_known(row, cutoff)]
        self.told = {
            learner: [
                one
                for one in some
                if (cutoff is None or one.stored < cutoff)
                and (one.voided is None or (cutoff is not None and cutoff <= one.voided))
            ]
            for learner, some in oracle.told.items()
        }
        self._paths: dict[dt.date, dict[str, list[str]]] = {}

    def path(self, unit: str, on: dt.date) -> list[str]:
        """The unit and all above it on the day."""
        if on not in self._paths:
            rows = [row for row in self.places if holds(row, on)]
            self._paths[on] = {row.unit.code: row.path.strip("/").split("/") for row in rows}
        return self._paths[on].get(unit, [])

    def asked_for(self, post: Posting, on: dt.date) -> bool:
        # The definition is silent on days before the start; who was there before is who the first decision asks for.
        decided = max(on, self.campaign.start)
        above = self.path(post.unit.code, on)
        return any(
            (not rule.positions or post.position.code in rule.positions)
            and (not rule.units or bool(set(rule.units) & set(above)))
            for rule in self.audiences
            if holds(rule, decided)
        )

    def audience_posts(self, learner: int, on: dt.date) -> list[Posting]:
        if not any(holds(job, on) for job in self.jobs.get(learner, ())):
            return []
        return [post for post in self.posts.get(learner, ()) if holds(post, on) and self.asked_for(post, on)]

    def verdict(self, learner: int, on: dt.date) -> Verdict | None:
        posts = self.audience_posts(learner, on)
        if not posts:
            return None
        first = min(posts, key=lambda post: (not post.primary, post.valid_from, post.unit.code))
        return Verdict(first.unit.code, self.status(learner, on), self.done(learner, on))

    def status(self, learner: int, on: dt.date) -> str:
        if any(holds(row, on) and row.valid_to and _approved(row) for row in self.exemptions.get(learner, ())):
            return "exempt"
        away = self.leave_days(learner, on)
        if on in away:
            return "on_leave"
        return "in_grace" if self.in_grace(learner, on, away) else "counted"

    def leave_days(self, learner: int, until: dt.date) -> set[dt.date]:
        """The days until `until` in full-time leaves of 30 days or more, or open-ended."""
        rows = [row for row in self.leaves.get(learner, ()) if row.full_time]
        horizon = max([until, *(row.valid_to or row.valid_from for row in rows)]) + 40 * DAY  # an open end: 30 and more
        days = {day for row in rows for day in _days(row.valid_from, row.valid_to or horizon)}
        days |= {day + DAY for day in days if day + 2 * DAY in days}
        found: set[dt.date] = set()
        for day in sorted(days):
            if day - DAY in days:
                continue
            end = day
            while end in days:
                end += DAY
            if (end - day).days >= 30:
                found |= set(_days(day, min(end, until + DAY)))
        return found

    def in_grace(self, learner: int, on: dt.date, away: set[dt.date]) -> bool:
        """Grace days are used up on those days after the first entry that are no leave days."""
        entered, last_in = None, None
        for day in _days(self.campaign.start - 200 * DAY, on + DAY):
            if not self.audience_posts(learner, day):
                continue
            new = last_in is None or (day - last_in - DAY).days > 180
            if new and day > self.campaign.start and entered is None:
                entered = day
            last_in = day
        if entered is None:
            return False
        return sum(day not in away for day in _days(entered, on)) < self.campaign.grace_days

    def done(self, learner: int, on: dt.date) -> frozenset[str]:
        accepted = {row.version_id for row in self.accepted if holds(row, on)}
        found = set()
        for version in accepted:
            course = self.oracle.courses.get(self.oracle.versions[version].course_id)
            if course and self.valid(learner, version, on):
                found.add(course)
        if len(self.oracle.courses) > 1 and len(found) == len(self.oracle.courses):
            found.add("all")
        return frozenset(found)

    def valid(self, learner: int, version: int, on: dt.date) -> bool:
        """Whether a completion of the version is valid on the day: the first of each registration, renewals in turn."""
        first: dict[str, dt.date] = {}
        for one in self.told.get(learner, ()):
            if one.version == version:
                first[one.registration] = min(one.on, first.get(one.registration, one.on))
        months = self.oracle.versions[version].validity_months
        if months is None:
            return any(done <= on for done in first.values())
        spans: list[tuple[dt.date, dt.date]] = []
        for done in sorted(first.values()):
            old = [end for _, end in spans if end - 90 * DAY <= done < end]
            spans.append((done, months_later(max([done, *old]), months)))
        return any(done <= on < end for done, end in spans)


def _approved(row: Exemption) -> bool:
    return row.proposed_by_id is not None and row.approved_by_id not in (None, row.proposed_by_id)


def _days(first: dt.date, until: dt.date) -> list[dt.date]:
    return [first + n * DAY for n in range((until - first).days)]


def told_by_learner() -> dict[int, list[Told]]:
    """The statements' own words: who has completed which version, and what has been voided."""
    people = {str(actor.name): actor.learner_id for actor in Actor.objects.all()}
    versions = {
        (version.course.code, version.number): version.pk for version in CourseVersion.objects.select_related("course")
    }
    completed, voided = [], {}
    for row in Statement.objects.order_by("pk").iterator():
        said = json.loads(row.payload)
        verb = said["verb"]["id"].rpartition("/")[2]
        if verb == "voided":
            voided[said["object"]["id"]] = row.stored
        elif verb == "completed":
            completed.append((row, said))
    found = defaultdict(list)
    for row, said in completed:
        named = [one["id"] for one in said["context"]["contextActivities"]["grouping"]]
        course, _, number = named[0].rpartition("/version/")
        version = versions[course.rpartition("/")[2], int(number)]
        learner = people.get(said["actor"]["account"]["name"])
        if learner is not None:
            registration = said["context"]["registration"]
            found[learner].append(
                Told(version, registration, row.timestamp, row.stored, voided.get(str(row.statement_id)))
            )
    return found
