"""A file's bytes as lines of cells: CSV in UTF-8 with semicolon, comma or tab, or a spreadsheet (XLSX)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from .faults import Fault, FileRefused

MOST_BYTES = 60 * 1024 * 1024
MOST_LINES = 300_000
MOST_COLUMNS = 200
SEPARATORS = ";,\t"

Cell = str | int | float | dt.date | dt.datetime | bool | None


class Line(NamedTuple):
    number: int
    cells: list[Cell]


@dataclass
class Sheet:
    """A table: its header's texts, its lines below, and lines that are no rows of the table."""

    header: list[str]
    header_line: int
    lines: list[Line]
    faults: list[Fault]
    origin: str  # "csv" or "xlsx"
    strays: list[Line] = field(default_factory=list)  # the lines that are no rows


def read(content: bytes) -> Sheet:
    """The table in the file. Raises FileRefused with a sentence that says what the file is and what to do."""
    _refuse_by_sight(content)
    if content.startswith(b"PK"):
        from .spreadsheets import read_xlsx

        return read_xlsx(content)
    return read_csv(_decoded(content))


def _refuse_by_sight(content: bytes) -> None:
    """What a file's first bytes tell."""
    if not content.strip():
        raise FileRefused(_("The file is empty. Fetch it again from the HR system."))
    if len(content) > MOST_BYTES:
        raise FileRefused(_("The file is larger than %(mb)s MB.") % {"mb": MOST_BYTES // 1024 // 1024})
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise FileRefused(_("The file has a password. Save it without one, as XLSX or CSV, and try again."))
        raise FileRefused(_("This is the old Excel format (.xls). Save it as XLSX or as CSV UTF-8, and try again."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\x00" in content[:4096] and not content.startswith(b"PK")):
        raise FileRefused(_("The file is in UTF-16 or is no text. Save it as “CSV UTF-8”, and try again."))
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body", b"<meta", b"<style")):
        raise FileRefused(
            _(
                "This is a web page (HTML or XML) under a spreadsheet's name. "
                "Open it in Excel and save it as XLSX or CSV UTF-8."
            )
        )
    if start.startswith(b"%pdf"):
        raise FileRefused(_("This is a PDF. Fetch the list as XLSX or CSV UTF-8."))
    if start.startswith((b"{", b"[")):
        raise FileRefused(_("This is JSON. Fetch the list as XLSX or CSV UTF-8, or use the JSON API."))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            _(
                "The file is not UTF-8 (line %(line)s has a letter in another encoding, often Windows-1252 or "
                "Latin-1). Save it as “CSV UTF-8”, and try again."
            )
            % {"line": line}
        ) from error


def read_csv(text: str) -> Sheet:
    """Raises FileRefused."""
    if "\x00" in text:
        raise FileRefused(_("The file is in UTF-16 or is no text. Save it as “CSV UTF-8”, and try again."))
    skip = 0
    first = text.split("\n", 1)[0].strip().lower()
    separator = ""
    if first.startswith("sep=") and len(first) == 5:  # Excel's own first line
        separator, skip = first[4], 1
        text = text.split("\n", 1)[1] if "\n" in text else ""
    if not text.strip():
        raise FileRefused(_("The file is empty. Fetch it again from the HR system."))
    lines = _csv_lines(text, separator or _separator(text), skip)
    return sheet_of(lines, "csv")


def _separator(text: str) -> str:
    """The character that parts the header; quoted text does not count."""
    head, quoted = [], False
    for letter in text.lstrip()[:20_000]:
        if letter == '"':
            quoted = not quoted
        elif letter == "\n" and not quoted:
            break
        elif not quoted:
            head.append(letter)
    return max(SEPARATORS, key=head.count)


def _csv_lines(text: str, separator: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                _(
                    "From line %(line)s on the file cannot be read: a quotation mark is missing "
                    "or stands in the wrong place."
                )
                % {"line": before + 1 + skipped}
            ) from error
        yield Line(before + 1 + skipped, list(cells))
        before = reader.line_num


def sheet_of(lines: Iterator[Line], origin: str) -> Sheet:
    """The first line with text is the header; empty lines are passed over. Raises FileRefused."""
    header: Line | None = None
    kept: list[Line] = []
    faults: list[Fault] = []
    strays: list[Line] = []
    for line in lines:
        if not any(_filled(cell) for cell in line.cells):
            continue
        if header is None:
            header = _header(line)
            continue
        if len(kept) >= MOST_LINES:
            raise FileRefused(_("The file has more than %(lines)s lines.") % {"lines": MOST_LINES})
        fitted = _fitted(line, len(header.cells), origin)
        if fitted is None:
            faults.append(Fault(line.number, "", _wrong_width(len(line.cells), len(header.cells))))
            strays.append(line)
        else:
            kept.append(fitted)
    if header is None:
        raise FileRefused(_("The file is empty. Fetch it again from the HR system."))
    if not kept and not faults:
        raise FileRefused(_("The file has a header and no people. Fetch it again from the HR system."))
    return Sheet([str(cell) for cell in header.cells], header.number, kept, faults, origin, strays)


def _filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _header(line: Line) -> Line:
    texts: list[Cell] = ["" if cell is None else str(cell).strip() for cell in line.cells]
    while texts and not texts[-1]:
        texts.pop()
    if len(texts) > MOST_COLUMNS:
        raise FileRefused(_("The file has more than %(columns)s columns.") % {"columns": MOST_COLUMNS})
    return Line(line.number, texts)


def _fitted(line: Line, width: int, origin: str) -> Line | None:
    """The line's cells, as many as the header has; None where it has others."""
    cells = list(line.cells)
    while len(cells) > width and not _filled(cells[-1]):
        cells.pop()
    if len(cells) > width or (origin == "csv" and len(cells) < width):
        return None
    return Line(line.number, cells + [None] * (width - len(cells)))


def _wrong_width(found: int, wanted: int) -> str:
    return _(
        "The row has %(found)s fields, the header has %(wanted)s. Is the file cut off, or a separator missing?"
    ) % {
        "found": found,
        "wanted": wanted,
    }
