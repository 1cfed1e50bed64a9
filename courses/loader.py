"""A course from its files into its record, its pages in every language, and its figures.

Block ids, list item ids and translation keys are made from the course's slug and keys, the same in every language and
at every loading, so that answers and resume places hold whichever language is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from functools import singledispatchmethod
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Locale

from cms.site import WRITTEN, ensure_site, mirror, publish, start_page

from . import content_format as files
from .models import Course, CourseIndexPage, CoursePage, LessonPage, QuizPage

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.XAPI_BASE}/courses")
CONTENT = Path(__file__).parent / "content"  # the courses that come with Fagbenk, a folder each
# The catalogue: (title, summary) by language.
CATALOGUE = {
    "nb": ("Kurs", "Alle kurs, etter fagområde. Hver leksjon tar omtrent ti minutter."),
    "nn": ("Kurs", "Alle kurs, etter fagområde. Kvar leksjon tek omtrent ti minutt."),
}
RICH_TEXT_TAGS = {"strong": "b", "em": "i"}


@transaction.atomic
def load(folder: Path, published_on: dt.date) -> Course:
    """The course in `folder`, made where it is missing; a course that has pages is left as its editors have it.

    `published_on` is the Oslo date of version 1. Raises content_format.ContentError.
    """
    languages = files.read(folder)
    first = languages[WRITTEN[0]]
    course, _made = Course.objects.get_or_create(
        code=first.code,
        defaults={
            "title": first.title,
            "title_nn": languages["nn"].title,
            "subject": first.subject,
            "hours": _hours(sum(lesson.minutes for lesson in first.lessons)),
        },
    )
    course.versions.get_or_create(number=1, defaults={"published_on": published_on})
    if not course.pages.exists():
        ensure_site()
        _add_pages(course, languages, folder)
    return course


def _hours(minutes: int) -> Decimal:
    """The scope that stands on the certificate, in half hours: at least one of them."""
    return max(Decimal(round(minutes / 30)) / 2, Decimal("0.5"))


def ensure_catalogue() -> None:
    """The catalogue page in every language, where it is missing."""
    locales = _locales()
    if CourseIndexPage.objects.exists():
        return
    key = uuid.uuid5(NAMESPACE, "catalogue")
    pages = [
        publish(
            start_page(code),
            CourseIndexPage(
                title=title, summary=summary, slug="kurs", locale=locales[code], translation_key=key, show_in_menus=True
            ),
        )
        for code, (title, summary) in CATALOGUE.items()
    ]
    mirror(pages[0], locales)


def _locales() -> dict[str, Locale]:
    return {locale.language_code: locale for locale in Locale.objects.all()}


def _add_pages(course: Course, languages: dict[str, files.CourseFile], folder: Path) -> None:
    ensure_catalogue()
    locales = _locales()
    pages = [_Builder(languages[code], folder, locales[code]).add(course) for code in WRITTEN]
    mirror(pages[0], locales)


class _Builder:
    """The pages of one course in one language."""

    def __init__(self, source: files.CourseFile, folder: Path, locale: Locale) -> None:
        self.source, self.folder, self.locale = source, folder, locale

    def add(self, course: Course) -> CoursePage:
        index = CourseIndexPage.objects.get(locale=self.locale)
        page = publish(index, self._course_page(course))
        for lesson in self.source.lessons:
            publish(page, self._lesson_page(lesson))
        publish(page, self._quiz_page())
        return page

    def _id(self, *keys: object) -> str:
        return str(uuid.uuid5(NAMESPACE, ":".join(map(str, (self.source.slug, *keys)))))

    def _course_page(self, course: Course) -> CoursePage:
        return CoursePage(
            course=course,
            title=self.source.title,
            slug=self.source.slug,
            summary=self.source.summary,
            intro=rich_text(self.source.intro),
            outcomes="\n".join(self.source.outcomes),
            sources="\n".join(self.source.sources),
            locale=self.locale,
            translation_key=self._id("course"),
        )

    def _lesson_page(self, lesson: files.Lesson) -> LessonPage:
        return LessonPage(
            title=lesson.title,
            slug=lesson.key,
            summary=lesson.summary,
            minutes=lesson.minutes,
            body=json.dumps([self._block(b, f"{lesson.key}:{n}") for n, b in enumerate(lesson.body)]),
            locale=self.locale,
            translation_key=self._id("lesson", lesson.key),
        )

    def _quiz_page(self) -> QuizPage:
        quiz = self.source.quiz
        return QuizPage(
            title=quiz.title,
            slug="prove",
            summary=quiz.intro[:220],
            pass_mark=str(quiz.pass_mark),
            max_attempts=quiz.max_attempts,
            questions_field=json.dumps([self._block(q, "quiz") for q in quiz.questions]),
            locale=self.locale,
            translation_key=self._id("quiz"),
        )

    def _block(self, block: Any, place: str) -> dict[str, Any]:
        """A StreamField's stored form of `block`; its id comes from its key, or from its place."""
        key = getattr(block, "key", "") or place
        kind = type(block).__struct_config__.tag
        return {"type": kind, "value": self._value(block, key), "id": self._id(key)}

    @singledispatchmethod
    def _value(self, block: Any, key: str) -> Any:
        raise NotImplementedError(type(block))

    @_value.register
    def _(self, block: files.Heading, key: str) -> str:
        return block.text

    @_value.register
    def _(self, block: files.Text, key: str) -> str:
        return rich_text(block.html)

    @_value.register
    def _(self, block: files.Quote, key: str) -> dict[str, str]:
        return {"text": block.text, "attribution": block.attribution}

    @_value.register(files.Fact)
    @_value.register(files.Case)
    def _(self, block: files.Fact | files.Case, key: str) -> dict[str, str]:
        return {"title": block.title, "text": rich_text(block.html)}

    @_value.register
    def _(self, block: files.Figure, key: str) -> dict[str, Any]:
        file = self.folder / "figures" / f"{block.image}.{self.source.language}.svg"
        return {"image": _image(file, block.alt), "alt": block.alt, "caption": block.caption}

    @_value.register
    def _(self, block: files.Checklist, key: str) -> dict[str, Any]:
        return {"title": block.title, "items": self._items(key, ((n, item) for n, item in enumerate(block.items)))}

    @_value.register(files.Single)
    @_value.register(files.Multiple)
    def _(self, block: files.Single | files.Multiple, key: str) -> dict[str, Any]:
        options = ((o.key, {"text": o.text, "correct": o.correct, "feedback": o.feedback}) for o in block.options)
        return {"prompt": block.prompt, "options": self._items(key, options)}

    @_value.register
    def _(self, block: files.Order, key: str) -> dict[str, Any]:
        return {"items": self._items(key, ((i.key, i.text) for i in block.items)), **_sequence(block)}

    @_value.register
    def _(self, block: files.Match, key: str) -> dict[str, Any]:
        pairs = ((p.key, {"left": p.left, "right": p.right}) for p in block.pairs)
        return {"pairs": self._items(key, pairs), **_sequence(block)}

    @_value.register
    def _(self, block: files.Numeric, key: str) -> dict[str, Any]:
        up_to = None if block.up_to is None else str(block.up_to)
        return {"answer": str(block.answer), "up_to": up_to, "unit": block.unit, **_sequence(block)}

    @_value.register
    def _(self, block: files.Gaps, key: str) -> dict[str, str]:
        return {"text": block.text, **_sequence(block)}

    @_value.register(files.Reflection)
    @_value.register(files.Free)
    def _(self, block: files.Reflection | files.Free, key: str) -> dict[str, str]:
        return {"prompt": block.prompt, "hint": block.hint}

    def _items(self, key: str, items: Iterator[tuple[object, Any]]) -> list[dict[str, Any]]:
        return [{"type": "item", "value": value, "id": self._id(key, name)} for name, value in items]


def _sequence(block: files.Order | files.Match | files.Numeric | files.Gaps) -> dict[str, str]:
    return {
        "prompt": block.prompt,
        "feedback_right": block.feedback_right,
        "feedback_wrong": block.feedback_wrong,
    }


def rich_text(html: str) -> str:
    """The file's HTML as Wagtail stores rich text: bold is <b>, italic <i>, and no space between the blocks."""
    for ours, theirs in RICH_TEXT_TAGS.items():
        html = re.sub(rf"<(/?){ours}>", rf"<\1{theirs}>", html)
    return re.sub(r">\s+<(?=/?(?:p|ul|ol|li|h3)\b)", "><", html).strip()


def _image(file: Path, title: str) -> int:
    """The key of the picture with this file and title, stored where it is missing."""
    data = file.read_bytes()
    digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()  # what Wagtail calls file_hash
    images = get_image_model().objects
    image = images.filter(file_hash=digest, title=title).first()
    if image is None:
        image = images.model(title=title, file=ContentFile(data, name=file.name), file_hash=digest, file_size=len(data))
        image.save()
    return image.pk
