"""Every page of the officer's way, at the width of an old PC and at 320 px (400 % zoom): no fault, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page

from courses.models import CoursePage, LessonPage, QuizPage
from learners.models import Learner
from tests.player.conftest import WRONG, form
from tracking.player import play

Look = Callable[[Page, str], None]
WIDTHS = [1280, 320]


@pytest.fixture(params=WIDTHS)
def page(kari_page: Page, request: pytest.FixtureRequest) -> Page:
    kari_page.set_viewport_size({"width": request.param, "height": 800})
    return kari_page


@pytest.fixture
def quiz(course_page: CoursePage) -> QuizPage:
    found = course_page.quiz()
    assert found
    return found


def fill(page: Page | Locator, fields: dict[str, object]) -> None:
    """Fill a question's fields as a person would."""
    for name, value in fields.items():
        field = page.locator(f"[name='{name}']")
        if field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(str(value))
        elif field.first.get_attribute("type") in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                page.locator(f"[name='{name}'][value='{one}']").check()
        else:
            field.fill(str(value))


def test_pages_before_a_course(page: Page, without_faults: Look, course_page: CoursePage) -> None:
    for path, name in (
        ("/", "start"),
        ("/kurs/", "catalogue"),
        (str(course_page.url), "course"),
        ("/tilgjengelighet/", "text"),
        ("/finnes-ikke/", "404"),
        ("/konto/password/change/", "password-change"),
        ("/konto/logout/", "sign-out"),
        ("/konto/2fa/", "second-factor"),
    ):
        page.goto(path)
        without_faults(page, name)


def test_pages_for_somebody_who_is_not_signed_in(page: Page, without_faults: Look, course_page: CoursePage) -> None:
    page.context.clear_cookies()
    for path, name in (
        ("/", "welcome"),
        ("/nn/", "welcome-nn"),
        (str(course_page.url), "course-signed-out"),
        ("/konto/login/", "sign-in"),
        ("/konto/password/reset/", "password-reset"),
        ("/konto/password/reset/done/", "password-reset-done"),
        ("/konto/signup/", "sign-up-closed"),
    ):
        page.goto(path)
        without_faults(page, name)
    page.goto("/konto/login/")
    page.fill("[name=login]", "kari@fagbenk.example")
    page.fill("[name=password]", "feil")
    page.click("main button[type=submit]")
    without_faults(page, "sign-in-wrong")


@pytest.mark.parametrize("which", ["right", WRONG])
def test_a_lesson_with_its_answers(page: Page, without_faults: Look, lesson: LessonPage, which: str) -> None:
    page.goto(str(lesson.url))
    without_faults(page, "lesson")
    for key in lesson.questions():
        part = page.locator(f"#q-{key}")
        part.locator("button[type=submit]").click()
        part.locator(".ds-validation-message").wait_for()
    without_faults(page, "lesson-empty-answers")
    for key, question in lesson.questions().items():
        scope = page.locator(f"#q-{key}")
        fill(scope, form(question, which))
        scope.locator("button[type=submit]").click()
        scope.locator(".result").wait_for()
    without_faults(page, f"lesson-{which}")


def test_the_quiz_its_results_and_the_receipt(
    page: Page, without_faults: Look, quiz: QuizPage, course_page: CoursePage, kari: Learner
) -> None:
    page.goto(str(quiz.url))
    without_faults(page, "quiz")
    page.click("text=Hand in" if page.locator("text=Hand in").count() else "main form[data-keep=quiz] button")
    page.wait_for_load_state()
    without_faults(page, "quiz-unanswered")
    for which in (WRONG, "right"):
        page.goto(str(quiz.url))
        for key, question in quiz.questions().items():
            fill(page, form(question, which, f"{key}:"))
        page.click("main form[data-keep=quiz] button")
        page.wait_for_load_state()
        without_faults(page, f"quiz-{which}")
    page.goto(f"/laer/{course_page.pk}/kvittering/")
    without_faults(page, "no-receipt")
    for lesson in course_page.lessons():
        play.finish_lesson(kari, LessonPage.objects.get(pk=lesson.pk), timezone.now())
    page.goto(f"/laer/{course_page.pk}/kvittering/")
    without_faults(page, "receipt")
    for path, name in (("/", "start-done"), (str(course_page.url), "course-done"), (str(quiz.url), "quiz-done")):
        page.goto(path)
        without_faults(page, name)


def test_in_forced_colours_and_without_motion(kari_page: Page, without_faults: Look, lesson: LessonPage) -> None:
    kari_page.emulate_media(forced_colors="active", reduced_motion="reduce")
    kari_page.goto(str(lesson.url))
    without_faults(kari_page, "lesson-forced-colours")


def test_the_text_of_a_lesson_is_at_most_70_characters_wide(kari_page: Page, lesson: LessonPage) -> None:
    kari_page.goto(str(lesson.url))
    line = "Du står ved høvelbenken, og en innsatt sier at han kanskje vil lære mer"
    assert len(line) == 71
    lines = kari_page.evaluate(
        """text => {
            const p = document.createElement("p");
            document.querySelector(".text").append(p);
            p.textContent = text;
            return p.getClientRects()[0].height / parseFloat(getComputedStyle(p).lineHeight);
        }""",
        f"{line} {line}",
    )
    assert lines > 2
