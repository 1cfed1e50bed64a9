"""An installation begins with a site, made by a command that can be run again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, Workflow

from courses.models import Course, CoursePage, CourseVersion


@pytest.mark.django_db
def test_a_new_installation_has_its_pages(client: Client) -> None:
    call_command("make_site")
    assert client.get("/").status_code == 200
    assert "Kurs" in client.get("/kurs/").content.decode()
    assert not Course.objects.exists()
    assert Workflow.objects.get().name == "godkjenning"


@pytest.mark.django_db
def test_the_courses_can_come_with_it_and_nothing_is_made_twice() -> None:
    call_command("make_site", courses=True)
    found = (Page.objects.count(), CourseVersion.objects.count())
    assert CoursePage.objects.live().filter(locale__language_code="nn").count() == 5
    call_command("make_site", courses=True)
    assert (Page.objects.count(), CourseVersion.objects.count()) == found
