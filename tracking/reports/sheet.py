"""The report as a spreadsheet: real numbers, one row a campaign, part and unit; text is never a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.figures import short_date
from learners.workbooks import workbook

from . import sentences
from .content import Content
from .words import Told

if TYPE_CHECKING:
    from xlsxwriter import Workbook

PERCENT_COLUMNS = {"share", "target", "forecast_low", "forecast_high"}
WIDTHS = {"campaign": 38, "part": 30, "code": 12, "unit": 38}


def render(content: Content, told: Told) -> bytes:
    """The bytes of an .xlsx file with the sheets “Figures”, “About” and, where there is one, the bridge."""
    target = BytesIO()
    with workbook(target, title=f"{told.title} – {told.unit}", comments=told.demo) as book:
        _figures(book, content)
        _about(book, content, told)
        _bridges(book, content)
    return target.getvalue()


def _columns() -> dict[str, str]:
    return {
        "campaign": _("Campaign"),
        "part": _("Course"),
        "code": _("Code"),
        "unit": _("Unit"),
        "completed": _("Completed"),
        "counted": _("Counted"),
        "share": _("Share"),
        "change": pgettext("figure", "Change"),
        "target": _("Target"),
        "deadline": _("Deadline"),
        "forecast_low": _("Forecast from"),
        "forecast_high": _("Forecast to"),
        "needed_per_week": _("Needed a week"),
        "as_of": pgettext("sheet", "As of"),
    }


def _figures(book: Workbook, content: Content) -> None:
    sheet = book.add_worksheet(pgettext("sheet", "Figures"))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    formats = {name: book.add_format({"num_format": "0.0%"}) for name in PERCENT_COLUMNS}
    formats |= {name: book.add_format({"num_format": "yyyy-mm-dd"}) for name in ("deadline", "as_of")}
    columns = _columns()
    for column, (name, title) in enumerate(columns.items()):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, WIDTHS.get(name, 13))
    count = 0
    for count, row in enumerate(rows(content), 1):
        for column, name in enumerate(columns):
            write(sheet, count, column, row.get(name), formats.get(name))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def write(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), form)
    elif value is not None:
        sheet.write_number(row, column, value, form)


def rows(content: Content) -> Iterator[dict[str, Any]]:
    """The own unit, then the units below it, for each campaign and part; what is hidden says so under "completed"."""
    for campaign in content["campaigns"]:
        for part in campaign["parts"]:
            own = {**content["unit"], **part}
            yield _row(campaign, part, own)
            for unit in part["units"]:
                yield _row(campaign, part, unit)


def _row(campaign: Content, part: Content, unit: Content) -> dict[str, Any]:
    told = (unit.get("forecast") or {}) if not unit["suppressed"] else {}
    at_most = bool(told) and sentences.at_most(part)
    return {
        "campaign": sentences.title_of(campaign),
        "part": sentences.part_title(part),
        "code": unit["code"],
        "unit": unit["name"],
        "completed": sentences.not_shown() if unit["suppressed"] else unit["completed"],
        "counted": None if unit["suppressed"] else unit["counted"],
        "share": unit["share"],
        "change": unit.get("change"),
        "target": campaign["target"],
        "deadline": dt.date.fromisoformat(campaign["deadline"]),
        # One that only says what is not passed has no lower end (`_about` says so).
        "forecast_low": None if at_most else told.get("low"),
        "forecast_high": told.get("high"),
        "needed_per_week": told.get("needed_per_week"),
        "as_of": dt.date.fromisoformat(part["as_of"]),
    }


def _bridges(book: Workbook, content: Content) -> None:
    """Every part's bridge: one row a step, real numbers."""
    rows = list(bridge_rows(content))
    if not rows:
        return
    sheet = book.add_worksheet(pgettext("sheet", "Since last week"))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    titles = [_("Campaign"), _("Course"), _("What happened"), _("Counted"), _("Completed")]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, (38, 30, 34, 13, 13)[column])
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            write(sheet, number, column, value, None)
    sheet.freeze_panes(1, 0)


def bridge_rows(content: Content) -> Iterator[tuple[str, str, str, int, int]]:
    """(campaign, part, what happened, counted, completed), the opening first and the closing last."""
    for campaign in content["campaigns"]:
        for part in campaign["parts"]:
            told = part.get("bridge")
            if not told:
                continue
            here = sentences.title_of(campaign), sentences.part_title(part)
            days = [dt.date.fromisoformat(told["since"]), dt.date.fromisoformat(part["as_of"])]
            first, last = (_("As of %(day)s") % {"day": short_date(day)} for day in days)
            yield (*here, first, told["opening"]["counted"], told["opening"]["completed"])
            for step in told["steps"]:
                yield (*here, sentences.cause(step["cause"]), step["counted"], step["completed"])
            yield (*here, last, told["closing"]["counted"], told["closing"]["completed"])


def _about(book: Workbook, content: Content, told: Told) -> None:
    lines = [f"{told.title} – {told.unit}", told.period, told.headline, told.provisional]
    about(book, [*lines, *told.deadlines, *told.restated, *told.trust, *told.about, *_bounded(content), told.demo])


def _bounded(content: Content) -> list[str]:
    """What a forecast without a lower end says, where there is one."""
    parts = (part for campaign in content["campaigns"] for part in campaign["parts"])
    if not any(part["forecast"] and sentences.at_most(part) for part in parts):
        return []
    return [_("A forecast with “Forecast to” alone is what is not passed: there is no room for more by the deadline.")]


def about(book: Workbook, lines: Iterable[str]) -> None:
    """A sheet with what is to be read beside the numbers: each line that says something."""
    sheet = book.add_worksheet(pgettext("sheet", "About"))
    sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
    for row, line in enumerate(filter(None, lines)):
        sheet.write_string(row, 0, line)
