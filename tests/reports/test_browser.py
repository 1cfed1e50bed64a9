"""The reports' pages in a real browser: nothing for axe to find, no sideways scrolling, and the PDF one click away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tracking.reports.weeks import current

from .conftest import Cast

pytestmark = pytest.mark.long_file


@pytest.fixture
def director(transactional_db: None, cast: Cast, live_server: LiveServer, browser: Browser) -> Iterator[Page]:
    client = Client()
    client.force_login(cast.people["director"])
    context = browser.new_context(base_url=live_server.url, locale="nb-NO")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(director: Page, width: int) -> None:
    director.set_viewport_size({"width": width, "height": 900})
    unfinished = current(timezone.now()).name
    paths = ["", "2026-W40/", "2026-W40/?unit=NORD", "2026-W40/?unit=NORD-STAB", f"{unfinished}/", "2026-W99/"]
    paths += ["2026-W40/liste/", "periode/2026-T3/", "periode/2026-T3/?units=all"]
    for path in paths:
        director.goto(f"/rapporter/{path}")
        assert Axe().run(director).response["violations"] == [], path
        assert director.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_director_goes_from_the_list_to_a_unit_and_fetches_its_pdf(director: Page) -> None:
    director.goto("/rapporter/2026-W40/")
    director.get_by_role("link", name="Unit NORD").first.click()
    assert director.url.endswith("/rapporter/2026-W40/?unit=NORD")
    with director.expect_download() as fetched:
        director.get_by_role("link", name="PDF").click()
    assert fetched.value.suggested_filename == "2026-W40-NORD.pdf"
