"""The list behind a frozen figure, opened: how many ids it holds, that it is unchanged, and the own team's names.

The list holds opaque ids. A leader sees the names of those who are in the own team today; nobody sees any other name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from learners.models import Learner, Posting

from . import sentences
from .content import Content
from .models import WeeklyReport


@dataclass(frozen=True)
class Line:
    """Somebody of the reader's own team, and whether the list has them among those who had completed."""

    learner: Learner
    completed: bool


@dataclass(frozen=True)
class Listing:
    """One part of one campaign. `others`: ids on the list that are not the reader's to see by name."""

    campaign: Content
    part: Content
    counted: int
    completed: int
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        return f"{sentences.title_of(self.campaign)}: {sentences.part_title(self.part)}"

    @property
    def others(self) -> int:
        return self.counted - len(self.lines)

    @property
    def agrees(self) -> bool:
        """Whether the list adds up to the figure; a hidden figure has nothing to compare with."""
        figure = self.part["counted"], self.part["completed"]
        return bool(self.part["suppressed"]) or (self.counted, self.completed) == figure


def listings(content: Content, report: WeeklyReport, teams: Collection[int], on: dt.date) -> list[Listing]:
    """Every figure of the report, as its reader has it (`content`), with the list behind it; `teams`: ids of the units
    whose names the reader may see on the day."""
    stored = WeeklyReport.objects.only("behind").get(pk=report.pk).behind["campaigns"]
    mine = _team(teams, on)
    found = []
    for campaign in content["campaigns"]:
        listed = stored.get(campaign["slug"])
        for part in campaign["parts"] if listed else ():
            counted, completed = set(listed["counted"]), set(listed["completed"].get(part["part"], ()))
            lines = tuple(Line(one, str(one.opaque_id) in completed) for one in mine if str(one.opaque_id) in counted)
            found.append(Listing(campaign, part, len(counted), len(completed), lines))
    return found


def _team(units: Collection[int], on: dt.date) -> list[Learner]:
    """Those who are posted to the units on the day, as it is known now, by name."""
    posted = Posting.objects.on(on).known().filter(unit__in=list(units))
    people = Learner.objects.filter(pk__in=posted.values("learner"))
    return list(people.order_by("family_name", "given_name", "pk"))
