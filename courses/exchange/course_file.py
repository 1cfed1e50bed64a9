"""A course as one file: a ZIP archive with `course.json` and the pictures and documents that its pages use.

`course.json`: {"format", "course": {code, title, title_nn, subject}, "pages": [{language, kind, key, fields, stream}],
"banks", "terms", "images", "documents"}. Read again under the same code, everything keeps its keys, so that answers and
completions hold; under another code it is a new course with new keys.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale, Page

from cms.glossary import Term
from cms.site import WRITTEN

from ..models import Course, CourseIndexPage, CoursePage, LessonPage, QuestionBank, QuizPage, Subject
from .plain import CodeTaken, UnreadableFile

FORMAT = "fagbenk-course/1"
KINDS: dict[str, type[Any]] = {"course": CoursePage, "lesson": LessonPage, "quiz": QuizPage}
FIELDS = {
    "course": ("title", "slug", "summary", "intro", "outcomes", "sources"),
    "lesson": ("title", "slug", "summary", "minutes"),
    "quiz": ("title", "slug", "summary", "pass_mark", "max_attempts", "hours_between", "shown_after"),
}
STREAMS = {"lesson": "body", "quiz": "questions_field"}
# Which names in a stream's raw data hold the key of what.
HOLDS = {
    "image": "images", "poster": "images", "video": "documents", "captions": "documents", "audio": "documents",
    "document": "documents", "term": "terms", "bank": "banks",
}  # fmt: skip
MAX_ENTRIES, MAX_FILE, MAX_ALL = 500, 200 * 2**20, 500 * 2**20


# --- Writing ----------------------------------------------------------------------------------------------------------
@dataclass
class _Gathered:
    """What the pages refer to: {"images": {pk, …}, …}."""

    keys: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in set(HOLDS.values())})

    def note(self, name: str, key: Any) -> Any:
        self.keys[HOLDS[name]].add(key)
        return key


def write(course: Course) -> bytes:
    """The course's published or drafted pages in every language that is written, with what they use."""
    gathered = _Gathered()
    pages = [_page(page, gathered) for page in _pages(course)]
    banks = QuestionBank.objects.filter(pk__in=gathered.keys["banks"]).select_related("locale")
    terms = Term.objects.filter(pk__in=gathered.keys["terms"]).select_related("locale")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {
            "format": FORMAT,
            "course": {name: getattr(course, name) for name in ("code", "title", "title_nn", "subject")},
            "pages": pages,
            "banks": {str(b.pk): _bank(b) for b in banks},
            "terms": {str(t.pk): _term(t) for t in terms},
            "images": _files(archive, get_image_model(), gathered.keys["images"], "images"),
            "documents": _files(archive, get_document_model(), gathered.keys["documents"], "documents"),
        }
        archive.writestr("course.json", json.dumps(told, ensure_ascii=False, indent=1, default=str))
    return target.getvalue()


def _pages(course: Course) -> list[Any]:
    found: list[Any] = []
    for page in CoursePage.objects.filter(course=course, alias_of=None).select_related("locale").order_by("path"):
        found.append(page)
        for kind in (LessonPage, QuizPage):
            found += kind.objects.child_of(page).select_related("locale").order_by("path")
    return found


def _page(page: Any, gathered: _Gathered) -> dict[str, Any]:
    kind = next(name for name, model in KINDS.items() if isinstance(page, model))
    stream = getattr(page, STREAMS[kind]).get_prep_value() if kind in STREAMS else []
    return {
        "language": page.locale.language_code,
        "kind": kind,
        "key": str(page.translation_key),
        "live": page.live,
        "fields": {name: getattr(page, name) for name in FIELDS[kind]},
        "stream": _walk(stream, gathered.note),
    }


def _bank(bank: QuestionBank) -> dict[str, Any]:
    return {"title": bank.title, "subject": bank.subject, "language": bank.locale.language_code,
            "key": str(bank.translation_key), "questions": bank.questions.get_prep_value()}  # fmt: skip


def _term(term: Term) -> dict[str, Any]:
    return {"word": term.word, "meaning": term.meaning, "also": term.also, "language": term.locale.language_code}


def _files(archive: zipfile.ZipFile, model: Any, keys: set[int], folder: str) -> dict[str, Any]:
    told = {}
    for one in model.objects.filter(pk__in=keys):
        with one.file.open("rb") as file:
            data = file.read()
        name = f"{folder}/{one.pk}-{PurePosixPath(one.file.name).name}"
        archive.writestr(name, data)
        told[str(one.pk)] = {"file": name, "title": one.title}
    return told


def _walk(raw: Any, change: Callable[[str, Any], Any]) -> Any:
    """`raw` with each key of a picture, document, term or bank as `change(name, key)` has it."""
    if isinstance(raw, list):
        return [_walk(one, change) for one in raw]
    if not isinstance(raw, dict):
        return raw
    return {
        name: change(name, value) if name in HOLDS and isinstance(value, int) else _walk(value, change)
        for name, value in raw.items()
    }


# --- Reading ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def read(data: bytes, code: str = "") -> Course:
    """The course in a file, as drafts nobody sees yet; `code`: another code than the file's, and so a new course.

    Raises UnreadableFile, with nothing stored, where the file does not hold together or the code is taken.
    """
    with _opened(data) as archive:
        told = _told(archive)
        wanted = code.strip().upper() or told["course"]["code"]
        if Course.objects.filter(code=wanted).exists():
            raise CodeTaken(
                _("There is a course with the code %(code)s already. Give another code.") % {"code": wanted}
            )
        try:
            return _Maker(archive, told, wanted, anew=wanted != told["course"]["code"]).make()
        except (KeyError, TypeError, ValueError, AttributeError, ValidationError) as error:
            raise UnreadableFile(
                _("The file does not hold together: %(error)s") % {"error": str(error)[:200]}
            ) from error


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(_("This is not a course file: it cannot be opened as a ZIP archive.")) from error
    sizes = [entry.file_size for entry in archive.infolist()]
    if len(sizes) > MAX_ENTRIES or max(sizes, default=0) > MAX_FILE or sum(sizes) > MAX_ALL:
        raise UnreadableFile(_("The file is too large, or holds too many files."))
    return archive


def _told(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        told = json.loads(archive.read("course.json"))
    except (KeyError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise UnreadableFile(_("This is not a course file: it has no readable course.json.")) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise UnreadableFile(_("This is not a course file of a version that can be read here."))
    course: Any = told.get("course")
    whole = isinstance(course, dict) and all(isinstance(course.get(n), str) for n in ("code", "title", "subject"))
    if not whole or not re.fullmatch(r"[A-Z0-9-]{1,40}", course["code"]) or course["subject"] not in Subject.values:
        raise UnreadableFile(_("The file does not say which course it is."))
    return told


class _Maker:
    """Makes the records and pages; `anew`: with new keys, the same in every language."""

    def __init__(self, archive: zipfile.ZipFile, told: dict[str, Any], code: str, anew: bool) -> None:
        self.archive, self.told, self.code = archive, told, code
        self.space = uuid.uuid4() if anew else None
        self.locales = {one.language_code: one for one in Locale.objects.all()}
        self.made: dict[str, dict[int, int]] = {}

    def make(self) -> Course:
        self.made = {
            "images": self._all("images", lambda one: self._file(get_image_model(), one)),
            "documents": self._all("documents", lambda one: self._file(get_document_model(), one)),
            "terms": self._all("terms", self._term),
        }
        self.made["banks"] = self._all("banks", self._bank)
        about = self.told["course"]
        names = {name: str(about.get(name, ""))[:200] for name in ("title", "title_nn")}
        course = Course.objects.create(code=self.code, subject=about["subject"], **names)
        fronts: dict[str, Page] = {}
        for one in sorted(self.told["pages"], key=lambda page: page["kind"] != "course"):
            self._add(course, one, fronts)
        return course

    def _all(self, name: str, make: Callable[[dict[str, Any]], int]) -> dict[int, int]:
        return {int(old): make(one) for old, one in self.told.get(name, {}).items()}

    def _file(self, model: Any, one: dict[str, Any]) -> int:
        data = self.archive.read(one["file"])
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()  # what Wagtail calls file_hash
        there = model.objects.filter(file_hash=digest, title=one["title"]).first()
        if there is None:
            there = model(title=str(one["title"])[:255], file_hash=digest, file_size=len(data))
            there.file = ContentFile(data, name=PurePosixPath(one["file"]).name.partition("-")[2])
            there.full_clean(exclude=["uploaded_by_user", "collection"])
            there.save()
        return there.pk

    def _term(self, one: dict[str, Any]) -> int:
        named = {"word": one["word"], "locale": self.locales[one["language"]]}
        return Term.objects.get_or_create(**named, defaults={"meaning": one["meaning"], "also": one["also"]})[0].pk

    def _bank(self, one: dict[str, Any]) -> int:
        key, locale = self._key(one["key"]), self.locales[one["language"]]
        values = {
            "title": one["title"],
            "subject": one["subject"],
            "questions": json.dumps(self._stream(one["questions"])),
        }
        return QuestionBank.objects.get_or_create(translation_key=key, locale=locale, defaults=values)[0].pk

    def _add(self, course: Course, one: dict[str, Any], fronts: dict[str, Page]) -> None:
        language, kind = one["language"], one["kind"]
        if language not in WRITTEN:
            raise ValueError(language)
        values = {name: one["fields"][name] for name in FIELDS[kind] if name in one["fields"]}
        page = KINDS[kind](**values, locale=self.locales[language], translation_key=self._key(one["key"]), live=False)
        if kind == "course":
            page.course, parent = course, CourseIndexPage.objects.get(locale=self.locales[language])
            page.slug = _free(parent, str(values["slug"]) if self.space is None else slugify(self.code))
        else:
            parent = fronts[language]
            setattr(page, STREAMS[kind], json.dumps(self._stream(one["stream"])))
        parent.add_child(instance=page)
        page.save_revision()
        if kind == "course":
            fronts[language] = page

    def _stream(self, raw: Any) -> Any:
        return _walk(self._with_ids(raw), lambda name, key: self.made[HOLDS[name]][key])

    def _with_ids(self, raw: Any) -> Any:
        if self.space is None:
            return raw
        if isinstance(raw, list):
            return [self._with_ids(one) for one in raw]
        if not isinstance(raw, dict):
            return raw
        return {n: self._key(v) if n == "id" and isinstance(v, str) else self._with_ids(v) for n, v in raw.items()}

    def _key(self, old: str) -> str:
        return str(uuid.uuid5(self.space, old)) if self.space else str(uuid.UUID(old)) if len(old) == 36 else old


def _free(parent: Page, slug: str) -> str:
    taken = set(parent.get_children().values_list("slug", flat=True))
    return next(name for name in [slug, *(f"{slug}-{n}" for n in range(2, 1000))] if name not in taken)
