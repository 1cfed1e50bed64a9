"""A class's page in a browser: no axe faults, and the matrix fits a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from tests.look.conftest import sign_in, without_faults  # noqa: F401 - a fixture
from tests.programmes.test_classes import vbu  # noqa: F401 - a fixture


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_a_class_s_matrix_fits_the_screen_and_can_be_acted_on(
    transactional_db: None,
    new_context: CreateContextCallback,
    live_server: LiveServer,
    vbu: SimpleNamespace,  # noqa: F811
    without_faults: Callable[[Page, str], None],  # noqa: F811
    width: int,
) -> None:
    context = new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
    sign_in(context, live_server, vbu.tuva)
    page = context.new_page()
    page.goto("/program/vbu/vbu-2026/")
    without_faults(page, "class")
    assert page.locator(".scroll").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    page.get_by_role("button", name=re.compile("Bekreft.*Ola")).first.click()
    page.get_by_text("Bekreftet: Ola Dal").wait_for()
