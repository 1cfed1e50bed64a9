"""Parts of a course that people are in are not moved or unpublished behind their backs, nor in one language alone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from courses.models import Course, CourseIndexPage, CoursePage, LessonPage
from tests.admin.conftest import as_pia, pia, service  # noqa: F401 - fixtures
from tests.editors.test_publishing import campaign, staff  # noqa: F401 - fixtures
from tests.player.conftest import course, course_page, lessons, loaded, quiz  # noqa: F401 - fixtures
from tracking.completions.models import Completion


@pytest.fixture
def other_course(course_page: CoursePage) -> CoursePage:  # noqa: F811
    """A course that nobody is in, in both written languages."""
    record = Course.objects.create(code="ANDRE", title="Et annet kurs", subject="mi")
    made: dict[str, CoursePage] = {}
    for index in CourseIndexPage.objects.filter(locale__language_code__in=("nb", "nn")).order_by("locale_id"):
        page = CoursePage(
            title="Et annet kurs", slug="annet", course=record, locale=index.locale, intro="", outcomes="a"
        )
        page.translation_key = made["nb"].translation_key if made else page.translation_key
        made[index.locale.language_code] = index.add_child(instance=page)
    return made["nb"]


def move(client: Client, page: Page, to: Page) -> str:
    address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, to.pk])
    return client.post(address, follow=True).content.decode()


def move_together(client: Client, page: Page, to: Page) -> str:
    return together(client, "move", page, chooser=to.pk)


def together(client: Client, action: str, page: Page, **sent: object) -> str:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return client.post(f"{address}?id={page.pk}&next=/admin/", sent, follow=True).content.decode()


def unpublish(client: Client, page: Page, **sent: object) -> str:
    return client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]), sent, follow=True).content.decode()


def course_of(page: Page) -> int:
    return CoursePage.objects.parent_of(Page.objects.get(pk=page.pk)).get().pk


def in_nynorsk(page: Page) -> Page:
    return page.get_translations().get(locale__language_code="nn")


def is_live(page: Page) -> bool:
    return Page.objects.get(pk=page.pk).live


@pytest.mark.parametrize("way", [move, move_together])
def test_a_lesson_of_a_course_that_people_are_in_is_not_moved_to_another(
    as_pia: Client, staff: SimpleNamespace, lessons: list[LessonPage], course_page: CoursePage, other_course: CoursePage, way: object  # noqa: F811, E501
) -> None:  # fmt: skip
    said = way(as_pia, lessons[1], other_course)  # type: ignore[operator]
    assert "Ingenting er flyttet" in said
    assert course_of(lessons[1]) == course_page.pk


@pytest.mark.parametrize("way", [move, move_together])
def test_nor_is_a_lesson_moved_into_such_a_course(
    as_pia: Client, staff: SimpleNamespace, course_page: CoursePage, other_course: CoursePage, way: object  # noqa: F811
) -> None:  # fmt: skip
    new = other_course.add_child(instance=LessonPage(title="Ny", slug="ny", summary="Ny."))
    assert "Ingenting er flyttet" in way(as_pia, new, course_page)  # type: ignore[operator]
    assert course_of(new) == other_course.pk


def test_a_lesson_that_is_moved_together_with_others_goes_in_every_language(
    as_pia: Client, lessons: list[LessonPage], other_course: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    nynorsk = in_nynorsk(lessons[1])
    move_together(as_pia, lessons[1], other_course)
    assert course_of(lessons[1]) == other_course.pk
    assert course_of(nynorsk) == in_nynorsk(other_course).pk


def test_parts_that_people_are_in_are_not_unpublished_by_the_dozen(
    as_pia: Client, staff: SimpleNamespace, course_page: CoursePage, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    assert "Ingenting er avpublisert" in together(as_pia, "unpublish", lessons[1])
    catalogue = course_page.get_parent()
    assert "Ingenting er avpublisert" in together(as_pia, "unpublish", catalogue, include_descendants="on")
    assert all(is_live(page) for page in (lessons[1], course_page, catalogue))


def test_pages_that_are_unpublished_together_go_in_every_language(as_pia: Client, lessons: list[LessonPage]) -> None:  # noqa: F811
    nynorsk = in_nynorsk(lessons[1])
    together(as_pia, "unpublish", lessons[1])
    assert not is_live(lessons[1])
    assert not is_live(nynorsk)


def test_the_page_that_asks_says_that_the_translations_go_too(as_pia: Client, lessons: list[LessonPage]) -> None:  # noqa: F811
    for action, said in (("move", "Oversettelsene flyttes med"), ("unpublish", "Oversettelsene avpubliseres med")):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        assert said in as_pia.get(f"{address}?id={lessons[1].pk}&next=/admin/").content.decode()


def test_unpublishing_says_first_whom_it_takes_the_page_away_from(
    as_pia: Client, staff: SimpleNamespace, course_page: CoursePage, lessons: list[LessonPage]  # noqa: F811
) -> None:  # fmt: skip
    said = unpublish(as_pia, course_page, include_descendants="on")
    assert "1 person er i kurset" in said
    assert reverse("course-records:edit", args=[course_page.course_id]) in said
    assert 'name="include_descendants" value="on"' in said
    assert "kan ikke lenger åpne denne delen" in unpublish(as_pia, lessons[1])
    assert all(is_live(page) for page in (course_page, lessons[1]))
    unpublish(as_pia, lessons[1], told="1")
    assert not is_live(lessons[1])
    assert Completion.objects.filter(learner=staff.Ola, known_to=None).count() == 1


def test_what_nobody_is_in_is_unpublished_at_once(as_pia: Client, lessons: list[LessonPage]) -> None:  # noqa: F811
    unpublish(as_pia, lessons[1])
    assert not is_live(lessons[1])


def test_a_lesson_is_copied_as_a_draft(as_pia: Client, lessons: list[LessonPage], course_page: CoursePage) -> None:  # noqa: F811
    fields = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": course_page.pk, "publish_copies": "on"}
    as_pia.post(reverse("wagtailadmin_pages:copy", args=[lessons[1].pk]), fields)
    assert not Page.objects.get(slug="kopi", locale=course_page.locale).live


def test_what_a_page_was_at_first_stands_in_its_history(as_pia: Client, lessons: list[LessonPage]) -> None:  # noqa: F811
    """Else a page that was loaded with the site, or came from a file, could never be taken back to what it was."""
    first = lessons[1].latest_revision
    lessons[1].body[0] = ("text", "<p>Noe annet.</p>")
    lessons[1].save_revision()
    shown = as_pia.get(reverse("wagtailadmin_pages:history", args=[lessons[1].pk])).content.decode()
    back = reverse("wagtailadmin_pages:revisions_revert", args=[lessons[1].pk, first.pk])
    assert back in shown
    assert "Noe annet." not in as_pia.get(back).content.decode()


@pytest.mark.parametrize("way", [move, move_together])
def test_a_page_whose_translation_would_take_another_s_address_is_not_moved_in_any_language(
    as_pia: Client, course_page: CoursePage, other_course: CoursePage, way: object  # noqa: F811
) -> None:  # fmt: skip
    lesson = LessonPage.objects.child_of(course_page).first()
    assert lesson is not None
    clash = LessonPage(title="Ei anna", slug=in_nynorsk(lesson).slug, summary="Ei anna.")
    in_nynorsk(other_course).add_child(instance=clash)
    said = way(as_pia, lesson, other_course)  # type: ignore[operator]
    assert "flyttet" in said or "adresse" in said
    assert course_of(lesson) == course_page.pk
    assert course_of(in_nynorsk(lesson)) == in_nynorsk(course_page).pk


def test_of_two_pages_with_one_address_that_are_moved_together_one_stays(
    as_pia: Client, course_page: CoursePage, other_course: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    record = Course.objects.create(code="TOM", title="Et tomt kurs", subject="mi")
    empty = other_course.add_sibling(instance=CoursePage(title="T", slug="tomt", course=record, intro="", outcomes="a"))
    one, two = (at.add_child(instance=LessonPage(title="Lik", slug="lik", summary="L.")) for at in (course_page, empty))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    as_pia.post(f"{address}?id={one.pk}&id={two.pk}&next=/admin/", {"chooser": other_course.pk})
    slugs = [page.slug for page in Page.objects.child_of(other_course)]
    assert len(slugs) == len(set(slugs))
