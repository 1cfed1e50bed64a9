"""Where a learner is in a course: attempts, visits, answers. What is completed is told by statements, not by these."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from courses.models import CourseVersion


class Attempt(models.Model):
    """A learner takes a course version for the `number`-th time; `registration` is the attempt's name in statements."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="attempts")
    registration = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.PositiveSmallIntegerField(default=1)
    begun_at = models.DateTimeField()
    at_key = models.CharField(max_length=36, blank=True)  # the part last opened
    follows = False  # whether the learner has begun the course before; said by attempts.newest

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "version", "number"], name="attempt_number_of_a_version")
        ]


class Visit(models.Model):
    """A session: from launched and initialized to terminated."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="visits")
    session = models.UUIDField(default=uuid.uuid4, unique=True)
    language = models.CharField(max_length=10)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Read by play.close_idle: visits that nobody closed.
            models.Index(fields=["seen_at"], condition=models.Q(ended_at=None), name="visit_open")
        ]


class PartDone(models.Model):
    """A lesson that has been gone through."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="parts_done")
    key = models.CharField(max_length=36)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "key"], name="part_done_once")]


class Place(models.Model):
    """Where in a part the learner was: a block's id."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="places")
    key = models.CharField(max_length=36)
    block = models.CharField(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "key"], name="one_place_a_part")]


class Answer(models.Model):
    """The last stored answer to a lesson's marked question, after `tries` answers."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    part_key = models.CharField(max_length=36)
    question_key = models.CharField(max_length=36)
    response = models.JSONField()
    correct = models.BooleanField()
    tries = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question_key"], name="one_answer_a_question")]


class _Words(models.Model):
    """What somebody wrote in answer to a question; `tries`: how often it was written anew."""

    part_key = models.CharField(max_length=36)
    question_key = models.CharField(max_length=36)
    text = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()

    class Meta:
        abstract = True


class Reflection(_Words):
    """A learner's own words. Theirs alone: no statement, no report, no other person reads it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reflections")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "question_key"], name="one_reflection_a_question")]


class FreeAnswer(_Words):
    """What a learner wrote for KRUS: in no statement; editors read it without a name, where enough have written."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="free_answers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "question_key"], name="one_free_answer_a_question")]


class QuizTry(models.Model):
    """One handed-in attempt at a closing quiz. `answers`: question key -> {"response", "correct"}."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="quiz_tries")
    part_key = models.CharField(max_length=36)
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    scaled = models.FloatField()
    passed = models.BooleanField()
    handed_in_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "part_key", "number"], name="quiz_try_once")]


class Kept(models.Model):
    """An answer that came after its session had ended: kept for the person who gave it, and shown to nobody else.

    `question_key` is empty for a whole quiz; `fields` is the form's fields (name -> list of values).
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_answers")
    part_key = models.CharField(max_length=36)
    question_key = models.CharField(max_length=36, blank=True)
    fields = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "part_key", "question_key"], name="kept_once")]
