"""The bad rows of a file as a spreadsheet: as they came, with what is wrong, to be mended and imported again."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _

from ..workbooks import workbook
from .reading import Cell
from .running import Report


def as_xlsx(report: Report) -> bytes:
    """Every cell is text: no zeros get lost, and no formula is one. The two columns in front are not read again."""
    out = io.BytesIO()
    with workbook(out) as book:
        sheet = book.add_worksheet(_("To be mended")[:31])
        text, bad = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bg_color": "#F6E3D8"})
        bold = book.add_format({"bold": True})
        for place, title in enumerate([_("Line"), _("Fault"), *report.sheet.header]):
            sheet.write_string(0, place, title, bold)
        sheet.set_column(1, 1, 60)
        sheet.freeze_panes(1, 2)
        header = report.sheet.header
        by_line: dict[int, list[tuple[str, str]]] = {}
        for fault in report.faults:
            by_line.setdefault(fault.line, []).append((fault.column, fault.reason))
        cells = {line.number: line.cells for line in (*report.sheet.lines, *report.sheet.strays)}
        for number, (line, found) in enumerate(by_line.items(), start=1):
            sheet.write_string(number, 0, str(line), text)
            said = "; ".join(f"{column}: {reason}" if column else reason for column, reason in found)
            sheet.write_string(number, 1, said[:30000], text)
            wrong = {column for column, _reason in found}
            for place, cell in enumerate(cells.get(line, [])):
                form = bad if place < len(header) and header[place] in wrong else text
                sheet.write_string(number, place + 2, _shown(cell), form)
    return out.getvalue()


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if hasattr(cell, "strftime"):
        return f"{cell:%d.%m.%Y}"
    return str(cell)[:30000]
