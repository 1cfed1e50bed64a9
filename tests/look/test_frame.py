"""The frame of every page: who is signed in, what language it is in, how heavy it is, and nothing inline."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from courses.models import CoursePage, LessonPage
from learners.models import Learner

pytestmark = pytest.mark.django_db
FIRST_VISIT = 150_000  # bytes, compressed, without pictures


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def pages(course_page: CoursePage, lesson: LessonPage) -> list[str]:
    quiz = course_page.quiz()
    assert quiz
    return ["/", "/kurs/", str(course_page.url), str(lesson.url), str(quiz.url), "/tilgjengelighet/"]


def test_the_name_and_a_way_out_are_on_every_page_of_somebody_signed_in(kari_client: Client, pages: list[str]) -> None:
    for path in pages:
        text = html(kari_client, path)
        assert "Kari Dal" in text
        assert re.search(r'<form action="/konto/logout/" method="post" data-forget>', text)
        assert 'aria-keyshortcuts="F9"' in text


def test_the_demo_says_so_on_every_page(kari_client: Client, pages: list[str]) -> None:
    for path in [*pages, "/konto/password/change/"]:
        assert '<p class="demo">' in html(kari_client, path)


def test_no_page_has_a_style_or_script_that_the_policy_would_stop(kari_client: Client, pages: list[str]) -> None:
    for path in pages:
        text = html(kari_client, path)
        assert " style=" not in text and "<style" not in text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"\son[a-z]+=", text)


def test_the_other_languages_lead_to_the_same_page(client: Client, course_page: CoursePage) -> None:
    text = html(client, f"{course_page.url}?a=1")
    assert f'<a href="/nn{course_page.url}?a=1" lang="nn" hreflang="nn">' in text
    back = html(client, f"/nn{course_page.url}")
    assert f'<a href="{course_page.url}" lang="nb" hreflang="nb">' in back


def test_the_language_of_interface_and_content_are_marked_apart(client: Client, course_page: CoursePage) -> None:
    text = html(client, f"/en{course_page.url}")
    assert '<html lang="en"' in text
    assert f'<h1 lang="nb">{course_page.title}</h1>' in text


def test_northern_sami_shows_bokmal_and_says_so(client: Client, course_page: CoursePage) -> None:
    assert '<html lang="nb"' in html(client, "/se/kurs/")


def test_a_page_that_is_not_there_says_what_is_kept(client: Client, pages: list[str]) -> None:
    assert 'href="/"' in html(client, "/finnes-ikke/", 404)


def test_a_first_visit_to_a_lesson_is_light(kari_client: Client, lesson: LessonPage) -> None:
    page = html(kari_client, str(lesson.url))
    weight = len(gzip.compress(page.encode()))
    for path in set(re.findall(r'(?:href|src)="/static/([^"]+)"', page)):
        file = finders.find(path)
        assert file, path
        content = Path(file).read_bytes()
        weight += len(content) if path.endswith("woff2") else len(gzip.compress(content))
    assert weight <= FIRST_VISIT


def test_the_start_page_says_in_a_sentence_what_is_left(kari: Learner, kari_client: Client, lesson: LessonPage) -> None:
    kari_client.get(lesson.url)  # a visit begins the course
    answer = kari_client.get("/en/")
    assert "You have two lessons left, about 30 minutes with the quiz." in " ".join(answer.content.decode().split())


def test_the_start_page_has_one_clear_next_step(kari_client: Client, lesson: LessonPage) -> None:
    kari_client.get(lesson.url)
    text = html(kari_client, "/")
    main = text[text.index("<main") : text.index("</main>")]
    assert main.count('class="ds-button"') == 1
    assert f'href="{lesson.url}"' in main


def test_somebody_not_signed_in_sees_what_fagbenk_is_and_nothing_of_anybody(
    client: Client, course_page: CoursePage
) -> None:
    text = html(client, "/")
    assert "/konto/login/" in text
    assert "data-forget" not in text


def test_a_course_page_makes_as_many_queries_however_many_lessons_it_has(
    kari_client: Client, course_page: CoursePage, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(28):  # type: ignore[operator]
        html(kari_client, str(course_page.url))
