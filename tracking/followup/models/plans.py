"""The unit's own plan for a year: goals, measures, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from learners.models import Unit


class LocalPlan(models.Model):
    """One unit's plan for one calendar year, with its yearly report."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField(_("year"))
    report = models.TextField(_("what became of it"), max_length=4000, blank=True)
    reported_on = models.DateField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="one_plan_a_year")]


class Measure(models.Model):
    """A goal, and what is done to reach it by when."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    plan = models.ForeignKey(LocalPlan, on_delete=models.CASCADE, related_name="measures")
    goal = models.CharField(_("goal"), max_length=200)
    what = models.CharField(_("measure"), max_length=400)
    by = models.DateField(_("by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLANNED)

    class Meta:
        ordering = ["pk"]
