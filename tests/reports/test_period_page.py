"""The page of a tertial or year: the unit's own lines in sight, the units below folded in, the file's numbers."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from playwright.sync_api import Page

from cms.figures import percent

from .conftest import Cast
from .test_browser import director as director

ADDRESS = "/rapporter/periode/2026-T3/"


def client(cast: Cast, who: str) -> Client:
    made = Client()
    made.force_login(cast.people[who])
    return made


def rows(page: str) -> list[list[str]]:
    """The cells of every table's body, as text."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    lines = [line for body in bodies for line in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in lines]
    return [[" ".join(unescape(re.sub(r"<.*?>", "", cell)).split()) for cell in line] for line in cells]


@pytest.mark.django_db
def test_every_line_of_the_spreadsheet_is_on_the_page_once(cast: Cast) -> None:
    page = client(cast, "region").get(f"{ADDRESS}?unit=NORD").content.decode()
    book = openpyxl.load_workbook(BytesIO(client(cast, "region").get(f"{ADDRESS[:-1]}.xlsx?unit=NORD").content))
    expected, of_parts = [], 0
    for _campaign, course, code, name, completed, counted, share, gained, _day in book.worksheets[0].iter_rows(
        min_row=2, values_only=True
    ):
        if code == "NORD":
            of_parts += 1
        if code is None:
            continue  # what the demo says of itself
        title = str(course)[:1].upper() + str(course)[1:] if code == "NORD" else name
        if counted is None:
            expected.append([title, "vises ikke"])
        else:
            said = f"{percent(share)} {completed} av {counted}" if counted else "ingen i tiltaket"
            expected.append([title, " ".join(said.split()), str(gained)] if counted else [title, said])
    assert of_parts == 4
    assert sorted(rows(page)) == sorted(expected)


@pytest.mark.django_db
def test_the_units_are_folded_in_until_asked_for(cast: Cast) -> None:
    asked = client(cast, "region")
    folded, unfolded = (asked.get(f"{ADDRESS}?unit=NORD{more}").content.decode() for more in ("", "&units=all"))
    assert (folded.count("<details>"), folded.count("<details open>")) == (2, 0)
    assert (unfolded.count("<details>"), unfolded.count("<details open>")) == (0, 2)
    assert "units=all" in folded
    assert rows(folded) == rows(unfolded)
    assert asked.get(f"{ADDRESS}?unit=NORD&units=some").status_code == 400


@pytest.mark.django_db
def test_a_unit_with_nothing_below_has_nothing_to_fold(cast: Cast) -> None:
    page = client(cast, "leader").get(f"{ADDRESS}?unit=TROMSO").content.decode()
    assert len(rows(page)) == 4
    assert "<details" not in page
    assert "units=all" not in page


def test_what_is_folded_in_is_printed_too(director: Page) -> None:
    director.goto(f"{ADDRESS}?unit=NORD")
    unit = director.get_by_text("Unit TROMSO", exact=True).first
    assert not unit.is_visible()
    director.emulate_media(media="print")
    assert unit.is_visible()
    assert unit.bounding_box()
