"""Files that are not what their names say, where the focus is after a choice, and saving without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.documents import get_document_model

from cms.document_form import is_what_it_says
from courses.models import CoursePage, LessonPage
from learners.models import Learner
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tests.journeys.writing import Editor
from tests.look.conftest import course, sign_in  # noqa: F401 - fixtures
from tests.network import connect_again, cut_off

PDF = b"%PDF-1.4\n%\xe2\xe3\n"


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Rutine.PDF", PDF),
        ("rutine.pdf", b"\xef\xbb\xbf\r\n" + PDF),
        ("film.mp4", b"\x00\x00\x00\x20ftypisom"),
        ("film.webm", b"\x1a\x45\xdf\xa3\x01"),
        ("lyd.mp3", b"ID3\x04"),
        ("lyd.mp3", b"\xff\xfb\x90"),
        ("lyd.ogg", b"OggS\x00"),
        ("tekst.vtt", b"\xef\xbb\xbfWEBVTT\n"),
        ("skjema.docx", b"PK\x03\x04"),
        ("notat.txt", b"hva som helst"),
        ("notat.txt", "hva".encode("utf-16")),
        ("gammel.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("plakat.JPG", b"\xff\xd8\xff\xe0"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, begins: bytes) -> None:
    assert is_what_it_says(name, begins)


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", "lyd.mp3", "lyd.m4a", "tekst.vtt", "rutine.pdf", "a.docx"])
def test_text_under_another_name_is_refused(as_pia: Client, name: str) -> None:  # noqa: F811
    sent = {"title": "Fil", "file": SimpleUploadedFile(name, b"Dette er bare tekst.")}
    said = as_pia.post("/admin/documents/add/", sent).content.decode()
    assert "Filen er ikke det navnet sier" in said
    assert "Filendelsen" not in said
    assert not get_document_model().objects.exists()


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.js", "uten-endelse", "rutine.pdf.exe"])
def test_a_kind_that_nobody_opens_here_is_refused_and_the_kinds_are_named(as_pia: Client, name: str) -> None:  # noqa: F811
    sent = {"title": "Fil", "file": SimpleUploadedFile(name, PDF)}
    assert "docx" in as_pia.post("/admin/documents/add/", sent).content.decode()
    assert not get_document_model().objects.exists()


def test_every_kind_that_is_taken_is_looked_into() -> None:
    binary = b"MZ\x90\x00\x03\x00\x00\x00"
    assert [kind for kind in settings.WAGTAILDOCS_EXTENSIONS if is_what_it_says(f"fil.{kind}", binary)] == []


def test_a_pdf_is_stored(as_pia: Client) -> None:  # noqa: F811
    as_pia.post("/admin/documents/add/", {"title": "Rutine", "file": SimpleUploadedFile("rutine.pdf", PDF)})
    document = get_document_model().objects.get()
    with document.file.open("rb") as stored:
        assert stored.read() == PDF
    document.file.delete(save=False)


@pytest.fixture
def pias_page(browser: Browser, live_server: LiveServer, course: object, pia: Learner) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(base_url=live_server.url, locale="nb-NO", viewport={"width": 1280, "height": 900})
    sign_in(context, live_server, pia)
    yield context.new_page()
    context.close()
    for document in get_document_model().objects.all():
        document.file.delete(save=False)


@pytest.mark.django_db(transaction=True)
def test_the_focus_stays_in_the_choosers_window_after_a_fault_and_goes_back_to_the_block(
    pias_page: Page, tmp_path: Path
) -> None:
    """It fell to the top of the page behind the window, where Escape did nothing."""
    page, wrong, right = pias_page, tmp_path / "feil.pdf", tmp_path / "rett.pdf"
    wrong.write_bytes(b"Dette er bare tekst.")
    right.write_bytes(PDF)
    lesson = LessonPage.objects.child_of(CoursePage.objects.get(locale__language_code="nb"))[0]
    page.goto(f"/admin/pages/{lesson.pk}/edit/")
    chooser = page.locator(f"#{Editor(page).add('Dokument')}-document-chooser")
    chooser.get_by_role("button", name="Velg et dokument").click()
    window = page.locator(".modal-dialog")
    window.get_by_role("tab", name="Last opp").click()
    window.locator("input[type=file]").set_input_files(wrong)
    expect(window.get_by_label("Tittel")).to_have_value("feil")
    window.get_by_role("button", name="Last opp").click()
    expect(window).to_contain_text("Filen er ikke det navnet sier")
    expect(window.locator("input[type=file]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(window).not_to_be_visible()
    expect(chooser.get_by_role("button", name="Velg et dokument")).to_be_focused()
    page.keyboard.press("Enter")
    window.get_by_role("tab", name="Last opp").click()
    window.locator("input[type=file]").set_input_files(right)
    expect(window.get_by_label("Tittel")).to_have_value("rett")
    window.get_by_role("button", name="Last opp").click()
    expect(window).not_to_be_visible()
    expect(chooser.get_by_role("button", name="Handlinger")).to_be_focused()


@pytest.mark.django_db(transaction=True)
def test_what_was_written_stays_in_the_form_while_the_network_is_gone(pias_page: Page) -> None:
    """The browser put its own page in the form's place."""
    page, told = pias_page, list[str]()

    def read(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.accept()

    page.on("dialog", read)
    lesson = LessonPage.objects.child_of(CoursePage.objects.get(locale__language_code="nb"))[0]
    page.goto(f"/admin/pages/{lesson.pk}/edit/")
    cut_off(page)
    page.locator("[name=title]").fill("Skrevet uten nett")
    save = page.get_by_role("button", name="Lagre kladd")
    save.click()
    assert "Det du har skrevet, står her fortsatt" in told[0]
    expect(page.locator("[name=title]")).to_have_value("Skrevet uten nett")
    connect_again(page)
    save.click()
    expect(page.locator(".messages")).to_contain_text("oppdatert")
    assert LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object().title == "Skrevet uten nett"
