"""The figure as a table for spreadsheets and other machines: CSV with commas, points and dates as ISO has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from .published import Figure, Shown, TrendPoint
from .rule import RULE_VERSION

COLUMNS = (
    "row", "campaign", "part", "code", "name", "on", "known", "counted", "completed", "share", "suppressed",
    "target", "deadline", "rule_version",
)  # fmt: skip
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(figure: Figure) -> str:
    """One row for the figure ("figure"), then its Sundays ("trend") and the units directly below ("unit"). Hidden
    numbers are empty; shares are unrounded fractions."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(figure))
    return out.getvalue()


def _rows(figure: Figure) -> Iterator[list[object]]:
    yield _row(figure, "figure", figure.own.code, figure.own.name, figure.own)
    for point in figure.trend:
        yield _row(figure, "trend", figure.own.code, figure.own.name, point)
    for unit in figure.units:
        yield _row(figure, "unit", unit.code, unit.name, unit)


def _row(figure: Figure, kind: str, code: str, name: str, shown: Shown | TrendPoint) -> list[object]:
    campaign = figure.campaign
    cells: list[object] = [
        kind, as_text(campaign.slug), figure.part, as_text(code), as_text(name), shown.on.isoformat(), figure.known,
        shown.counted, shown.completed, shown.share, str(shown.suppressed).lower(),
        float(campaign.target), campaign.deadline.isoformat(), RULE_VERSION,
    ]  # fmt: skip
    return ["" if cell is None else cell for cell in cells]


def as_text(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words
