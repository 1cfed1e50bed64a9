"""The site and the courses as they are loaded from their files."""

import datetime as dt

import pytest
from django.test import Client
from wagtail.models import Page, Site

from cms.models import StartPage, TextPage
from cms.site import ensure_site
from courses.loader import CONTENT, load, rich_text
from courses.models import Course, CoursePage, LessonPage, QuizPage
from tests.rows import Remembered

pytestmark = pytest.mark.django_db
FOLDER = CONTENT / "samarbeid-med-skole-og-nav"
ON = dt.date(2026, 6, 1)


@pytest.fixture(scope="module")
def remembered_nav() -> Remembered[Course]:
    return Remembered(lambda: load(FOLDER, ON))


@pytest.fixture
def course(db: None, remembered_nav: Remembered[Course]) -> Course:
    return remembered_nav.put()


def test_the_site_has_a_start_page_in_every_language() -> None:
    start = ensure_site()
    assert Site.objects.get(is_default_site=True).root_page.specific == start
    assert {p.locale.language_code for p in StartPage.objects.all()} == {"nb", "nn", "se", "en"}
    assert not Page.objects.filter(slug="home").exists()


def test_making_the_site_again_keeps_what_editors_have_changed() -> None:
    ensure_site()
    TextPage.objects.filter(slug="om-fagbenk").update(title="Endret")
    pages = Page.objects.count()
    ensure_site()
    assert set(TextPage.objects.filter(slug="om-fagbenk").values_list("title", flat=True)) == {"Endret"}
    assert Page.objects.count() == pages


def test_languages_that_nobody_writes_in_show_bokmal_and_say_so(course: Course) -> None:
    pages = {p.locale.language_code: p for p in CoursePage.objects.filter(course=course)}
    assert {code: p.content_language for code, p in pages.items()} == {"nb": "nb", "nn": "nn", "se": "nb", "en": "nb"}
    assert pages["en"].title == pages["nb"].title != ""


@pytest.mark.parametrize(("prefix", "language"), [("", "nb"), ("/nn", "nn"), ("/se", "se"), ("/en", "en")])
def test_each_language_has_the_same_addresses(course: Course, prefix: str, language: str) -> None:
    page = CoursePage.objects.get(course=course, locale__language_code=language)
    assert page.url == f"{prefix}/kurs/samarbeid-med-skole-og-nav/"


def test_answers_and_places_carry_over_languages(course: Course) -> None:
    def lessons(language: str) -> list[tuple]:
        pages = LessonPage.objects.filter(locale__language_code=language).order_by("path")
        return [(p.translation_key, [b.id for b in p.body], _keys(p)) for p in pages]

    assert lessons("nb") == lessons("nn") == lessons("en")
    bokmal, nynorsk = (QuizPage.objects.get(locale__language_code=code) for code in ("nb", "nn"))
    assert _keys(bokmal) == _keys(nynorsk)


def _keys(page: LessonPage | QuizPage) -> dict[str, list[str]]:
    return {key: [option.key for option in question.options] for key, question in page.questions().items()}


def test_each_lesson_is_one_that_an_editor_could_have_saved(course: Course) -> None:
    for page in LessonPage.objects.all():
        page.body.stream_block.clean(page.body)
        page.full_clean()
        assert page.live and not page.has_unpublished_changes


def test_the_figures_are_in_the_language_of_the_lesson(course: Course) -> None:
    for language in ("nb", "nn"):
        pages = LessonPage.objects.filter(locale__language_code=language)
        figures = [b.value for p in pages for b in p.body if b.block_type == "figure"]
        assert figures
        assert all(f".{language}" in f["image"].filename and f["image"].title == f["alt"] for f in figures)


def test_a_loaded_course_is_left_as_its_editors_have_it(course: Course) -> None:
    LessonPage.objects.filter(locale__language_code="nb").update(title="Endret")
    pages = Page.objects.count()
    assert load(FOLDER, ON + dt.timedelta(days=30)) == course
    assert course.versions.get().published_on == ON
    assert Page.objects.count() == pages
    assert set(LessonPage.objects.filter(locale__language_code="nb").values_list("title", flat=True)) == {"Endret"}


def test_bold_and_italics_are_stored_as_wagtail_has_them() -> None:
    assert rich_text("<p>Et <strong>ord</strong> og <em>et</em></p>\n<p>til</p>") == (
        "<p>Et <b>ord</b> og <i>et</i></p><p>til</p>"
    )


def test_a_plain_page_answers(client: Client) -> None:
    ensure_site()
    for prefix in ("", "/nn", "/en", "/se"):
        assert client.get(f"{prefix}/tilgjengelighet/").status_code == 200
