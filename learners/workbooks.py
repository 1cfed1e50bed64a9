"""Spreadsheets that are handed out (.xlsx): numbers are numbers, and no text becomes a formula, a link or a number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def workbook(target: BytesIO, **properties: str) -> Iterator[Workbook]:
    """An empty workbook, which lies in `target` when the block ends; `properties`: its title, comments …"""
    import xlsxwriter  # only where one is made: a worker of the web seldom needs it

    with xlsxwriter.Workbook(target, OPTIONS) as book:
        book.set_properties({"author": "Fagbenk", **properties})
        yield book
