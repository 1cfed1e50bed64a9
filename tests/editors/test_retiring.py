"""A course that is taken out of use: nobody new begins it, whoever is in it goes on, nothing that is stored goes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, CourseIndexPage, CoursePage, LessonPage
from learners.models import Learner
from tests.look.conftest import course, course_page, kari, kari_client, lesson  # noqa: F401 - fixtures
from tracking.player import attempts

OUT = "Kurset er tatt ut av bruk"
DAY = dt.timedelta(days=1)


@pytest.fixture
def retired(course: Course) -> Course:  # noqa: F811
    course.retired_on = timezone.localdate()
    course.save()
    return course


def shown(client: Client, page: CoursePage | CourseIndexPage) -> str:
    return client.get(page.url).content.decode()


def catalogue() -> CourseIndexPage:
    return CourseIndexPage.objects.get(locale__language_code="nb")


def test_nobody_new_begins_it(kari_client: Client, retired: Course, course_page: CoursePage) -> None:  # noqa: F811
    assert reverse("begin", args=[course_page.pk]) not in shown(kari_client, course_page)
    assert OUT in shown(kari_client, course_page)
    assert course_page.url not in shown(kari_client, catalogue()).split("<main")[1]


def test_whoever_is_in_it_goes_on(
    kari: Learner, kari_client: Client, retired: Course, course_page: CoursePage, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    attempts.begin(kari, retired, timezone.now())
    assert OUT not in shown(kari_client, course_page)
    assert lesson.url in shown(kari_client, course_page)
    assert course_page.title in kari_client.get("/").content.decode()


def test_a_day_that_lies_ahead_takes_nothing_out_of_use_yet(
    kari: Learner, kari_client: Client, retired: Course, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    Course.objects.update(retired_on=timezone.localdate() + DAY)
    assert reverse("begin", args=[course_page.pk]) in shown(kari_client, course_page)
    assert course_page.url in shown(kari_client, catalogue()).split("<main")[1]
    attempts.begin(kari, retired, timezone.now())
    assert course_page.title in kari_client.get("/").content.decode()
