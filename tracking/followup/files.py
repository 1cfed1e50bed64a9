"""The team's list as CSV and as a spreadsheet: what is on the page, and text that no program takes for a formula."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from learners.workbooks import workbook

from .page import Page
from .team import Cell

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def file(kind: str, page: Page) -> bytes:
    """`kind` is "csv" or "xlsx"; words in the active language."""
    return {"csv": as_csv, "xlsx": as_xlsx}[kind](page)


def header(page: Page) -> list[str]:
    language = translation.get_language() or "nb"
    courses = [course.title_in(language) for course in page.team.courses]
    return [
        _("Name"), *courses, _("Time offered (minutes)"), _("Time used (minutes)"),
        _("What stands in the way"), pgettext("work", "Shift"),
    ]  # fmt: skip


def rows(page: Page) -> Iterator[list[Any]]:
    """One row a person: text, dates and numbers as they are."""
    for row in page.rows:
        yield [str(row.member.learner), *map(said, row.cells), row.offered, row.used, row.cause_label, row.shift]


def said(cell: Cell) -> str | dt.date:
    """A cell as the page says it; a completion is its day."""
    if cell.state == "done" and cell.on:
        return cell.on
    words = {
        "left": _("Not yet"),
        "overdue": _("Not yet, the date has passed"),
        "exempt": _("Exempt"),
        "on_leave": _("On leave"),
        "in_grace": pgettext("people", "New"),
        "seat": _("Waiting for a seat"),
    }
    return words.get(cell.state, "")


def as_csv(page: Page) -> bytes:
    """UTF-8 with a mark and semicolons, as Norwegian spreadsheets open it; dates as 2026-11-15."""
    target = StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(text) for text in header(page)])
    writer.writerows([harmless(value) for value in row] for row in rows(page))
    for note in _notes(page):
        writer.writerow([harmless(note)])
    return target.getvalue().encode("utf-8-sig")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection")."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value


def as_xlsx(page: Page) -> bytes:
    target = BytesIO()
    with workbook(target, title=f"{_('My team')}: {page.team.unit.name}") as book:
        sheet = book.add_worksheet(pgettext("sheet", "Team"))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, text in enumerate(header(page)):
            sheet.write_string(0, column, text, bold)
            sheet.set_column(column, column, 26 if column else 30)
        count = 0
        for count, row in enumerate(rows(page), 1):
            for column, value in enumerate(row):
                _write(sheet, count, column, value, day)
        for offset, note in enumerate(_notes(page), count + 2):
            sheet.write_string(offset, 0, note)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, value)


def _notes(page: Page) -> list[str]:
    told = [f"{page.team.unit.name}, {page.team.on.isoformat()}"]
    return [*told, _("Demo: people and figures are invented")] if settings.LOCAL else told


def name(kind: str, page: Page) -> str:
    return f"{page.team.on.isoformat()}-{page.team.unit.code}.{kind}"
