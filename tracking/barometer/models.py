"""Precomputed counts, and what has been decided to stay hidden."""

from __future__ import annotations

from django.db import models

from courses.models import Campaign
from learners.models import Unit


class Cell(models.Model):
    """The counts of one campaign, part, unit (with all below it) and day, as known then or now.

    Recomputed, never incremented. Persons: in_audience = counted + on_leave + in_grace + exempt; completed is among
    counted; done_* is "of whom done" in the other classes.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="cells")
    part = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE)
    on = models.DateField()
    known = models.CharField(max_length=4)  # "then" | "now"
    counted = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    on_leave = models.PositiveIntegerField(default=0)
    in_grace = models.PositiveIntegerField(default=0)
    exempt = models.PositiveIntegerField(default=0)
    done_on_leave = models.PositiveIntegerField(default=0)
    done_in_grace = models.PositiveIntegerField(default=0)
    done_exempt = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "part", "unit", "on", "known"], name="one_cell")]
        # Read by figures.trend and figures.children: one unit's days, one day's units.
        indexes = [models.Index(fields=["campaign", "part", "on", "known"], name="cells_of_a_day")]

    @property
    def not_counted(self) -> int:
        return self.on_leave + self.in_grace + self.exempt

    @property
    def in_audience(self) -> int:
        return self.counted + self.not_counted


class Hidden(models.Model):
    """A unit whose figures are hidden from everybody else for the week that ends on `sunday`.

    `reason` is for the rules of the following weeks only and is shown to nobody: "small" (by its own size), "partner"
    (hidden so that others stay hidden), "kept" (it was small during the four weeks before).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE)
    sunday = models.DateField()
    reason = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "part", "unit", "sunday"], name="hidden_once_a_week")]
