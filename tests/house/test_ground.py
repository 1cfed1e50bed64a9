"""The tests' own ground."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles import finders
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from playwright.sync_api import Page
from wagtail.models import Page as WagtailPage

from learners.models import Unit
from tests.rows import Remembered


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


def test_what_lay_there_already_is_remembered_for_no_other_ground(db: None) -> None:
    remembered = Remembered(lambda: Unit.objects.get_or_create(code="LITEN", defaults={"name": "Liten"})[0])
    unit = Unit.objects.create(code="LITEN", name="Liten")
    remembered.put()
    unit.delete()
    remembered.put()
    assert Unit.objects.filter(code="LITEN").exists()


def test_chromium_reaches_the_server(live_server: object, page: Page) -> None:
    answer = page.goto(f"{live_server}/healthz")
    assert answer is not None
    assert answer.text() == "ok\n"


def test_a_browser_leaves_the_tests_their_one_connection(
    connection_before_playwright: BaseDatabaseWrapper, page: Page
) -> None:
    """A second one would keep the database from being taken away, and know nothing of how it is emptied."""
    assert connections[DEFAULT_DB_ALIAS] is connection_before_playwright
