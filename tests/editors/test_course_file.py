"""A course as a file: there and back it is the same; under another code a new one; wrong files change nothing."""

from __future__ import annotations

import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.documents import get_document_model
from wagtail.models import Page

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


def test_a_course_from_a_file_is_shown_in_every_language_also_where_it_is_not_written(course: Course) -> None:  # noqa: F811
    english = course.pages.get(locale__language_code="en")
    for mirror in Page.objects.descendant_of(english, inclusive=True).order_by("path"):
        ConvertAliasPageAction(mirror.specific).execute()
    copy = course_file.read(course_file.write(course), "kopi")
    assert {page.locale.language_code for page in copy.pages.filter(alias_of=None)} == {"nb", "nn", "en"}
    mirror = copy.pages.exclude(alias_of=None).get()
    assert mirror.locale.language_code == "se"
    parts = copy.pages.get(locale__language_code="nb").get_children()
    assert [part.title for part in mirror.get_children()] == [part.title for part in parts]


def test_a_code_that_is_taken_is_refused(course: Course) -> None:  # noqa: F811
    with pytest.raises(CodeTaken):
        course_file.read(course_file.write(course))


def changed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The course file with what `change` does to its `course.json`."""
    content: Any = told(data)
    change(content)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, json.dumps(content) if name == "course.json" else before.read(name))
    return target.getvalue()


def pages_of(content: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [page for page in content["pages"] if page["kind"] == kind]


HOSTILE = """<p>Hei <b>du</b></p><script>ran()</script><img src=x onerror="ran()"><a href="javascript:ran()">her</a>
<a href="https://example.org/">der</a><p style="x" onclick="ran()">slutt</p><iframe src="https://example.org"></iframe>"""


def test_rich_text_in_a_file_holds_what_our_editor_writes_and_nothing_else(course: Course) -> None:  # noqa: F811
    def hostile(content: dict[str, Any]) -> None:
        for page in pages_of(content, "course"):
            page["fields"]["intro"] = HOSTILE
        for page in pages_of(content, "lesson"):
            page["stream"] = [{"type": "fact", "id": str(uuid.uuid4()), "value": {"title": "x", "text": HOSTILE}}]

    made = course_file.read(changed(course_file.write(course), hostile), "kopi")
    front = CoursePage.objects.filter(course=made, alias_of=None).first()
    lesson = LessonPage.objects.child_of(front).first()  # type: ignore[union-attr]
    for text in (front.intro, lesson.body[0].value["text"].source):  # type: ignore[union-attr]
        assert "<p>Hei <b>du</b></p>" in text
        assert '<a href="https://example.org/">der</a>' in text
        assert not re.search(r"<(script|img|iframe)|javascript:|onclick|style=", text)


def test_a_link_in_the_text_leads_to_the_same_document_or_nowhere(course: Course) -> None:  # noqa: F811
    document = get_document_model().objects.create(
        title="Skjema", file=ContentFile(b"%PDF-1.4 skjema", name="skjema.pdf")
    )
    front = CoursePage.objects.get(course=course, locale__language_code="nb")
    front.intro = f'<p><a linktype="document" id="{document.pk}">a</a> <a id="{front.pk}" linktype="page">b</a></p>'
    front.save()
    data = course_file.write(course)
    gone = changed(data, lambda content: content["linked"].update({str(front.pk): "/nowhere/"}))
    document.delete()
    other = get_document_model().objects.create(title="Et annet", file=ContentFile(b"annet", name="annet.pdf"))
    again = course_file.read(data, "kopi").pages.get(locale__language_code="nb").intro
    found = get_document_model().objects.get(title="Skjema")
    assert f'<a id="{found.pk}" linktype="document">a</a>' in again
    assert f'<a id="{front.pk}" linktype="page">b</a>' in again
    assert found.pk != other.pk
    assert "<a>b</a>" in course_file.read(gone, "kopi-2").pages.get(locale__language_code="nb").intro
    for one in (found, other):
        one.file.delete(save=False)


def test_the_scope_in_hours_comes_along(course: Course) -> None:  # noqa: F811
    Course.objects.filter(pk=course.pk).update(hours="7.5")
    course.refresh_from_db()
    assert course_file.read(course_file.write(course), "kopi").hours == Decimal("7.5")


def _every(kind: str, **fields: Any) -> Callable[[dict[str, Any]], object]:
    return lambda content: [page["fields"].update(fields) for page in pages_of(content, kind)]


def _blocks(*blocks: dict[str, Any]) -> Callable[[dict[str, Any]], object]:
    return lambda content: [page.update(stream=list(blocks)) for page in pages_of(content, "lesson")]


GAPS = {"prompt": "?", "text": "ingen", "feedback_right": "ja", "feedback_wrong": "nei"}
DAMAGED: list[Callable[[dict[str, Any]], object]] = [
    _every("lesson", minutes=-1),
    _every("lesson", minutes=[1]),
    _every("lesson", title="x\0y"),
    _every("quiz", pass_mark="abc"),
    _every("quiz", pass_mark="5"),
    _blocks({"type": "unknown", "value": "x", "id": "1"}),
    _blocks({"type": "gaps", "value": GAPS, "id": "1"}),
    _blocks({"type": "single", "value": {"prompt": 3, "options": 7}, "id": "1"}),
    _blocks({"type": "numeric", "value": GAPS | {"answer": "abc"}, "id": "1"}),
    lambda content: content["pages"].append(content["pages"][0]),
    lambda content: [page.update(key="zzz") for page in content["pages"]],
    lambda content: content["course"].update(hours="mange"),
    lambda content: content.update(images={"1": {"file": "course.json", "title": "no picture"}}),
]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_refused_in_words_and_leaves_nothing(
    course: Course, damage: Callable[[dict[str, Any]], object]  # noqa: F811
) -> None:  # fmt: skip
    before = Page.objects.count()
    with translation.override("nb"), pytest.raises(UnreadableFile):
        course_file.read(changed(course_file.write(course), damage), "kopi")
    assert not Course.objects.filter(code="KOPI").exists()
    assert Page.objects.count() == before


def test_a_file_that_is_damaged_on_the_way_is_refused(course: Course) -> None:  # noqa: F811
    data = bytearray(changed(course_file.write(course), lambda content: None))
    place = data.find(b"course.json") + 80
    data[place : place + 200] = b"\1" * 200
    with pytest.raises(UnreadableFile):
        course_file.read(bytes(data), "kopi")


def test_a_deeply_nested_file_and_one_that_unpacks_to_very_much_are_refused() -> None:
    for text in ("[" * 100_000, " " * (course_file.MAX_TOLD + 1)):
        with pytest.raises(UnreadableFile):
            course_file.read(zipped(course_json=text))


@pytest.mark.parametrize("code", ["to ord", "x/y", "Ø"])
def test_another_code_is_one_that_can_stand_in_an_address(course: Course, code: str) -> None:  # noqa: F811
    with pytest.raises(CodeTaken):
        course_file.read(course_file.write(course), code)


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


@pytest.mark.parametrize(
    ("name", "said"), [("film.exe", 'Filendelsen "exe" er ikke tillatt'), ("film.mp4", "ikke det navnet sier (MP4)")]
)
def test_a_document_in_a_file_is_looked_into_like_one_that_is_uploaded(
    course: Course, name: str, said: str  # noqa: F811
) -> None:  # fmt: skip
    place = f"documents/9-{name}"
    data = changed(
        course_file.write(course), lambda told: told["documents"].update({"9": {"file": place, "title": "F"}})
    )
    with zipfile.ZipFile(more := io.BytesIO(data), "a") as archive:
        archive.writestr(place, b"bare tekst")
    with translation.override("nb"), pytest.raises(UnreadableFile) as refused:
        course_file.read(more.getvalue(), "NY")
    assert said in str(refused.value)
    assert "{" not in str(refused.value)
    assert not Course.objects.filter(code="NY").exists()
