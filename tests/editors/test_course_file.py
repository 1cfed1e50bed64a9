"""A course as a file: there and back it is the same; under another code a new one; wrong files change nothing."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.utils import translation

from courses.exchange import course_file
from courses.exchange.plain import CodeTaken, UnreadableFile
from courses.models import Course, CoursePage, LessonPage, QuizPage
from tests.player.conftest import course, course_page, lessons, loaded, quiz  # noqa: F401 - fixtures


def told(data: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read("course.json"))


def forget(course: Course) -> None:  # noqa: F811
    for page in CoursePage.objects.filter(course=course):
        page.delete()
    Course.objects.filter(pk=course.pk).delete()


def test_a_course_comes_back_from_its_file_as_it_was(course: Course) -> None:  # noqa: F811
    data = course_file.write(course)
    course.versions.all().delete()
    forget(course)
    again = course_file.read(data)
    before, after = told(data), told(course_file.write(again))
    for page in [*before["pages"], *after["pages"]]:  # type: ignore[misc]
        page.pop("live")
    assert before == after


def test_a_course_under_another_code_is_a_new_course_in_every_language(course: Course) -> None:  # noqa: F811
    copy = course_file.read(course_file.write(course), "kopi")
    assert copy.code == "KOPI"
    pages = CoursePage.objects.filter(course=copy, alias_of=None)
    assert {page.locale.language_code for page in pages} == {"nb", "nn"}
    assert not any(page.live for page in pages)
    keys = {tuple(LessonPage.objects.child_of(page).values_list("translation_key", flat=True)) for page in pages}
    assert len(keys) == 1
    old = {q for part in QuizPage.objects.filter(live=True) for q in part.questions()}
    new = [set(QuizPage.objects.child_of(page).get().questions()) for page in pages]
    assert new[0] == new[1]
    assert not new[0] & old


def test_a_code_that_is_taken_is_refused(course: Course) -> None:  # noqa: F811
    with pytest.raises(CodeTaken):
        course_file.read(course_file.write(course))


def zipped(**files: object) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content if isinstance(content, str) else json.dumps(content))
    return target.getvalue()


ABOUT = {"code": "NY", "title": "Ny", "title_nn": "", "subject": "mi"}
WRONG = [
    b"",
    b"PK",
    b"<html>",
    zipped(other_json="{}"),
    zipped(course_json="nei"),
    zipped(course_json="[]"),
    zipped(course_json={"format": "fagbenk-course/9"}),
    zipped(course_json={"format": course_file.FORMAT, "course": {"code": "../x", "title": "a", "subject": "mi"}}),
    zipped(course_json={"format": course_file.FORMAT, "course": ABOUT}),
    zipped(course_json={"format": course_file.FORMAT, "course": ABOUT, "pages": [{"kind": "page"}]}),
    zipped(
        course_json={
            "format": course_file.FORMAT,
            "course": ABOUT,
            "pages": [],
            "images": {"1": {"file": "../../etc/passwd", "title": "x"}},
        }
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize("data", WRONG)
def test_a_wrong_file_is_refused_in_words_and_changes_nothing(data: bytes) -> None:
    with translation.override("nb"), pytest.raises(UnreadableFile):
        course_file.read(data)
    assert not Course.objects.filter(code="NY").exists()
