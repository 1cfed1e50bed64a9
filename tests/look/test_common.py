"""What is the same for everybody is kept by each process, shows every change at once, and holds nobody's own things."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from cms import common as keeping
from cms import ordering
from cms.common import Common, common
from cms.models import NewsIndexPage, NewsPage, StartPage, TextPage
from cms.site import publish
from courses.models import Audience, Campaign, Course, CoursePage, LessonPage
from courses.way import parts_of
from learners.facts import close
from learners.models import Employment, Learner
from tests import staff
from tracking.player import tokens

pytestmark = pytest.mark.django_db(transaction=True)


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


@pytest.fixture
def elsewhere() -> Common:
    """What another process keeps: only the cache is common to both."""
    return Common()


@pytest.fixture
def title(course_page: CoursePage) -> Callable[[], str]:
    return lambda: CoursePage.objects.get(pk=course_page.pk).title


@pytest.fixture
def asked_of_kari(kari: Learner, course: Course) -> Campaign:
    """A campaign that asks the small course of everybody, Kari among them."""
    today, halden = timezone.localdate(), staff.unit("HALDEN")
    Employment.objects.create(learner=kari, valid_from=staff.LONG_AGO, known_from=staff.TOLD)
    staff.post(kari, halden)
    return staff.campaign("ut", [course], today - dt.timedelta(days=30), today + dt.timedelta(days=30))


def test_another_process_reads_anew_what_was_changed(
    course_page: CoursePage, elsewhere: Common, title: Callable[[], str]
) -> None:
    assert elsewhere("title", title) == course_page.title
    course_page.title = "Et annet navn"
    course_page.save()
    assert elsewhere("title", title) == "Et annet navn"


def test_what_nobody_changed_is_read_once(course_page: CoursePage, elsewhere: Common, title: Callable[[], str]) -> None:
    elsewhere("title", title)
    with CaptureQueriesContext(connection) as asked:
        elsewhere("title", title)
    assert not asked.captured_queries


def test_a_change_that_was_taken_back_was_seen_by_nobody_else_and_stays_nowhere(
    course_page: CoursePage, elsewhere: Common, title: Callable[[], str]
) -> None:
    before = course_page.title
    with transaction.atomic():
        course_page.title = "Nie lagret"
        course_page.save()
        assert common("title", title) == "Nie lagret"
        assert not elsewhere._held.kept
        transaction.set_rollback(True)
    assert common("title", title) == elsewhere("title", title) == before


def test_so_is_one_within_a_change_that_is_stored(course_page: CoursePage, title: Callable[[], str]) -> None:
    with transaction.atomic():
        try:
            with transaction.atomic():
                course_page.title = "Nie lagret"
                course_page.save()
                raise LookupError
        except LookupError:
            course_page.title = "Lagret"
        course_page.save()
    assert common("title", title) == "Lagret"


def test_what_was_changed_past_django_shows_after_a_while(
    course_page: CoursePage, elsewhere: Common, title: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere("title", title)
    CoursePage.objects.filter(pk=course_page.pk).update(title="I basen")
    later = keeping.time.monotonic() + keeping.SECONDS + 1
    monkeypatch.setattr(keeping.time, "monotonic", lambda: later)
    assert elsewhere("title", title) == "I basen"


def test_a_lesson_that_is_renamed_unpublished_or_moved_shows_at_once(
    kari_client: Client, lesson: LessonPage, course_page: CoursePage
) -> None:
    assert lesson.title in text(kari_client, course_page.url)
    lesson.title = "Et nytt navn"
    lesson.save_revision().publish()
    assert "Et nytt navn" in text(kari_client, course_page.url)
    other = LessonPage.objects.child_of(course_page).order_by("path")[1]
    Page.objects.get(pk=lesson.pk).move(Page.objects.get(pk=other.pk), "right")
    shown = text(kari_client, course_page.url)
    assert shown.index(other.title) < shown.index("Et nytt navn")
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    assert "Et nytt navn" not in text(kari_client, course_page.url)
    text(kari_client, lesson.url, 404)


def test_an_order_that_follows_another_language_s_shows_at_once(course_page: CoursePage, lesson: LessonPage) -> None:
    other = LessonPage(title="Til", minutes=5)
    course_page.add_child(instance=other)
    keys = [one.translation_key for one in parts_of(course_page)[0]]
    ordering._reorder(course_page, keys[::-1])
    assert [one.translation_key for one in parts_of(course_page)[0]] == keys[::-1]
    assert len(keys) > 1


def test_a_new_address_holds_at_once_and_the_old_one_no_more(client: Client, site: StartPage) -> None:
    page = TextPage.objects.get(slug="om-fagbenk", locale__language_code="nb")
    text(client, page.url)
    old, page.slug = page.url, "om-oss"
    page.save_revision().publish()
    text(client, "/om-oss/")
    assert client.get(old).status_code in (301, 404)
    page.delete()
    text(client, "/om-oss/", 404)


def test_a_page_that_is_restricted_is_shown_to_nobody_else_from_then_on(client: Client, site: StartPage) -> None:
    page = TextPage.objects.get(slug="om-fagbenk", locale__language_code="nb")
    text(client, page.url)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(page.url).status_code == 302


def test_news_show_at_once_and_from_their_day(client: Client, site: StartPage) -> None:
    index = NewsIndexPage.objects.get(locale__language_code="nb")
    assert "Nytt bygg" not in text(client, "/")
    publish(index, NewsPage(title="Nytt bygg", slug="nytt-bygg", locale=index.locale))
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    publish(index, NewsPage(title="I morgen", slug="i-morgen", locale=index.locale, published_on=tomorrow))
    shown = text(client, "/")
    assert "Nytt bygg" in shown and "I morgen" not in shown


def test_what_is_asked_of_somebody_follows_the_campaign_and_its_audience(
    kari_client: Client, kari: Learner, course: Course, asked_of_kari: Campaign
) -> None:
    def asked() -> str:
        return text(kari_client, "/").split('class="mine"')[1].split("</section>")[0]

    assert f"({asked_of_kari.title})" in asked()
    asked_of_kari.title = "Et annet løft"
    asked_of_kari.save()
    assert "(Et annet løft)" in asked()
    close(Audience.objects.get(campaign=asked_of_kari), timezone.now())
    assert "(Et annet løft)" not in asked()


def test_an_address_where_nothing_lies_takes_no_room(client: Client, site: StartPage) -> None:
    text(client, "/om-fagbenk/")
    kept = len(common("addresses", dict))
    for number in range(5):
        text(client, f"/finnes-ikke-{number}/", 404)
    assert len(common("addresses", dict)) == kept


def test_one_learners_way_is_not_shown_to_another(kari_client: Client, lesson: LessonPage, db: Any) -> None:
    kari_client.get(lesson.url)
    assert "Kari" in text(kari_client, "/")
    ola = Client()
    ola.force_login(Learner.objects.create_user("ola@fagbenk.example", "hemmelig-nok-12", given_name="Ola"))
    for path in ("/", "/kurs/", "/min-laering/"):
        mine, his = text(kari_client, path), text(ola, path)
        assert "Kari" not in his and "Ola" not in mine
    assert lesson.title in text(kari_client, "/")
    assert lesson.title not in text(ola, "/")


@pytest.mark.parametrize(
    ("path", "most"),
    [("/om-fagbenk/", 4), ("/", 15), ("lesson", 13), ("course", 8), ("/kurs/", 8), ("/min-laering/", 15)],
)
def test_the_pages_on_the_way_take_few_queries(
    path: str, most: int, kari_client: Client, lesson: LessonPage, course_page: CoursePage, asked_of_kari: Campaign
) -> None:
    """Once what is the same for everybody has been read."""
    path = {"lesson": lesson.url, "course": course_page.url}.get(path, path)
    kari_client.get(lesson.url)
    text(kari_client, path)
    with CaptureQueriesContext(connection) as asked:
        text(kari_client, path)
    assert len(asked) <= most, [query["sql"][:100] for query in asked.captured_queries]


def test_an_answer_takes_few_queries(kari_client: Client, kari: Learner, lesson: LessonPage) -> None:
    """With the transaction's own: as many whatever else stands in the lesson."""
    kari_client.get(lesson.url)
    question = next(one for one in lesson.questions().values() if one.kind == "single")

    def answer(number: int) -> None:
        fields = {"who": tokens.make(kari, lesson.key), "try": number, "answer": question.correct_response}
        address = f"/laer/{lesson.pk}/svar/{question.key}/"
        assert kari_client.post(address, fields, headers={"HX-Request": "true"}).status_code == 200

    answer(1)
    with CaptureQueriesContext(connection) as asked:
        answer(2)
    assert len(asked) <= 17, [query["sql"][:100] for query in asked.captured_queries]
