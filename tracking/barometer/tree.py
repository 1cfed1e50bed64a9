"""A tree of units with what each counts: what the decisions on small groups look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Count(NamedTuple):
    counted: int
    completed: int

    @property
    def left(self) -> int:
        return self.counted - self.completed


@dataclass(frozen=True)
class Node:
    """A unit in the tree, with what it counts (with all below it)."""

    code: str
    parent_id: int | None
    count: Count
    not_counted: int = 0


Tree = Mapping[int, Node]


def children_of(tree: Tree) -> dict[int | None, list[int]]:
    """The units below each unit; below None those whose parent is not in the tree."""
    children: dict[int | None, list[int]] = {}
    for unit, node in tree.items():
        children.setdefault(node.parent_id if node.parent_id in tree else None, []).append(unit)
    return children
