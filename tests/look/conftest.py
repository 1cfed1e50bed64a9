"""A small course on a site, its people, and a browser that one of them has signed in to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from courses.models import Course, CoursePage, LessonPage
from learners.models import Learner
from tests.rows import Remembered

PICTURES = Path(os.environ["LOOK_PICTURES"]) if os.environ.get("LOOK_PICTURES") else None


@pytest.fixture
def course(site: Any, remembered_course: Remembered) -> Course:
    remembered_course.put()
    return Course.objects.get(code="LITE")


@pytest.fixture
def course_page(course: Course) -> CoursePage:
    return CoursePage.objects.get(course=course, locale__language_code="nb")


@pytest.fixture
def lesson(course_page: CoursePage) -> LessonPage:
    return LessonPage.objects.child_of(course_page).order_by("path")[0]


@pytest.fixture
def kari(db: None) -> Learner:
    return Learner.objects.create_user("kari@fagbenk.example", "hemmelig-nok-12", given_name="Kari", family_name="Dal")


@pytest.fixture
def kari_client(kari: Learner) -> Client:
    client = Client()
    client.force_login(kari)
    return client


def sign_in(context: BrowserContext, server: LiveServer, learner: Learner) -> None:
    """Give the browser a session of `learner`'s, as if they had signed in."""
    client = Client()
    client.force_login(learner)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


@pytest.fixture
def kari_page(browser: Browser, live_server: LiveServer, course: Course, kari: Learner) -> Iterator[Page]:
    """A page of Kari's browser, on the live server, at the width of an old PC."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="nb-NO")
    sign_in(context, live_server, kari)
    yield context.new_page()
    context.close()


@pytest.fixture
def without_faults() -> Callable[[Page, str], None]:
    """Look at a page as axe does; `LOOK_PICTURES=folder` keeps a picture of it under the given name."""
    axe = Axe()

    def look(page: Page, name: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        if PICTURES:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        found = axe.run(page).response["violations"]
        assert not found, [(fault["id"], fault["nodes"][0]["target"]) for fault in found]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the screen"

    return look
