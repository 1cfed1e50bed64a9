"""An editor begins a course from an empty page: its record is made with it; publishing still needs the right."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.test.utils.form_data import nested_form_data, rich_text

from courses.models import Course, CourseIndexPage, CoursePage
from learners.models import Learner
from tests.admin.conftest import as_pia, edvard, pia, service  # noqa: F401 - fixtures
from tests.look.conftest import course, course_page  # noqa: F401 - fixtures


@pytest.fixture
def as_edvard(client: Client, edvard: Learner, course: Course) -> Client:  # noqa: F811
    client.force_login(edvard)
    return client


def form(**fields: str) -> dict[str, str]:
    comments = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    texts = {"title": "Å spørre godt", "slug": "sporre", "summary": "", "course": "", "code": "", "subject": "mi"}
    return nested_form_data(comments | texts | {"intro": rich_text(""), "outcomes": "", "sources": ""} | fields)


def add_address() -> str:
    index = CourseIndexPage.objects.get(locale__language_code="nb")
    return f"/admin/pages/add/courses/coursepage/{index.pk}/"


def begin(client: Client, **fields: str) -> CoursePage:
    answer = client.post(add_address(), form(**fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return CoursePage.objects.get(slug="sporre", locale__language_code="nb")


def test_an_editor_begins_a_course_and_its_record_is_made(as_edvard: Client) -> None:
    page = begin(as_edvard)
    assert (page.course.code, page.course.title, page.course.subject) == ("A-SPORRE-GODT", "Å spørre godt", "mi")
    assert not page.live
    assert not page.course.versions.exists()
    assert page.get_latest_revision_as_object().course == page.course


def test_the_code_is_hers_to_choose_and_made_capital(as_edvard: Client) -> None:
    assert begin(as_edvard, code="sporre-1").course.code == "SPORRE-1"


@pytest.mark.parametrize("code", ["to ord", "x/y", "Ø1", "-A", "A--B"])
def test_the_register_takes_the_same_codes(as_pia: Client, code: str) -> None:  # noqa: F811
    answer = as_pia.post("/admin/kurs/new/", {"code": code, "title": "Nytt", "subject": "mi"})
    assert list(answer.context["form"].errors) == ["code"]


def test_an_editor_cannot_publish_what_she_began(as_edvard: Client) -> None:
    page = begin(as_edvard, **{"action-publish": "1"})
    assert not page.live
    assert not page.course.versions.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "LITE"}, "code"),
        ({"code": "to ord"}, "code"),
        ({"code": "x/../y"}, "code"),
        ({"subject": ""}, "subject"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
    as_edvard: Client, course: Course, wrong: dict[str, str], field: str  # noqa: F811
) -> None:  # fmt: skip
    answer = as_edvard.post(add_address(), form(**wrong))
    assert list(answer.context["form"].errors) == [field]
    assert list(Course.objects.values_list("code", flat=True)) == [course.code]


def test_looking_at_a_course_that_is_not_stored_stores_nothing(as_edvard: Client) -> None:
    address = f"{add_address()}preview/"
    assert as_edvard.post(address, form()).json() == {"is_valid": True, "is_available": True}
    assert "Å spørre godt" in as_edvard.get(address).content.decode()
    assert Course.objects.count() == 1


def test_code_and_subject_can_be_changed_until_the_course_is_published(as_edvard: Client) -> None:
    page = begin(as_edvard)
    edit = f"/admin/pages/{page.pk}/edit/"
    fields = {"title": "Å lytte godt", "course": str(page.course_id), "code": "LYTTE", "subject": "pedagogikk"}
    assert as_edvard.post(edit, form(**fields)).status_code == 302
    record = Course.objects.get(pk=page.course_id)
    assert (record.code, record.title, record.subject) == ("LYTTE", "Å lytte godt", "pedagogikk")
    assert 'name="code"' in as_edvard.get(edit).content.decode()


def test_a_code_that_is_left_open_follows_the_title_while_it_is_typed(as_edvard: Client) -> None:
    page = begin(as_edvard, title="Å sp")
    assert page.course.code == "A-SP"
    as_edvard.post(f"/admin/pages/{page.pk}/edit/", form())
    record = Course.objects.get(pk=page.course_id)
    assert (record.code, record.title) == ("A-SPORRE-GODT", "Å spørre godt")
    assert Course.objects.count() == 2


def test_a_published_course_keeps_its_record_and_code(
    as_edvard: Client, course_page: CoursePage, course: Course  # noqa: F811
) -> None:  # fmt: skip
    other = Course.objects.create(code="ANNET", title="Annet", subject="mi")
    edit = f"/admin/pages/{course_page.pk}/edit/"
    assert 'name="code"' not in as_edvard.get(edit).content.decode()
    fields = {"title": course_page.title, "slug": course_page.slug, "course": str(other.pk), "code": "X"}
    assert as_edvard.post(edit, form(**fields)).status_code == 302
    newest = CoursePage.objects.get(pk=course_page.pk).get_latest_revision_as_object()
    assert newest.course == course
    assert Course.objects.get(pk=course.pk).code == course.code


def test_from_the_course_s_page_an_editor_comes_to_its_versions_and_to_what_works(as_edvard: Client) -> None:
    page = begin(as_edvard)
    addresses = [f"/admin/kurs/{page.course_id}/{name}/" for name in ("versjoner", "virker")]
    for at in (f"/admin/pages/{page.pk}/", f"/admin/pages/{page.pk}/edit/"):
        shown = as_edvard.get(at).content.decode()
        assert all(f'href="{address}"' in shown for address in addresses)
    for address in addresses:  # before the course is published, too
        assert as_edvard.get(address).status_code == 200


def test_a_record_that_is_there_already_can_be_taken(as_edvard: Client) -> None:
    record = Course.objects.create(code="HMS", title="Trygt verksted", subject="miljoarbeid")
    page = begin(as_edvard, course=str(record.pk), subject="")
    assert page.course == record
    record.refresh_from_db()
    assert (record.title, record.subject) == ("Trygt verksted", "miljoarbeid")


def test_only_records_that_no_page_is_about_are_offered(as_edvard: Client, course: Course) -> None:  # noqa: F811
    Course.objects.create(code="HMS", title="Trygt verksted", subject="miljoarbeid")
    page = as_edvard.get(add_address()).content.decode()
    assert "Trygt verksted (HMS)" in page
    assert f"({course.code})" not in page
