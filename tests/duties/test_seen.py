"""Own assignments, own mails, a person of the team and the exemptions in a browser: no axe faults, nothing cut off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from courses import exempting
from courses.models import Campaign
from learners.models import Learner
from tests import staff
from tests.leader.test_seen import lars, opened
from tests.look.conftest import without_faults

__all__ = ["lars", "without_faults"]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_duties(
    new_context: CreateContextCallback,
    live_server: LiveServer,
    lars: SimpleNamespace,
    without_faults: Callable[[Page, str], None],
    width: int,
) -> None:
    oda = Learner.objects.get(given_name="Oda")
    page = opened(new_context, live_server, lars.lars, f"/leder/person/{oda.opaque_id}/", width)
    page.locator("summary").first.click()
    without_faults(page, "leader-person")
    page.select_option("[name=campaign]", label="Mi-for-alle")
    page.fill("[name=last_day]", (timezone.localdate() + dt.timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Foreslå").click()
    expect(page.get_by_text("Fritaket er foreslått.")).to_be_visible()
    page.goto("/leder/fritak/")
    without_faults(page, "exemptions")
    page.get_by_role("button", name="Trekk det tilbake").click()
    expect(page.get_by_text("Forslaget er trukket tilbake.")).to_be_visible()
    above = staff.employ("Dina", staff.unit("KRIM-STAB"), "LEDER", is_superuser=True)
    campaign = Campaign.objects.get(slug="mi-for-alle")
    last = timezone.localdate() + dt.timedelta(days=9)
    exempting.propose(campaign, oda, "leaving", last, lars.lars, timezone.now())
    page = opened(new_context, live_server, above, "/leder/fritak/", width)
    without_faults(page, "exemptions-waiting")
    page.get_by_role("button", name="Godkjenn").click()
    expect(page.get_by_text("Fritaket er godkjent, fra i dag av.")).to_be_visible()
    page = opened(new_context, live_server, oda, "/min-laering/krav/", width)
    without_faults(page, "my-assignments")
    page.goto("/min-laering/varsler/")
    without_faults(page, "my-mails")
    page.get_by_label("Torsdag").check()
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Valget ditt er lagret.")).to_be_visible()
    expect(page.get_by_label("Torsdag")).to_be_checked()
