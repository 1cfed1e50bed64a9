"""What the statements say of who has completed what."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from courses.models import CourseVersion


class Completion(models.Model):
    """A learner has completed a course version. Made from statements only; never edited.

    Valid from `completed_on` until before `valid_until`; known from when its statement was stored until it was voided
    or an earlier one arrived. `written_at` is when this row was written; it is not part of what the row says.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="completions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="completions")
    registration = models.UUIDField()
    statement_id = models.UUIDField()
    completed_on = models.DateField()
    valid_until = models.DateField(null=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)
    written_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "version", "registration", "known_from"], name="completion_once_a_registration"
            )
        ]


class Cursor(models.Model):
    """How far a reader has come in the record store's commit-safe sequence."""

    name = models.CharField(max_length=40, primary_key=True)
    position = models.CharField(max_length=60, blank=True)
    moved_at = models.DateTimeField(null=True)


class Achievement(models.Model):
    """Something that is no course is completed: a course's e-learning, a gathering, a programme, a part of one.

    `activity` is its IRI (identities.activities); `version`: of the course, where it is e-learning. Made from
    statements only, as Completion is; never edited.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="achievements")
    activity = models.CharField(max_length=300)
    version = models.ForeignKey(CourseVersion, null=True, on_delete=models.PROTECT, related_name="+")
    registration = models.UUIDField()
    statement_id = models.UUIDField()
    completed_on = models.DateField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "learner", "registration", "known_from"], name="achievement_once_a_registration"
            )
        ]
