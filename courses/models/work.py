"""Work handed in for a part of a programme: a draft, what was handed in, and what the teacher said of it."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .gatherings import private_files
from .programmes import CohortMember, Part


def _stored_as(_row: WorkFile, name: str) -> str:
    """Under a name that tells nothing: whose it is stands in the database alone."""
    return f"arbeid/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"


class Work(models.Model):
    """A member's work for one part: the draft, and a date of the member's own (`due_on`) where the teacher gave one.

    `revision` grows with every draft stored, so that an older tab does not overwrite a newer one. `aside`: a text that
    came from such a tab, or after the session had ended; its writer chooses which one is to stand.
    """

    member = models.ForeignKey(CohortMember, on_delete=models.CASCADE, related_name="works")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="works")
    draft = models.TextField(blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    aside = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "part"], name="work_once")]


class WorkFile(models.Model):
    """A file of the draft, of what was handed in, or of both; read by its writer and those who teach the class."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="files")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=_stored_as, storage=private_files)
    name = models.CharField(max_length=150)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    in_draft = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]


class Handin(models.Model):
    """What was handed in, as it was then; handing in anew adds one."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="handins")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    files = models.ManyToManyField(WorkFile, related_name="handins")
    handed_in_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["work", "number"], name="handin_once")]


class Assessment(models.Model):
    """What a teacher said of something handed in. A correction closes the row and adds one.

    `levels`: the rubric as it was then, [{"nb", "nn", "level"}], each level one of `Level`.
    """

    class Level(models.TextChoices):
        NOT_YET = "not_yet", _("not yet")
        THERE = "there", _("in place")
        STRONG = "strong", _("in place, and done well")

    handin = models.ForeignKey(Handin, on_delete=models.CASCADE, related_name="assessments")
    passed = models.BooleanField()
    levels = models.JSONField(default=list)
    words = models.TextField(blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="assessments"
    )
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handin"], condition=models.Q(known_to=None), name="one_standing_assessment"
            )
        ]
