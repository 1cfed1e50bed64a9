"""The leader's page, my learning and privacy in a browser: no axe faults, and nothing wider than the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from learners.models import Unit
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


def opened(new_context: CreateContextCallback, server: LiveServer, learner: object, address: str, width: int) -> Page:
    context = new_context(base_url=server.url, viewport={"width": width, "height": 800})
    sign_in(context, server, learner)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_the_leader_s_page(
    new_context: CreateContextCallback,
    live_server: LiveServer,
    lars: SimpleNamespace,
    without_faults: Callable[[Page, str], None],  # noqa: F811
    width: int,
) -> None:
    page = opened(new_context, live_server, lars.lars, "/leder/?unit=HALDEN", width)
    page.locator("summary").click()
    without_faults(page, "leader")
    for address in ("leder/paaminnelse", "leder/tid", "leder/notat", "leder/utskrift", "leder/plan", "innsigelser"):
        page.goto(f"/{address}/" + ("?unit=HALDEN" if address.startswith("leder") else ""))
        for summary in page.locator("main summary").all():
            summary.click()
        without_faults(page, address.replace("/", "-"))


def test_on_a_phone_the_note_s_fields_have_room_for_what_is_in_them(
    new_context: CreateContextCallback, live_server: LiveServer, lars: SimpleNamespace
) -> None:
    page = opened(new_context, live_server, lars.lars, "/leder/notat/?unit=HALDEN", 360)
    for field in ("select", "input[type=text]"):
        box = page.locator(f"main {field}").first.bounding_box()
        assert box and box["width"] > 240, field


def test_on_a_phone_the_list_by_shift_needs_no_scrolling_sideways_and_on_paper_it_is_whole(
    new_context: CreateContextCallback, live_server: LiveServer, lars: SimpleNamespace
) -> None:
    page = opened(new_context, live_server, lars.lars, "/leder/utskrift/?unit=HALDEN", 360)
    lists = page.locator(".scroll")
    assert lists.count()
    assert lists.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    page.set_viewport_size({"width": 1000, "height": 800})
    page.emulate_media(media="print")
    assert page.locator("tbody td:last-child").first.is_visible()
    assert page.locator("thead th").last.is_visible()


def test_on_paper_a_long_team_begins_on_the_first_page(
    new_context: CreateContextCallback, live_server: LiveServer, lars: SimpleNamespace
) -> None:
    for number in range(40):
        staff.employ(f"P{number}", Unit.objects.get(code="HALDEN"))
    printed = PdfReader(
        BytesIO(opened(new_context, live_server, lars.lars, "/leder/?unit=HALDEN", 1280).pdf(format="A4"))
    )
    assert len(printed.pages) > 1
    assert "P1 Dal" in printed.pages[0].extract_text()
    assert "Listen som regneark" not in "".join(page.extract_text() for page in printed.pages)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/min-laering/", "/min-laering/telles-jeg/", "/personvern/", "/leder/"])
def test_an_officer_s_own_pages(
    new_context: CreateContextCallback,
    live_server: LiveServer,
    lars: SimpleNamespace,
    without_faults: Callable[[Page, str], None],  # noqa: F811
    width: int,
    address: str,
) -> None:
    without_faults(opened(new_context, live_server, lars.ola, address, width), address.strip("/"))


def test_all_of_the_leader_s_page_is_reached_by_keyboard(
    new_context: CreateContextCallback, live_server: LiveServer, lars: SimpleNamespace
) -> None:
    page = opened(new_context, live_server, lars.lars, "/leder/?unit=HALDEN", 1280)
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.className || '')"))
    assert {"SUMMARY ", "DIV scroll"} <= set(reached)
