"""What waits for editors: errors that learners report, and decisions on what is published later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .course import Course


class ErrorReport(models.Model):
    """Something that a learner found wrong in a lesson or quiz. It outlives the page; editors see no name.

    `key`: the part's translation key; `block`: the block it is about, "" for the whole part.
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("report", "New")
        TAKEN = "taken", pgettext_lazy("report", "Being looked at")
        MENDED = "mended", pgettext_lazy("report", "Mended")
        STAYS = "stays", pgettext_lazy("report", "Stays as it is")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="error_reports")
    key = models.CharField(max_length=36)
    language = models.CharField(max_length=10)
    part_title = models.CharField(max_length=255)
    block = models.CharField(max_length=36, blank=True)
    place = models.CharField(max_length=120, blank=True)
    text = models.TextField(_("what is wrong"))
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="error_reports")
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    answer = models.TextField(_("answer to the one who reported it"), blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "sent_at"], name="error_report_inbox"),  # courses.reporting.inbox
            models.Index(fields=["learner", "sent_at"], name="error_report_mine"),  # courses.reporting.mine
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.NEW, self.State.TAKEN)


class PlannedChange(models.Model):
    """What was decided for a draft that is published later by the clock: correction, or new requirement."""

    revision = models.OneToOneField("wagtailcore.Revision", on_delete=models.CASCADE, related_name="planned_change")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    requirement = models.BooleanField()
    deadline = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=250, blank=True)
    safe = models.BooleanField(default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(requirement=False) | models.Q(deadline__isnull=False),
                name="planned_requirement_has_deadline",
            )
        ]


class TranslationCheck(models.Model):
    """A paragraph of a translation that somebody has read beside its source, and left as it is."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="translation_checks")
    key = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "key"], name="translation_check_once")]
