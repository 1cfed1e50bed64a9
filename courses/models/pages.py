"""The Wagtail pages of a course, one per language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from types import MappingProxyType
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index

from cms.blocks import RICH_TEXT
from cms.common import common
from cms.models import BasePage

from ..blocks import LessonBlock, QuizBlock
from ..questions import KINDS, Question, draw, from_block
from .banks import QuestionBank
from .copy_form import CopyAsTemplateForm, CopyPartForm
from .course import Course
from .course_form import CoursePageForm


class CourseIndexPage(BasePage):
    """The catalogue, by subject."""

    parent_page_types: ClassVar[list[str]] = ["cms.StartPage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    max_count_per_parent = 1
    template = "courses/course_index_page.html"

    class Meta:
        verbose_name = _("course catalogue")


class _CoursePermissions(PagePermissionTester):
    """A course is deleted with its parts by those who may delete each of them; Wagtail asks for one right more, which
    would hold for the whole tree."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return bool(super().can_delete(ignore_bulk=True))


class CoursePage(BasePage):
    """A course's front page in one language: outcomes, lessons, sources."""

    base_form_class = CoursePageForm

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="pages", verbose_name=_("course"))
    intro = RichTextField(_("introduction"), features=RICH_TEXT, blank=True)
    outcomes = models.TextField(
        _("learning outcomes"),
        blank=True,
        help_text=_("One on each line; each completes “After the course you can …”."),
    )
    sources = models.TextField(_("sources"), blank=True, help_text=_("One on each line."))

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        FieldPanel("course"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("subject")]),
        FieldPanel("intro"),
        FieldPanel("outcomes"),
        FieldPanel("sources"),
    ]
    search_fields: ClassVar[list] = [*BasePage.search_fields, index.SearchField("intro"), index.SearchField("outcomes")]
    copy_form_class = CopyAsTemplateForm
    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage", "courses.QuizPage"]
    template = "courses/course_page.html"

    class Meta:
        verbose_name = _("course page")

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return _CoursePermissions(user, self)

    written_record: Course | None = None  # what the form has written of a course that is not published yet

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Published by hand, by the clock or with its parent: a course's first live page makes version 1, that day."""
        if self.written_record is not None:
            self.written_record.save()
            self.course = self.written_record
        super().save(*args, **kwargs)
        if self.live and not self.course.versions.exists():
            self.course.versions.get_or_create(number=1, defaults={"published_on": timezone.localdate()})

    def preview(self, request: HttpRequest) -> HttpResponse:
        """A course that has no record yet has one for the moment of the look."""
        if self.course.pk:
            return super().preview(request)
        with transaction.atomic():
            self.course.save()
            self.course = self.course  # with its key, to which the page's own follows
            shown = super().preview(request)
            if isinstance(shown, TemplateResponse):
                shown.render()
            transaction.set_rollback(True)
        return shown

    def searched_texts(self) -> list[str]:
        return [*super().searched_texts(), self.outcomes]

    @property
    def outcome_list(self) -> list[str]:
        return [line.strip() for line in self.outcomes.splitlines() if line.strip()]

    @property
    def source_list(self) -> list[str]:
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    def lessons(self) -> list[LessonPage]:
        """The published lessons in order (without their bodies)."""
        return list(LessonPage.objects.child_of(self).live().defer("body").order_by("path"))

    def quiz(self) -> QuizPage | None:
        return QuizPage.objects.child_of(self).live().order_by("path").first()


class _PartPage(BasePage):
    """A lesson or the closing quiz: only for somebody who has signed in."""

    policy = "signed_in"

    class Meta:
        abstract = True

    @cached_property
    def course_page(self) -> CoursePage:
        path = self.path[: -Page.steplen]
        pages = CoursePage.objects.select_related("course", "locale", "alias_of__locale")
        found = copy(common(("course page", path), lambda: pages.get(path=path)))
        found.course = copy(found.course)  # an editor's form may write into it
        return found

    def may_be_found(self) -> bool:
        return self.course_page.live

    @property
    def key(self) -> str:
        """The part's key in every language: its pages' translation key."""
        return str(self.translation_key)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from ..views import serve_part

        return serve_part(self, request)

    def preview(self, request: HttpRequest) -> HttpResponse:
        from ..views import preview_part

        return preview_part(self, request)


class LessonPage(_PartPage):
    """A lesson of about ten minutes."""

    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    body = StreamField(LessonBlock(), verbose_name=_("content"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("minutes"), FieldPanel("body")]
    search_fields: ClassVar[list] = [*BasePage.search_fields, index.SearchField("told")]
    copy_form_class = CopyPartForm
    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "courses/lesson_page.html"

    class Meta:
        verbose_name = _("lesson")

    @property
    def told(self) -> str:
        """What the admin's search looks in, too: it is the same index."""
        return " ".join(self.searched_texts())

    def searched_texts(self) -> list[str]:
        """Without the questions: a search tells nobody what is in an answer."""
        told = (block for block in self.body if block.block_type not in KINDS)
        return [text for block in told for text in block.block.get_searchable_content(block.value)]

    def questions(self) -> dict[str, Question]:
        """The lesson's questions by key, in reading order."""
        # The others are not looked at: a picture would be read from the database.
        asked = (self.body[n] for n, raw in enumerate(self.body.raw_data) if raw["type"] in KINDS)
        return {b.id: from_block(b.block_type, b.id, b.value) for b in asked}


class QuizPage(_PartPage):
    """The closing quiz."""

    class Shown(models.TextChoices):
        """What a learner is told after an attempt."""

        EACH = "each", _("What each answer was worth")
        WHEN_PASSED = "passed", _("What each answer was worth, once it is passed")
        RESULT = "result", _("Only the result")

    pass_mark = models.DecimalField(
        _("pass mark"), max_digits=3, decimal_places=2, default=0.75,
        validators=[MinValueValidator(0.01), MaxValueValidator(1)],
        help_text=_("The share of questions that must be right, between 0 and 1."),
    )  # fmt: skip
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Attempts a day; empty: as many as one likes."),
    )  # fmt: skip
    hours_between = models.PositiveSmallIntegerField(
        _("hours between attempts"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: one may try again at once."),
    )  # fmt: skip
    shown_after = models.CharField(
        _("what is shown afterwards"), max_length=10, choices=Shown.choices, default=Shown.EACH
    )
    questions_field = StreamField(QuizBlock(), verbose_name=_("questions"))

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("shown_after")]),
        FieldRowPanel([FieldPanel("max_attempts"), FieldPanel("hours_between")]),
        FieldPanel("questions_field"),
    ]
    copy_form_class = CopyPartForm
    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "courses/quiz_page.html"

    class Meta:
        verbose_name = _("closing quiz")

    minutes = 10
    # In a version that a newer one has taken over: the raw questions of its banks as they stood then, by the bank's id.
    kept_banks: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], *args: Any, **kwargs: Any) -> QuizPage | None:
        page: QuizPage | None = super().from_serializable_data(data, *args, **kwargs)
        if page is not None:
            page.kept_banks = data.get("kept_banks", {})
        return page

    def searched_texts(self) -> list[str]:
        return []

    def banks(self) -> list[QuestionBank]:
        """The banks that the quiz draws from."""
        drawn = (b.value["bank"] for b in self.questions_field if b.block_type == "draw")
        return [bank for bank in drawn if bank]

    def questions(self) -> dict[str, Question]:
        """Every question that the quiz may ask, by key: its own in order, and all of its banks'."""
        return {q.key: q for b in self.questions_field for q in self._of_bank_or_own(b)}

    def drawn(self, seed: str) -> dict[str, Question]:
        """The questions of one attempt by key; from a bank as many as the quiz asks for, the same for the same seed."""
        return {q.key: q for b in self.questions_field for q in self._drawn(b, seed)}

    def _drawn(self, block: Any, seed: str) -> list[Question]:
        found = self._of_bank_or_own(block)
        return draw(found, block.value["number"], f"{block.id}:{seed}") if block.block_type == "draw" else found

    def _of_bank_or_own(self, block: Any) -> list[Question]:
        if block.block_type != "draw":
            return [from_block(block.block_type, block.id, block.value)]
        bank = block.value["bank"]
        kept = self.kept_banks.get(str(bank.pk)) if bank else None
        if kept is not None:
            return QuestionBank(questions=json.dumps(kept)).as_questions()
        return bank.as_questions() if bank else []

    def shows_each(self, passed: bool) -> bool:
        """Whether the learner is told what each answer was worth."""
        return self.shown_after == self.Shown.EACH or (self.shown_after == self.Shown.WHEN_PASSED and passed)
