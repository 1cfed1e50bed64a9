"""The geometry of the folding rule: where a share's ticks, numbers, joints, notch and labels stand. Pure, in SVG units.

A share of 0 stands at `left`, 1 at `left + length`. Labels stand in lanes: 0 next to the rule, 1 further out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

PINE, BIRCH = "#1e5a55", "#f2e6c8"  # what is done, what is left
Anchor = Literal["start", "middle", "end"]
# The mean width of a character in semi-bold Inter or Arial, of the font size, with a margin.
CHARACTER = 0.58


@dataclass(frozen=True)
class Format:
    """How large a rule is drawn."""

    width: float
    left: float
    body: float  # height of the rule itself
    font: float
    label: float
    lane: float  # height of one lane of labels
    minor: int  # ticks in the whole
    stem: float

    @property
    def length(self) -> float:
        return self.width - 2 * self.left

    def x(self, share: float) -> float:
        return round(self.left + self.length * min(max(share, 0.0), 1.0), 2)

    def size_of(self, name: str) -> float:
        """The font size of a label; the share's is the largest."""
        return self.label if name == "share" else self.label - 1.5


WIDE = Format(width=1040, left=1, body=76, font=15, label=17, lane=26, minor=100, stem=20)
NARROW = Format(width=340, left=1, body=52, font=12, label=14, lane=22, minor=20, stem=14)


@dataclass(frozen=True)
class Tick:
    x: float
    height: float  # as a fraction of the body
    major: bool


@dataclass(frozen=True)
class Label:
    """A text at a point of the rule, and where there was room for it."""

    name: str
    text: str
    at: float  # the point's x
    x: float
    anchor: Anchor
    lane: int
    width: float

    @property
    def box(self) -> tuple[float, float]:
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width
        return self.x - shift, self.x - shift + self.width


def ticks(form: Format) -> list[Tick]:
    """Short, middle (each 5) and long (each 10) strokes; the ends are the rule's own edges."""
    step = 100 // form.minor
    found = []
    for n in range(step, 100, step):
        height = 0.36 if n % 10 == 0 else 0.24 if n % 5 == 0 else 0.14
        if form.minor < 50:
            height = 0.32 if n % 10 == 0 else 0.18
        found.append(Tick(form.x(n / 100), height, n % 10 == 0))
    return found


def place(form: Format, wanted: Sequence[tuple[str, str, float]]) -> list[Label]:
    """Labels for (name, text, share) that meet neither each other, nor another's stem, nor the edge of the picture.

    Of all ways to place them the first that fits: in one lane if possible, above their points if possible. Two labels
    always fit in two lanes.
    """
    ways = product(*(list(_ways(form, name, text, form.x(share))) for name, text, share in wanted))
    ranked = sorted(ways, key=_effort)
    return list(next((way for way in ranked if _clear(form, way)), ranked[0] if ranked else ()))


def _ways(form: Format, name: str, text: str, at: float) -> Iterator[Label]:
    width = len(text) * form.size_of(name) * CHARACTER
    gap = form.label * 0.5
    inside = min(max(at, width / 2), form.width - width / 2)
    for lane in (0, 1):
        yield Label(name, text, at, inside, "middle", lane, width)
        yield Label(name, text, at, at + gap, "start", lane, width)
        yield Label(name, text, at, at - gap, "end", lane, width)


def _effort(way: tuple[Label, ...]) -> float:
    """Fewer lanes first, then labels that stand at their points."""
    lanes = len({label.lane for label in way}) + max((label.lane for label in way), default=0)
    return lanes * 10 + sum(label.anchor != "middle" for label in way)


def _clear(form: Format, way: tuple[Label, ...]) -> bool:
    if any(label.box[0] < 0 or label.box[1] > form.width for label in way):
        return False
    return all(_apart(form, one, other) for one in way for other in way if one is not other)


def _apart(form: Format, one: Label, other: Label) -> bool:
    gap = form.label * 0.4
    (left, right), (other_left, other_right) = one.box, other.box
    if one.lane == other.lane and left < other_right + gap and other_left < right + gap:
        return False
    # A stem goes from its label down to the rule, through the lanes between.
    stem_passes = one.lane >= other.lane and other_left - gap / 2 < one.at < other_right + gap / 2
    return not stem_passes


@dataclass(frozen=True)
class Written:
    """A label with its baseline and its stem, ready to draw."""

    label: Label
    y: float
    stem_from: float
    stem_to: float
    size: float

    @property
    def stem_high(self) -> bool:
        """Whether the stem goes on past the notch that stands at its foot."""
        return self.label.lane > 0 or self.label.anchor != "middle"

    @property
    def weight(self) -> int:
        return 650 if self.label.name in ("share", "target") else 450

    @property
    def colour(self) -> str:
        return {"share": "#1e5a55", "target": "#9e2f1b", "week": "#4e3b14"}.get(self.label.name, "#1e5a55")


@dataclass(frozen=True)
class Drawing:
    """Everything that one picture of a rule needs."""

    form: Format
    top: float
    height: float
    fill: float | None  # x where the filled part ends
    target: float | None
    week: float | None
    forecast: tuple[float, float] | None
    ticks: list[Tick]
    numbers: list[tuple[float, str]]
    joints: list[float]
    above: list[Written]
    below: list[Written]

    @property
    def bottom(self) -> float:
        return self.top + self.form.body

    @property
    def labels(self) -> list[Written]:
        return [*self.above, *self.below]

    @property
    def hair(self) -> float:
        return 1.5 if self.numbers else 1

    @property
    def corner(self) -> int:
        return 6 if self.numbers else 3

    @property
    def rivet(self) -> float:
        return self.form.body * 0.06 if self.numbers else 3

    @property
    def week_in_done(self) -> bool:
        """Whether last week's line stands on the filled part, where it must be light."""
        return self.week is not None and self.fill is not None and self.week <= self.fill

    @property
    def week_colour(self) -> str:
        return BIRCH if self.week_in_done else PINE

    @property
    def numbers_in_forecast(self) -> list[tuple[float, str]]:
        """Numbers under the hatching, which get a clear ground to be read on."""
        if self.forecast_ahead is None:
            return []
        start, width = self.forecast_ahead
        return [(x, n) for x, n in self.numbers if start - self.form.font < x < start + width + self.form.font]

    @property
    def number_box(self) -> tuple[float, float, float, float]:
        """(x from the number's middle, y, width, height) of that ground."""
        font = self.form.font
        return -0.75 * font, round(self.number_y - font, 2), 1.5 * font, 1.25 * font

    @property
    def tick_path(self) -> str:
        return "".join(f"M{tick.x} {self.bottom}v-{tick.height * self.form.body:.2f}" for tick in self.ticks)

    @property
    def number_y(self) -> float:
        return self.top + self.form.body * 0.42 + self.form.font * 0.36

    @property
    def joint_y(self) -> float:
        return self.top + self.form.body * (0.17 if self.numbers else 0.5)

    @property
    def week_line(self) -> str:
        """Last week's thin line, which stops short of a number that stands in its way."""
        clear = all(abs(x - (self.week or 0)) > self.form.font for x, _number in self.numbers)
        start = self.top if clear else self.number_y + 5
        return f"M{self.week} {start:.2f}V{self.bottom}"

    @property
    def notch(self) -> str:
        """A triangle from above into the rule, at the target."""
        at, half, depth = self.target or 0, self.form.body * 0.13, self.form.body * 0.24
        if not self.numbers:
            half, depth = 5.0, 6.0
        rise = half * 0.9
        return f"M{at - half:.2f} {self.top - rise:.2f}h{2 * half:.2f}L{at} {self.top + depth:.2f}z"

    @property
    def forecast_in_done(self) -> tuple[float, float] | None:
        return _between(self.forecast, self.form.left, self.fill or self.form.left)

    @property
    def forecast_ahead(self) -> tuple[float, float] | None:
        return _between(self.forecast, self.fill or self.form.left, self.form.width)


def _between(stretch: tuple[float, float] | None, low: float, high: float) -> tuple[float, float] | None:
    """(x, width) of the part of `stretch` that lies within low..high."""
    if stretch is None or (start := max(stretch[0], low)) >= (end := min(stretch[1], high)):
        return None
    return start, round(end - start, 2)


@dataclass(frozen=True)
class Reading:
    """What a rule shows: shares between 0 and 1, and the words at them. None: not shown."""

    share: float | None
    target: float | None = None
    forecast: tuple[float, float] | None = None
    last_week: float | None = None
    share_text: str = ""
    target_text: str = ""
    forecast_text: str = ""
    last_week_text: str = ""

    def above(self) -> list[tuple[str, str, float]]:
        return _said([("share", self.share_text, self.share), ("target", self.target_text, self.target)])

    def below(self) -> list[tuple[str, str, float]]:
        middle = sum(self.forecast) / 2 if self.forecast else None
        return _said([("forecast", self.forecast_text, middle), ("week", self.last_week_text, self.last_week)])


def _said(labels: Sequence[tuple[str, str, float | None]]) -> list[tuple[str, str, float]]:
    return [(name, text, at) for name, text, at in labels if text and at is not None]


def draw(form: Format, reading: Reading) -> Drawing:
    """The large rule, with numbers and labels."""
    above, below = place(form, reading.above()), place(form, reading.below())
    top = _room(form, above)
    bottom = top + form.body
    return Drawing(
        form=form,
        top=top,
        height=bottom + _room(form, below),
        fill=None if reading.share is None else form.x(reading.share),
        target=None if reading.target is None else form.x(reading.target),
        week=None if reading.last_week is None else form.x(reading.last_week),
        forecast=None if reading.forecast is None else (form.x(reading.forecast[0]), form.x(reading.forecast[1])),
        ticks=ticks(form),
        numbers=[(form.x(n / 100), str(n)) for n in range(10, 100, 10)],
        joints=[form.x(n / 100) for n in (20, 40, 60, 80)],
        above=[_write(form, label, top, -1) for label in above],
        below=[_write(form, label, bottom, 1) for label in below],
    )


def _room(form: Format, labels: Sequence[Label]) -> float:
    if not labels:
        return 3.0
    return form.stem + form.lane * (1 + max(label.lane for label in labels))


def _write(form: Format, label: Label, edge: float, direction: int) -> Written:
    """`direction` is -1 above the rule, 1 below it."""
    near = edge + direction * (form.stem + form.lane * label.lane)
    beside = 0.0 if label.anchor == "middle" else form.lane * 0.75
    size = form.size_of(label.name)
    baseline = near - form.lane * 0.22 if direction < 0 else near + form.lane * 0.68
    return Written(label, round(baseline, 2), edge, round(near + direction * beside, 2), size)


# --- The small rule ---------------------------------------------------------------------------------------------------
SMALL = Format(width=320, left=1, body=18, font=0, label=0, lane=0, minor=10, stem=0)


def draw_small(reading: Reading, steps: int | None = None) -> Drawing:
    """The same rule without numbers. `steps` equal links, as a course has parts; without: five, as a rule has."""
    links = steps or 5
    joints = [SMALL.x(n / links) for n in range(1, links)] if links <= 16 else []
    strokes = 10 if steps is None else links * 2
    return Drawing(
        form=SMALL,
        top=6.0 if reading.target is not None else 2.0,
        height=SMALL.body + (8.0 if reading.target is not None else 4.0),
        fill=None if reading.share is None else SMALL.x(reading.share),
        target=None if reading.target is None else SMALL.x(reading.target),
        week=None if reading.last_week is None else SMALL.x(reading.last_week),
        forecast=None,
        ticks=[Tick(SMALL.x(n / strokes), 0.3, False) for n in range(1, strokes)] if strokes <= 32 else [],
        numbers=[],
        joints=joints,
        above=[],
        below=[],
    )
