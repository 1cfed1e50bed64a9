"""Load the facts that a campaign's figures rest on, each table in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from courses.models import AcceptedVersion, Audience, Campaign, Course, Exemption, Singled
from learners.models import Employment, Leadership, Leave, Posting, UnitPlace

from ..clock import add_months
from ..completions.models import Achievement, Completion
from .parts import achievements_of, bars_of, courses_of, halves, is_blended
from .standing import BEGINNING, FAR, AudienceRule, Done, Known, Person, Post, Renewal, SingledOut, Span, Thing

# How many learners' ids (not all of them have postings) are read into memory at once.
AT_A_TIME = 50_000
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
    parts: Mapping[str, frozenset[Thing]]  # part -> what it asks for
    people: dict[int, Person]
    places: list[Place]
    audiences: list[Audience]
    accepted: list[AcceptedVersion]
    renewals: dict[int, Renewal] = field(default_factory=dict)  # by course id
    achievements: dict[str, tuple[str, int | None]] = field(default_factory=dict)  # IRI -> part, months that it holds

    @property
    def whole(self) -> frozenset[Thing]:
        """What the campaign as a whole asks for: its first bar's."""
        return next(iter(self.parts.values()), frozenset())

    @property
    def courses(self) -> frozenset[int]:
        """The ids of all courses that are asked for."""
        return frozenset(one for asked in self.parts.values() for one in asked if isinstance(one, int))

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
            asked = [(frozenset(audience.positions), self._ground(audience.units, audience.without, before))]
            if audience.also:
                asked.append((frozenset(), self._ground(audience.also, (), before)))
            for positions, ground in asked:
                for first, last, units in ground:
                    if max(start, first) < min(end, last):
                        dated = max(start, first), min(end, last)
                        leaders, deadline = audience.leaders, audience.deadline or FAR
                        rules.append(AudienceRule(*dated, positions, units, leaders, deadline))
        return rules

    def _ground(self, codes: Collection[str], without: Collection[str], before: dt.datetime | None) -> list[Ground]:
        """The units at or below `codes` over time (none: all units), but not at or below `without`: who is moved below
        one of them enters on that day. Before the first tree that is known, the units stood as in it."""
        if not codes and not without:
            return [(BEGINNING, FAR, None)]
        known = [place for place in self.places if place.known.at(before)]
        turns = sorted({place.start for place in known} | {place.end for place in known} - {FAR}) or [BEGINNING]
        found: list[Ground] = []
        for first, last in zip([BEGINNING, *turns[1:]], [*turns[1:], FAR], strict=True):
            units = _below(self.tree(first if found else turns[0], before), codes, without)
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


def _below(tree: dict[int, Place], codes: Collection[str], without: Collection[str]) -> frozenset[int]:
    """The units at or below one of `codes` (none: all), but not at or below one of `without`."""

    def within(place: Place, some: Collection[str]) -> bool:
        return any(f"/{code}/" in place.path for code in some)

    return frozenset(
        unit
        for unit, place in tree.items()
        if (not codes or within(place, codes)) and not (without and within(place, without))
    )


def renewals_of(campaign: Campaign) -> dict[int, Renewal]:
    """Which of the campaign's courses are to be renewed, or may be by a shorter one; by course id."""
    rows = campaign.requirements.all()
    return {r.course_id: Renewal(r.renew_months, r.renewal_id) for r in rows if r.renew_months or r.renewal_id}


def single_out(row: Singled, campaign: Campaign) -> SingledOut:
    """The fact of a person taken in or out. As the first decision on the audience, one from the start holds back."""
    start = BEGINNING if row.valid_from <= campaign.start else row.valid_from
    return SingledOut(start, row.valid_to or FAR, Known(row.known_from, row.known_to), row.taken_in)


def parts_of(campaign: Campaign) -> dict[str, frozenset[Thing]]:
    """The campaign's bars, and what each asks for."""
    return bars_of(campaign, courses_of(campaign))


def _terms(campaign: Campaign, courses: Iterable[Course]) -> dict[int, Renewal]:
    """As `renewals_of`, with the halves of blended courses."""
    terms = renewals_of(campaign)
    for course in courses:
        if is_blended(campaign, course):
            terms[course.pk] = terms.get(course.pk, Renewal(None, None))._replace(halves=halves(course))
    return terms


def _achievements(
    campaign: Campaign, courses: list[Course], accepted: Iterable[AcceptedVersion]
) -> dict[str, tuple[str, int | None]]:
    """The part that each achievement is of, and for how many months it holds: as long as the course would."""
    found = achievements_of(campaign, courses)
    if not found:
        return {}
    months = {row.version.course_id: row.version.validity_months for row in accepted}
    months |= {pk: renewal.months for pk, renewal in renewals_of(campaign).items() if renewal.months}
    return {iri: (part, months.get(course.pk) if course else None) for iri, (part, course) in found.items()}


def load(campaign: Campaign, units: Collection[int] | None = None, learners: Collection[int] | None = None) -> Facts:
    """The campaign's facts; with `units`, only of the people who have ever been posted there; or of `learners`."""
    ground = _ground_of(campaign)
    if learners is not None:
        return replace(ground, people=_load_people(ground, Q(learner_id__in=list(learners))))
    return (
        ground if units is not None and not units else replace(ground, people=_load_people(ground, _posted_at(units)))
    )


def _ground_of(campaign: Campaign) -> Facts:
    """The facts without people."""
    courses = courses_of(campaign)
    accepted = list(AcceptedVersion.objects.filter(campaign=campaign).select_related("version"))
    return Facts(
        campaign=campaign,
        parts=bars_of(campaign, courses),
        people={},
        places=places(),
        audiences=list(Audience.objects.filter(campaign=campaign)),
        accepted=accepted,
        renewals=_terms(campaign, courses),
        achievements=_achievements(campaign, courses, accepted),
    )


def load_in_parts(ground: Facts) -> Iterator[Facts]:
    """The same facts with some of the people at a time, so that half a million need no more memory than these."""
    last = Posting.objects.aggregate(Max("learner_id"))["learner_id__max"] or 0
    for first in range(0, last + 1, AT_A_TIME):
        some = Q(learner_id__gte=first, learner_id__lt=first + AT_A_TIME)
        yield replace(ground, people=_load_people(ground, some))


def _load_people(ground: Facts, chosen: Q) -> dict[int, Person]:
    campaign, everybody = ground.campaign, dict[int, Person]()
    for row in _rows(Posting.objects.all(), chosen, "unit_id", "unit__code", "position__code", "primary"):
        everybody.setdefault(row[0], Person(row[0])).posts.append(Post(*_span(row), *row[5:]))
    by_leaders = any(audience.leaders for audience in ground.audiences)
    spans = _spans(campaign) | ({"led": Leadership.objects.all()} if by_leaders else {})
    for name, rows in spans.items():
        for row in _rows(rows, chosen):
            if row[0] in everybody:
                getattr(everybody[row[0]], name).append(Span(*_span(row)))
    for one in Singled.objects.filter(campaign=campaign):
        if one.learner_id in everybody:
            everybody[one.learner_id].singled.append(single_out(one, campaign))
    wanted = ground.courses | {r.by_course for r in ground.renewals.values() if r.by_course}
    for learner_id, done in chain(_completions(chosen, wanted), _achieved(chosen, ground.achievements)):
        if learner_id in everybody:
            everybody[learner_id].done.append(done)
    return everybody


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


def _posted_at(units: Collection[int] | None) -> Q:
    if units is None:
        return Q()
    return Q(learner_id__in=Posting.objects.filter(unit__in=list(units)).values("learner_id"))


def _rows(rows: QuerySet, chosen: Q, *extra: str) -> Any:
    fields = ("learner_id", "valid_from", "valid_to", "known_from", "known_to", *extra)
    return rows.filter(chosen).values_list(*fields).iterator(chunk_size=5000)


def _span(row: tuple[Any, ...]) -> tuple[dt.date, dt.date, Known]:
    return row[1], row[2] or FAR, Known(row[3], row[4])


def _completions(chosen: Q, courses: Collection[int]) -> Any:
    rows = Completion.objects.filter(chosen, version__course__in=list(courses))
    fields = ("learner_id", "completed_on", "valid_until", "known_from", "known_to", "version__course_id", "version_id")
    for row in rows.values_list(*fields).iterator(chunk_size=5000):
        yield row[0], Done(*_span(row), *row[5:])


def _achieved(chosen: Q, wanted: Mapping[str, tuple[str, int | None]]) -> Iterator[tuple[int, Done]]:
    if not wanted:
        return
    rows = Achievement.objects.filter(chosen, activity__in=list(wanted))
    fields = ("learner_id", "activity", "version_id", "completed_on", "known_from", "known_to")
    for learner_id, iri, version, on, known_from, known_to in rows.values_list(*fields).iterator(chunk_size=5000):
        part, months = wanted[iri]
        yield (
            learner_id,
            Done(on, add_months(on, months) if months else FAR, Known(known_from, known_to), part, version),
        )


def places() -> list[Place]:
    """Every unit's places in the tree."""
    fields = ("unit_id", "parent_id", "path", "valid_from", "valid_to", "known_from", "known_to")
    return [
        Place(r[0], r[1], r[2], r[3], r[4] or FAR, Known(r[5], r[6])) for r in UnitPlace.objects.values_list(*fields)
    ]


def _known(fact: Audience | AcceptedVersion) -> Known:
    return Known(fact.known_from, fact.known_to)
