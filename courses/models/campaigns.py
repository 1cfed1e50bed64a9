"""Campaigns (kompetansetiltak): courses x audience x deadline x target share."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from learners.facts import Fact

from .course import Course, CourseVersion


class Campaign(ClusterableModel):
    """What is asked of whom by when. Its audience and accepted versions are facts beside it."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    start = models.DateField(_("start"))
    deadline = models.DateField(_("deadline"))
    target = models.DecimalField(
        _("target share"), max_digits=4, decimal_places=3, default=0.9,
        validators=[MinValueValidator(0.001), MaxValueValidator(1)],
        help_text=_("Between 0 and 1: 0.9 is 90 %."),
    )  # fmt: skip
    grace_days = models.PositiveSmallIntegerField(_("days of grace for newcomers"), default=90)
    public = models.BooleanField(
        _("public"), default=False, help_text=_("The barometer can be seen without signing in.")
    )
    courses = models.ManyToManyField(Course, through="CampaignCourse", related_name="campaigns")

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-start", "slug"]

    def __str__(self) -> str:
        return self.title

    def title_in(self, language: str) -> str:
        return self.title_nn if language == "nn" and self.title_nn else self.title


class CampaignCourse(models.Model):
    """One of a campaign's required courses, in order."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="requirements")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, verbose_name=_("course"))
    order = models.PositiveSmallIntegerField(default=0)
    sort_order_field = "order"  # what the editor's page of a campaign numbers

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "course"], name="campaign_course_once")]


class Audience(Fact):
    """Who is asked, as decided by a named person: those in one of `positions` (codes; empty: all) at or below one of
    `units` (codes; empty: all)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="audiences")
    positions = models.JSONField(default=list, blank=True)
    units = models.JSONField(default=list, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class AcceptedVersion(Fact):
    """A course version that a campaign accepts."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="accepted_versions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")


class Exemption(Fact):
    """Somebody need not take a campaign's courses: proposed by a leader, approved by somebody else."""

    class Reason(models.TextChoices):
        EQUIVALENT = "equivalent", _("has the competence from elsewhere")
        DUTIES = "duties", _("has other duties")
        LEAVING = "leaving", _("leaves the service soon")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="exemptions")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exemptions")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
