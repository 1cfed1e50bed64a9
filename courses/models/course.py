"""The durable record of a course and of its versions; pages come and go, these stay."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .written import Titled


class Subject(models.TextChoices):
    """Fagområder, as the strategy for prison work names them."""

    MI = "mi", _("Motivational interviewing")
    MILIEU = "miljoarbeid", _("Milieu work")
    PEDAGOGY = "pedagogikk", _("Pedagogy")
    PRODUCT = "produktutvikling", _("Product development")
    COOPERATION = "samarbeid", _("Working with school and NAV")


class Course(Titled, models.Model):  # type: ignore[django-manager-missing]  # Wagtail's page manager is untyped
    """A course in however many languages: one record, one activity IRI, one completion."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(
        _("title"), max_length=200, help_text=_("The name in lists and statements; pages carry their own titles.")
    )
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices)
    hours = models.DecimalField(
        _("scope in hours"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("Stands on the certificate."),
    )
    gathering_from = models.DateField(
        _("a gathering is needed from"), null=True, blank=True,
        help_text=_("From then on the course takes both the e-learning and a gathering. Empty: the e-learning alone."),
    )  # fmt: skip
    gathering_until = models.DateField(
        _("e-learning alone suffices from"), null=True, blank=True,
        help_text=_("Who has done the e-learning by then has completed the course on that day."),
    )  # fmt: skip
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = pgettext_lazy("plural", "courses")

    def __str__(self) -> str:
        return self.title

    def is_begun(self) -> bool:
        """Whether anybody can have begun the course: it has been published once."""
        return self.pk is not None and self.versions.exists()

    def is_retired(self, on: dt.date) -> bool:
        """Taken out of use: nobody new begins it, and it stands in no catalogue. Whoever is in it may go on."""
        return self.retired_on is not None and self.retired_on <= on

    def needs_gathering(self, on: dt.date) -> bool:
        """Whether the course is completed on the day by e-learning and a gathering, not by e-learning alone."""
        begun = self.gathering_from is not None and self.gathering_from <= on
        return begun and (self.gathering_until is None or on < self.gathering_until)

    def is_blended(self, first: dt.date, last: dt.date) -> bool:
        """Whether a gathering is needed on some day from `first` to `last`."""
        begun = self.gathering_from is not None and self.gathering_from <= last
        return begun and (self.gathering_until is None or first < self.gathering_until)

    def version_on(self, day: dt.date) -> CourseVersion | None:
        """The version that somebody who begins on `day` begins on."""
        return self.versions.filter(published_on__lte=day).order_by("-number").first()


class CourseVersion(models.Model):
    """A requirement. A correction changes no version; a material change makes a new one.

    `outline` is the lessons' keys (their pages' translation keys, as strings), frozen when the first learner begins;
    until then it is null and follows the pages.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    published_on = models.DateField(_("published on"))
    validity_months = models.PositiveSmallIntegerField(
        _("valid for (months)"), null=True, blank=True, help_text=_("Empty: a completion does not run out.")
    )
    outline = models.JSONField(null=True, blank=True, editable=False)
    note = models.CharField(_("what changed"), max_length=250, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="course_version_number")]

    def __str__(self) -> str:
        return f"{self.course.code} v{self.number}"


class FrozenPage(models.Model):
    """A part as it stood when a newer version took over: those who began the old one go on with this.

    `content` is the page's serialised form (Wagtail's revision content), kept here so that it outlives revisions.
    """

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="frozen_pages")
    key = models.CharField(max_length=36)  # the part's translation key
    language = models.CharField(max_length=10)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key", "language"], name="frozen_page_once")]
