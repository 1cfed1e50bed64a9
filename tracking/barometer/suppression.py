"""What stays hidden of small groups: pure decisions on a tree of counts.

Source: docs/barometer.md, "Who sees what of small groups".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

SMALLEST = 5
LARGE = 30
EITHER_SIDE = 3
TOGETHER = 10
SMALL, KEPT, PARTNER = "small", "kept", "partner"


class Count(NamedTuple):
    counted: int
    completed: int

    @property
    def left(self) -> int:
        return self.counted - self.completed


class Node(NamedTuple):
    """A unit in the tree, with what it counts (with all below it)."""

    code: str
    parent_id: int | None
    count: Count


def may_stand_alone(count: Count) -> bool:
    """Whether a unit's figures may be shown, by its own size."""
    if count.counted < SMALLEST:
        return False
    return count.counted >= LARGE or min(count.completed, count.left) >= EITHER_SIDE


def decide(
    nodes: Mapping[int, Node], kept: Collection[int] = (), partners: Collection[int] = ()
) -> dict[int, str]:
    """The hidden units with the reason. `kept`: hidden for being small in the last four weeks; `partners`: partners before."""
    hidden: dict[int, str] = {}
    children: dict[int | None, list[int]] = {}
    for unit, node in nodes.items():
        children.setdefault(node.parent_id if node.parent_id in nodes else None, []).append(unit)
    todo = list(children.get(None, []))
    for unit in todo:
        if not may_stand_alone(nodes[unit].count) or unit in kept:
            hidden[unit] = KEPT if may_stand_alone(nodes[unit].count) else SMALL
    while todo:
        parent = todo.pop()
        below = children.get(parent, [])
        hidden |= _hide_all(nodes, below) if parent in hidden else _decide_siblings(nodes, parent, below, kept, partners)
        todo += below
    return hidden


def _hide_all(nodes: Mapping[int, Node], units: Sequence[int]) -> dict[int, str]:
    return {u: PARTNER if may_stand_alone(nodes[u].count) else SMALL for u in units}


def _decide_siblings(
    nodes: Mapping[int, Node], parent: int, units: Sequence[int], kept: Collection[int], partners: Collection[int]
) -> dict[int, str]:
    hidden = {u: SMALL for u in units if not may_stand_alone(nodes[u].count)}
    hidden |= {u: KEPT for u in units if u in kept and u not in hidden}
    count = nodes[parent].count
    if not hidden or count.completed in (0, count.counted):
        return hidden
    # Partners are kept over time; then the smallest first.
    shown = sorted(set(units) - set(hidden), key=lambda u: (u not in partners, nodes[u].count.counted, nodes[u].code))
    while not _hides_enough(nodes, hidden) and shown:
        hidden[shown.pop(0)] = PARTNER
    for unit in shown:
        if unit in partners:
            hidden[unit] = PARTNER
    return hidden


def _hides_enough(nodes: Mapping[int, Node], hidden: Collection[int]) -> bool:
    counted = sum(nodes[u].count.counted for u in hidden)
    completed = sum(nodes[u].count.completed for u in hidden)
    return counted >= TOGETHER and min(completed, counted - completed) >= EITHER_SIDE


def shows_not_counted(number: int) -> bool:
    """Whether a unit below the country may show how many are not counted."""
    return number == 0 or number >= SMALLEST
