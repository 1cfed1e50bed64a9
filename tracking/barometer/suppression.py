"""What stays hidden of small groups: pure decisions on trees of counts.

A unit is hidden under both values of `known` or under none. Parts are decided each for itself where the parts together
give nothing away (see `crossing`); else siblings are hidden alike in all parts.
Source: docs/barometer.md, "Who sees what of small groups".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from . import crossing
from .tree import Count, Tree, children_of

SMALLEST = 5
LARGE = 30
EITHER_SIDE = 3
TOGETHER = 10
SMALL, KEPT, PARTNER = "small", "kept", "partner"


View = tuple[str, str]  # (known, part)
ByPart = Mapping[str, Collection[int]]


def may_stand_alone(count: Count) -> bool:
    """Whether a unit's figures may be shown, by its own size."""
    if count.counted < SMALLEST:
        return False
    return count.counted >= LARGE or min(count.completed, count.left) >= EITHER_SIDE


def decide(views: Mapping[View, Tree], kept: ByPart, partners: ByPart) -> dict[str, dict[int, str]]:
    """The hidden units with the reason, by part.

    By part: `kept` were hidden for being small in the last four weeks, `partners` as partners.
    """
    needed = _hidden(views, kept, partners, held={})
    hidden = _hidden(views, kept, partners, held=partners)
    trees = {part: [tree for (_, one), tree in views.items() if one == part] for part in hidden}
    return {
        part: {unit: _reason(unit, trees[part], needed[part].difference(kept.get(part, ()))) for unit in units}
        for part, units in hidden.items()
    }


def unmoved(before: Mapping[View, Tree], now: Mapping[View, Tree], hidden: ByPart) -> dict[str, set[int]]:
    """The units that stay hidden because a week told nothing new of them, by part.

    A unit's figure of one Sunday tells of the Sunday before, when it was hidden, where nobody has completed among the
    siblings that were hidden together: what they have completed together is what their parent's figure leaves over.
    `before` has the trees of the Sunday before, `hidden` what it hid.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for view in before.keys() & now.keys():
        units = hidden.get(view[1], ())
        together: dict[int | None, list[int]] = defaultdict(list)
        for unit, node in before[view].items():
            if unit in units and node.parent_id not in units:
                together[node.parent_id].append(unit)
        for group in together.values():
            if _completed(now[view], group) <= _completed(before[view], group):
                found[view[1]].update(group)
    return found


def _completed(tree: Tree, units: Iterable[int]) -> int:
    return sum(tree[unit].count.completed for unit in units if unit in tree)


def _hidden(views: Mapping[View, Tree], kept: ByPart, partners: ByPart, held: ByPart) -> dict[str, set[int]]:
    """Hide more until neither a remainder nor another part tells of what is hidden.

    `partners` are the first to be taken; those `held` stay beside a hidden sibling though others would do.
    """
    hidden: dict[str, set[int]] = {part: set() for _, part in views}
    size = -1
    while size < (size := sum(map(len, hidden.values()))):
        for (_, part), tree in views.items():
            own = hidden[part].union(kept.get(part, ()))
            hidden[part] |= _hidden_in(tree, own, partners.get(part, ()), held.get(part, ()))
        for known in {known for known, _ in views}:
            _close_crossings({part: tree for (one, part), tree in views.items() if one == known}, hidden)
    return hidden


def _close_crossings(trees: Mapping[str, Tree], hidden: Mapping[str, set[int]]) -> None:
    """Hide siblings alike in all parts where one part would give away what another hides."""
    if len(trees) < 2:
        return
    for parent, units in children_of(next(iter(trees.values()))).items():
        if parent is None:
            continue
        above_hidden = any(parent in some for some in hidden.values())
        if above_hidden or not crossing.keeps_secrets(trees, parent, units, hidden):
            together = set(units) if above_hidden else set(units).intersection(set().union(*hidden.values()))
            for some in hidden.values():
                some |= together


def _reason(unit: int, trees: Sequence[Tree], partners: Collection[int]) -> str:
    if any(unit in tree and not may_stand_alone(tree[unit].count) for tree in trees):
        return SMALL
    return PARTNER if unit in partners else KEPT


def _hidden_in(tree: Tree, kept: Collection[int], partners: Collection[int], held: Collection[int]) -> set[int]:
    hidden: set[int] = set()
    children = children_of(tree)
    todo = list(children.get(None, []))
    hidden |= {unit for unit in todo if not may_stand_alone(tree[unit].count) or unit in kept}
    while todo:
        parent = todo.pop()
        below = children.get(parent, [])
        hidden |= set(below) if parent in hidden else _hidden_siblings(tree, parent, below, kept, partners, held)
        if _says_the_same(tree, parent, below, hidden):
            hidden.add(parent)
        todo += below
    return hidden


def _says_the_same(tree: Tree, parent: int, units: Sequence[int], hidden: Collection[int]) -> bool:
    """Whether a hidden unit is all there is below a parent, whose figure would then be the hidden one."""
    some = [unit for unit in units if tree[unit].count.counted]
    return len(some) == 1 and some[0] in hidden and 0 < tree[parent].count.completed < tree[parent].count.counted


def _hidden_siblings(
    tree: Tree,
    parent: int,
    units: Sequence[int],
    kept: Collection[int],
    partners: Collection[int],
    held: Collection[int],
) -> set[int]:
    hidden = {u for u in units if u in kept or not may_stand_alone(tree[u].count)}
    count = tree[parent].count
    if not hidden or count.completed in (0, count.counted):
        return hidden
    # Partners are kept over time; then the smallest first.
    hidden |= set(units).intersection(held)
    shown = sorted(set(units) - hidden, key=lambda u: (u not in partners, tree[u].count.counted, tree[u].code))
    while shown and not _hides_enough(tree, hidden):
        hidden.add(shown.pop(0))
    return hidden


def _hides_enough(tree: Tree, hidden: Collection[int]) -> bool:
    """Whether what the parent's figure leaves over for the hidden units tells nothing of any one of them."""
    counts = [tree[u].count for u in hidden if tree[u].count.counted]
    counted, completed = sum(c.counted for c in counts), sum(c.completed for c in counts)
    return len(counts) > 1 and counted >= TOGETHER and min(completed, counted - completed) >= EITHER_SIDE


def shows_not_counted(number: int) -> bool:
    """Whether a unit below the country may show how many are not counted."""
    return number == 0 or number >= SMALLEST


def sums_shown(tree: Tree, hidden: Collection[int]) -> set[int]:
    """The units that show how many are not counted: the country, and below it sums that neither tell of few people nor
    leave a sibling's small sum as the remainder."""
    children = children_of(tree)
    shown = set(children.get(None, [])) - set(hidden)
    todo = list(shown)
    while todo:
        below = children.get(todo.pop(), [])
        open_ = {u for u in below if u not in hidden and shows_not_counted(tree[u].not_counted)}
        closed = [tree[u].not_counted for u in below if u not in open_]
        for unit in sorted(open_, key=lambda u: (tree[u].not_counted, tree[u].code)):
            if not closed or (sum(n > 0 for n in closed) > 1 and sum(closed) >= SMALLEST):
                break
            if tree[unit].not_counted:
                open_.discard(unit)
                closed.append(tree[unit].not_counted)
        shown |= open_
        todo += open_
    return shown
