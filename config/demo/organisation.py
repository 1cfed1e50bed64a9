"""The demo's units and positions, from units.yaml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from learners.models import Position, Unit, UnitPlace

SINCE = dt.date(2001, 1, 1)  # when the service got its regions


@dataclass(frozen=True)
class Leaf:
    """A unit that people are posted to. `staff` and `workshop` are weights; `leads` is the unit its leader leads."""

    code: str
    name: str
    kind: str
    staff: int
    workshop: int
    region: str
    leads: str
    leader: str  # the leader's position


@cache
def table() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "units.yaml").read_text(encoding="utf-8"))


def leaves() -> list[Leaf]:
    """Every leaf of the tree. The leader of an inner unit is posted to its own staff."""
    data = table()
    root = data["root"]
    found = [_leaf(data["own_staff"], root[0], leads=root[0], leader="DIREKTOR")]
    found += [_leaf(row, root[0]) for row in data["national"]]
    for region in data["regions"]:
        code = region["unit"][0]
        found.append(_leaf(region["own_staff"], code, leads=code, leader=data["leaders"]["region"]))
        found += [_leaf(row, code) for row in region["leaves"]]
    return found


def _leaf(row: Sequence[Any], region: str, leads: str = "", leader: str = "") -> Leaf:
    code, name, kind, staff, workshop = row
    return Leaf(code, name, kind, staff, workshop, region, leads or code, leader or table()["leaders"][kind])


def store(known_from: dt.datetime) -> tuple[dict[str, Unit], dict[str, Position]]:
    """Write units, their places and positions; returns them by code. `known_from`: when the first people data came."""
    rows = list(_rows())
    units = {u.code: u for u in Unit.objects.bulk_create([Unit(code=c, name=n, kind=k) for c, n, k, _, _ in rows])}
    UnitPlace.objects.bulk_create(
        [
            UnitPlace(unit=units[c], parent=units.get(parent), path=path, valid_from=SINCE, known_from=known_from)
            for c, _, _, parent, path in rows
        ]
    )
    named = table()["positions"].items()
    positions = Position.objects.bulk_create([Position(code=c, name=nb, name_nn=nn) for c, (nb, nn) in named])
    return units, {p.code: p for p in positions}


def _rows() -> Iterator[tuple[str, str, str, str, str]]:
    """(code, name, kind, parent's code, path) of every unit, parents first."""
    data = table()
    root, *rest = data["root"]
    yield root, *rest, "", f"/{root}/"
    for code, name, kind, *_ in [data["own_staff"], *data["national"]]:
        yield code, name, kind, root, f"/{root}/{code}/"
    for region in data["regions"]:
        inner, *rest = region["unit"]
        yield inner, *rest, root, f"/{root}/{inner}/"
        for code, name, kind, *_ in [region["own_staff"], *region["leaves"]]:
            yield code, name, kind, inner, f"/{root}/{inner}/{code}/"


def allot(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts by weight, by largest remainder; earlier parts win ties."""
    whole = sum(weights)
    exact = [total * w / whole for w in weights]
    parts = [int(x) for x in exact]
    order = sorted(range(len(parts)), key=lambda n: parts[n] - exact[n])
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts
