"""The admin works under a security policy: no script of a page's own, and every field still starts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback
from wagtail.models import Page as WagtailPage

from cms.models import NewsIndexPage, NewsPage, ResourceIndexPage
from courses.models import CoursePage
from learners.models import Learner
from tests.journeys.writing import Editor
from tests.look.conftest import course, course_page, sign_in  # noqa: F401 - fixtures

RUNS = re.compile(r"<script(?![^>]*(?:\bsrc=|application/json|text/))|\son[a-z]+=[\"']|javascript:", re.IGNORECASE)


def policy(client: Client, address: str) -> dict[str, str]:
    said = client.get(address).headers["Content-Security-Policy"]
    return dict(part.strip().partition(" ")[::2] for part in said.split(";"))


@pytest.mark.parametrize("address", ["/admin/", "/admin/pages/", "/admin/kurs/", "/admin/account/", "/admin/nowhere/"])
def test_no_script_of_a_page_s_own_runs_in_the_admin(as_pia: Client, site: object, address: str) -> None:
    said = policy(as_pia, address)
    assert said["script-src"] == "'self'"
    assert said["default-src"] == "'self'"
    assert said["object-src"] == said["base-uri"] == "'none'"


def test_no_page_of_the_editor_s_needs_one(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    part = course_page.get_children()[0]
    news = NewsIndexPage.objects.get(locale__language_code="nb")
    library = ResourceIndexPage.objects.get(locale__language_code="nb")
    for address in (
        f"/admin/pages/{course_page.pk}/",
        f"/admin/pages/{part.pk}/edit/",
        f"/admin/pages/{part.pk}/history/",
        f"/admin/pages/{part.pk}/copy/",
        f"/admin/pages/{part.pk}/move/",
        f"/admin/pages/add/cms/newspage/{news.pk}/",
        f"/admin/pages/add/cms/resourcepage/{library.pk}/",
        "/admin/samlinger/new/",
        "/admin/kompetansetiltak/new/",
    ):
        answer = as_pia.get(address)
        assert answer.status_code == 200, address
        assert RUNS.search(answer.content.decode()) is None, address


@pytest.fixture
def at_the_admin(new_context: CreateContextCallback, live_server: LiveServer, pia: Learner, course: object) -> Page:  # noqa: F811
    context = new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    sign_in(context, live_server, pia)
    page = context.new_page()
    page.add_init_script("addEventListener('securitypolicyviolation', said => (window.refused = said.blockedURI))")
    return page


def in_bokmal(kind: type[WagtailPage]) -> int:
    return int(kind.objects.get(locale__language_code="nb").pk)


def test_a_date_is_picked(at_the_admin: Page) -> None:
    at_the_admin.goto(f"/admin/pages/add/cms/newspage/{in_bokmal(NewsIndexPage)}/")
    at_the_admin.locator("[name=published_on]").click()
    expect(at_the_admin.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)


def test_a_line_that_is_added_has_its_date_and_its_chooser(at_the_admin: Page) -> None:
    at_the_admin.goto(f"/admin/pages/add/cms/resourcepage/{in_bokmal(ResourceIndexPage)}/")
    at_the_admin.locator("#id_versions-ADD").click()
    added = at_the_admin.locator("#id_versions-FORMS [name='versions-1-dated_on']")
    added.click()
    expect(at_the_admin.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    at_the_admin.keyboard.press("Tab")
    at_the_admin.locator("#id_versions-1-document-chooser [data-chooser-action-choose]:visible").click()
    expect(at_the_admin.locator(".modal-dialog")).to_be_visible()
    assert at_the_admin.evaluate("window.refused") is None


def test_a_date_that_is_typed_is_the_one_that_is_stored(at_the_admin: Page) -> None:
    """However it is written; where nobody can know the day, what was typed stands there with a word beside it."""
    at_the_admin.goto(f"/admin/pages/add/cms/newspage/{in_bokmal(NewsIndexPage)}/")
    at_the_admin.locator("[name=title]").fill("Nytt fra verkstedet")
    day = at_the_admin.locator("[name=published_on]")
    for typed in ("2026-12-05", "i morgen", "5.12.2026"):
        day.fill(typed)
        expect(at_the_admin.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
        day.press("Tab")
        expect(at_the_admin.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
        expect(day).to_have_value(typed)
    day.press("Shift+Tab")
    at_the_admin.keyboard.press("Tab")
    at_the_admin.keyboard.press("Tab")  # past it at once
    at_the_admin.wait_for_timeout(500)
    expect(at_the_admin.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
    at_the_admin.locator("footer").get_by_role("button", name="Lagre kladd").click()
    at_the_admin.wait_for_url("**/edit/", wait_until="load")
    stored = NewsPage.objects.get(
        title="Nytt fra verkstedet", locale__language_code="nb"
    ).get_latest_revision_as_object()
    assert stored.published_on == dt.date(2026, 12, 5)


def test_a_line_that_is_deleted_leaves_the_focus_beside_it(at_the_admin: Page) -> None:
    at_the_admin.goto(f"/admin/pages/add/cms/resourcepage/{in_bokmal(ResourceIndexPage)}/")
    for _line in range(2):
        at_the_admin.locator("#id_versions-ADD").click()
    for gone, next_one in (("1", "#id_versions-2-DELETE-button:focus"), ("2", "#id_versions-0-DELETE-button:focus")):
        at_the_admin.locator(f"#id_versions-{gone}-DELETE-button").focus()
        at_the_admin.keyboard.press("Enter")
        expect(at_the_admin.locator(f"#inline_child_versions-{gone}")).to_be_hidden()
        expect(at_the_admin.locator(next_one)).to_have_count(1)


def test_a_script_in_the_page_is_refused(at_the_admin: Page) -> None:
    at_the_admin.goto("/admin/")
    at_the_admin.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        " document.body.append(one); }"
    )
    assert at_the_admin.evaluate("window.ran") is None


def test_a_block_that_is_moved_by_keyboard_keeps_the_focus(at_the_admin: Page) -> None:
    news = in_bokmal(NewsIndexPage)
    at_the_admin.goto(f"/admin/pages/add/cms/newspage/{news}/")
    editor = Editor(at_the_admin)
    editor.add("Overskrift", _="En")
    editor.add("Sitat", text="To")
    down = at_the_admin.get_by_role("button", name="Flytt ned").first
    down.focus()
    at_the_admin.keyboard.press("Enter")
    expect(at_the_admin.locator("[name='body-0-order']")).to_have_value("1")
    focused = at_the_admin.locator("[data-streamfield-action='MOVE_UP']:focus")
    expect(focused).to_have_count(1)  # it is the last one now, and can only go back
    at_the_admin.keyboard.press("Enter")
    expect(at_the_admin.locator("[name='body-0-order']")).to_have_value("0")
    expect(at_the_admin.locator("[data-streamfield-action='MOVE_DOWN']:focus")).to_have_count(1)


def test_a_block_that_is_deleted_leaves_the_focus_beside_it(at_the_admin: Page) -> None:
    at_the_admin.goto(f"/admin/pages/add/cms/newspage/{in_bokmal(NewsIndexPage)}/")
    editor = Editor(at_the_admin)
    editor.add("Overskrift", _="En")
    editor.add("Sitat", text="To")
    for left in ("[data-streamfield-child] :focus", ".c-sf-add-button:focus"):
        deleted = at_the_admin.locator("[data-streamfield-action='DELETE']:visible").first
        block = deleted.locator("xpath=ancestor::*[@data-streamfield-child]")
        handle = block.element_handle()
        deleted.focus()
        at_the_admin.keyboard.press("Enter")
        at_the_admin.wait_for_function("block => block.offsetParent === null", arg=handle)  # it has slid away
        expect(at_the_admin.locator(left)).to_have_count(1)


def test_the_checks_beside_the_form_count_the_words(at_the_admin: Page, course_page: CoursePage) -> None:  # noqa: F811
    at_the_admin.goto(f"/admin/pages/{course_page.get_children()[0].pk}/edit/")
    at_the_admin.locator("[data-side-panel-toggle='checks']").click()
    words = at_the_admin.locator("[data-side-panel='checks'] [data-content-word-count]")
    expect(words).to_have_text(re.compile(r"\d+"), timeout=20_000)
    assert at_the_admin.evaluate("window.refused") is None


SLOW = """
const quick = window.fetch;
window.fetch = async (where, how) => {
  const answer = await quick(where, how);
  if (how?.body instanceof FormData) await new Promise((go) => setTimeout(go, 1500));
  return answer;
};
document.addEventListener("w-autosave:save", () => (window.storing = true));
"""


def test_a_page_that_is_saved_while_it_stores_itself_is_there_once(at_the_admin: Page) -> None:
    at_the_admin.add_init_script(SLOW)
    news = NewsIndexPage.objects.get(locale__language_code="nb")
    at_the_admin.goto(f"/admin/pages/add/cms/newspage/{news.pk}/")
    at_the_admin.wait_for_timeout(3000)  # until then a change is part of what the form began with
    at_the_admin.locator("[name=title]").fill("Nytt fra verkstedet")
    at_the_admin.locator("[name=title]").press("Tab")
    at_the_admin.wait_for_function("() => window.storing")
    at_the_admin.locator("footer").get_by_role("button", name="Lagre kladd").click()
    at_the_admin.wait_for_url("**/edit/", wait_until="load")
    expect(at_the_admin.locator(".messages .success")).to_contain_text("er oppdatert", timeout=20_000)
    assert NewsPage.objects.filter(title="Nytt fra verkstedet", locale=news.locale).count() == 1
