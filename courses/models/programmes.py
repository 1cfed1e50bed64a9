"""Programmes: parts in order, required or to choose among; and the classes (kull) that take one together."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .course import Course
from .gatherings import may_teach
from .written import Described, Titled, written


class Programme(Described, ClusterableModel):
    """What is asked of somebody over months. Progress is computed from completions, and stands in no row."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    about = models.TextField(_("what it is about"), blank=True)
    about_nn = models.TextField(_("what it is about, in nynorsk"), blank=True)
    outcomes = models.TextField(_("learning outcomes"), blank=True, help_text=_("One on each line."))
    outcomes_nn = models.TextField(
        _("learning outcomes in nynorsk"), blank=True, db_default="", help_text=_("The same lines, in the same order.")
    )
    hours = models.DecimalField(_("scope in hours"), max_digits=6, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def outcomes_in(self, language: str) -> list[str]:
        return _lines(written(self, "outcomes", language))


class Choice(models.Model):
    """A group of elective parts: at least so many of them."""

    programme = ParentalKey(Programme, on_delete=models.CASCADE, related_name="choices")
    group = models.CharField(_("group"), max_length=10, help_text=_("The same letter as on its parts, such as A."))
    least = models.PositiveSmallIntegerField(_("at least"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["group"]
        constraints = [models.UniqueConstraint(fields=["programme", "group"], name="programme_choice_once")]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Part(Titled, models.Model):  # type: ignore[django-manager-missing]  # as Course
    """One part. A course is done when completed, a gathering when attended, the rest when somebody confirms it."""

    class Kind(models.TextChoices):
        COURSE = "course", _("course")
        GATHERING = "gathering", _("gathering")
        WORK = "work", _("work handed in")
        PRACTICE = "practice", _("practice at the own workshop")

    programme = ParentalKey(Programme, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField(default=0)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    course = models.ForeignKey(
        Course, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("course")
    )
    title = models.CharField(_("title"), max_length=200, blank=True, help_text=_("Empty for a course: its own name."))
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    group = models.CharField(
        _("elective group"), max_length=10, blank=True, help_text=_("Empty: required. A letter: one to choose.")
    )
    after_previous = models.BooleanField(_("the part before it comes first"), default=False)
    due_days = models.PositiveSmallIntegerField(
        _("days after the class has begun"),
        null=True,
        blank=True,
        help_text=_("When it is to be done. Empty: no date."),
    )
    task = models.TextField(
        _("the task"),
        blank=True,
        db_default="",
        help_text=_("For work handed in: what is to be done, and what to hand in."),
    )
    task_nn = models.TextField(_("the task, in nynorsk"), blank=True, db_default="")
    criteria = models.TextField(
        _("what it is assessed by"),
        blank=True,
        db_default="",
        help_text=_("For work handed in: one criterion on each line."),
    )
    criteria_nn = models.TextField(
        _("what it is assessed by, in nynorsk"),
        blank=True,
        db_default="",
        help_text=_("The same lines, in the same order."),
    )
    sort_order_field = "order"

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title_in("nb")

    def clean(self) -> None:
        if (self.kind == self.Kind.COURSE) != (self.course_id is not None):
            raise ValidationError({"course": _("A part that is a course names the course; no other part does.")})
        if self.kind != self.Kind.COURSE and not self.title:
            raise ValidationError({"title": _("Give the part a title.")})
        if self.criteria_nn and len(_lines(self.criteria_nn)) != len(_lines(self.criteria)):
            raise ValidationError({"criteria_nn": _("There must be as many lines as in bokmål.")})

    def title_in(self, language: str) -> str:
        return super().title_in(language) or (self.course.title_in(language) if self.course else "")

    def task_in(self, language: str) -> str:
        return written(self, "task", language)

    @property
    def rubric(self) -> list[dict[str, str]]:
        """Its criteria in both languages: [{"nb", "nn"}]."""
        first = _lines(self.criteria)
        second = _lines(self.criteria_nn) or first
        return [{"nb": nb, "nn": nn} for nb, nn in zip(first, second, strict=False)]


class Cohort(ClusterableModel):
    """A class taking a programme together."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("programme")
    )
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"))

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["-starts", "slug"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.starts and self.ends and self.starts > self.ends:
            raise ValidationError({"ends": _("It must end after it has started.")})


class CohortTeacher(models.Model):
    """Who teaches a class: sees how far everybody is, and confirms their work."""

    cohort = ParentalKey(Cohort, on_delete=models.CASCADE, related_name="teachers")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teaches_cohorts", verbose_name=_("teacher"),
        limit_choices_to=may_teach,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "learner"], name="cohort_teacher_once")]


class CohortMember(models.Model):
    """Somebody takes the programme with a class; who leaves the class keeps what is done."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="members")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohorts")
    registration = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "learner"], condition=models.Q(left_at=None), name="cohort_member_once"
            )
        ]


class CohortMessage(models.Model):
    """A teacher's message to all of a class; a task sends it to those who are members then."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="cohort_messages"
    )
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=5000)
    written_at = models.DateTimeField()
    sent = models.BooleanField(default=False)

    class Meta:
        ordering = ["-written_at", "-pk"]
