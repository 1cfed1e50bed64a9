"""From last Sunday's frozen figure to this one, in persons: what was corrected since, who came and went, who completed.

The steps add up exactly. Below the country a step of few persons is told within "other".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import flows
from .models import Cell
from .tree import Count

RESTATED, OTHER = "restated", "other"


@dataclass(frozen=True)
class Step:
    """One cause, and the persons that it adds to (or takes from) each column."""

    cause: str
    counted: int
    completed: int


@dataclass(frozen=True)
class Bridge:
    """`opening` is the figure of the Sunday `since` as it was known then; `steps` lead to `closing`."""

    since: dt.date
    opening: Count
    steps: tuple[Step, ...]
    closing: Count

    def as_json(self) -> dict[str, Any]:
        """{"since", "opening", "steps": [{"cause", "counted", "completed"}], "closing"}; persons."""
        return {
            "since": self.since.isoformat(),
            "opening": self.opening._asdict(),
            "steps": [{"cause": s.cause, "counted": s.counted, "completed": s.completed} for s in self.steps],
            "closing": self.closing._asdict(),
        }


def bridge(since: dt.date, opening: Count, base: Count, cell: Cell, *, country: bool) -> Bridge:
    """From `opening`, last Sunday as known then, over `base`, the same as known in the view of `cell`, to `cell`."""
    closing = Count(cell.counted, cell.completed)
    by_cause = flows.total([cell.flows])
    _what_the_tree_moved(by_cause, base, closing)
    restated = flows.Flow(_larger(opening, base), base.counted - opening.counted, base.completed - opening.completed)
    told = set(flows.CAUSES) if country else set(cell.told)
    if country or all(n == 0 or abs(n) >= flows.FEWEST for n in restated[1:]):
        told.add(RESTATED)
    return Bridge(since, opening, tuple(_steps({RESTATED: restated, **by_cause}, told)), closing)


def _larger(one: Count, other: Count) -> int:
    return max(abs(other.counted - one.counted), abs(other.completed - one.completed))


def _what_the_tree_moved(by_cause: flows.Flows, base: Count, closing: Count) -> None:
    """A unit that was moved in the tree brings its people along, though none of them has another post."""
    counted = closing.counted - base.counted - sum(flow.counted for flow in by_cause.values())
    completed = closing.completed - base.completed - sum(flow.completed for flow in by_cause.values())
    if counted or completed:
        flows.add(by_cause, flows.MOVED, flows.Flow(max(abs(counted), abs(completed)), counted, completed))


def _steps(by_cause: flows.Flows, told: set[str]) -> Iterable[Step]:
    """In fixed order, restatement first; what nobody took part in is left out, what is not told of is summed up."""
    for name in (RESTATED, *flows.CAUSES):
        flow = by_cause.get(name, flows.NONE)
        if name in told and (flow.counted or flow.completed):
            yield Step(name, flow.counted, flow.completed)
    rest = flows.total_of(flow for name, flow in by_cause.items() if name not in told)
    if rest.counted or rest.completed:
        yield Step(OTHER, rest.counted, rest.completed)
