"""The proof of a report: opaque ids of who counted and who had completed, as known at the week's close."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from courses.models import Campaign
from learners.models import Learner, Unit

from ..barometer.facts import Facts
from ..barometer.models import Cell
from ..barometer.standing import COUNTED, Standing, memberships, standing
from .weeks import Week


@dataclass(frozen=True)
class Lists:
    """Who counted in one campaign at a week's close, with the tree of that day."""

    facts: Facts
    week: Week
    counted: tuple[Standing, ...]

    def below(self, unit: Unit) -> list[Standing]:
        """Those who counted at or below `unit`."""
        tree = self.facts.tree(self.week.sunday, self.week.closes_at)
        return [s for s in self.counted if s.unit_id in tree and f"/{unit.code}/" in tree[s.unit_id].path]

    def completed(self, some: list[Standing], part: str) -> list[Standing]:
        courses = self.facts.parts[part]
        return [s for s in some if courses <= s.done]


def lists(facts: Facts, week: Week) -> Lists:
    """Everybody who counted in the facts' campaign at the close of `week`."""
    campaign, before = facts.campaign, week.closes_at
    rules, accepted = tuple(facts.rules(before)), facts.accepted_on(week.sunday, before)
    found = []
    for person in facts.people.values():
        members = memberships(person, rules, before)
        stands = standing(
            person, members, week.sunday, before,
            campaign_start=campaign.start, grace_days=campaign.grace_days, accepted=accepted,
            renewals=facts.renewals,
        )  # fmt: skip
        if stands and stands.status == COUNTED:
            found.append(stands)
    return Lists(facts, week, tuple(found))


def agrees(campaign: Campaign, root: Unit, listed: Lists) -> bool:
    """Whether the stored counts of the whole service are those of the lists, part by part."""
    cells = Cell.objects.filter(campaign=campaign, on=listed.week.sunday, known="then", unit=root)
    stored = {cell.part: (cell.counted, cell.completed) for cell in cells}
    everybody = listed.below(root)
    expected = {part: (len(everybody), len(listed.completed(everybody, part))) for part in listed.facts.parts}
    return all(stored.get(part, (0, 0)) == counts for part, counts in expected.items())


def proof(unit: Unit, listed: dict[str, Lists]) -> dict[str, Any]:
    """{"salt", "campaigns": {slug: {"counted": [id], "completed": {part: [id]}}}}, ids sorted.

    The salt keeps anybody who knows the ids from trying out who had completed until the printed hash fits.
    """
    return {"salt": secrets.token_hex(16), "campaigns": {slug: _ids(unit, some) for slug, some in listed.items()}}


def _ids(unit: Unit, listed: Lists) -> dict[str, Any]:
    here = listed.below(unit)
    wanted = [s.learner_id for s in here]
    opaque = {pk: str(some) for pk, some in Learner.objects.filter(pk__in=wanted).values_list("pk", "opaque_id")}
    return {
        "counted": sorted(opaque[s.learner_id] for s in here),
        "completed": {
            part: sorted(opaque[s.learner_id] for s in listed.completed(here, part)) for part in listed.facts.parts
        },
    }
