"""The geometry of the comparison: units by how many count and how many have completed, within limits that narrow as
units grow. In SVG units; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .chart import LEVELS, Format
from .comparison import SMALLEST, Yardstick
from .published import Shown

WIDE = Format("wide", 1000, 340, 64, 20, 16, 48, 16)
NARROW = Format("narrow", 340, 260, 46, 8, 14, 42, 13)
CURVE = 40  # steps of a limit's line


@dataclass(frozen=True)
class Point:
    unit: Shown
    x: float
    y: float


@dataclass(frozen=True)
class Funnel:
    """Everything that one picture of a comparison needs."""

    form: Format
    levels: list[tuple[float, int]]  # y, per cent
    marks: list[tuple[float, int]]  # x, persons
    mean_y: float
    between: str  # the area within the limits
    points: list[Point]

    @property
    def base(self) -> int:
        return self.form.height - self.form.bottom

    @property
    def right(self) -> int:
        return self.form.width - self.form.right


@dataclass(frozen=True)
class _Scale:
    """Persons by their square root: small units stand apart, large ones do not run off."""

    form: Format
    most: int

    def x(self, counted: float) -> float:
        form, first = self.form, math.sqrt(SMALLEST)
        part = (math.sqrt(max(counted, SMALLEST)) - first) / max(math.sqrt(self.most) - first, 0.1)
        return round(form.left + (form.width - form.left - form.right) * min(part, 1), 1)

    def y(self, share: float) -> float:
        return round(self.form.top + (self.form.height - self.form.top - self.form.bottom) * (1 - share), 1)


def draw(units: Sequence[Shown], stick: Yardstick, form: Format) -> Funnel | None:
    """The picture of the units with ten persons and more; None where there are not two of them."""
    some = [unit for unit in units if unit.share is not None and unit.counted and unit.counted >= SMALLEST]
    if len(some) < 2:
        return None
    most = max(unit.counted or 0 for unit in some)
    scale = _Scale(form, _round_up(most))
    return Funnel(
        form=form,
        levels=[(scale.y(level / 100), level) for level in LEVELS],
        marks=[(scale.x(n), n) for n in _marks(scale)],
        mean_y=scale.y(stick.mean),
        between=_between(scale, stick),
        points=[Point(unit, scale.x(unit.counted or 0), scale.y(unit.share or 0)) for unit in some],
    )


def _between(scale: _Scale, stick: Yardstick) -> str:
    first, last = math.sqrt(SMALLEST), math.sqrt(scale.most)
    sizes = [(first + (last - first) * n / CURVE) ** 2 for n in range(CURVE + 1)]
    limits = [(scale.x(size), *stick.limits(max(round(size), 1))) for size in sizes]
    upper = [f"{x} {scale.y(high)}" for x, _low, high in limits]
    lower = [f"{x} {scale.y(low)}" for x, low, _high in reversed(limits)]
    return "M" + "L".join([*upper, *lower]) + "z"


def _round_up(number: int) -> int:
    """To one or two digits and noughts, so that the scale's end is a number that people know."""
    step = 10 ** max(len(str(number)) - 2, 0) * 5
    return max(math.ceil(number / step) * step, SMALLEST + 5)


def _marks(scale: _Scale) -> list[int]:
    """Sizes below the picture that have room for their numbers."""
    found = [SMALLEST]
    for number in (20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000):
        room = scale.form.font * 3
        clear = scale.x(number) - scale.x(found[-1]) > room and scale.x(scale.most) - scale.x(number) > room
        if number < scale.most and clear:
            found.append(number)
    return [*found, scale.most]
