"""What reports hold of a person: a choice. The lists behind figures hold opaque ids only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from learners.personal_data import WHILE_EMPLOYED, Holding, register, rows

from .models import WithPdf

register(
    Holding(
        "report_choice",
        _("Whether you get the weekly report as a PDF"),
        _("to send it as you want it"),
        WHILE_EMPLOYED,
        rows(WithPdf, "learner", ("pk",)),
        frozenset({"reports.WithPdf.learner"}),
    )
)
