"""What learners hold of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from . import looks
from .models import (
    Employment,
    Erasure,
    Leadership,
    Learner,
    Leave,
    Look,
    MailChoice,
    MailEnclosure,
    OutgoingMail,
    Posting,
    RoleGrant,
)
from .personal_data import (
    SHORT,
    UNTIL_ERASED,
    WHILE_EMPLOYED,
    YEAR,
    Holding,
    nothing_to_do,
    older_than_a_year,
    register,
    rows,
)

DATES = ("valid_from", "valid_to", "known_from", "known_to")


def _person(learner: Learner) -> Iterable[Mapping[str, Any]]:
    fields = ("opaque_id", "hr_number", "email", "given_name", "family_name", "language", "is_active", "date_joined")
    return [{name: getattr(learner, name) for name in fields} | {"last_login": learner.last_login}]


def _looks_received(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """Who looked, in words."""
    lines = looks.of(learner)
    return [{"week": one.week, "who": str(one.viewer), "role": str(one.role), "place": str(one.place)} for one in lines]


def _looks_made(learner: Learner) -> Iterable[Mapping[str, Any]]:
    """Where the person has looked at others, and at how many; not at whom."""
    made = Look.objects.filter(viewer=learner).values("week", "role", "place").annotate(people=Count("pk"))
    return [dict(row) for row in made.order_by("-week", "role", "place")]


def _appointments(learner: Learner) -> Iterable[dict[str, Any]]:
    """What the person has decided; not for whom."""
    roles = RoleGrant.objects.filter(decided_by=learner).order_by("pk").values("role", "unit__name", *DATES)
    led = Leadership.objects.filter(decided_by=learner).order_by("pk").values("unit__name", "acting", *DATES)
    erased = Erasure.objects.filter(decided_by=learner).order_by("erased_on").values("erased_on")
    return [*roles, *led, *erased]


def _short_mails(at: dt.datetime) -> int:
    """The words of a mail go after 90 days, the row that keeps it from being sent twice after a year."""
    settled = OutgoingMail.objects.exclude(state__in=("waiting", "sending"))
    old = settled.filter(created_at__lt=at - dt.timedelta(days=90)).exclude(text="")
    MailEnclosure.objects.filter(mail__in=old).delete()
    emptied = old.update(to="", subject="", text="", html="", calendar="", stop_url="", error="")
    return emptied + settled.filter(created_at__lt=at - YEAR).delete()[0]


register(
    Holding("person", _("Who you are"), _("to know you when you sign in"), UNTIL_ERASED, _person, erase=nothing_to_do)
)
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
        "appointments",
        _("Roles you have given others, or ended"),
        _("to know who decided it"),
        WHILE_EMPLOYED,
        _appointments,
        frozenset({"learners.RoleGrant.decided_by", "learners.Leadership.decided_by", "learners.Erasure.decided_by"}),
        erase=nothing_to_do,
    )
)
register(
    Holding(
        "mails",
        _("Mails to you"),
        _("to send each mail once"),
        SHORT,
        rows(OutgoingMail, "learner", ("to", "subject", "text", "calendar", "state", "created_at", "sent_at")),
        frozenset({"learners.OutgoingMail.learner"}),
        prune=_short_mails,
    )
)
register(
    Holding(
        "looks",
        _("Who has looked at you"),
        _("to let you see who has, and in which role"),
        SHORT,
        _looks_received,
        frozenset({"learners.Look.seen"}),
        erase=lambda learner: learner.looks_received.all().delete(),
        prune=older_than_a_year(Look, "week"),
    )
)
register(
    Holding(
        "looks_made",
        _("Where you have looked at others"),
        _("to let them see who has"),
        SHORT,
        _looks_made,
        frozenset({"learners.Look.viewer"}),
        erase=nothing_to_do,  # those who were seen still read that somebody was there, and in which role
        prune=older_than_a_year(Look, "week"),
    )
)
register(
    Holding(
        "mail_choices",
        _("What you have chosen about mails"),
        _("to send them on your weekday, or not at all"),
        WHILE_EMPLOYED,
        rows(MailChoice, "learner", ("kind", "weekday", "stopped_at")),
        frozenset({"learners.MailChoice.learner"}),
    )
)
