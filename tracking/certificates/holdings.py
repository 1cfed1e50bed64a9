"""What certificates hold of a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.personal_data import WHILE_EMPLOYED, WITH_COMPLETION, Holding, register, rows

from .models import Certificate, PriorLearning

FIELDS = ("code", "texts", "hours", "version", "completed_on", "valid_until", "made_at", "revoked_at", "reason")


def _forget_documents(learner: Learner) -> None:
    """What was done elsewhere still counts; where, and its paper, are gone."""
    for row in PriorLearning.objects.filter(learner=learner):
        row.document.delete(save=False)
    PriorLearning.objects.filter(learner=learner).update(where="", document="")


register(
    Holding(
        "certificates",
        _("Certificates you have fetched"),
        _("to let those to whom you show one see that it is genuine"),
        WITH_COMPLETION,
        rows(Certificate, "learner", FIELDS),
        frozenset({"certificates.Certificate.learner"}),
    )
)
register(
    Holding(
        "revoked_certificates",
        _("Certificates you have revoked"),
        _("to know who decided it"),
        WHILE_EMPLOYED,
        rows(Certificate, "revoked_by", ("revoked_at", "reason")),
        frozenset({"certificates.Certificate.revoked_by"}),
    )
)
register(
    Holding(
        "prior_learning",
        _("What you have done elsewhere"),
        _("to ask nothing of you that you have done"),
        WITH_COMPLETION,
        rows(
            PriorLearning,
            "learner",
            ("course__title", "completed_on", "where", "document", "recorded_at", "taken_back_at"),
        ),
        frozenset({"certificates.PriorLearning.learner"}),
        erase=_forget_documents,
    )
)
register(
    Holding(
        "recorded_prior_learning",
        _("What others have done elsewhere, as you recorded it"),
        _("to know who decided it"),
        WHILE_EMPLOYED,
        rows(PriorLearning, "recorded_by", ("course__title", "recorded_at", "taken_back_at")),
        frozenset({"certificates.PriorLearning.recorded_by"}),
    )
)
