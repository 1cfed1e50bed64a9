"""XLSX as lines of cells: looked at before it is unpacked; formulas are named, numbers keep the zeros they show."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .faults import FileRefused
from .reading import MOST_COLUMNS, MOST_LINES, Cell, Line, Sheet, sheet_of

MOST_UNPACKED = 400 * 1024 * 1024
MOST_RATIO = 150
MOST_ENTRIES = 2000
ONLY_ZEROS = re.compile(r"^0+$")


class Formula(str):
    """A cell that computes its value: we do not guess what it shows."""


def read_xlsx(content: bytes) -> Sheet:
    """The first sheet with anything in it. Raises FileRefused."""
    from openpyxl import load_workbook  # only where a file is read: a worker of the web seldom needs it
    from openpyxl.utils.exceptions import InvalidFileException

    _inspect(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        OSError,
        AttributeError,
        TypeError,
    ) as error:
        raise _unreadable() from error
    except SyntaxError as error:  # XML's ParseError is one
        raise _unreadable() from error
    try:
        for sheet in book.worksheets:
            found = _first_lines(sheet, book.epoch)
            if found is not None:
                return found
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError, AttributeError, TypeError) as error:
        raise _unreadable() from error
    finally:
        book.close()
    raise FileRefused(_("The file is empty. Fetch it again from the HR system."))


def _unreadable() -> FileRefused:
    return FileRefused(_("The file looks like XLSX but cannot be read: it is damaged. Save it again from Excel."))


def _inspect(content: bytes) -> None:
    """Refuse what would unpack to something huge, declares entities, or is another kind of archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            unpacked = sum(entry.file_size for entry in entries)
            if (
                len(entries) > MOST_ENTRIES
                or unpacked > MOST_UNPACKED
                or unpacked > MOST_RATIO * len(content) + 1024**2
            ):
                raise FileRefused(_("The file unpacks to far more than a list of people. It is not read."))
            if any(entry.flag_bits & 1 for entry in entries):
                raise FileRefused(_("The file has a password. Save it without one, as XLSX or CSV, and try again."))
            if "xl/workbook.xml" not in names:
                raise FileRefused(_("This is an archive, but no XLSX. Save the list as XLSX or CSV UTF-8."))
    except zipfile.BadZipFile as error:
        raise _unreadable() from error


def _first_lines(sheet: Any, epoch: dt.datetime) -> Sheet | None:
    if not hasattr(sheet, "reset_dimensions"):  # a chart's sheet
        return None
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    try:
        return sheet_of(_lines(sheet, epoch), "xlsx")
    except FileRefused:
        if any(True for _line in _filled_lines(sheet)):
            raise
        return None


def _filled_lines(sheet: Any) -> Iterator[tuple[Any, ...]]:
    for row in sheet.iter_rows(max_row=1000):
        if any(cell.value is not None for cell in row):
            yield row


def _lines(sheet: Any, epoch: dt.datetime) -> Iterator[Line]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > MOST_LINES * 2:
            raise FileRefused(_("The file has more than %(lines)s lines.") % {"lines": MOST_LINES})
        if len(row) > MOST_COLUMNS and any(cell.value is not None for cell in row[MOST_COLUMNS:]):
            raise FileRefused(_("The file has more than %(columns)s columns.") % {"columns": MOST_COLUMNS})
        yield Line(number, [_value(cell) for cell in row[: MOST_COLUMNS + 1]])


def _value(cell: Any) -> Cell:
    """The cell's value; a formula as such, a number with the zeros in front that it is shown with."""
    value = cell.value
    if value is None:
        return None
    kind = cell.data_type
    if kind == "f" or not isinstance(value, str | int | float | bool | dt.datetime | dt.date | dt.time):
        return Formula(f"={value}" if not str(value).startswith("=") else str(value))
    if kind == "e":
        return Formula(str(value))
    if isinstance(value, dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        shown = (cell.number_format or "").strip('"')
        if ONLY_ZEROS.match(shown):
            return str(value).zfill(len(shown))
        if shown.rstrip().endswith("%"):
            return f"{value * 100} %"
    if isinstance(value, float) and (cell.number_format or "").rstrip().endswith("%"):
        return f"{round(value * 100, 4)} %"
    return value
