"""What those who took a course or were at a gathering think of it: counts and words that belong to nobody.

No row holds one person's answers. A row of `Answered` says that somebody has answered, and nothing of what.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .course import Course
from .gatherings import Gathering


class Evaluation(models.Model):
    """The evaluation of a course, of a gathering, or (`gatherings_of`) of what was left over from a course's
    gatherings, together. `shown` answers are in its results; `waiting` ones are too few yet
    to be added without showing what single persons said."""

    course = models.OneToOneField(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="evaluation")
    gathering = models.OneToOneField(
        Gathering, null=True, blank=True, on_delete=models.PROTECT, related_name="evaluation"
    )
    gatherings_of = models.OneToOneField(
        Course, null=True, blank=True, on_delete=models.PROTECT, related_name="gatherings_evaluation"
    )
    shown = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gathering=None, gatherings_of=None, course__isnull=False)
                | models.Q(course=None, gatherings_of=None, gathering__isnull=False)
                | models.Q(course=None, gathering=None, gatherings_of__isnull=False),
                name="evaluation_of_one_thing_only",
            )
        ]


class EvaluationCount(models.Model):
    """How many gave `question` (1 to 5) the `value` (1 to 5)."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="counts")
    question = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField()
    shown = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "question", "value"], name="evaluation_count_once")
        ]


class EvaluationWords(models.Model):
    """What somebody wrote. No date, and a key that tells no order."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="words")
    text = models.TextField(max_length=2000)
    shown = models.BooleanField(default=False)


class Answered(models.Model):
    """That somebody has answered, so that nobody answers twice or is asked again. No date, and a key without order."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="answered")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evaluation", "learner"], name="answered_once")]
