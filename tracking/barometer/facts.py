"""Load the facts that a campaign's figures rest on, each table in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from courses.models import AcceptedVersion, Audience, Campaign, Exemption
from learners.models import Employment, Leave, Posting, UnitPlace

from ..completions.models import Completion
from .crossing import ALL
from .standing import BEGINNING, FAR, AudienceRule, Done, Known, Person, Post, Span

Ground = tuple[dt.date, dt.date, frozenset[int] | None]  # from, to before, unit ids (None: all)


@dataclass(frozen=True)
class Place:
    """A unit's place in the tree over time."""

    unit_id: int
    parent_id: int | None
    path: str
    start: dt.date
    end: dt.date
    known: Known


@dataclass(frozen=True)
class Facts:
    """Everything that a campaign's figures rest on, on both time axes."""

    campaign: Campaign
    parts: dict[str, frozenset[int]]  # part -> course ids
    people: dict[int, Person]
    places: list[Place]
    audiences: list[Audience]
    accepted: list[AcceptedVersion]

    def tree(self, on: dt.date, before: dt.datetime | None) -> dict[int, Place]:
        """The tree on a day, by unit id."""
        return {p.unit_id: p for p in self.places if p.start <= on < p.end and p.known.at(before)}

    def rules(self, before: dt.datetime | None) -> list[AudienceRule]:
        """The audience as decided. The first decision holds back in time too: it says who was there at the start."""
        known = sorted((a for a in self.audiences if _known(a).at(before)), key=lambda a: a.valid_from)
        rules = []
        for audience in known:
            start = BEGINNING if audience.valid_from == known[0].valid_from else audience.valid_from
            end = audience.valid_to or FAR
            for first, last, units in self._ground(audience.units, before):
                if max(start, first) < min(end, last):
                    positions = frozenset(audience.positions)
                    rules.append(AudienceRule(max(start, first), min(end, last), positions, units))
        return rules

    def _ground(self, codes: Collection[str], before: dt.datetime | None) -> list[Ground]:
        """The units at or below `codes` over time (none: all units): who is moved below one of them enters on that
        day. Before the first tree that is known, the units stood as in it."""
        if not codes:
            return [(BEGINNING, FAR, None)]
        known = [place for place in self.places if place.known.at(before)]
        turns = sorted({place.start for place in known} | {place.end for place in known} - {FAR}) or [BEGINNING]
        found: list[Ground] = []
        for first, last in zip([BEGINNING, *turns[1:]], [*turns[1:], FAR], strict=True):
            units = _below(self.tree(first if found else turns[0], before), codes)
            if found and found[-1][2] == units:
                found[-1] = (found[-1][0], last, units)
            else:
                found.append((first, last, units))
        return found

    def accepted_on(self, on: dt.date, before: dt.datetime | None) -> frozenset[int]:
        """The version ids that count on a day."""
        return frozenset(
            a.version_id
            for a in self.accepted
            if _known(a).at(before) and a.valid_from <= on and (a.valid_to is None or on < a.valid_to)
        )


def _below(tree: dict[int, Place], codes: Collection[str]) -> frozenset[int]:
    return frozenset(unit for unit, place in tree.items() if any(f"/{code}/" in place.path for code in codes))


def parts_of(campaign: Campaign) -> dict[str, frozenset[int]]:
    """The campaign's bars: one a course, by its code in small letters; with several, "all" of them too, first."""
    courses = {r.course.code.lower(): frozenset([r.course_id]) for r in campaign.requirements.select_related("course")}
    if len(courses) < 2:
        return courses
    return {ALL: frozenset().union(*courses.values()), **courses}


def load(campaign: Campaign, units: Collection[int] | None = None) -> Facts:
    """The campaign's facts; with `units`, only the people who have ever been posted there."""
    everybody: dict[int, Person] = {}
    chosen = _people(units)

    for row in _rows(Posting.objects.all(), chosen, "unit_id", "unit__code", "position__code", "primary"):
        everybody.setdefault(row[0], Person(row[0])).posts.append(Post(*_span(row), *row[5:]))
    for name, rows in _spans(campaign).items():
        for row in _rows(rows, chosen):
            if row[0] in everybody:
                getattr(everybody[row[0]], name).append(Span(*_span(row)))
    parts = parts_of(campaign)
    for learner_id, done in _completions(chosen, frozenset().union(*parts.values())):
        if learner_id in everybody:
            everybody[learner_id].done.append(done)
    return Facts(
        campaign=campaign,
        parts=parts,
        people=everybody,
        places=places(),
        audiences=list(Audience.objects.filter(campaign=campaign)),
        accepted=list(AcceptedVersion.objects.filter(campaign=campaign)),
    )


def _spans(campaign: Campaign) -> dict[str, QuerySet]:
    """The facts that are spans of time only, by their name in Person."""
    return {
        "employments": Employment.objects.all(),
        "leaves": Leave.objects.filter(full_time=True),
        "exemptions": approved_exemptions().filter(campaign=campaign),
    }


def approved_exemptions() -> QuerySet:
    """An exemption needs an end, and somebody else's approval."""
    approved = Exemption.objects.filter(valid_to__isnull=False).exclude(approved_by=None)
    return approved.exclude(approved_by=F("proposed_by"))


def _people(units: Collection[int] | None) -> QuerySet | None:
    if units is None:
        return None
    return Posting.objects.filter(unit__in=list(units)).values("learner_id")


def _rows(rows: QuerySet, chosen: QuerySet | None, *extra: str) -> Any:
    if chosen is not None:
        rows = rows.filter(learner_id__in=chosen)
    fields = ("learner_id", "valid_from", "valid_to", "known_from", "known_to", *extra)
    return rows.values_list(*fields).iterator(chunk_size=5000)


def _span(row: tuple[Any, ...]) -> tuple[dt.date, dt.date, Known]:
    return row[1], row[2] or FAR, Known(row[3], row[4])


def _completions(chosen: QuerySet | None, courses: Collection[int]) -> Any:
    rows = Completion.objects.filter(version__course__in=list(courses))
    if chosen is not None:
        rows = rows.filter(learner_id__in=chosen)
    fields = ("learner_id", "completed_on", "valid_until", "known_from", "known_to", "version__course_id", "version_id")
    for row in rows.values_list(*fields).iterator(chunk_size=5000):
        yield row[0], Done(*_span(row), *row[5:])


def places() -> list[Place]:
    """Every unit's places in the tree."""
    fields = ("unit_id", "parent_id", "path", "valid_from", "valid_to", "known_from", "known_to")
    return [
        Place(r[0], r[1], r[2], r[3], r[4] or FAR, Known(r[5], r[6])) for r in UnitPlace.objects.values_list(*fields)
    ]


def _known(fact: Audience | AcceptedVersion) -> Known:
    return Known(fact.known_from, fact.known_to)
