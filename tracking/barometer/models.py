"""The barometer's stored counts, how fresh they are, and what has been decided to stay hidden."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from courses.models import Campaign
from learners.models import Unit


class Cell(models.Model):
    """The counts of one campaign, part, unit (with all below it) and day, as known then or now.

    Recomputed, never incremented. Persons: in_audience = counted + on_leave + in_grace + exempt; completed is among
    counted; done_* is "of whom done" in the other classes. `due`, for `then` only: how many will count at the deadline,
    by what was known at the day's close; for `now` the deadline has cells of its own.
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
    due = models.PositiveIntegerField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "part", "unit", "on", "known"], name="one_cell"),
            models.CheckConstraint(condition=Q(completed__lte=F("counted")), name="no_share_above_one"),
        ]
        # Read by days.read: one day's units in all parts.
        indexes = [models.Index(fields=["campaign", "on", "known"], name="cells_of_one_day")]

    @property
    def not_counted(self) -> int:
        return self.on_leave + self.in_grace + self.exempt

    @property
    def in_audience(self) -> int:
        return self.counted + self.not_counted

    @property
    def done_not_counted(self) -> dict[str, int]:
        """Of whom done, by class."""
        return {"on_leave": self.done_on_leave, "in_grace": self.done_in_grace, "exempt": self.done_exempt}


class CellDay(models.Model):
    """That a day's cells are there (a day may have none), since when, and until when no change had touched them.

    `made_by` names what of the campaign and the rule they were counted by: other settings, another count.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    known = models.CharField(max_length=4)
    made_by = models.CharField(max_length=64)
    counted_at = models.DateTimeField()
    fresh_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "on", "known"], name="one_day_of_cells")]

    @property
    def on_and_known(self) -> tuple[dt.date, str]:
        return self.on, self.known


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
        constraints = [
            models.UniqueConstraint(fields=["campaign", "part", "unit", "sunday"], name="hidden_once_a_week")
        ]


class DecidedWeek(models.Model):
    """That it has been decided what the week ending on `sunday` hides (it may hide nothing)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    sunday = models.DateField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "sunday"], name="a_week_is_decided_once")]
