"""What is found before publishing, where, and what of it stops publishing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from cms.quality import findings, lix, minutes, read
from courses.admin.quality import findings as findings_of
from courses.models import LessonPage
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tests.player.conftest import course, course_page, lessons, loaded  # noqa: F401 - fixtures

EASY = "Du lytter. Han snakker. " * 40
HARD = (
    "Kompetanseutviklingstiltak forutsetter virksomhetsovergripende ressursdisponering og organisasjonsutvikling " * 10
)


@pytest.mark.parametrize(
    ("html", "said", "serious"),
    [
        ("<h3>Først</h3>", "“Først” is a heading of level 3 right below level 1", True),
        ("<h2></h2>", "A heading is empty.", True),
        ('<p><a href="/x">Klikk her</a></p>', "“Klikk her” does not say where it leads", True),
        ('<p><a href="/x">les mer.</a></p>', "does not say where it leads", True),
        ("<p><a>Boka</a></p>", "“Boka” leads to a page or document that is gone", True),
        ('<p><a href="https://a.no/b">https://a.no/b</a></p>', "written as its address", False),
        ('<img src="x" alt="">', "no alternative text", True),
        ('<img src="x">', "no alternative text", True),
        ('<img src="x" alt="IMG_2031.JPG">', "is the name of a file", True),
        (f"<p>{HARD}.</p>", "hard to read (LIX", False),
    ],
)
def test_each_fault_is_found_with_its_place(html: str, said: str, serious: bool) -> None:
    with translation.override("en"):
        (found,) = findings([("b1", html)])
    assert said in found.said
    assert found.serious is serious
    assert found.block == ("" if "LIX" in said else "b1")


def test_what_is_as_it_should_be_gives_no_finding() -> None:
    good = f'<h2>Å lytte</h2><p>{EASY}<a href="/mi">Les om MI</a></p><h3>Et råd</h3><h2>Igjen</h2><img alt="En benk.">'
    assert findings([("a", good)]) == []


def test_headings_are_followed_across_blocks() -> None:
    assert (
        findings([("a", "<h2>En</h2>"), ("b", "<h3>To</h3>"), ("c", "<h2>Tre</h2>"), ("d", "<h4>Fire</h4>")])[0].block
        == "d"
    )


def test_lix_is_words_a_sentence_and_the_share_of_long_words() -> None:
    text = "Han lytter til kollegaen. " * 20  # four words a sentence, one of four long
    assert lix(text) == pytest.approx(4 + 25)
    assert lix("For lite.") is None


def test_reading_takes_a_minute_for_150_words() -> None:
    assert minutes([read(f"<p>{'ord ' * 300}</p>")]) == 2


def spoilt(page: LessonPage) -> LessonPage:
    page = LessonPage.objects.get(pk=page.pk)
    page.body.append(("text", '<p><a href="https://x.no">klikk her</a></p>'))
    page.save_revision()
    return page


def test_a_serious_finding_stops_publishing_and_keeps_the_draft(
    as_pia: Client, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    from courses.admin.quality import stop_what_is_serious
    from courses.wagtail_hooks import hooks

    page = spoilt(lessons[1])
    assert stop_what_is_serious in hooks.get_hooks("before_publish_page")
    shown = as_pia.get(reverse("look-over", args=[page.pk])).content.decode()
    assert "sier ikke hvor den fører" in shown
    assert f"#block-{page.body[-1].id}-section" in shown or "#block-" in shown


def test_a_language_that_is_missing_or_older_is_told(lessons: list[LessonPage]) -> None:  # noqa: F811
    (other,) = lessons[1].get_translations().filter(locale__language_code="nn")
    assert not any("nynorsk" in one.said for one in findings_of(lessons[1]))
    spoilt(lessons[1])
    draft = Page.objects.get(pk=lessons[1].pk).specific.get_latest_revision_as_object()
    assert any("nynorsk" in one.said for one in findings_of(draft))
    other.unpublish()
    assert any("ikke publisert på nynorsk" in one.said for one in findings_of(lessons[1]))


@pytest.mark.django_db
def test_the_courses_that_come_with_fagbenk_have_no_serious_finding(tmp_path: object) -> None:
    import datetime as dt

    from courses.loader import CONTENT, load

    load(CONTENT / "motiverende-samtaler", dt.date(2026, 1, 5))
    found = [(page, one.said) for page in LessonPage.objects.live() for one in findings_of(page) if one.serious]
    assert found == []
