"""Files in and out, in the admin: questions into a bank, questions and courses as files."""

from __future__ import annotations

import codecs
import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from learners.policy import may_decide_campaigns, policy, signed_in

from ..exchange import course_file, gift, moodle_xml
from ..exchange.plain import CodeTaken, Plain, Read, UnreadableFile, plain
from ..models import Course, LessonPage, QuestionBank, QuizPage
from ..questions import TEXTS
from ..requirements import all_parts
from .bank_changes import ask, change_form, courses_that_draw, decided

MOST = 20 * 2**20  # bytes of a file with questions
READ = "questions_read"
EDIT_BANK = "wagtailsnippets_courses_questionbank:edit"
NOT_USED = gettext_lazy("These could not be used:")
NOT_ALL = gettext_lazy("These were taken, but not all that stood there:")
FORMATS: dict[str, tuple[str, Callable[[list[Plain]], bytes | str]]] = {
    "xml": ("application/xml", moodle_xml.write),
    "gift": ("text/plain; charset=utf-8", gift.write),
}


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("Moodle XML (.xml) or GIFT (.txt, .gift).")
    )


class CourseFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("A course file, as “Course as a file” writes it.")
    )
    code = forms.CharField(
        label=gettext_lazy("Another code"), required=False, max_length=40,
        help_text=gettext_lazy("Empty: the file’s own. With another code it is a new course, with nobody’s answers."),
    )  # fmt: skip


def exchange_urls() -> list[URLPattern]:
    return [
        path("sporsmalsbanker/<int:bank_id>/hent/", import_questions, name="import-questions"),
        path("sporsmalsbanker/<int:bank_id>/sporsmal.<str:form>", export_bank, name="export-bank"),
        path("kurs/<int:course_id>/sporsmal.<str:form>", export_questions, name="export-questions"),
        path("kurs/<int:course_id>/kurs.zip", export_course, name="export-course"),
        path("kurs/hent/", import_course, name="import-course"),
    ]


def _may(request: HttpRequest, action: str) -> None:
    if not request.user.has_perm(f"courses.{action}_questionbank"):
        raise PermissionDenied


def _decides(request: HttpRequest) -> None:
    if not may_decide_campaigns(signed_in(request), timezone.localdate()):
        raise PermissionDenied


@policy("editor")
def import_questions(request: HttpRequest, bank_id: int) -> HttpResponse:
    """Add a file's questions to a bank; what cannot be used is said, question by question."""
    _may(request, "change")
    bank = get_object_or_404(QuestionBank, pk=bank_id)
    if READ in request.POST:
        return _after_the_choice(request, bank)
    form, found = FileForm(request.POST or None, request.FILES or None), Read()
    if request.method == "POST" and form.is_valid():
        try:
            found = _read(form.cleaned_data["file"])
            blocks = _blocks(found)
        except UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            if blocks and courses_that_draw(bank):
                return _choice_first(request, bank, found, blocks)
            _add(request, bank, blocks)
            if not found.left_out and not found.lost:
                return redirect(EDIT_BANK, bank.pk)
    context = {"title": bank.title, "bank": bank, "form": form, "said": found.left_out, "lost": found.lost}
    return render(request, "courses/admin/import_file.html", context)


def _choice_first(request: HttpRequest, bank: QuestionBank, found: Read, blocks: list[dict[str, Any]]) -> HttpResponse:
    """People are asked from the bank: what the file's questions are to them is said before they stand in it."""
    for named, sentences in ((NOT_USED, found.left_out), (NOT_ALL, found.lost)):
        if sentences:
            messages.warning(request, f"{named} {'; '.join(sentences)}")
    sent = request.POST.copy()
    sent[READ] = signing.dumps(blocks, salt=READ, compress=True)
    request.POST = sent  # type: ignore[assignment] # what the form that asks sends along
    return ask(request, bank, courses_that_draw(bank), change_form())


def _after_the_choice(request: HttpRequest, bank: QuestionBank) -> HttpResponse:
    try:
        blocks = signing.loads(request.POST[READ], salt=READ)
    except signing.BadSignature as error:
        raise SuspiciousOperation("Not the questions that were read.") from error
    with transaction.atomic():
        courses = courses_that_draw(bank)
        question = decided(request, bank, courses) if courses else None
        if question is not None:
            return question
        _add(request, bank, blocks)
    return redirect(EDIT_BANK, bank.pk)


def _read(file: Any) -> Read:
    if file.size > MOST:
        raise UnreadableFile(_("The file is too large, or holds too many files."))
    data = file.read()
    if data.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<":
        return moodle_xml.read(data)  # whatever it says of its letters
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
        return moodle_xml.read(data) if text.lstrip().startswith("<") else gift.read(text)
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("The file is not text in UTF-8. Save it as that, and try again.")) from error


def _blocks(found: Read) -> list[dict[str, Any]]:
    """What can stand in a bank of what a file held."""
    written = [question for question in found.questions if question.kind in TEXTS]
    found.questions = [question for question in found.questions if question.kind not in TEXTS]
    said = _("“%(question)s”: nobody can mark a text that is written freely, so it does not stand in a bank.")
    found.left_out += [said % {"question": question.prompt[:60]} for question in written]
    return [_with_ids(block) for block in found.blocks()]


def _add(request: HttpRequest, bank: QuestionBank, blocks: list[dict[str, Any]]) -> None:
    """Behind the bank's own."""
    bank.questions = json.dumps([*bank.questions.get_prep_value(), *blocks])
    bank.save()
    added = len(blocks)
    text = ngettext("%(n)d question is added.", "%(n)d questions are added.", added) % {"n": added}
    (messages.success if added else messages.warning)(request, text)


def _with_ids(block: dict[str, Any]) -> dict[str, Any]:
    value = {
        name: [{"type": "item", "value": one, "id": str(uuid.uuid4())} for one in part]
        if isinstance(part, list)
        else part
        for name, part in block["value"].items()
    }
    return {"type": block["type"], "value": value, "id": str(uuid.uuid4())}


@require_safe
@policy("editor")
def export_bank(request: HttpRequest, bank_id: int, form: str) -> HttpResponse:
    _may(request, "change")
    bank = get_object_or_404(QuestionBank, pk=bank_id)
    return _file([plain(question) for question in bank.as_questions()], form, bank.title)


@require_safe
@policy("editor")
def export_questions(request: HttpRequest, course_id: int, form: str) -> HttpResponse:
    """All questions of a course in bokmål, or in the language that it is written in."""
    _may(request, "change")
    course = get_object_or_404(Course, pk=course_id)
    parts = [part for part in all_parts(course) if isinstance(part, LessonPage | QuizPage)]
    languages = [part.locale.language_code for part in parts]
    chosen = "nb" if "nb" in languages else next(iter(languages), "nb")
    asked = [q for part in parts if part.locale.language_code == chosen for q in part.questions().values()]
    return _file([plain(question) for question in asked], form, course.title)


def _file(questions: list[Plain], form: str, title: str) -> HttpResponse:
    if form not in FORMATS:
        raise Http404("Moodle XML or GIFT.")
    kind, write = FORMATS[form]
    return _sent(write(questions), kind, f"{title}.{'xml' if form == 'xml' else 'gift.txt'}")


def _sent(content: bytes | str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    safe = "".join(sign if sign.isalnum() or sign in " .-" else "-" for sign in name)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(safe)}"
    return answer


@require_safe
@policy("editor")
def export_course(request: HttpRequest, course_id: int) -> HttpResponse:
    _decides(request)
    course = get_object_or_404(Course, pk=course_id)
    return _sent(course_file.write(course), "application/zip", f"{course.code}.zip")


def _whole(file: Any) -> bytes:
    if file.size > course_file.MAX_FILE:
        raise UnreadableFile(_("The file is too large, or holds too many files."))
    return bytes(file.read())


@policy("editor")
def import_course(request: HttpRequest) -> HttpResponse:
    """A course from its file, as drafts."""
    _decides(request)
    form = CourseFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            course = course_file.read(_whole(form.cleaned_data["file"]), form.cleaned_data["code"])
        except UnreadableFile as error:
            form.add_error("code" if isinstance(error, CodeTaken) else "file", str(error))
        else:
            messages.success(
                request, _("“%(course)s” is here, as drafts. Publish it when it is ready.") % {"course": course}
            )
            page = course.pages.first()
            return redirect(reverse("wagtailadmin_explore", args=[page.pk]) if page else reverse("wagtailadmin_home"))
    return render(
        request, "courses/admin/import_file.html", {"title": _("Course from a file"), "form": form, "said": []}
    )
