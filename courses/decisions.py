"""What was decided about a campaign's audience, by whom and when: the facts, read as a history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.figures import short_date
from learners.models import Learner, Position, Unit

from .models import Audience, Campaign, Singled


@dataclass(frozen=True)
class Decision:
    """At `at`, `by` (None: no longer known) decided what holds from `since` on; `replaced`: no longer does."""

    at: dt.datetime
    by: Learner | None
    words: str
    since: dt.date
    replaced: bool


def decisions(campaign: Campaign) -> list[Decision]:
    """Every decision on the audience, the newest first. A row that was only ended by the next one is told once."""
    if campaign.pk is None:
        return []
    names = _Names()
    rows = Audience.objects.filter(campaign=campaign).select_related("decided_by").order_by("pk")
    found = [
        Decision(row.known_from, row.decided_by, names.words(row), row.valid_from, row.known_to is not None)
        for row in rows
        if row.valid_to is None
    ]
    return sorted([*found, *_singled(campaign)], key=lambda one: one.at, reverse=True)


def _singled(campaign: Campaign) -> list[Decision]:
    """How many were taken in or out by name at a time; the names stand in the form."""
    batches: dict[tuple[dt.datetime, bool], list[Singled]] = {}
    rows = Singled.objects.filter(campaign=campaign, valid_to=None).select_related("decided_by")
    for row in rows.order_by("pk"):
        batches.setdefault((row.known_from, row.taken_in), []).append(row)
    return [
        Decision(
            at, some[0].decided_by, _people(len(some), taken), some[0].valid_from, all(one.known_to for one in some)
        )
        for (at, taken), some in batches.items()
    ]


def _people(number: int, taken_in: bool) -> str:
    if taken_in:
        said = ngettext("%(number)d person taken in by name", "%(number)d people taken in by name", number)
    else:
        said = ngettext("%(number)d person taken out by name", "%(number)d people taken out by name", number)
    return said % {"number": number}


class _Names:
    """Codes in words."""

    def __init__(self) -> None:
        nynorsk = translation.get_language() == "nn"
        self.units = dict(Unit.objects.values_list("code", "name"))
        self.positions = {p.code: p.name_nn if nynorsk and p.name_nn else p.name for p in Position.objects.all()}

    def words(self, row: Audience) -> str:
        who = self._some(row.positions, self.positions) or _("all positions")
        where = self._some(row.units, self.units) or _("all units")
        said = [_("%(who)s in %(where)s") % {"who": who, "where": where}]
        if row.without:
            said.append(_("without %(units)s") % {"units": self._some(row.without, self.units)})
        if row.also:
            said.append(_("and everybody in %(units)s") % {"units": self._some(row.also, self.units)})
        if row.leaders:
            said.insert(0, _("first only leaders:"))
        if row.deadline:
            said.append(_("by %(day)s") % {"day": short_date(row.deadline)})
        return " ".join(said)

    @staticmethod
    def _some(codes: list[str], names: dict[str, str]) -> str:
        return ", ".join(names.get(code, code) for code in codes)
