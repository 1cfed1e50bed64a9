"""Campaigns (kompetansetiltak): courses x audience x deadline x target share."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from learners.facts import Fact

from .course import Course, CourseVersion
from .written import Titled


class Campaign(Titled, ClusterableModel):
    """What is asked of whom by when. Its audience and accepted versions are facts beside it.

    With a `programme` its required courses are among `courses`, and the programme's own completion is what counts.
    `follows`: the campaign whose place this one takes, with a new requirement; from this one's start on the old one
    asks nothing of anybody any more, and its figures stay as they are.
    """

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
    due_days = models.PositiveSmallIntegerField(
        _("days to complete it in"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: everybody has until the deadline. Else each has so many days from joining the audience."),
    )  # fmt: skip
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors", editable=False
    )
    programme = models.ForeignKey(
        "Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns",
        verbose_name=_("programme"),
    )  # fmt: skip
    grace_days = models.PositiveSmallIntegerField(_("days of grace for newcomers"), default=90)
    public = models.BooleanField(
        _("public"), default=False, help_text=_("The barometer can be seen without signing in.")
    )
    courses = models.ManyToManyField(
        Course, through="CampaignCourse", through_fields=("campaign", "course"), related_name="campaigns"
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-start", "slug"]

    def __str__(self) -> str:
        return self.title


class CampaignCourse(models.Model):
    """One of a campaign's required courses, in order.

    With `renew_months` a completion counts for so many months here; it is renewed by the course itself or by the
    shorter `renewal`, which counts for those who have completed the course before.
    """

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="requirements")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, verbose_name=_("course"))
    order = models.PositiveSmallIntegerField(default=0)
    renew_months = models.PositiveSmallIntegerField(
        _("renewed every (months)"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: completed once is enough."),
    )  # fmt: skip
    renewal = models.ForeignKey(
        Course, null=True, blank=True, on_delete=models.PROTECT, related_name="renews",
        verbose_name=_("renewed by"), help_text=_("A shorter course for those who renew. Empty: the course itself."),
    )  # fmt: skip
    sort_order_field = "order"  # what the editor's page of a campaign numbers

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "course"], name="campaign_course_once")]


class Audience(Fact):
    """Who is asked, as decided by a named person: those in one of `positions` (codes; empty: all) at or below one of
    `units` (codes; empty: all) but not at or below one of `without`; and everybody at or below one of `also`.

    Several may hold at once, as stages: `leaders` asks only those who lead a unit on the day, with a `deadline` of
    their own.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="audiences")
    positions = models.JSONField(default=list, blank=True)
    units = models.JSONField(default=list, blank=True)
    without = models.JSONField(default=list, blank=True)
    also = models.JSONField(default=list, blank=True)
    leaders = models.BooleanField(default=False)
    deadline = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Singled(Fact):
    """A person taken into the audience, whatever their posting, or out of it; out is the stronger of the two."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="singled")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="singled")
    taken_in = models.BooleanField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class AcceptedVersion(Fact):
    """A course version that a campaign accepts."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="accepted_versions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")


class Exemption(Fact):
    """Somebody need not take a campaign's courses: proposed by a leader, approved by somebody else.

    Without `approved_by` it is a proposal, or (with `refused_by`) a refused one, and changes nothing for anybody.
    With `ended_by` it was ended before the day that was approved, `ended_why`.
    """

    class Reason(models.TextChoices):
        EQUIVALENT = "equivalent", _("has the competence from elsewhere")
        DUTIES = "duties", _("has other duties")
        LEAVING = "leaving", _("leaves the service soon")

    class EndReason(models.TextChoices):
        OVER = "over", _("what it was given for is over")
        STAYS = "stays", _("stays in the service after all")
        MISTAKE = "mistake", _("it was given by mistake")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="exemptions")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exemptions")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_why = models.CharField(max_length=20, choices=EndReason.choices, blank=True)

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it holds."""
        return self.valid_to - dt.timedelta(days=1) if self.valid_to else None
