"""What a certificate says, frozen when it was made."""

from __future__ import annotations

import base64
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from courses.models.gatherings import private_files


def new_code() -> str:
    """130 random bits as small letters and the digits from 2 to 7, which can be read out on the telephone."""
    return base64.b32encode(secrets.token_bytes(17)).decode().rstrip("=").lower()[:26]


class Certificate(models.Model):
    """The proof of one completion, that of the statement `statement_id`.

    `texts`: language -> {"title", "outcomes"}. The dates are the completion's; when the certificate was made or
    fetched stands nowhere on it. The name is the learner's own at any time: a new name loses no certificate.
    """

    class Reason(models.TextChoices):
        MISTAKE = "mistake", _("was registered by mistake")
        OTHER_PERSON = "other_person", _("belongs to another person")
        CHEATING = "cheating", _("was not come by rightly")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=26, unique=True, default=new_code)
    statement_id = models.UUIDField(unique=True)
    texts = models.JSONField()
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    version = models.PositiveSmallIntegerField(null=True)
    completed_on = models.DateField()
    valid_until = models.DateField(null=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="revoked_certificates"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)

    def __str__(self) -> str:
        return self.code

    def text_in(self, language: str) -> dict[str, object]:
        """{"title", "outcomes"} in the language, else in bokmål."""
        return self.texts.get(language) or self.texts["nb"]


class PriorLearning(models.Model):
    """What somebody has done elsewhere, as a course administrator recorded it with its document."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="prior_learning")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="prior_learning")
    completed_on = models.DateField()
    where = models.CharField(max_length=200)
    document = models.FileField(upload_to="tidligere/%Y/", storage=private_files, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="recorded_prior_learning"
    )
    recorded_at = models.DateTimeField()
    statement_id = models.UUIDField(unique=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course", "completed_on"],
                condition=models.Q(taken_back_at=None),
                name="prior_learning_once",
            )
        ]
