"""What completions hold of a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from learners.personal_data import WHILE_EMPLOYED, Holding, register, rows

from .models import Achievement, Completion

FIELDS = ("version__course__title", "version__number", "completed_on", "valid_until", "statement_id", "known_to")

register(
    Holding(
        "completions",
        _("Courses you have completed"),
        _("to give you your receipt, and to count you"),
        WHILE_EMPLOYED,
        rows(Completion, "learner", FIELDS),
        frozenset({"completions.Completion.learner"}),
    )
)
register(
    Holding(
        "achievements",
        _("E-learning, gatherings and programmes you have completed"),
        _("to know what is left of a course or programme"),
        WHILE_EMPLOYED,
        rows(Achievement, "learner", ("activity", "completed_on", "statement_id", "known_to")),
        frozenset({"completions.Achievement.learner"}),
    )
)
