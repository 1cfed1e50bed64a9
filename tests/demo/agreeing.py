"""What each file, page and mail says of one unit on a closed Sunday, read back as numbers or words."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO, StringIO
from typing import Any, NamedTuple

import openpyxl
import pypdf
from django.template.loader import render_to_string
from django.test import Client
from openpyxl.worksheet.worksheet import Worksheet

from cms.figures import percent
from courses.models import Campaign
from learners.models import Unit
from tracking.barometer.words import count
from tracking.reports.files import file
from tracking.reports.making import Round
from tracking.reports.weeks import Week
from tracking.reports.words import tell


class Counts(NamedTuple):
    """None, None, None: not shown."""

    completed: int | None
    counted: int | None
    share: float | None

    def in_words(self) -> str:
        return plain(f"{count(self.completed)} av {count(self.counted)}")


def plain(text: str) -> str:
    """Words without markup, every stretch of white space as one space."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " "))


class Said:
    """One campaign, unit and part on a closed Sunday as it was known then."""

    def __init__(self, client: Client, campaign: Campaign, unit: Unit, week: Week, part: str) -> None:
        self.client, self.slug, self.week = client, campaign.slug, week
        self.query = {"unit": unit.code, "on": week.sunday.isoformat(), "known": "then", "part": part}
        self.json: dict[str, Any] = self._get(".json").json()

    def _get(self, ending: str) -> Any:
        found = self.client.get(f"/barometer/{self.slug}{ending}", self.query)
        assert found.status_code == 200, (self.slug, self.query)
        return found

    @property
    def rows(self) -> dict[str, Counts]:
        """The unit and those below it, by code."""
        return {row["code"]: of(row) for row in [self.json["unit"] | self.json, *self.json["units"]]}

    def check_csv(self) -> None:
        """The figure with the units below it, and the Sundays."""
        lines = list(csv.DictReader(StringIO(self._get(".csv").content.decode())))
        told = [(row, of({name: _number(row[name]) for name in Counts._fields})) for row in lines]
        assert {row["code"]: own for row, own in told if row["row"] != "trend"} == self.rows
        sundays = {point["on"]: of(point) for point in self.json["trend"]}
        assert {row["on"]: own for row, own in told if row["row"] == "trend"} == sundays

    def check_pictures(self) -> None:
        """The drawing's text, of which the PNG is made, and the page for frames."""
        own = of(self.json)
        drawn, framed = (plain(self._get(ending).content.decode()) for ending in (".svg", "/embed/"))
        for text in (drawn, framed):
            assert (own.in_words() in text) is (own.share is not None)
            assert own.share is None or plain(percent(own.share)) in text

    def check_page(self) -> None:
        page = self._get("/").content.decode()
        own, text = of(self.json), plain(page)
        assert (own.in_words() in text) is (own.share is not None)
        table = re.search(r"<table class=\"ds-table units-table\".*?</table>", page, re.DOTALL)
        found = dict(_cells(table.group())) if table else {}
        for unit in self.json["units"]:
            told = of(unit)
            assert found.get(unit["name"]) == (None if told.share is None else (told.in_words(), percent(told.share)))

    def check_report(self, unit: Unit, content: dict[str, Any], texts: dict[str, str], cells: list[Any]) -> None:
        """Report, spreadsheet, PDF and mail of the same week."""
        campaign = next(one for one in content["campaigns"] if one["slug"] == self.slug)
        part = next(one for one in campaign["parts"] if one["part"] == self.query["part"])
        assert {row["code"]: of(row) for row in [content["unit"] | part, *part["units"]]} == self.rows
        titles = plain(campaign["title"]), plain(part["title"]) if part["title"] else None
        told = {row[2]: row for row in cells if row[0] == titles[0] and titles[1] in (None, row[1])}
        for code, own in self.rows.items():
            if part["title"]:  # the row of all courses has a name in words
                numbers = Counts(told[code][4] if told[code][5] is not None else None, told[code][5], told[code][6])
                assert numbers == own or (own.share is not None and abs((numbers.share or 0) - own.share) < 1e-9)
        own = of(self.json)
        if own.share is not None:
            assert own.in_words() in texts["mail"]
            assert plain(f"{count(own.completed)} {count(own.counted)} {percent(own.share)}") in texts["pdf"]


def report_of(unit: Unit, made_in: Round) -> tuple[dict[str, Any], dict[str, str], list[Any]]:
    """A unit's report as content, as the texts of PDF and mail, and as the spreadsheet's rows."""
    report = made_in.make(unit)[0]
    pdf = pypdf.PdfReader(BytesIO(file("pdf", report.content, report).data))
    book = openpyxl.load_workbook(BytesIO(file("xlsx", report.content, report).data), read_only=True)
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet) or sheet
    mail = render_to_string("mail/report.txt", {"told": tell(report.content, report), "link": "", "stop_url": ""})
    texts = {"pdf": plain(" ".join(page.extract_text() for page in pdf.pages)), "mail": plain(mail)}
    return report.content, texts, [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def of(row: dict[str, Any]) -> Counts:
    return Counts(row["completed"], row["counted"], row["share"])


def _number(text: str) -> float | None:
    return None if text == "" else float(text)


def _cells(table: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for row in re.findall(r"<tr.*?</tr>", table.split("<tbody>")[1], re.DOTALL):
        name = re.search(r"<a [^>]*>(.*?)</a>", row, re.DOTALL)
        completed = re.search(r"<td class=\"of\">(.*?)</td>", row, re.DOTALL)
        share = re.search(r"<td class=\"share\">.*?<span>(.*?)</span>", row, re.DOTALL)
        assert name and completed and share
        yield unescape(name.group(1)), (plain(completed.group(1)), unescape(share.group(1)))
