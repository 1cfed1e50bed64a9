"""A running service with a small demo organisation, and people at its browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management.base import OutputWrapper
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from config.demo.progress import Progress
from config.demo.seed import STAGES, seed
from courses.models import LessonPage, QuizPage
from courses.questions import TEXTS, Question
from tracking.clock import OSLO

PASSWORD = "et-langt-passord-for-reisen"
STAFF = 400


@pytest.fixture
def demo(live_server: LiveServer, transactional_db: None) -> LiveServer:
    """The demo as of this moment, served."""
    seed(timezone.now(), STAFF, 1, PASSWORD, Progress(OutputWrapper(StringIO()), STAGES), spare=False)
    return live_server


@dataclass
class Visitor:
    """Somebody at a browser of their own."""

    page: Page
    base: str

    def open(self, path: str) -> Page:
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        return self.page


@pytest.fixture
def visit(demo: LiveServer, new_context: CreateContextCallback) -> Callable[[str], Visitor]:
    """Signs one of the demo's people in, through the sign-in page."""

    def sign_in(name: str) -> Visitor:
        page = new_context().new_page()
        visitor = Visitor(page, demo.url)
        visitor.open("/konto/login/")
        page.get_by_label("E-post").fill(f"{name}@fagbenk.example")
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Logg inn").click()
        page.wait_for_url(demo.url + "/")
        return visitor

    return sign_in


def choose(page: Page, question: Question, prefix: str = "") -> None:
    """Answer a question rightly, field by field as a person would; the form is sent by its own button."""
    here = page.locator(f"#q-{question.key}")
    if question.kind in TEXTS:
        here.locator(f"[name='{prefix}answer']").fill("Det jeg tenker selv.")
    elif question.kind == "numeric":
        here.locator(f"[name='{prefix}answer']").fill(str(question.correct_response))
    elif question.kind == "single" or question.kind == "multiple":
        for option in question.options:
            if option.correct:
                here.locator(f"[name='{prefix}answer'][value='{option.key}']").check()
    for number, option in enumerate(question.options, 1):
        if question.kind == "order":
            here.locator(f"[name='{prefix}place-{option.key}']").select_option(str(number))
        elif question.kind == "gaps":
            here.locator(f"[name='{prefix}gap-{option.key}']").fill(option.accepted[0])
        elif question.kind == "match":
            here.locator(f"[name='{prefix}pair-{option.key}']").select_option(
                question.sealed(question.rights[option.key])
            )


def take_lesson(visitor: Visitor, lesson: LessonPage) -> None:
    """Read a lesson, answer what it asks, and say that it is done."""
    page = visitor.open(lesson.url)
    for key, question in lesson.questions().items():
        here = page.locator(f"#q-{key}")
        choose(page, question)
        with page.expect_response(f"**/svar/{key}/") as sent:
            here.get_by_role("button").click()
        assert sent.value.ok
        here.locator(".result").first.wait_for()
    page.get_by_role("button", name="Ferdig").click()
    page.wait_for_load_state()


def take_quiz(visitor: Visitor, quiz: QuizPage) -> None:
    page = visitor.open(quiz.url)
    for key, question in quiz.questions().items():
        choose(page, question, f"{key}:")
    page.get_by_role("button", name="Lever").click()
    page.wait_for_load_state()


def today() -> dt.date:
    return timezone.now().astimezone(OSLO).date()
