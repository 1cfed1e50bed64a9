"""A draft in Chromium: the network goes and comes, the window is loaded anew, and another person sits down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from courses.models import Cohort, CohortMember, CohortTeacher, Handin, Part, Programme, Work
from learners.models import Learner
from tests import staff
from tests.look.conftest import course, course_page, sign_in, without_faults  # noqa: F401 - fixtures
from tests.network import connect_again, cut_off
from tests.programmes.test_classes import AT


@pytest.fixture
def members(transactional_db: None) -> list[Learner]:
    """Ola and Eva are in a class with one piece of work; Tuva teaches it."""
    unit = staff.unit("HALDEN")
    found = [staff.employ(name, unit) for name in ("Ola", "Eva", "Tuva")]
    programme = Programme.objects.create(slug="vbu", title="VBU")
    Part.objects.create(programme=programme, kind="work", title="Oppgave", task="Beskriv.", criteria="Trygt\nLærerikt")
    cohort = Cohort.objects.create(programme=programme, slug="a", title="A", starts=AT.date(), ends=AT.date())
    for one in found[:2]:
        CohortMember.objects.create(cohort=cohort, learner=one, joined_at=AT)
    CohortTeacher.objects.create(cohort=cohort, learner=found[2])
    return found


def test_a_draft_survives_a_lost_network_and_is_nobody_else_s(
    browser: Browser, live_server: LiveServer, members: list[Learner],
    without_faults: Callable[[Page, str], None],  # noqa: F811
) -> None:  # fmt: skip
    ola, eva, tuva = members
    address = f"/program/vbu/a/arbeid/{Part.objects.get().key}/"
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740}, locale="nb-NO")
    sign_in(context, live_server, ola)
    page = context.new_page()
    page.goto(address)
    page.fill("#text", "Med nett.")
    expect(page.locator("[data-state]")).to_contain_text("Lagret klokka")
    assert Work.objects.get().draft == "Med nett."

    cut_off(page)
    page.fill("#text", "Med nett. Uten nett.")
    expect(page.locator("[data-state]")).to_contain_text("Ikke lagret på tjeneren ennå")
    page.get_by_role("button", name="Lever", exact=True).click()
    assert page.url.endswith(address), "no error page of the browser's takes the text away"
    assert Work.objects.get().draft == "Med nett."
    connect_again(page)
    expect(page.locator("[data-state]")).to_contain_text("Lagret klokka")
    assert Work.objects.get().draft == "Med nett. Uten nett."

    # Written without a network, and the window loaded anew: it is there, and is sent.
    page.route("**/send/", lambda route: route.abort())
    page.fill("#text", "Etter omlasting.")
    expect(page.locator("[data-state]")).to_contain_text("Ikke lagret på tjeneren ennå")
    page.unroute("**/send/")
    page.goto(address)
    expect(page.locator("#text")).to_have_value("Etter omlasting.")
    expect(page.locator("[data-state]")).to_contain_text("Lagret klokka")
    without_faults(page, "work")

    # The session ends while something is written; Eva signs in on the same PC, and meets nothing of it.
    page.route("**/send/", lambda route: route.abort())
    page.fill("#text", "Olas siste ord.")
    expect(page.locator("[data-state]")).to_contain_text("Ikke lagret på tjeneren ennå")
    sign_in(context, live_server, eva)
    page.unroute("**/send/")
    page.goto(address)
    expect(page.locator("#text")).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    assert not Work.objects.filter(member__learner=eva).exists()

    # Ola again: hands it in, and it waits at the teacher's.
    sign_in(context, live_server, ola)
    page.goto(address)
    page.fill("#text", "Ferdig.")
    page.get_by_role("button", name="Lever", exact=True).click()
    expect(page.locator(".lead")).to_have_text("Det er levert, og venter på å bli vurdert.")
    assert Handin.objects.get().text == "Ferdig."
    sign_in(context, live_server, tuva)
    page.goto(f"{address}{ola.opaque_id}/")
    expect(page.get_by_text("Ferdig.")).to_be_visible()
    without_faults(page, "work-of")
    context.close()
