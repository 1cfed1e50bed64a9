"""The leader's page, my learning and privacy in a browser: no axe faults, and nothing wider than the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests import staff
from tests.look.conftest import sign_in, without_faults  # noqa: F401 - a fixture

WIDTHS = [1280, 360, 320]


@pytest.fixture
def lars(transactional_db: None) -> SimpleNamespace:
    """Lars leads Halden: one has completed, one waits, one is on leave, one is new; two courses are asked for."""
    today = timezone.localdate()
    halden, berg = staff.unit("HALDEN"), staff.unit("BERG")
    lars = staff.employ("Lars", halden, "LEDER")
    team = [staff.employ(name, halden) for name in ("Ola", "Oda", "Una")]
    staff.employ("Nora", halden, since=today - dt.timedelta(days=2))
    mi, ped = (
        staff.course("MI", title="Motiverende samtaler"),
        staff.course("PED", title="Pedagogikk for verksbetjenter"),
    )
    dates = today - dt.timedelta(days=60), today + dt.timedelta(days=60)
    staff.campaign("mi-for-alle", [mi], *dates)
    staff.campaign("verksbetjenter", [mi, ped], *dates, positions=["VERKSBETJENT"])
    for unit in (halden, berg):
        staff.lead(lars, unit)
    for learner in (lars, team[0]):
        staff.complete(learner, mi, today)
    staff.on_leave(team[2], today - dt.timedelta(days=3), today + dt.timedelta(days=90))
    return SimpleNamespace(lars=lars, ola=team[0])


def opened(browser: Browser, server: LiveServer, learner: object, address: str, width: int) -> Page:
    context = browser.new_context(base_url=server.url, viewport={"width": width, "height": 800}, locale="nb-NO")
    sign_in(context, server, learner)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_the_leader_s_page(
    browser: Browser,
    live_server: LiveServer,
    lars: SimpleNamespace,
    without_faults: Callable[[Page, str], None],  # noqa: F811
    width: int,
) -> None:
    page = opened(browser, live_server, lars.lars, "/leder/?unit=HALDEN", width)
    page.locator("summary").click()
    without_faults(page, "leader")
    for address in ("leder/paaminnelse", "leder/tid", "leder/notat", "leder/utskrift", "leder/plan", "innsigelser"):
        page.goto(f"/{address}/" + ("?unit=HALDEN" if address.startswith("leder") else ""))
        for summary in page.locator("main summary").all():
            summary.click()
        without_faults(page, address.replace("/", "-"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/min-laering/", "/min-laering/telles-jeg/", "/personvern/", "/leder/"])
def test_an_officer_s_own_pages(
    browser: Browser,
    live_server: LiveServer,
    lars: SimpleNamespace,
    without_faults: Callable[[Page, str], None],  # noqa: F811
    width: int,
    address: str,
) -> None:
    without_faults(opened(browser, live_server, lars.ola, address, width), address.strip("/"))


def test_all_of_the_leader_s_page_is_reached_by_keyboard(
    browser: Browser, live_server: LiveServer, lars: SimpleNamespace
) -> None:
    page = opened(browser, live_server, lars.lars, "/leder/?unit=HALDEN", 1280)
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.className || '')"))
    assert {"SUMMARY ", "DIV scroll"} <= set(reached)
