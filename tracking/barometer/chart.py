"""The geometry of the trend chart: a figure's shares over time, its target and its forecast, in SVG units. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cms.figures import short_date

from .published import Figure

LEVELS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Format:
    """How large the chart is drawn; margins for the numbers at the left and the dates below."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    font: int


WIDE = Format("wide", 1000, 320, 64, 20, 26, 44, 16)
NARROW = Format("narrow", 340, 250, 46, 8, 22, 38, 13)


class Dated(Protocol):
    """A share on a day; None where it is not shown."""

    @property
    def on(self) -> dt.date: ...
    @property
    def share(self) -> float | None: ...


@dataclass(frozen=True)
class Mark:
    """A date, or a year, below the chart."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """Everything that one picture of a trend needs."""

    form: Format
    levels: list[tuple[float, int]]  # y, per cent
    target_y: float
    line: str
    area: str
    last: tuple[float, float] | None
    fan: str
    marks: list[Mark]

    @property
    def base(self) -> int:
        return self.form.height - self.form.bottom

    @property
    def right(self) -> int:
        return self.form.width - self.form.right

    @property
    def target_text_y(self) -> float:
        return self.target_y - 7


@dataclass(frozen=True)
class _Scale:
    form: Format
    start: dt.date
    end: dt.date

    def x(self, day: dt.date) -> float:
        form, days = self.form, max((self.end - self.start).days, 1)
        return round(form.left + (form.width - form.left - form.right) * (day - self.start).days / days, 1)

    def y(self, share: float) -> float:
        form = self.form
        return round(form.top + (form.height - form.top - form.bottom) * (1 - share), 1)


def draw(figure: Figure, form: Format) -> Chart | None:
    """The chart; None where there are not two points to join."""
    points = [point for point in figure.trend if point.share is not None]
    if len(points) < 2:
        return None
    campaign = figure.campaign
    end = campaign.deadline if figure.forecast else figure.as_of
    scale = _Scale(form, min(campaign.start, points[0].on), end)
    last = points[-1]
    return Chart(
        form=form,
        levels=[(scale.y(level / 100), level) for level in LEVELS],
        target_y=scale.y(float(campaign.target)),
        line=_line(scale, figure.trend),
        area=_area(scale, figure.trend),
        last=(scale.x(last.on), scale.y(last.share or 0)),
        fan=_fan(scale, figure, last),
        marks=_marks(scale, [campaign.start, figure.as_of, end]),
    )


def draw_years(points: Sequence[Dated], target: float, form: Format) -> Chart | None:
    """The same picture of a share at the ends of years; None where there are not two of them to join."""
    if len(points) < 2:
        return None
    first, last = points[0], points[-1]
    scale = _Scale(form, first.on, last.on)
    room, marks = form.font * 3.2, [Mark(scale.x(first.on), str(first.on.year), "start")]
    for point in points[1:-1]:
        if scale.x(point.on) - marks[-1].x > room and scale.x(last.on) - scale.x(point.on) > room:
            marks.append(Mark(scale.x(point.on), str(point.on.year), "middle"))
    return Chart(
        form=form,
        levels=[(scale.y(level / 100), level) for level in LEVELS],
        target_y=scale.y(target),
        line=_line(scale, points),
        area=_area(scale, points),
        last=(scale.x(last.on), scale.y(last.share or 0)),
        fan="",
        marks=[*marks, Mark(scale.x(last.on), str(last.on.year), "end")],
    )


def _runs(trend: Sequence[Dated]) -> list[list[Dated]]:
    """Stretches of shown points; a hidden one breaks the line."""
    runs: list[list[Dated]] = [[]]
    for point in trend:
        if point.share is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _line(scale: _Scale, trend: Sequence[Dated]) -> str:
    return "".join("M" + "L".join(f"{scale.x(p.on)} {scale.y(p.share or 0)}" for p in run) for run in _runs(trend))


def _area(scale: _Scale, trend: Sequence[Dated]) -> str:
    base = scale.y(0)
    return "".join(
        f"M{scale.x(run[0].on)} {base}L"
        + "L".join(f"{scale.x(p.on)} {scale.y(p.share or 0)}" for p in run)
        + f"L{scale.x(run[-1].on)} {base}z"
        for run in _runs(trend)
    )


def _fan(scale: _Scale, figure: Figure, last: Dated) -> str:
    told = figure.forecast
    if told is None or last.share is None:
        return ""
    x = scale.x(figure.campaign.deadline)
    return f"M{scale.x(last.on)} {scale.y(last.share)}L{x} {scale.y(told.high)}L{x} {scale.y(told.low)}z"


def _marks(scale: _Scale, days: Sequence[dt.date]) -> list[Mark]:
    """The dates that have room: first and last, and the one between where it stands clear of both."""
    first, between, last = days
    room = scale.form.font * 7.5
    marks = [Mark(scale.x(first), short_date(first), "start")]
    if scale.x(between) - scale.x(first) > room * 1.5 and scale.x(last) - scale.x(between) > room * 1.5:
        marks.append(Mark(scale.x(between), short_date(between), "middle"))
    if last != first:
        marks.append(Mark(scale.x(last), short_date(last), "end"))
    return marks
