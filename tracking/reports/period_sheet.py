"""The table of a tertial or a year in words and as a spreadsheet: real numbers, and text that is never a formula."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.figures import long_date
from learners.workbooks import workbook

from ..barometer.words import bar_name
from . import sentences
from .periods import Line, Table
from .sheet import about, write


def header() -> list[str]:
    return [
        _("Campaign"), _("Course"), _("Code"), _("Unit"), _("Completed"), _("Counted"), _("Share"),
        _("In the period"), pgettext("sheet", "As of"),
    ]  # fmt: skip


def lead(told: Table) -> str:
    """The day that the table is of, and whether there is more to come."""
    said = [_("As of %(day)s, as it was known then.") % {"day": long_date(told.until)}]
    if not told.is_over:
        said.append(_("The period is not over: the figures are those so far."))
    if told.own_team:
        said.append(sentences.own_team())
    return " ".join(said)


def note() -> str:
    """What the last column says."""
    return _(
        "“In the period” is how many more had completed at its end than at its beginning. Of a campaign that began "
        "in the period, all who have completed are counted there, also those who had done so before it began."
    )


def rows(told: Table) -> Iterator[list[Any]]:
    for line in told.lines:
        yield [*words(line), *numbers(line), told.until]


def words(line: Line) -> list[str]:
    language = translation.get_language() or "nb"
    named = bar_name(line.part.bar, line.part.courses)
    return [line.campaign.title_in(language), named, line.unit.code, line.unit.name]


def numbers(line: Line) -> list[Any]:
    if line.unit.suppressed:
        return [sentences.not_shown(), None, None, None]
    return [line.unit.completed, line.unit.counted, line.unit.share, line.gained]


def render(told: Table) -> bytes:
    target = BytesIO()
    with workbook(target, title=f"{told.period.title} – {told.unit.name}") as book:
        sheet = book.add_worksheet(pgettext("sheet", "Figures"))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        formats = {6: book.add_format({"num_format": "0.0%"}), 8: book.add_format({"num_format": "yyyy-mm-dd"})}
        for column, title in enumerate(header()):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, (38, 30, 12, 38, 13, 13, 13, 13, 13)[column])
        number = 0
        for number, row in enumerate(rows(told), 1):
            for column, value in enumerate(row):
                write(sheet, number, column, value, formats.get(column))
        if settings.LOCAL:
            sheet.write_string(number + 2, 0, _("Demo: people and figures are invented"))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(number, 1), len(header()) - 1)
        about(book, [f"{told.period.title} – {told.unit.name}", lead(told), note()])
    return target.getvalue()
