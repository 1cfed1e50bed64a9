"""The tests' own ground."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles import finders
from playwright.sync_api import Page
from wagtail.models import Page as WagtailPage


@pytest.mark.parametrize("name", ["vendor/htmx/htmx.min.js", "vendor/designsystemet/index.css"])
def test_the_browser_libraries_are_static_files(name: str) -> None:
    assert finders.find(name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_transactional_test_begins_with_what_the_migrations_made(time: str) -> None:
    assert WagtailPage.objects.filter(depth=1).exists()
    WagtailPage.objects.all().delete()


def test_so_does_a_test_that_comes_after_one(db: None) -> None:
    assert WagtailPage.objects.filter(depth=1).exists()
    ContentType.objects.get_for_model(WagtailPage)


def test_chromium_reaches_the_server(live_server: object, page: Page) -> None:
    answer = page.goto(f"{live_server}/healthz")
    assert answer is not None
    assert answer.text() == "ok\n"
