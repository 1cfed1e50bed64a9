"""The barometer in a real browser: nothing for axe to find, no sideways scrolling, and it works without JavaScript."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from tests.barometer import organisation as org

PATHS = (
    "/barometer/",
    "/barometer/begge/?on=2026-10-04",
    "/barometer/begge/?unit=BODO&on=2026-10-04",
    "/barometer/x/?on=1",
)


@pytest.fixture
def service(transactional_db: None) -> org.Service:
    made = org.service(OSLO=45, TROMSO=12, BODO=4)
    courses = [org.course("MI"), org.course("PED")]
    org.campaign(*courses, slug="begge")
    for number, learner in enumerate(made.people["OSLO"][:25] + made.people["TROMSO"][:5]):
        for course in courses[: 1 + number % 2]:
            org.complete(learner, course, dt.date(2026, 9, 8) + dt.timedelta(days=number))
    return made


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    live_server: LiveServer, page: Page, service: org.Service, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in PATHS:
        page.goto(f"{live_server}{path}")
        assert Axe().run(page).response["violations"] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_another_day_is_chosen_without_javascript(
    live_server: LiveServer, new_context: CreateContextCallback, service: org.Service
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server}/en/barometer/begge/?unit=KRIM&part=mi&on=2026-10-04")
    page.fill("#on", "2026-09-20")
    page.check("#known-then")
    page.click(".day-form button")
    asked = dict(parse_qsl(urlsplit(page.url).query))
    assert asked == {"unit": "KRIM", "part": "mi", "on": "2026-09-20", "known": "then"}
    page.get_by_text("13 of 61").first.wait_for()


def test_a_cell_with_a_share_and_its_rule_stays_a_cell(
    live_server: LiveServer, page: Page, transactional_db: None
) -> None:
    """Laid out as something else it loses its row's height, and its line no longer meets its neighbours'."""
    made, course = org.service(OSLO=45, TROMSO=42), org.course("MI")
    org.campaign(course, slug="mi")
    for learner in made.people["OSLO"][:25] + made.people["TROMSO"][:20]:
        org.complete(learner, course, dt.date(2026, 9, 8))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server}/barometer/mi/?on=2026-10-04")
    shown = page.locator(".units-table td").evaluate_all("cells => cells.map(cell => getComputedStyle(cell).display)")
    assert len(shown) >= 4
    assert set(shown) == {"table-cell"}


def test_a_wall_screen_keeps_its_figure_while_the_network_is_gone_and_goes_on_by_itself(
    live_server: LiveServer, new_context: CreateContextCallback, service: org.Service
) -> None:
    context = new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(f"{live_server}/en/barometer/begge/?skjerm=1")
    figure, note = page.locator(".lead").inner_text(), page.locator("#out-of-touch")
    context.set_offline(True)
    page.clock.fast_forward("05:01")
    note.wait_for(state="visible")
    assert page.locator(".lead").inner_text() == figure
    context.set_offline(False)
    with page.expect_navigation():
        page.clock.fast_forward("01:01")
    note.wait_for(state="hidden")
    page.get_by_text(figure).wait_for()


def test_on_a_phone_a_unit_without_a_rule_leaves_no_room_for_one(
    live_server: LiveServer, page: Page, transactional_db: None
) -> None:
    made, course = org.service(OSLO=45, TROMSO=42, BODO=40), org.course("MI")
    org.campaign(course, slug="mi")
    for learner in made.people["OSLO"][:25] + made.people["TROMSO"][:20] + made.people["BODO"][:20]:
        org.complete(learner, course, dt.date(2026, 9, 8))
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{live_server}/barometer/mi/?on=2026-10-04")
    with_rule, without = (
        page.locator(f".units-table tbody {rows} td.share").evaluate_all(
            "cells => cells.map(cell => parseFloat(getComputedStyle(cell).paddingBottom))"
        )
        for rows in ("tr:not(.inner)", "tr.inner")
    )
    assert with_rule
    assert without
    assert max(without) < min(with_rule)
