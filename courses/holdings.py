"""What courses hold of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.personal_data import WHILE_EMPLOYED, Holding, register, rows

from .models import Audience, Exemption

DATES = ("valid_from", "valid_to", "known_from", "known_to")


def _decided(learner: Learner) -> Iterable[dict[str, Any]]:
    """What the person has decided; of an exemption of somebody else's, not whose it is."""
    audiences = Audience.objects.filter(decided_by=learner).values("campaign__title", "positions", "units", *DATES)
    exemptions = Exemption.objects.filter(Q(proposed_by=learner) | Q(approved_by=learner))
    return [*audiences, *exemptions.values("campaign__title", *DATES)]


register(
    Holding(
        "exemptions",
        _("Exemptions from a campaign"),
        _("to ask nothing of you that you need not take"),
        WHILE_EMPLOYED,
        rows(Exemption, "learner", ("campaign__title", "reason", *DATES)),
        frozenset({"courses.Exemption.learner"}),
    )
)
register(
    Holding(
        "decisions",
        _("What you have decided for others"),
        _("to know who decided a campaign or an exemption"),
        WHILE_EMPLOYED,
        _decided,
        frozenset({"courses.Audience.decided_by", "courses.Exemption.proposed_by", "courses.Exemption.approved_by"}),
    )
)
