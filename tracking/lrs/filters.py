"""Which statements a target gets: each filter that is not empty must be met by one of its entries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .connections import ForwardTarget
from .keys import agent_key, iri_key
from .models import DIRECT
from .query import Row, get
from .rows import Rows, rows
from .validation import VOIDED


@dataclass(frozen=True)
class Filters:
    """The entries as keys; empty: no filter."""

    verbs: frozenset[str]
    activities: frozenset[str]
    agents: frozenset[str]
    since: dt.datetime | None

    @classmethod
    def of(cls, target: ForwardTarget) -> "Filters":
        return cls(
            frozenset(map(iri_key, target.verbs)),
            frozenset(map(iri_key, target.activities)),
            frozenset(_agent_keys(target.agents)),
            target.since,
        )

    def passes(self, row: Row) -> bool:
        """A voiding goes where the statement went that it voids, whatever its own verb."""
        if self.since and row.stored < self.since:
            return False
        if row.verb == VOIDED:
            voided = get(row.statement["object"]["id"])
            return self._meets(row) or (voided is not None and self._meets(voided))
        return self._meets(row)

    def _meets(self, row: Row) -> bool:
        if not (self.verbs or self.activities or self.agents):
            return True
        found = rows(row.statement, row.stored)
        return self._of_verb(found) and self._of_activities(found) and self._of_agents(found)

    def _of_verb(self, found: Rows) -> bool:
        return not self.verbs or found.verb_key in self.verbs

    def _of_activities(self, found: Rows) -> bool:
        return not self.activities or not self.activities.isdisjoint(found.activities)

    def _of_agents(self, found: Rows) -> bool:
        direct = (key for key, usage in found.agents.items() if usage <= DIRECT)
        return not self.agents or not self.agents.isdisjoint(direct)


def _agent_keys(agents: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (key for key in map(agent_key, agents) if key)
