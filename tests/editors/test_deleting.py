"""A course that people are in is taken out of use, and not deleted; one that nobody has begun may go."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from courses.models import CoursePage
from learners.models import Learner
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tests.editors.test_publishing import campaign, staff  # noqa: F401 - fixtures
from tests.player.conftest import course, course_page, lessons, loaded, quiz  # noqa: F401 - fixtures
from tracking.completions.models import Completion
from tracking.player.models import Attempt


def delete(client: Client, page: Page) -> str:
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True).content.decode()


def delete_together(client: Client, page: Page) -> str:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    return client.post(f"{address}?id={page.pk}&next=/admin/", follow=True).content.decode()


@pytest.mark.parametrize("way", [delete, delete_together])
def test_a_course_that_people_are_in_is_not_deleted_and_the_editor_is_told_what_to_do_instead(
    as_pia: Client, staff: SimpleNamespace, course_page: CoursePage, way: object  # noqa: F811
) -> None:  # fmt: skip
    said = way(as_pia, course_page)  # type: ignore[operator]
    assert "Ta det ut av bruk i stedet" in said
    assert reverse("course-records:edit", args=[course_page.course_id]) in said
    assert CoursePage.objects.filter(pk=course_page.pk).exists()


def test_a_course_that_nobody_has_begun_is_deleted_with_its_parts(
    as_pia: Client, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    below = [part.pk for part in course_page.get_children()]
    delete(as_pia, course_page)
    assert not Page.objects.filter(pk__in=[course_page.pk, *below]).exists()


def test_the_catalogue_is_not_deleted_with_all_that_is_in_it(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    catalogue = course_page.get_parent()
    delete(as_pia, catalogue)
    delete_together(as_pia, catalogue)
    assert CoursePage.objects.filter(pk=course_page.pk).exists()


def test_an_administrator_is_told_what_goes_and_what_stays(
    client: Client, staff: SimpleNamespace, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    client.force_login(Learner.objects.create_superuser("sjef@fagbenk.example", "en-lang-nok-frase"))
    asked = client.get(reverse("wagtailadmin_pages:delete", args=[course_page.pk])).content.decode()
    assert "Det som er lagret om dem, blir" in asked
    delete(client, course_page)
    assert not CoursePage.objects.filter(pk=course_page.pk).exists()
    assert (Attempt.objects.count(), Completion.objects.count()) == (2, 1)
