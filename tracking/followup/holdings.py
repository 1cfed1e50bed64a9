"""What leaders' follow-up holds of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.personal_data import SHORT, UNTIL_ERASED, WHILE_EMPLOYED, Holding, older_than_a_year, register, rows

from .models import Dispute, LocalPlan, Obstacle, Reminder, Shift, Slot, SlotOffer


def _decided(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """What the person has done as a leader; of others', not whose it is."""
    return [
        *Slot.objects.filter(made_by=learner).values("unit__name", "begins_at", "ends_at", "made_at"),
        *SlotOffer.objects.filter(marked_by=learner).values("slot__unit__name", "marked_at"),
        *Obstacle.objects.filter(set_by=learner).values("unit__name", "cause", "known_from"),
        *Reminder.objects.filter(sent_by=learner).values("unit__name", "week"),
        *LocalPlan.objects.filter(changed_by=learner).values("unit__name", "year", "changed_at"),
        *Dispute.objects.filter(answered_by=learner).values("campaign__title", "outcome", "answered_at"),
    ]


register(
    Holding(
        "obstacles",
        _("What stands in your way, as your leader has noted it"),
        _("to make time or a place for you instead of asking again"),
        WHILE_EMPLOYED,
        rows(Obstacle, "learner", ("unit__name", "cause", "valid_from", "valid_to", "known_from", "known_to")),
        frozenset({"followup.Obstacle.learner"}),
    )
)
register(
    Holding(
        "shifts",
        _("The shift that your leader prints you with"),
        _("to find time when you are at work"),
        UNTIL_ERASED,
        rows(Shift, "learner", ("unit__name", "label")),
        frozenset({"followup.Shift.learner"}),
    )
)
register(
    Holding(
        "time_offered",
        _("Time that has been set aside for you"),
        _("to see that time is offered before more is asked"),
        WHILE_EMPLOYED,
        rows(SlotOffer, "learner", ("slot__begins_at", "slot__ends_at", "slot__place", "offered_at", "used")),
        frozenset({"followup.SlotOffer.learner"}),
    )
)
register(
    Holding(
        "reminders",
        _("Reminders from your leader"),
        _("to send you no more than one a week"),
        SHORT,
        rows(Reminder, "learner", ("unit__name", "week", "sent_at")),
        frozenset({"followup.Reminder.learner"}),
        prune=older_than_a_year(Reminder, "sent_at"),
    )
)
register(
    Holding(
        "disputes",
        _("Where you have said that you are counted wrongly"),
        _("to put it right, and to tell you the answer"),
        SHORT,
        rows(
            Dispute,
            "learner",
            (
                "campaign__title",
                "about",
                "words",
                "desk",
                "raised_at",
                "words_along",
                "outcome",
                "answer",
                "answered_at",
            ),
        ),
        frozenset({"followup.Dispute.learner"}),
        prune=older_than_a_year(Dispute, "raised_at"),
    )
)
register(
    Holding(
        "led",
        _("What you have noted, offered and answered as a leader"),
        _("to know who decided it"),
        WHILE_EMPLOYED,
        _decided,
        frozenset(
            {
                "followup.Slot.made_by",
                "followup.SlotOffer.marked_by",
                "followup.Obstacle.set_by",
                "followup.Reminder.sent_by",
                "followup.LocalPlan.changed_by",
                "followup.Dispute.answered_by",
            }
        ),
    )
)
