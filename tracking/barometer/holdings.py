"""What the barometer holds of a person: only who entered a year's figure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from learners.personal_data import WHILE_EMPLOYED, Holding, register, rows

from .models import YearlyFigure

register(
    Holding(
        "yearly_figures",
        _("Figures of years that you have entered"),
        _("so that anybody can ask where a figure comes from"),
        WHILE_EMPLOYED,
        rows(YearlyFigure, "entered_by", ("series__title", "year", "percent", "source", "known_from")),
        frozenset({"barometer.YearlyFigure.entered_by"}),
    )
)
