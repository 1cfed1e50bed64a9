"""The editors' job: a course with every block from an empty page, reviewed, published, translated, corrected, renewed;
and after each step what a learner and the barometer see of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale

from cms.glossary import Term
from courses.audience import Asked
from courses.blocks import LessonBlock
from courses.deciding import decide_audience, decide_versions
from courses.loader import ensure_catalogue
from courses.models import (
    Campaign,
    CampaignCourse,
    Course,
    CourseIndexPage,
    CoursePage,
    CourseVersion,
    LessonPage,
    QuizPage,
)
from learners.models import Learner
from tests import rows, staff
from tests.admin.conftest import edvard, pia, service  # noqa: F401 - fixtures
from tests.look.conftest import sign_in
from tracking.completions.models import Completion

from .conftest import Visitor, choose, take_lesson, take_quiz
from .writing import Editor

pytestmark = pytest.mark.long_file
FIRST, MENDED, NEW = "Spør åpent og vent.", "Spør åpent, og vent på svaret.", "Nytt fra i år: skriv det ned."
# The rich text editor hands its text to the form a moment after it was typed.
IN_A_FIELD = "text => [...document.querySelectorAll('input[type=hidden]')].some(one => one.value.includes(text))"
SAID: dict[str, str | bool] = {"feedback_right": "Ja.", "feedback_wrong": "Nei, prøv igjen."}


@pytest.fixture
def things(transactional_db: None, remembered_site: rows.Remembered) -> Iterator[None]:
    """An empty site, and what the editor has uploaded."""
    remembered_site.put()
    ensure_catalogue()
    made: list[Any] = []
    for title, name in (("Film", "film.mp4"), ("Teksting", "film.vtt"), ("Lyd", "lyd.mp3"), ("Skjema", "skjema.pdf")):
        document = get_document_model()(title=title)
        document.file.save(name, ContentFile(b"innhold"))
        made.append(document)
    bytes_of_png = BytesIO()
    Image.new("RGB", (40, 30), "white").save(bytes_of_png, "PNG")
    picture = get_image_model()(title="Benken", file=ContentFile(bytes_of_png.getvalue(), name="benken.png"))
    made.append(picture)
    for one in made:
        one.save()
    bokmal = Locale.objects.get(language_code="nb")
    Term.objects.create(word="Verktøytavle", meaning="Der verktøyet henger.", locale=bokmal)
    yield
    for one in made:
        one.file.delete(save=False)


@dataclass
class Cast:
    """Who meets in the journey, each at a browser of their own."""

    edvard: Page
    pia: Page
    ola: Page
    ada: Page
    base: str


@pytest.fixture
def cast(
    browser: Browser, live_server: LiveServer, things: None, service: SimpleNamespace, edvard: Learner, pia: Learner  # noqa: F811
) -> Iterator[Cast]:  # fmt: skip
    contexts = []

    def at_a_browser(learner: Learner) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="nb-NO", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        sign_in(context, live_server, learner)
        return context.new_page()

    yield Cast(
        edvard=at_a_browser(edvard),
        pia=at_a_browser(pia),
        ola=at_a_browser(service.Ola),
        ada=at_a_browser(service.Ada),
        base=live_server.url,
    )
    for context in contexts:
        context.close()


# --- Writing ----------------------------------------------------------------------------------------------------------
def new_page(page: Page, parent: int, kind: str, stream: str = "body") -> Editor:
    page.goto(f"/admin/pages/add/courses/{kind}/{parent}/")
    return Editor(page, stream)


def write_every_block(editor: Editor) -> None:
    editor.add("Overskrift", _="Å spørre")
    editor.add("Tekst", _=FIRST)
    editor.add("Sitat", text="Jeg ble spurt.", attribution="En ansatt")
    editor.add("Hovedpoeng", title="Husk", text="Én ting om gangen.")
    figure = editor.add("Figur", alt="En høvelbenk i et verksted.", caption="Benken")
    editor.choose(f"{figure}-image", "Benken")
    film = editor.add("Film", title="En samtale", transcript="To snakker sammen ved en benk.")
    editor.choose(f"{film}-video", "Film")
    editor.choose(f"{film}-captions", "Teksting")
    sound = editor.add("Lyd", title="Et opptak", transcript="Noen ler.")
    editor.choose(f"{sound}-audio", "Lyd")
    form = editor.add("Dokument", about="Skjemaet vi bruker")
    editor.choose(f"{form}-document", "Skjema")
    word = editor.add("Ordforklaring")
    editor.choose(f"{word}-term", "Verktøytavle")
    editor.add("Case", title="En mandag", text="Han kommer for sent.")
    case = editor.add("Case med valg", title="Hva gjør du?")
    editor.items(f"{case}-steps", {"name": "A", "text": "Han er taus."}, {"name": "B", "text": "Han svarer."})
    editor.items(f"{case}-steps-0-value-choices", {"text": "Du venter", "to": "B"})
    checklist = editor.add("Sjekkliste for verkstedet", title="Før du går")
    editor.items(f"{checklist}-items", "Lukk skapet")
    write_questions(editor)
    editor.add("Refleksjon", prompt="Hva tenker du?", hint="Bare for deg.")
    editor.add("Fritekst, sendes til KRUS", prompt="Hva mangler kurset?")


def write_questions(editor: Editor) -> None:
    right, wrong = ({"text": text, "feedback": "Fordi."} for text in ("Venter", "Går"))
    for label in ("Spørsmål med ett svar", "Spørsmål med flere svar"):
        here = editor.add(label, prompt=f"{label}: hva gjør du?")
        editor.items(f"{here}-options", right | {"correct": True}, wrong)
    here = editor.add("Sett i rekkefølge", prompt="Hva kommer først?", **SAID)
    editor.items(f"{here}-items", "Spør", "Vent", "Svar")
    here = editor.add("Finn paret", prompt="Hva hører sammen?", **SAID)
    editor.items(f"{here}-pairs", *({"left": f"Venstre {n}", "right": f"Høyre {n}"} for n in range(3)))
    editor.add("Spørsmål med tall", prompt="Hvor mange?", answer="4", **SAID)
    editor.add("Tekst med åpne felt", prompt="Fyll ut.", text="MI er en [[samtale]].", **SAID)


def write_the_course(page: Page) -> SimpleNamespace:
    """Course, with its record, lesson and quiz, each sent in."""
    index = CourseIndexPage.objects.get(locale__language_code="nb")
    editor = new_page(page, index.pk, "coursepage")
    editor.fill(title="Å spørre godt", summary="Et lite kurs.", code="spor", subject="Miljøarbeid")
    editor.fill(intro="Kort.", outcomes="spørre")
    editor.send_in()
    found = CoursePage.objects.get(course__code="SPOR", alias_of=None)
    editor = new_page(page, found.pk, "lessonpage")
    editor.fill(title="Den gode samtalen", summary="Om å spørre.")
    write_every_block(editor)
    editor.send_in()
    editor = new_page(page, found.pk, "quizpage", "questions_field")
    editor.fill(title="Prøve", summary="Svar på alt.")
    write_questions(editor)
    editor.send_in()
    lesson, quiz = LessonPage.objects.get(alias_of=None), QuizPage.objects.get(alias_of=None)
    return SimpleNamespace(course=found, lesson=lesson, quiz=quiz)


# --- Looking ----------------------------------------------------------------------------------------------------------
def approve(page: Page, part: Any) -> None:
    page.goto(f"/admin/pages/{part.pk}/edit/")
    Editor(page).approve()


def rewrite(page: Page, part: Any, before: str, after: str) -> None:
    """A sentence of the lesson is another one; the draft is sent in."""
    page.goto(f"/admin/pages/{part.pk}/edit/")
    texts = page.locator("[contenteditable=true]")
    texts.filter(has_text=before).first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(after)
    page.wait_for_function(IN_A_FIELD, arg=after)
    Editor(page).send_in()


def figures(server: str, campaign: Campaign) -> tuple[int, int]:
    """What a machine reads of the barometer: completed, counted."""
    with urlopen(f"{server}/barometer/{campaign.slug}.json") as answer:
        told = json.load(answer)
    return told["completed"], told["counted"]


def asked_for(course: Course, service: SimpleNamespace, by: Learner) -> Campaign:  # noqa: F811
    """A campaign that asks everybody for the course; of 28 more who work in the prisons, twelve have done it.

    With them 31 count: where fewer than 30 do, a figure stands from Sunday to Sunday.
    """
    at, start = timezone.now(), timezone.localdate() - dt.timedelta(days=30)
    CourseVersion.objects.filter(course=course).update(published_on=start)
    for number in range(28):
        somebody = staff.employ(f"Betjent{number}", (service.halden, service.bodo)[number % 2])
        if number < 12:
            staff.complete(somebody, course, start)
    dates = {"start": start, "deadline": start + dt.timedelta(days=200), "public": True}
    made = Campaign.objects.create(slug="spor", title="Spør godt", **dates)
    CampaignCourse.objects.create(campaign=made, course=course)
    decide_audience(made, Asked(positions=("VERKSBETJENT",)), by, at)
    decide_versions(made, [course], at)
    return made


def read_by(page: Page, part: Any, prefix: str = "") -> str:
    page.goto(prefix + part.url)
    return page.locator("main").inner_text()


@pytest.mark.django_db(transaction=True)
def test_a_course_is_written_reviewed_translated_corrected_and_renewed(
    cast: Cast, service: SimpleNamespace, pia: Learner  # noqa: F811
) -> None:  # fmt: skip
    parts = write_the_course(cast.edvard)
    draft = LessonPage.objects.get(pk=parts.lesson.pk).get_latest_revision_as_object()
    assert {block.block_type for block in draft.body} == set(LessonBlock().child_blocks)
    assert "Å spørre godt" not in read_by(cast.ola, parts.course.get_parent())
    assert cast.ola.goto(parts.lesson.url).status == 404  # type: ignore[union-attr]

    _a_publisher_publishes(cast, parts)
    course = Course.objects.get(code="SPOR")
    campaign = asked_for(course, service, pia)
    before = figures(cast.base, campaign)
    assert before == (12, 31)

    _it_is_translated(cast, parts)
    assert figures(cast.base, campaign) == before

    _a_sentence_is_corrected_while_a_learner_is_in_it(cast, parts)
    assert figures(cast.base, campaign) == before
    assert course.versions.count() == 1

    _a_new_requirement(cast, parts)
    successor = campaign.successors.get()
    assert figures(cast.base, campaign) == before
    assert figures(cast.base, successor)[0] in (0, None)

    _the_learner_completes_what_he_began(cast, parts, course)
    assert figures(cast.base, campaign) == (13, 31)


def _a_publisher_publishes(cast: Cast, parts: SimpleNamespace) -> None:
    """Nobody is in the course: an approval publishes."""
    for part in (parts.course, parts.lesson, parts.quiz):
        approve(cast.pia, part)
    assert "Å spørre godt" in read_by(cast.ola, parts.course.get_parent())
    assert FIRST in read_by(cast.ola, parts.lesson)


def _it_is_translated(cast: Cast, parts: SimpleNamespace) -> None:
    """Until it is, the nynorsk pages show bokmål; Ola has begun, so the publisher says what the change is."""
    cast.edvard.goto(f"/admin/pages/{parts.course.pk}/edit/")
    cast.edvard.get_by_role("button", name="Handlinger", exact=True).click()
    cast.edvard.get_by_role("link", name="Oversett til nynorsk").click()
    cast.edvard.get_by_role("button", name="Begynn på oversettelsen").click()
    cast.edvard.wait_for_url("**/edit/")
    nynorsk = parts.lesson.get_translation(Locale.objects.get(language_code="nn"))
    cast.edvard.goto(f"/admin/sider/{nynorsk.pk}/oversettelse/")
    expect(cast.edvard.locator("main")).to_contain_text("Ikke oversatt ennå")
    rewrite(cast.edvard, nynorsk, FIRST, "Spør ope og vent.")
    approve(cast.pia, nynorsk)
    choose_correction(cast.pia)
    assert "Spør ope og vent." in read_by(cast.ola, nynorsk)
    assert FIRST in read_by(cast.ola, parts.lesson)


def choose_correction(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("1 person er i kurset")
    page.get_by_role("button", name="Publiser", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("publisert som rettelse")


def _a_sentence_is_corrected_while_a_learner_is_in_it(cast: Cast, parts: SimpleNamespace) -> None:
    """Ola has the lesson open, with an answer of his; he reads the new sentence when he comes back, and keeps it."""
    key, question = next((k, q) for k, q in parts.lesson.questions().items() if q.kind == "single")
    read_by(cast.ola, parts.lesson)
    choose(cast.ola, question)
    cast.ola.locator(f"#q-{key}").get_by_role("button").click()
    cast.ola.locator(f"#q-{key} .result").first.wait_for()
    rewrite(cast.edvard, parts.lesson, FIRST, MENDED)
    approve(cast.pia, parts.lesson)
    assert FIRST in read_by(cast.ola, parts.lesson)
    choose_correction(cast.pia)
    assert MENDED in read_by(cast.ola, parts.lesson)
    expect(cast.ola.locator(f"#q-{key} .result").first).to_be_visible()


def _a_new_requirement(cast: Cast, parts: SimpleNamespace) -> None:
    """Ola goes on with what he began; who begins now, reads the new text."""
    rewrite(cast.edvard, parts.lesson, MENDED, NEW)
    approve(cast.pia, parts.lesson)
    cast.pia.get_by_role("radio", name="Et nytt krav").check()
    deadline = timezone.localdate() + dt.timedelta(days=100)
    Editor(cast.pia).fill(deadline=deadline.strftime("%d.%m.%Y"), note="Det skal skrives ned.")
    cast.pia.keyboard.press("Escape")
    cast.pia.get_by_role("button", name="Publiser", exact=True).click()
    expect(cast.pia.locator(".messages")).to_contain_text("Publisert som versjon 2")
    assert MENDED in read_by(cast.ola, parts.lesson)
    assert NEW in read_by(cast.ada, parts.lesson)


def _the_learner_completes_what_he_began(cast: Cast, parts: SimpleNamespace, course: Course) -> None:
    ola = Visitor(cast.ola, cast.base)
    take_lesson(ola, parts.lesson)
    take_quiz(ola, parts.quiz)
    cast.ola.wait_for_url("**/kvittering/")
    assert "fullførte kurset" in cast.ola.locator("main").inner_text()
    assert Completion.objects.get(learner__given_name="Ola").version.number == 1
    cast.pia.goto(f"/admin/kurs/{course.pk}/versjoner/")
    compared = cast.pia.locator("main")
    expect(compared).to_contain_text("Det skal skrives ned.")
    expect(compared).to_contain_text(NEW.rstrip("."))
    expect(compared).to_contain_text(MENDED.rstrip("."))
