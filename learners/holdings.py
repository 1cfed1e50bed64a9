"""What learners hold of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Employment, Leadership, Learner, Leave, OutgoingMail, Posting, RoleGrant
from .personal_data import SHORT, UNTIL_ERASED, WHILE_EMPLOYED, Holding, register, rows

DATES = ("valid_from", "valid_to", "known_from", "known_to")


def _person(learner: Learner) -> Iterable[dict[str, Any]]:
    fields = ("opaque_id", "hr_number", "email", "given_name", "family_name", "language", "is_active", "date_joined")
    return [{name: getattr(learner, name) for name in fields} | {"last_login": learner.last_login}]


register(Holding("person", _("Who you are"), _("to know you when you sign in"), UNTIL_ERASED, _person))
register(
    Holding(
        "employments",
        _("Your employment"),
        _("to count those who are employed"),
        WHILE_EMPLOYED,
        rows(Employment, "learner", DATES),
        frozenset({"learners.Employment.learner"}),
    )
)
register(
    Holding(
        "postings",
        _("Where you work, and as what"),
        _("to know which courses are asked of you, and where you count"),
        WHILE_EMPLOYED,
        rows(Posting, "learner", ("unit__name", "position__name", "primary", "percent", *DATES)),
        frozenset({"learners.Posting.learner"}),
    )
)
register(
    Holding(
        "leaves",
        _("Leave: dates without a reason"),
        _("to give you more time, and to keep you out of the figures meanwhile"),
        WHILE_EMPLOYED,
        rows(Leave, "learner", ("full_time", *DATES)),
        frozenset({"learners.Leave.learner"}),
    )
)
register(
    Holding(
        "leaderships",
        _("Units you lead"),
        _("to show you your own team and nobody else's"),
        WHILE_EMPLOYED,
        rows(Leadership, "learner", ("unit__name", "acting", *DATES)),
        frozenset({"learners.Leadership.learner"}),
    )
)
register(
    Holding(
        "roles",
        _("Your roles"),
        _("to know what you may do here"),
        WHILE_EMPLOYED,
        rows(RoleGrant, "learner", ("role", "unit__name", *DATES)),
        frozenset({"learners.RoleGrant.learner"}),
    )
)
register(
    Holding(
        "mails",
        _("Mails to you"),
        _("to send each mail once"),
        SHORT,
        rows(OutgoingMail, "learner", ("to", "subject", "text", "state", "created_at", "sent_at")),
        frozenset({"learners.OutgoingMail.learner"}),
    )
)
