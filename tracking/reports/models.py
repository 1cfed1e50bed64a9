"""The frozen report of one ISO week, and what its figures rest on."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from learners.models import Unit


class WeeklyReport(models.Model):
    """One week's report for one unit. Written once; later corrections show in later weeks, never here.

    `content` is what everybody who may see the report is shown (content.py). `behind` is the proof: the opaque ids
    of those who counted and had completed (behind.py); it holds no names and is shown to nobody by itself.
    """

    week = models.CharField(_("week"), max_length=8)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    made_at = models.DateTimeField(_("made"))
    rule_version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    behind = models.JSONField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        ordering = ["-week", "unit"]
        constraints = [models.UniqueConstraint(fields=["week", "unit"], name="one_report_a_week")]

    def __str__(self) -> str:
        return f"{self.week} {self.unit}"

    @property
    def is_unchanged(self) -> bool:
        """Whether content and proof are what they were when the report was made."""
        return self.content_hash == fingerprint(self.content, self.behind)


class WithPdf(models.Model):
    """A reader who wants the PDF with the mail of a new report; most do not."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")


def fingerprint(content: dict[str, Any], behind: dict[str, Any]) -> str:
    """SHA-256 over both, as JSON with sorted keys and no spaces."""
    both = json.dumps({"content": content, "behind": behind}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(both.encode()).hexdigest()
