"""Page, PDF, spreadsheet and JSON say the same, cell by cell, in every language."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pypdf
import pytest
from django.test import Client
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from cms.figures import percent
from courses.models import Campaign, Course
from learners.models import Unit
from tracking.reports import pdf
from tracking.reports.content import Content
from tracking.reports.files import file
from tracking.reports.making import content_of, make
from tracking.reports.models import WeeklyReport
from tracking.reports.numbers import change, number
from tracking.reports.words import tell

from .conftest import CLOSE, WEEK, Cast

LANGUAGES = ["nb", "nn", "en"]


def made(kind: str, report: WeeklyReport) -> bytes:
    return file(kind, report.content, report).data


def words(text: str) -> str:
    """Text with every stretch of white space as one space."""
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def pdf_text(data: bytes) -> str:
    return words(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages))


def sheet(data: bytes) -> list[dict[str, Any]]:
    """The rows of the first sheet, by position of the column."""
    first = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert isinstance(first, Worksheet)
    names = ["campaign", "part", "code", "unit", "completed", "counted", "share", "change", "target", "deadline"]
    return [dict(zip(names, row, strict=False)) for row in first.iter_rows(min_row=2, values_only=True)]


def parts(content: Content) -> list[tuple[Content, Content]]:
    return [(campaign, part) for campaign in content["campaigns"] for part in campaign["parts"]]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_what_the_json_says(report: WeeklyReport, language: str) -> None:
    with translation.override(language):
        text = pdf_text(made("pdf", report))
        for _campaign, part in parts(report.content):
            row = [number(part["completed"]), number(part["counted"]), percent(part["share"]), change(part["change"])]
            assert words(" ".join(row)) in text
            for unit in part["units"]:
                if not unit["suppressed"]:
                    assert unit["name"] in text
                    assert words(percent(unit["share"])) in text


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_the_json_says(report: WeeklyReport, cast: Cast, language: str) -> None:
    client = Client()
    client.force_login(cast.people["director"])
    prefix = "" if language == "nb" else f"/{language}"
    shown = client.get(f"{prefix}/rapporter/2026-W40/").content.decode()
    tables = re.findall(r"<table class=\"ds-table stacked\" data-figures>(.*?)</table>", shown, re.DOTALL)
    cells = [re.findall(r"<td class=\"number\" [^>]*>(.*?)</td>", table, re.DOTALL) for table in tables]
    found = [words(re.sub(r"<.*?>", "", cell)) for table in cells for cell in table]
    with translation.override(language):
        expected = []
        for _campaign, part in parts(report.content):
            expected += [
                number(part["completed"]),
                number(part["counted"]),
                percent(part["share"]),
                change(part["change"]),
            ]
            expected.append(found[len(expected)])  # the forecast, which has no single number
    assert found == [words(text) for text in expected]


@pytest.mark.django_db
def test_the_spreadsheet_has_the_numbers_of_the_json_as_numbers(report: WeeklyReport) -> None:
    rows = iter(sheet(made("xlsx", report)))
    for campaign, part in parts(report.content):
        for unit in [{**report.content["unit"], **part}, *part["units"]]:
            row = next(rows)
            assert (row["code"], row["unit"]) == (unit["code"], unit["name"])
            assert (row["completed"], row["counted"]) == (unit["completed"], unit["counted"])
            assert row["share"] == pytest.approx(unit["share"])
            assert (row["target"], row["change"]) == (campaign["target"], unit.get("change"))
            assert row["deadline"] == dt.datetime.fromisoformat(campaign["deadline"])
    assert next(rows, None) is None


@pytest.mark.django_db
def test_shares_in_the_spreadsheet_are_shown_as_percent(report: WeeklyReport) -> None:
    first = openpyxl.load_workbook(BytesIO(made("xlsx", report))).worksheets[0]
    assert first["G2"].number_format == "0.0%"
    assert isinstance(first["G2"].value, float)


@pytest.mark.django_db
def test_hidden_units_have_no_number_in_any_file(cast: Cast) -> None:
    report = make(WEEK, cast.unit("NORD"), CLOSE)[0]
    hidden = {u["code"] for _c, part in parts(report.content) for u in part["units"] if u["suppressed"]}
    assert "NORD-STAB" in hidden
    for row in sheet(made("xlsx", report)):
        if row["code"] in hidden:
            assert isinstance(row["completed"], str)
            assert (row["counted"], row["share"], row["change"]) == (None, None, None)


@pytest.mark.django_db
def test_names_that_look_like_formulas_are_text(cast: Cast) -> None:
    formula = '=HYPERLINK("https://evil.example","tall")'
    Unit.objects.filter(code="NORD").update(name=formula)
    Campaign.objects.filter(slug="mi-for-alle").update(title="=1+1")
    Course.objects.filter(code="MI").update(title="@SUM(1)")
    book = openpyxl.load_workbook(BytesIO(made("xlsx", make(WEEK, cast.unit("KRIM"), CLOSE)[0])))
    cells = [cell for tab in book.worksheets for row in tab.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {formula, "=1+1", "@SUM(1)"} <= {cell.value for cell in cells}
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.django_db
def test_text_in_the_pdf_is_never_markup(cast: Cast) -> None:
    title = "#panic() *fet* $x$ <merke> \\ `kode` = tittel"
    Campaign.objects.filter(slug="mi-for-alle").update(title=title)
    assert title in pdf_text(made("pdf", make(WEEK, cast.unit("KRIM"), CLOSE)[0]))


@pytest.mark.django_db
@pytest.mark.parametrize("language", [*LANGUAGES, "se"])
def test_the_pdf_is_tagged_and_says_its_language_and_title(report: WeeklyReport, language: str) -> None:
    with translation.override(language):
        document = pypdf.PdfReader(BytesIO(made("pdf", report)))
    root: Any = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == {"se": "nb"}.get(language, language)
    assert "Unit KRIM" in str(document.metadata and document.metadata.title)
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()


@pytest.mark.django_db
def test_the_picture_in_the_pdf_says_in_words_what_it_shows(report: WeeklyReport) -> None:
    document = pypdf.PdfReader(BytesIO(made("pdf", report)))
    numbers = {*document.xref_objStm, *(number for some in document.xref.values() for number in some)}
    objects: list[Any] = [document.get_object(number) for number in sorted(numbers)]
    said = [words(str(some["/Alt"])) for some in objects if isinstance(some, dict) and "/Alt" in some]
    assert len(said) == 2
    assert all(words(percent(0.9)) in alternative for alternative in said)


@pytest.mark.django_db
def test_every_file_says_that_demo_people_and_figures_are_invented(report: WeeklyReport) -> None:
    said = "people and figures are invented"
    with translation.override("en"):
        assert said in pdf_text(made("pdf", report))
        about = openpyxl.load_workbook(BytesIO(made("xlsx", report))).worksheets[1]
        assert any(said in str(row[0]) for row in about.iter_rows(values_only=True))
    assert report.content["demo"] is True


@pytest.mark.django_db
def test_a_provisional_pdf_says_so(cast: Cast) -> None:
    at = dt.datetime(2026, 9, 30, 12, tzinfo=dt.UTC)
    content, _none = content_of(WEEK, cast.unit("KRIM"), at)
    with translation.override("en"):
        assert "Provisional" in pdf_text(file("pdf", content, None).data)


@pytest.mark.django_db
def test_the_same_report_makes_the_same_pdf(report: WeeklyReport) -> None:
    assert made("pdf", report) == made("pdf", report)
    about = pypdf.PdfReader(BytesIO(made("pdf", report))).metadata
    assert about is not None
    assert about.creation_date == CLOSE


@pytest.mark.django_db
def test_where_the_headline_is_hidden_no_empty_rule_looks_like_nobody(cast: Cast) -> None:
    small = make(WEEK, cast.unit("NORD-STAB"), CLOSE)[0]
    told = tell(small.content, small)
    assert all(section.rows[0].hidden and not section.pictures for section in told.sections)
    assert made("pdf", small).startswith(b"%PDF")


@pytest.mark.django_db
def test_no_page_of_the_pdf_holds_the_closing_words_alone(report: WeeklyReport) -> None:
    """Whatever fills the pages before: here ever more dates ahead."""
    told = tell(report.content, report)
    for lines in range(0, 46, 3):
        pages = pypdf.PdfReader(BytesIO(pdf.render(replace(told, deadlines=("En frist.",) * lines)))).pages
        assert not words(pages[-1].extract_text()).startswith(words(told.about[0])), lines


@pytest.mark.django_db
def test_thousands_of_a_unit_and_their_share_stand_on_one_line_of_the_pdf(report: WeeklyReport) -> None:
    told = tell(report.content, report)
    (section,) = [one for one in told.sections if one.units and len(one.parts) == 1]
    cell = replace(section.units[0].cells[0], text="", count=f"{number(100017)} av {number(120592)}", share="97 %")
    some = replace(section, units=(replace(section.units[0], cells=(cell,)),))
    at: dict[str, float] = {}

    def note(text: str, moved: list[float], placed: list[float], *_font: object) -> None:
        at.setdefault(words(text).strip(), moved[5] + moved[3] * placed[5])

    for page in pypdf.PdfReader(BytesIO(pdf.render(replace(told, sections=(some,))))).pages:
        page.extract_text(visitor_text=note)
    (height,) = {round(at[text]) for text in at if "100 017 av 120 592" in text}
    assert height in {round(at[text]) for text in at if "97 %" in text}
