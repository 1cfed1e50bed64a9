"""What editors do with a course's pages: look at them before they are published, make a course from nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from config.tasks import publish_scheduled
from courses.models import Course, CourseIndexPage, CoursePage, LessonPage, QuizPage
from tests.look.conftest import course, course_page, kari, kari_client, lesson  # noqa: F401 - fixtures
from tracking.clock import OSLO
from tracking.lrs.models import Statement
from tracking.player.models import Attempt

EMPTY_LESSON = {"title": "En til", "slug": "en-til", "summary": "", "minutes": "10", "comments-TOTAL_FORMS": "0"}


def draft(client: Client, page: CoursePage | LessonPage | QuizPage) -> str:
    answer = client.get(f"/admin/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_lesson_can_be_looked_at_before_it_is_published(as_pia: Client, lesson: LessonPage) -> None:  # noqa: F811
    lesson.unpublish()
    assert "Leksjon 1 av 2" in draft(as_pia, lesson)


def test_a_lesson_that_is_not_saved_yet_can_be_looked_at(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    address = f"/admin/pages/add/courses/lessonpage/{course_page.pk}/preview/"
    body = streamfield([("heading", "Se etter farer")])
    as_pia.post(address, nested_form_data(EMPTY_LESSON | {"body": body}))
    shown = as_pia.get(address).content.decode()
    assert "Leksjon 3 av 3" in shown
    assert "Se etter farer" in shown


def test_a_quiz_can_be_looked_at_before_it_is_published(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    quiz = course_page.quiz()
    assert quiz
    assert "Hva er q1?" in draft(as_pia, quiz)


@pytest.mark.parametrize("kind", [LessonPage, QuizPage])
def test_nobody_begins_a_course_by_looking_at_a_draft(
    as_pia: Client, course: Course, kind: type[LessonPage | QuizPage]  # noqa: F811
) -> None:  # fmt: skip
    draft(as_pia, kind.objects.first())
    assert not Attempt.objects.exists()
    assert not Statement.objects.exists()
    assert course.versions.get().outline is None


def test_only_the_preview_of_a_page_may_stand_in_a_frame(as_pia: Client, lesson: LessonPage) -> None:  # noqa: F811
    shown = as_pia.get(f"/admin/pages/{lesson.pk}/view_draft/")
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in as_pia.get(lesson.url)["Content-Security-Policy"]


def test_a_draft_cannot_be_reached_by_its_address(as_pia: Client, lesson: LessonPage) -> None:  # noqa: F811
    address = lesson.url
    lesson.unpublish()
    assert as_pia.get(address).status_code == 404


def test_a_lesson_of_a_course_that_is_a_draft_cannot_be_reached(
    kari_client: Client, course_page: CoursePage, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    CoursePage.objects.filter(pk=course_page.pk).update(live=False)
    assert kari_client.get(lesson.url).status_code == 404


@pytest.fixture
def record(as_pia: Client) -> Course:
    """A course's record, as an editor makes it."""
    as_pia.post("/admin/kurs/new/", {"code": "hms", "title": "Trygt verksted", "subject": "miljoarbeid"})
    return Course.objects.get(code="HMS")


def publish(client: Client, parent: Page, kind: type[Page], **fields: str) -> Page:
    """The page as the editor's form publishes it."""
    address = f"/admin/pages/add/courses/{kind._meta.model_name}/{parent.pk}/"
    common = {"slug": fields["title"].lower(), "summary": "", "comments-TOTAL_FORMS": "0", "action-publish": "1"}
    answer = client.post(address, nested_form_data(common | {"comments-INITIAL_FORMS": "0"} | fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return kind.objects.get(slug=common["slug"], locale__language_code="nb")


@pytest.fixture
def new_course(as_pia: Client, record: Course, course: Course) -> CoursePage:  # noqa: F811
    index = CourseIndexPage.objects.get(locale__language_code="nb")
    texts = {"intro": rich_text(""), "outcomes": "", "sources": ""}
    return publish(as_pia, index, CoursePage, title="Trygt", course=str(record.pk), **texts)


def test_a_record_alone_is_no_published_course(record: Course) -> None:
    assert not record.versions.exists()


def test_publishing_a_new_course_makes_its_first_version(record: Course, new_course: CoursePage) -> None:
    version = record.versions.get()
    assert (version.number, version.published_on) == (1, timezone.localdate())


def test_a_draft_makes_no_version(as_pia: Client, record: Course, course: Course) -> None:  # noqa: F811
    index = CourseIndexPage.objects.get(locale__language_code="nb")
    index.add_child(instance=CoursePage(title="Trygt", slug="trygt", course=record, live=False))
    assert not record.versions.exists()


def test_a_course_that_the_clock_publishes_gets_its_version_too(record: Course, course: Course) -> None:  # noqa: F811
    index = CourseIndexPage.objects.get(locale__language_code="nb")
    page = index.add_child(instance=CoursePage(title="Trygt", slug="trygt", course=record, live=False))
    page.go_live_at = timezone.now() - dt.timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    assert not record.versions.exists()
    publish_scheduled()
    assert record.versions.get().number == 1


def test_a_correction_makes_no_version(course: Course, course_page: CoursePage) -> None:  # noqa: F811
    course_page.summary = "Rettet."
    course_page.save_revision().publish()
    assert course.versions.count() == 1


def test_an_editor_who_looks_at_a_course_does_not_decide_its_outline(
    as_pia: Client, course: Course, lesson: LessonPage, kari_client: Client  # noqa: F811
) -> None:  # fmt: skip
    as_pia.get(lesson.url)
    assert course.versions.get().outline is None
    kari_client.get(lesson.url)
    assert len(course.versions.get().outline or []) == 2


def test_a_plan_is_written_as_people_write_a_time(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    """The calendar puts its own time where it does not understand what was typed."""
    page = as_pia.get(f"/admin/pages/{course_page.pk}/edit/").content.decode()
    assert "d.m.Y H:i" in page


@pytest.mark.parametrize("language", ["nb", "nn", "en", "se"])
def test_a_date_is_typed_the_same_in_every_language(language: str) -> None:
    with translation.override(language):
        days = {forms.DateField().clean(typed) for typed in ("5.12.2026", "05.12.26", "2026-12-05", "5/12/2026")}
        moments = {
            forms.DateTimeField().clean(typed) for typed in ("5.12.2026 9.30", "05.12.2026 09:30", "2026-12-05 09:30")
        }
    assert days == {dt.date(2026, 12, 5)}
    assert moments == {dt.datetime(2026, 12, 5, 9, 30, tzinfo=OSLO)}


def test_an_hour_that_is_there_twice_is_refused_in_plain_words() -> None:
    with translation.override("nb"), pytest.raises(forms.ValidationError, match="timen finnes to ganger"):
        forms.DateTimeField().clean("25.10.2026 02:30")


def copy(client: Client, page: CoursePage, **more: str) -> CoursePage:
    """The course as a template, with its parts."""
    sent = {"new_title": "Trygt", "new_slug": "trygt", "new_parent_page": str(page.get_parent().pk)}
    answer = client.post(f"/admin/pages/{page.pk}/copy/", sent | {"copy_subpages": "on"} | more, follow=True)
    assert "LITE-2" in answer.content.decode()
    return CoursePage.objects.get(slug="trygt")


def test_a_copied_course_is_a_course_of_its_own(
    as_pia: Client, course: Course, course_page: CoursePage, kari_client: Client, lesson: LessonPage  # noqa: F811
) -> None:  # fmt: skip
    kari_client.get(lesson.url)
    made = copy(as_pia, course_page, publish_copies="on")
    assert made.course.code == "LITE-2"
    assert (made.course.title, made.course.subject) == ("Trygt", course.subject)
    assert made.get_latest_revision_as_object().course == made.course
    assert made.course.versions.get().number == 1
    assert [part.title for part in made.get_children()] == [part.title for part in course_page.get_children()]
    assert not Attempt.objects.filter(version__course=made.course).exists()


def test_a_copied_draft_has_no_version_until_it_is_published(
    as_pia: Client, course: Course, course_page: CoursePage  # noqa: F811
) -> None:  # fmt: skip
    made = copy(as_pia, course_page)
    assert not made.live
    assert not made.course.versions.exists()


def test_a_copy_in_the_same_language_is_never_a_mirror(as_pia: Client, course: Course, course_page: CoursePage) -> None:  # noqa: F811
    assert 'name="alias"' not in as_pia.get(f"/admin/pages/{course_page.pk}/copy/").content.decode()
    made = copy(as_pia, course_page, alias="on")
    assert made.alias_of is None
    assert made.course != course
    part = made.get_children().first()
    assert 'name="alias"' not in as_pia.get(f"/admin/pages/{part.pk}/copy/").content.decode()


def test_two_pages_are_never_one_course(as_pia: Client, course: Course, course_page: CoursePage) -> None:  # noqa: F811
    address = f"/admin/pages/add/courses/coursepage/{course_page.get_parent().pk}/"
    fields = {"title": "Igjen", "slug": "igjen", "summary": "", "course": str(course.pk), "outcomes": "", "sources": ""}
    sent = {"intro": rich_text(""), "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    said = as_pia.post(address, nested_form_data(fields | sent)).content.decode()
    assert "En annen side er om dette kurset" in said
    assert course.pages.filter(alias_of=None, slug="igjen").count() == 0


def test_lessons_that_change_places_do_so_in_every_language(as_pia: Client, course_page: CoursePage) -> None:  # noqa: F811
    first, *_others = course_page.get_children()
    as_pia.post(f"/admin/pages/{first.pk}/set_position/?position=1")
    in_each = [
        list(Page.objects.child_of(page).order_by("path").values_list("translation_key", flat=True))
        for page in course_page.get_translations(inclusive=True)
    ]
    assert len(in_each) == 4
    assert in_each[0][1] == first.translation_key
    assert all(keys == in_each[0] for keys in in_each)
    assert {page.url_path.rsplit("/", 2)[0] for page in course_page.get_children()} == {
        course_page.url_path.rstrip("/")
    }
