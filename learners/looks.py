"""The log of looks: who saw whom by name, in which role, where; shown to the person who was seen.

Repeated looks are one row a week. A page that shows somebody else's name beside what Fagbenk knows of them calls
`record` with those whom it shows; a new place gets its words in `PLACES`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Learner, Look, RoleGrant

OSLO = ZoneInfo("Europe/Oslo")
# Where one may have been seen, as the page on privacy says it.
PLACES: dict[str, Promise] = {
    "team": _("the leader's page: done or not done of required courses"),
    "people": _("the people pages in the admin"),
    "roles": _("the page of roles in the admin"),
    "import": _("the import of people data"),
    "exemptions": _("exemptions from campaigns"),
    "audience": _("the list of those whom a campaign reaches"),
    "class": _("the class of a programme"),
    "work": _("work handed in"),
    "prior": _("the list of what was done elsewhere"),
    "gathering": _("the list of those who take part in a gathering"),
    "report": _("the weekly report"),
    "disputes": _("disputed figures"),
    "log": _("the learning log in the admin"),
    "privacy": _("the privacy officer's pages"),
}
ROLES: Mapping[str, str | Promise] = dict(RoleGrant.Role.choices) | {
    "leader": _("leader"),
    "acting_leader": _("acting leader"),
}


@dataclass(frozen=True)
class Line:
    """What the one who was seen reads: in the week that begins on `week`, `viewer` saw them here, in this role."""

    week: dt.date
    viewer: Learner
    role: str | Promise
    place: str | Promise


def record(viewer: Learner, seen: Learner | Iterable[Learner], place: str, role: str, at: dt.datetime) -> int:
    """`viewer` saw `seen` at `place` in `role`; returns how many looks are new this week.

    Who looks at oneself is not recorded. Raises ValueError for a place or a role that has no words.
    """
    if place not in PLACES or role not in ROLES:
        raise ValueError(f"{place!r} or {role!r} has no words: see learners.looks.")
    people = [seen] if isinstance(seen, Learner) else seen
    wanted = {learner.pk for learner in people} - {viewer.pk}
    here = {"viewer": viewer, "place": place, "role": role, "week": week_of(at)}
    # Most visits are not the week's first: they only read.
    new = wanted - set(Look.objects.filter(**here, seen__in=wanted).values_list("seen_id", flat=True))
    Look.objects.bulk_create([Look(seen_id=pk, **here) for pk in sorted(new)], ignore_conflicts=True)
    return len(new)


def week_of(at: dt.datetime) -> dt.date:
    """The Monday, in Oslo, of the week of `at`."""
    day = at.astimezone(OSLO).date()
    return day - dt.timedelta(days=day.weekday())


def of(learner: Learner) -> list[Line]:
    """Every look at the learner, the newest week first, then by who looked."""
    rows = Look.objects.filter(seen=learner).select_related("viewer")
    ordered = sorted(rows, key=lambda row: (-row.week.toordinal(), str(row.viewer), row.role, row.place))
    return [
        Line(row.week, row.viewer, ROLES.get(row.role, row.role), PLACES.get(row.place, row.place)) for row in ordered
    ]


def by_week(learner: Learner) -> list[tuple[dt.date, list[Line]]]:
    """The looks at the learner, week by week, the newest first."""
    return [(week, list(lines)) for week, lines in groupby(of(learner), key=lambda line: line.week)]
