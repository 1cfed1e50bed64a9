"""The site around the courses: news, documents with versions, menus, redirects, and a search that knows Norwegian."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page

from cms import stems
from cms.glossary import Term
from cms.models import NewsIndexPage, NewsPage, ResourceIndexPage, ResourcePage, ResourceVersion, TextPage
from cms.site import publish
from courses.models import CoursePage, Gathering, LessonPage
from tests.look.conftest import course, course_page, kari, kari_client, lesson  # noqa: F401 - fixtures

TODAY = timezone.localdate


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def news(title: str, on: dt.date, summary: str = "") -> NewsPage:
    index = NewsIndexPage.objects.get(locale__language_code="nb")
    named = {"title": title, "slug": title.lower().replace(" ", "-"), "summary": summary, "published_on": on}
    return publish(index, NewsPage(**named, locale=index.locale))  # type: ignore[return-value]


# --- News, resources, menus, redirects --------------------------------------------------------------------------------
def test_the_start_page_shows_the_three_newest_and_nothing_of_tomorrow(client: Client, site: Page) -> None:
    for days in range(4):
        news(f"Nytt for {days} dager siden", TODAY() - dt.timedelta(days=days))
    news("Morgendagens", TODAY() + dt.timedelta(days=1))
    start = html(client, "/")
    assert [f"for {days} dager" in start for days in range(4)] == [True, True, True, False]
    assert "Morgendagens" not in start
    assert "Morgendagens" not in html(client, "/nyheter/")
    assert "for 3 dager" in html(client, "/nyheter/")


@pytest.fixture
def resource(site: Page) -> ResourcePage:
    index = ResourceIndexPage.objects.get(locale__language_code="nb")
    page = ResourcePage(title="Sjekkliste", slug="sjekkliste", locale=index.locale)
    page.versions = [
        ResourceVersion(
            document=get_document_model().objects.create(title=f"Liste {n}", file=ContentFile(b"x", name=f"{n}.pdf")),
            label=str(n),
            dated_on=TODAY() - dt.timedelta(days=days),
        )
        for n, days in ((1, 90), (2, 5), (3, -5))
    ]
    return publish(index, page)  # type: ignore[return-value]


def test_a_resource_keeps_its_address_and_shows_the_version_that_holds_today(
    client: Client, resource: ResourcePage
) -> None:
    page = html(client, "/ressurser/sjekkliste/")
    assert "Utgave 2 gjelder nå" in page
    documents = {one.label: one.document.url for one in resource.versions.all()}
    assert page.index(documents["2"]) < page.index("Tidligere utgaver") < page.index(documents["1"])
    assert documents["3"] not in page
    assert "Utgave 2, fra" in html(client, "/ressurser/")


def test_a_page_that_is_to_be_in_menus_is_in_the_footer_of_every_page(client: Client, site: Page) -> None:
    for address in ("/", "/sok/", "/konto/login/"):
        page = html(client, address)
        for slug in ("nyheter", "ressurser", "ordliste", "kontakt", "tilgjengelighet"):
            assert page.count(f'href="/{slug}/"') == 1, (address, slug)
    assert 'href="/nn/nyheter/"' in html(client, "/nn/")


def test_a_page_that_moves_leaves_a_redirect(
    client: Client, site: Page, django_capture_on_commit_callbacks: Any
) -> None:
    page = TextPage.objects.get(slug="kontakt", locale__language_code="nb")
    page.slug = "kontakt-oss"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    answer = client.get("/kontakt/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/kontakt-oss/")


# --- Looking for something --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("verksted", "verkstadene"), ("verkstadleiar", "verkstedledere"), ("samtaler", "samtalane"),
        ("motiverende", "motiverande"), ("rettleiing", "veiledningen"), ("ansatte", "tilsette"), ("skole", "skular"),
        ("prissetting", "prissetjinga"), ("leder", "arbeidsledere"), ("utdanning", "verksbetjentutdanningen"),
        ("program", "konferanseprogrammet"), ("Åpning", "åpningen"), ("sikkerhet", "tryggleik"), ("kurs", "kursene"),
        ("verksted", "verkstadbetjentar"), ("fullføring", "fullføringane"), ("fullført", "fullføringer"),
        ("krav", "opplæringskravet"), ("opplæring", "opplæringskrav"), ("miljø", "miljøarbeid"), ("leiarar", "lederne"),
        ("brann", "brannvern"), ("kvalitet", "kvaliteten"), ("aktivitetar", "aktivitet"), ("øvelser", "øving"),
        ("løsninger", "løysingar"), ("håndbøker", "handboka"), ("kjøkenet", "kjøkken"), ("kva", "hva"),
    ],
)  # fmt: skip
def test_a_word_is_found_in_its_other_forms(asked: str, written: str) -> None:
    assert set(stems.asked(asked)) <= set(stems.indexed(written).split())


@pytest.mark.parametrize(("asked", "written"), [("kurs", "kurv"), ("leder", "lederhund"), ("pris", "prest")])
def test_a_word_is_not_found_in_others(asked: str, written: str) -> None:
    assert not set(stems.asked(asked)) & set(stems.indexed(written).split())


def found(client: Client, query: str, prefix: str = "") -> str:
    page = html(client, f"{prefix}/sok/?q={query}")
    return page[page.index("<main") : page.index("</main>")]


def test_bokmal_finds_nynorsk_and_the_other_way_round(client: Client, site: Page) -> None:
    page = news("Ledere i verkstedet", TODAY(), "Om samtaler med ansatte.")
    assert page.title in found(client, "leiarar+verkstad")
    assert page.title in found(client, "samtalar+tilsette")
    assert page.title in found(client, "finnesikke+verksted")  # some of the words, where nothing has them all
    assert "Ingen treff" in found(client, "finnesikke")


def test_what_is_found_is_shown_in_the_readers_language(client: Client, course_page: CoursePage) -> None:  # noqa: F811
    nynorsk = course_page.get_translation(Locale.objects.get(language_code="nn"))
    assert nynorsk.url in found(client, course_page.title, "/nn")
    assert course_page.url in found(client, course_page.title)
    assert f'lang="nb">{course_page.title}' in found(client, course_page.title, "/en")


def test_words_of_the_glossary_and_gatherings_are_found(client: Client, kari_client: Client, site: Page) -> None:  # noqa: F811
    Term.objects.create(word="arbeidsdrift", meaning="Produksjon.", locale=Locale.objects.get(language_code="nb"))
    Gathering.objects.create(slug="dag", title="Fagdag om arbeidsdrift", state="open")
    Gathering.objects.create(slug="utkast", title="Utkast om arbeidsdrift")
    shown = found(kari_client, "arbeidsdriften")
    assert "/ordliste/#ord-arbeidsdrift" in shown
    assert "/samlinger/dag/" in shown
    assert "Utkast om arbeidsdrift" not in shown
    assert "/samlinger/dag/" not in found(client, "arbeidsdriften")


def test_nobody_finds_a_draft_an_answer_or_what_they_may_not_open(
    client: Client, kari_client: Client, course_page: CoursePage, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    lesson.title = "Hemmelighold"
    lesson.save()
    assert "Hemmelighold" in found(kari_client, "hemmelighold")
    assert "Hemmelighold" not in found(client, "hemmelighold")
    assert lesson.url not in found(kari_client, "venstre")  # an answer of a question
    draft = LessonPage.objects.get(pk=lesson.pk)
    draft.title = "Uutgitt"
    draft.save_revision()
    assert lesson.url not in found(kari_client, "uutgitt")
    CoursePage.objects.filter(pk=course_page.pk).update(live=False)
    assert "Hemmelighold" not in found(kari_client, "hemmelighold").replace("«hemmelighold»", "")


@pytest.mark.parametrize("query", ["", "   ", "%00", "%22%27--", "æ" * 400, "*", "%3Cscript%3E", "a:b+OR+NOT"])
def test_an_odd_question_gets_a_page(client: Client, site: Page, query: str) -> None:
    assert "<script>alert" not in html(client, f"/sok/?q={query}&side=x")


@pytest.mark.parametrize("address", ["/sok/", "/sok/?q=verktøy", "/nn/sok/"])
def test_the_search_answers_head(client: Client, site: Page, address: str) -> None:
    answer = client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
