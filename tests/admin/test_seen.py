"""The page of a campaign in a browser: it says how many it reaches as one chooses, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from tests import staff
from tests.look.conftest import sign_in, without_faults  # noqa: F401 - a fixture
from tests.network import cut_off


@pytest.fixture
def form(new_context: CreateContextCallback, live_server: LiveServer, service: SimpleNamespace, pia: object) -> Page:
    staff.course("MI", title="Motiverende samtaler")
    context = new_context(base_url=live_server.url, viewport={"width": 1280, "height": 1200})
    sign_in(context, live_server, pia)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/admin/kompetansetiltak/new/")
    return page


def test_the_reach_follows_what_is_chosen(form: Page) -> None:
    reach = form.locator("[data-reach]")
    expect(reach).to_contain_text("5")
    form.check("input[value=VERKSBETJENT]")
    expect(reach).to_contain_text("3")
    form.check("input[value=HALDEN]")
    expect(reach).to_contain_text("2")
    form.uncheck("input[value=VERKSBETJENT]")
    expect(reach).to_contain_text("3")


def test_a_reach_that_cannot_be_counted_says_so(form: Page) -> None:
    cut_off(form)
    form.check("input[value=VERKSBETJENT]")
    expect(form.locator("[data-reach]")).to_have_text(form.locator("[data-reach]").get_attribute("data-failed") or "")


def test_the_address_is_made_of_the_title_and_can_be_saved(form: Page) -> None:
    form.click("input[name=title]")
    form.keyboard.type("Miljøarbeid på Åna")
    form.keyboard.press("Tab")
    expect(form.locator("input[name=slug]")).to_have_value("miljoarbeid-pa-ana")


def test_axe_finds_nothing(form: Page, without_faults: Callable[[Page, str], None]) -> None:  # noqa: F811
    without_faults(form, "campaign-form")
