"""The barometer's stored counts, how fresh they are, and what has been decided to stay hidden."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Campaign
from courses.models.written import Described
from learners.models import Unit


class Cell(models.Model):
    """The counts of one campaign, part, unit (with all below it) and day, as known then or now.

    Recomputed, never incremented. Persons: in_audience = counted + on_leave + in_grace + exempt; completed is among
    counted; done_* is "of whom done" in the other classes. `due`, for `then` only: how many will count at the deadline,
    by what was known at the day's close; `base_*`, likewise, is last Sunday. For `now` both have cells of their own.
    `flows`: {cause: [persons, counted, completed]} since last Sunday (barometer.flows).

    What may be published is decided for the whole tree at once (barometer.hiding) and kept beside the counts, so that a
    page reads only the units that it shows: `hidden`, `sum_shown` (how many do not count) and `told` (causes).
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
    base_counted = models.PositiveIntegerField(null=True)
    base_completed = models.PositiveIntegerField(null=True)
    flows = models.JSONField(default=dict, db_default={})
    parent = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    hidden = models.BooleanField(default=True, db_default=True)
    sum_shown = models.BooleanField(default=False, db_default=False)
    told = models.JSONField(default=list, db_default=[])
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "part", "unit", "on", "known"], name="one_cell"),
            models.CheckConstraint(condition=Q(completed__lte=F("counted")), name="no_share_above_one"),
        ]
        indexes = [
            # Read by hiding: one day's units in all parts.
            models.Index(fields=["campaign", "on", "known"], name="cells_of_one_day"),
            # Read by days.read: those directly below a unit.
            models.Index(fields=["campaign", "on", "parent"], name="cells_below_a_unit"),
            # Read by figures: a unit's Sundays.
            models.Index(fields=["campaign", "unit", "on"], name="cells_of_one_unit"),
        ]

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

    `made_by` names what of the campaign and the rule they were counted by: other settings, another count. `settled`:
    what the day hides has been decided on these counts. `spread`: by part, how much further apart than chance the shown
    units stand (barometer.comparison).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    known = models.CharField(max_length=4)
    made_by = models.CharField(max_length=64)
    counted_at = models.DateTimeField()
    fresh_at = models.DateTimeField()
    settled = models.BooleanField(default=False, db_default=False)
    spread = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "on", "known"], name="one_day_of_cells")]

    @property
    def on_and_known(self) -> tuple[dt.date, str]:
        return self.on, self.known


class Hidden(models.Model):
    """A unit whose figures are hidden from everybody else for the week that ends on `sunday`.

    `reason` is for the rules of the following weeks only and is shown to nobody: "small" (by its own size), "partner"
    (hidden so that others stay hidden), "kept" (it was small during the four weeks before, or a quiet week would tell
    of the one before).
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


class Checked(models.Model):
    """When a unit's stored counts were last compared with a count anew, and where they differed (checking.py)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    checked_at = models.DateTimeField(db_index=True)
    differs = models.JSONField(default=list)
    is_wrong = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="one_check_a_unit")]
        # Read by alarm.state on every page with figures: hardly ever a row.
        indexes = [models.Index(fields=["is_wrong"], condition=Q(is_wrong=True), name="checks_that_differ")]


class YearlySeries(Described, models.Model):
    """A share over years against a target, such as a strategy's indicator. Its figures are entered by hand, or read
    from `campaign` (the whole service at each year's end); what is entered for a year stands before what is read."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_nn = models.CharField(_("title in nynorsk"), max_length=200, blank=True)
    about = models.TextField(_("what is measured"), blank=True, help_text=_("Of whom, and how: a sentence or two."))
    about_nn = models.TextField(_("what is measured, in nynorsk"), blank=True)
    target = models.DecimalField(
        _("target (%)"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0.01), MaxValueValidator(100)],
    )  # fmt: skip
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("campaign"),
        help_text=_("Years without a figure of your own then have the barometer's. Empty: only what is entered."),
    )  # fmt: skip
    public = models.BooleanField(_("public"), default=False, help_text=_("Can be seen without signing in."))

    class Meta:
        verbose_name = _("series over years")
        verbose_name_plural = _("series over years")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class YearlyFigure(models.Model):
    """One year's share as somebody entered it, with its source. A correction closes the row and adds one."""

    series = models.ForeignKey(YearlySeries, on_delete=models.PROTECT, related_name="figures", verbose_name=_("series"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)], help_text=_("At its end.")
    )
    percent = models.DecimalField(
        _("share (%)"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Where the figure stands: a report, a table, a letter, with its date.")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("entered by"),
    )  # fmt: skip
    known_from = models.DateTimeField(editable=False)
    known_to = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("figure of a year")
        verbose_name_plural = _("figures of years")
        ordering = ["series", "-year", "-known_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year"], condition=Q(known_to=None), name="one_standing_figure_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}, {self.year}"

    def clean(self) -> None:
        """A year that has a figure is corrected there, not entered twice."""
        standing = YearlyFigure.objects.filter(series_id=self.series_id, year=self.year, known_to=None)
        if standing.exclude(pk=self.pk).exists():
            raise ValidationError({"year": _("This year has a figure already. Open that one to correct it.")})
