"""A course as one file: a ZIP archive with `course.json` and the pictures and documents that its pages use.

`course.json`: {"format", "course": {code, title, title_nn, subject, hours}, "pages": [{language, kind, key, fields,
stream}], "banks", "terms", "images", "documents", "linked"}. Read again under the same code, everything keeps its keys,
so that answers and completions hold; under another code it is a new course with new keys.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.fields import WagtailImageField
from wagtail.models import Locale, Page
from willow.image import UnrecognisedImageFormatError

from cms.document_form import BEGINS, is_what_it_says, not_what_it_says
from cms.glossary import Term
from cms.site import mirror

from ..models import Course, CourseIndexPage, CoursePage, LessonPage, QuestionBank, QuizPage, Subject
from ..models.course_form import first_free, is_code
from . import taking
from .plain import CodeTaken, UnreadableFile

FORMAT = "fagbenk-course/1"
KINDS: dict[str, type[Any]] = {"course": CoursePage, "lesson": LessonPage, "quiz": QuizPage}
EVERY = ("title", "slug", "summary", "seo_title", "search_description")
FIELDS = {
    "course": (*EVERY, "intro", "outcomes", "sources"),
    "lesson": (*EVERY, "minutes"),
    "quiz": (*EVERY, "pass_mark", "max_attempts", "hours_between", "shown_after"),
}
STREAMS = {"lesson": "body", "quiz": "questions_field"}
# Which names in a stream's raw data hold the key of what.
HOLDS = {
    "image": "images", "poster": "images", "video": "documents", "captions": "documents", "audio": "documents",
    "document": "documents", "term": "terms", "bank": "banks",
}  # fmt: skip
MAX_ENTRIES, MAX_FILE, MAX_ALL, MAX_TOLD = 500, 200 * 2**20, 500 * 2**20, 20 * 2**20
# What is raised by a file that is damaged, or made to be; none of it says that something is wrong with us.
WRONG = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError, EOFError, ValidationError,
    ObjectDoesNotExist, DatabaseError, zipfile.BadZipFile, zlib.error, UnrecognisedImageFormatError,
)  # fmt: skip


# --- Writing ----------------------------------------------------------------------------------------------------------
@dataclass
class _Gathered:
    """What the pages refer to: {"images": {pk, …}, …}."""

    keys: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in {*HOLDS.values(), "pages"}})

    def note(self, name: str, key: Any) -> Any:
        self.keys[HOLDS[name]].add(key)
        return key

    def read(self, text: str) -> str:
        for kind, key in taking.linked(text):
            self.keys[kind].add(key)
        return text


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
            "course": {name: getattr(course, name) for name in ("code", "title", "title_nn", "subject", "hours")},
            "pages": pages,
            "banks": {str(b.pk): _bank(b) for b in banks},
            "terms": {str(t.pk): _term(t) for t in terms},
            "images": _files(archive, get_image_model(), gathered.keys["images"], "images"),
            "documents": _files(archive, get_document_model(), gathered.keys["documents"], "documents"),
            "linked": dict(Page.objects.filter(pk__in=gathered.keys["pages"]).values_list("pk", "url_path")),
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
        "fields": {name: _walk(getattr(page, name), gathered.note, gathered.read) for name in FIELDS[kind]},
        "stream": _walk(stream, gathered.note, gathered.read),
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


def _walk(raw: Any, change: Callable[[str, Any], Any], read: Callable[[str], str] = str) -> Any:
    """`raw` with each key of a picture, document, term or bank as `change(name, key)` has it, each text as `read`."""
    if isinstance(raw, list):
        return [_walk(one, change, read) for one in raw]
    if isinstance(raw, str):
        return read(raw)
    if not isinstance(raw, dict):
        return raw
    return {
        name: change(name, value) if name in HOLDS and isinstance(value, int) else _walk(value, change, read)
        for name, value in raw.items()
    }


# --- Reading ----------------------------------------------------------------------------------------------------------
def read(data: bytes, code: str = "") -> Course:
    """The course in a file, as drafts nobody sees yet; `code`: another code than the file's, and so a new course.

    Raises UnreadableFile, with nothing stored, where the file does not hold together or the code is taken.
    """
    with _opened(data) as archive:
        told = _told(archive)
        wanted = code.strip().upper() or told["course"]["code"]
        if not is_code(wanted):
            raise CodeTaken(_("A code is letters, digits and hyphens, such as HMS-2."))
        if Course.objects.filter(code=wanted).exists():
            raise CodeTaken(
                _("There is a course with the code %(code)s already. Give another code.") % {"code": wanted}
            )
        return _made(_Maker(archive, told, wanted, anew=wanted != told["course"]["code"]))


def _made(maker: _Maker) -> Course:
    try:
        with transaction.atomic():
            return maker.make()
    except (UnreadableFile, *WRONG) as error:
        for stored in maker.stored:
            stored.storage.delete(stored.name)
        if isinstance(error, UnreadableFile):
            raise
        said = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise UnreadableFile(_("The file does not hold together: %(error)s") % {"error": said[:200]}) from error


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
        if archive.getinfo("course.json").file_size > MAX_TOLD:
            raise UnreadableFile(_("The file is too large, or holds too many files."))
        text = archive.read("course.json").decode()
        told = json.loads(text)
        if "\\u0000" in text:
            raise ValueError("A text that no database takes.")
    except WRONG as error:
        raise UnreadableFile(_("This is not a course file: it has no readable course.json.")) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise UnreadableFile(_("This is not a course file of a version that can be read here."))
    course: Any = told.get("course")
    whole = isinstance(course, dict) and all(isinstance(course.get(n), str) for n in ("code", "title", "subject"))
    if not whole or not is_code(course["code"]) or course["subject"] not in Subject.values:
        raise UnreadableFile(_("The file does not say which course it is."))
    return told


class _Maker:
    """Makes the records and pages; `anew`: with new keys, the same in every language."""

    def __init__(self, archive: zipfile.ZipFile, told: dict[str, Any], code: str, anew: bool) -> None:
        self.archive, self.told, self.code = archive, told, code
        self.space = uuid.uuid4() if anew else None
        self.locales = {one.language_code: one for one in Locale.objects.all()}
        self.made: dict[str, dict[int, int]] = {}
        self.stored: list[Any] = []  # files, which no transaction takes back

    def make(self) -> Course:
        self.made = {
            "images": self._all("images", lambda one: self._file(get_image_model(), one)),
            "documents": self._all("documents", lambda one: self._file(get_document_model(), one)),
            "terms": self._all("terms", self._term),
        }
        self.made["banks"] = self._all("banks", self._bank)
        self.made["pages"] = self._all("linked", self._linked)
        about = self.told["course"]
        names = {name: str(about.get(name, ""))[:200] for name in ("title", "title_nn")}
        course = Course(code=self.code, subject=about["subject"], hours=about.get("hours"), **names)
        course.full_clean()
        course.save()
        fronts: dict[str, Page] = {}
        for one in sorted(self.told["pages"], key=lambda page: page["kind"] != "course"):
            self._add(course, one, fronts)
        if fronts:
            mirror(fronts.get("nb") or next(iter(fronts.values())), self.locales, fronts)
        return course

    def _all(self, name: str, make: Callable[[Any], int]) -> dict[int, int]:
        return {int(old): make(one) for old, one in self.told.get(name, {}).items()}

    def _file(self, model: Any, one: dict[str, Any]) -> int:
        data = self.archive.read(one["file"])
        if not is_what_it_says(one["file"], data[:BEGINS]):
            raise UnreadableFile(f"{str(one['title'])[:60]}: {not_what_it_says(one['file'])}")
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()  # what Wagtail calls file_hash
        there = model.objects.filter(file_hash=digest, title=one["title"]).first()
        if there is None:
            there = model(title=str(one["title"])[:255], file_hash=digest, file_size=len(data))
            there.file = ContentFile(data, name=PurePosixPath(one["file"]).name.partition("-")[2])
            if model is get_image_model():
                WagtailImageField().clean(there.file)
            there.full_clean(exclude=["uploaded_by_user", "collection"])
            there.save()
            self.stored.append(there.file)
        return there.pk

    def _linked(self, url_path: Any) -> int:
        """The page that stands here where the linked one stood, 0 where none does."""
        return Page.objects.filter(url_path=str(url_path)).values_list("pk", flat=True).first() or 0

    def _term(self, one: dict[str, Any]) -> int:
        named = {"word": one["word"], "locale": self.locales[one["language"]]}
        found = Term.objects.filter(**named).first() or Term(**named, meaning=one["meaning"], also=one["also"])
        if not found.pk:
            found.full_clean()
            found.save()
        return found.pk

    def _bank(self, one: dict[str, Any]) -> int:
        key, locale = self._key(one["key"]), self.locales[one["language"]]
        values = {
            "title": one["title"],
            "subject": one["subject"],
            "questions": self._stream(QuestionBank, "questions", one["questions"]),
        }
        named = {"translation_key": key, "locale": locale}
        found = QuestionBank.objects.filter(**named).first() or QuestionBank(**named, **values)
        if not found.pk:
            found.full_clean()
            found.save()
        return found.pk

    def _add(self, course: Course, one: dict[str, Any], fronts: dict[str, Page]) -> None:
        language, kind = one["language"], one["kind"]
        if language not in self.locales:
            raise ValueError(language)
        values = {name: one["fields"][name] for name in FIELDS[kind] if name in one["fields"]}
        if kind == "course":
            values["intro"] = taking.rich_text(values.get("intro", ""), self.made)
        page = KINDS[kind](**values, locale=self.locales[language], translation_key=self._key(one["key"]), live=False)
        if kind == "course":
            page.course, parent = course, CourseIndexPage.objects.get(locale=self.locales[language])
            page.slug = _free(parent, str(values["slug"]) if self.space is None else slugify(self.code))
        else:
            parent = fronts[language]
            page.clean_fields(exclude=["path", "depth", "slug", "content_type", STREAMS[kind]])
            setattr(page, STREAMS[kind], self._stream(KINDS[kind], STREAMS[kind], one["stream"]))
        parent.add_child(instance=page)
        page.save_revision(log_action=True)  # in its history, to go back to
        if kind == "course":
            fronts[language] = page

    def _stream(self, model: Any, name: str, raw: Any) -> str:
        """The stored form of the field `name`."""
        ours = _walk(self._with_ids(raw), lambda name, key: self.made[HOLDS[name]][key])
        return json.dumps(taking.stream(model._meta.get_field(name).stream_block, ours, self.made))

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
    return first_free(slug, set(parent.get_children().values_list("slug", flat=True)))
