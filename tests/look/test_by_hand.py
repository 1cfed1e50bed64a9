"""What hands do: the keyboard alone, no JavaScript, a double click, a lost network, a shared PC."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from courses.models import CoursePage, LessonPage
from learners.models import Learner
from tests.look.conftest import sign_in
from tests.network import connect_again, cut_off
from tests.player.conftest import by_kind
from tracking.player.models import Answer, Place, QuizTry, Reflection


@pytest.fixture
def ola(db: None) -> Learner:
    return Learner.objects.create_user("ola@fagbenk.example", "hemmelig-nok-12", given_name="Ola", family_name="Vik")


@pytest.fixture
def single(lesson: LessonPage) -> str:
    return by_kind(lesson)["single"].key


@pytest.fixture
def reflection(lesson: LessonPage) -> str:
    return by_kind(lesson)["reflection"].key


def choose(page: Page, key: str, number: int = 0) -> None:
    page.locator(f"#q-{key} .choice label").nth(number).click()


def send(page: Page, key: str) -> None:
    page.locator(f"#send-{key}").click()


def test_the_first_key_leads_past_the_menu(kari_page: Page, lesson: LessonPage) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.keyboard.press("Tab")
    assert kari_page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_a_question_is_answered_with_the_keyboard_alone_and_focus_stays(
    kari_page: Page, lesson: LessonPage, single: str
) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.locator(f"#q-{single} input[type=radio]").first.focus()
    kari_page.keyboard.press("Space")
    kari_page.keyboard.press("Tab")
    kari_page.keyboard.press("Enter")
    expect(kari_page.locator(f"#q-{single} .result")).to_be_visible()
    assert kari_page.evaluate("document.activeElement.id") == f"send-{single}"
    expect(kari_page.locator("#said")).to_have_text(re.compile(r"om [abc]$"))


def test_a_lesson_is_read_and_answered_without_javascript(
    browser: Browser, live_server: LiveServer, kari: Learner, lesson: LessonPage, single: str
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, live_server, kari)
    page = context.new_page()
    page.goto(str(lesson.url))
    send(page, single)
    expect(page.locator(f"#q-{single} .ds-validation-message")).to_be_visible()
    choose(page, single)
    send(page, single)
    expect(page.locator(f"#q-{single} .result")).to_be_visible()
    assert page.url.endswith(f"#q-{single}")
    page.locator(".finish button").click()
    assert not page.url.startswith(f"{live_server.url}{lesson.url}")
    context.close()


def test_a_double_click_counts_once(kari_page: Page, lesson: LessonPage, single: str) -> None:
    kari_page.goto(str(lesson.url))
    choose(kari_page, single)
    kari_page.locator(f"#send-{single}").dblclick()
    expect(kari_page.locator(f"#q-{single} .result")).to_be_visible()
    kari_page.wait_for_timeout(300)
    assert Answer.objects.get().tries == 1


def test_a_quiz_handed_in_with_a_double_click_is_one_attempt(kari_page: Page, course_page: CoursePage) -> None:
    quiz = course_page.quiz()
    assert quiz
    kari_page.goto(str(quiz.url))
    for box in kari_page.locator("input[type=radio], input[type=checkbox]").all():
        box.check()
    for list_ in kari_page.locator(".picker select").all():
        list_.select_option(
            index=1 + list_.evaluate("l => [...l.closest('fieldset').querySelectorAll('select')].indexOf(l)")
        )
    kari_page.locator("form[data-keep=quiz] button").dblclick()
    expect(kari_page.locator("#result")).to_be_visible()
    assert QuizTry.objects.count() == 1


def test_an_answer_given_without_network_says_so_and_is_sent_when_it_is_back(
    kari_page: Page, lesson: LessonPage, single: str
) -> None:
    kari_page.goto(str(lesson.url))
    cut_off(kari_page)
    choose(kari_page, single)
    send(kari_page, single)
    unsaved = kari_page.locator(f"#q-{single} [data-unsaved]")
    expect(unsaved).to_be_visible()
    expect(kari_page.locator(f"#q-{single} .result")).to_have_count(0)
    assert not Answer.objects.exists()
    connect_again(kari_page)
    expect(kari_page.locator(f"#q-{single} .result")).to_be_visible()
    assert Answer.objects.get().tries == 1


def test_what_is_written_and_not_sent_survives_a_reload_and_is_marked(
    kari_page: Page, lesson: LessonPage, reflection: str
) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.locator(f"#q-{reflection} textarea").fill("Halvferdig tanke")
    kari_page.reload()
    assert kari_page.locator(f"#q-{reflection} textarea").input_value() == "Halvferdig tanke"
    expect(kari_page.locator(f"#q-{reflection} [data-unsaved]")).to_be_visible()
    assert not Reflection.objects.exists()


def test_the_next_person_at_the_pc_does_not_meet_the_last_ones_words(
    kari_page: Page, live_server: LiveServer, lesson: LessonPage, reflection: str, ola: Learner
) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.locator(f"#q-{reflection} textarea").fill("Karis egne ord")
    kari_page.context.clear_cookies()
    sign_in(kari_page.context, live_server, ola)
    kari_page.goto(str(lesson.url))
    assert kari_page.locator(f"#q-{reflection} textarea").input_value() == ""
    assert "Karis egne ord" not in kari_page.evaluate("JSON.stringify(sessionStorage)")


def test_not_me_forgets_what_was_not_stored(kari_page: Page, lesson: LessonPage, reflection: str) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.locator(f"#q-{reflection} textarea").fill("Karis egne ord")
    kari_page.locator(".who form button").click()
    kari_page.wait_for_load_state()
    assert "Karis egne ord" not in kari_page.evaluate("JSON.stringify(sessionStorage)")
    assert "Kari" not in kari_page.inner_text("body")


def test_a_key_hides_the_screen_and_another_brings_it_back(
    kari_page: Page, lesson: LessonPage, reflection: str
) -> None:
    kari_page.goto(str(lesson.url))
    words = kari_page.locator(f"#q-{reflection} textarea")
    words.focus()
    kari_page.keyboard.press("F9")
    expect(words).not_to_be_visible()
    assert kari_page.title() == "Fagbenk"
    kari_page.keyboard.press("Escape")
    expect(words).to_be_visible()
    assert kari_page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def _until(come: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < deadline, "it has not come"
        time.sleep(0.05)


def test_a_lesson_goes_on_at_the_block_where_it_was_left(
    browser: Browser, live_server: LiveServer, kari: Learner, kari_page: Page, lesson: LessonPage, reflection: str
) -> None:
    kari_page.set_viewport_size({"width": 800, "height": 500})
    kari_page.goto(str(lesson.url))
    kari_page.locator(f"#b-{reflection}").evaluate("block => block.scrollIntoView()")
    kari_page.evaluate("() => new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    kari_page.goto("/")  # the place is told on the way out
    _until(lambda: Place.objects.filter(block=reflection).exists())
    elsewhere = browser.new_context(base_url=live_server.url, viewport={"width": 800, "height": 500})
    sign_in(elsewhere, live_server, kari)
    page = elsewhere.new_page()
    page.goto(str(lesson.url))
    expect(page.locator(f"#b-{reflection}")).to_be_in_viewport()
    expect(page.locator("[data-resume]")).to_have_attribute("href", f"#b-{reflection}")
    elsewhere.close()


def sign_in_by_form(page: Page, name: str) -> None:
    page.fill("[name=login]", f"{name}@fagbenk.example")
    page.fill("[name=password]", "hemmelig-nok-12")
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def test_an_answer_after_the_session_has_ended_waits_for_the_one_who_gave_it(
    kari_page: Page, lesson: LessonPage, single: str
) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.context.clear_cookies()
    choose(kari_page, single)
    send(kari_page, single)
    kari_page.wait_for_url(re.compile("/konto/login/"))
    sign_in_by_form(kari_page, "kari")
    expect(kari_page.locator(f"#q-{single} .result")).to_be_visible()
    assert Answer.objects.get().tries == 1


def test_somebody_else_who_signs_in_neither_sees_nor_sends_that_answer(
    kari_page: Page, lesson: LessonPage, single: str, ola: Learner
) -> None:
    kari_page.goto(str(lesson.url))
    kari_page.context.clear_cookies()
    choose(kari_page, single)
    send(kari_page, single)
    kari_page.wait_for_url(re.compile("/konto/login/"))
    sign_in_by_form(kari_page, "ola")
    expect(kari_page.locator(f"#q-{single} input:checked")).to_have_count(0)
    kari_page.wait_for_timeout(500)
    assert not Answer.objects.exists()


def test_going_on_without_network_stays_on_the_page_and_says_so(kari_page: Page, lesson: LessonPage) -> None:
    kari_page.goto(str(lesson.url))
    cut_off(kari_page)
    kari_page.locator(".finish button").click()
    expect(kari_page.locator(".finish [data-unsaved]")).to_be_visible()
    connect_again(kari_page)
    kari_page.locator(".finish button").click()
    expect(kari_page).not_to_have_url(re.compile(str(lesson.url)))


def test_the_back_button_after_signing_out_shows_nothing_of_the_last_one(
    kari_page: Page, course_page: CoursePage
) -> None:
    for address in ("/", str(course_page.url), "/kurs/"):
        kari_page.goto(address)
    kari_page.locator(".who form button").click()
    kari_page.wait_for_load_state()
    for _ in range(3):
        kari_page.go_back()
        assert "Kari" not in kari_page.inner_text("body")
