"""What the record store holds of a person: the statements, found by the person's account names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from learners.models import Learner
from learners.personal_data import UNTIL_ERASED, WITH_COMPLETION, Holding, nothing_to_do, register, rows

from ..lrs.keys import account_key
from ..lrs.models import DIRECT, Statement, StatementAgent
from .erasing import forget
from .models import Actor
from .people import names_of


def _statements(learner: Learner) -> Iterable[Mapping[str, Any]]:
    keys = [account_key(settings.XAPI_BASE, name) for name in names_of([learner.pk])]
    mine = StatementAgent.objects.filter(agent__in=keys, usage__lte=DIRECT).values("statement")
    payloads = Statement.objects.filter(pk__in=mine).order_by("pk").values_list("payload", flat=True)
    return [json.loads(payload) for payload in payloads]


register(
    Holding(
        "actors",
        _("Your number in the log"),
        _("to keep the log without your name"),
        UNTIL_ERASED,
        rows(Actor, "learner", ("name",)),
        frozenset({"identities.Actor.learner", "identities.FormerLink.learner"}),
        erase=forget,  # and with the link what the log holds of the person alone
    )
)
register(
    Holding(
        "statements",
        _("The log of what you have done in courses"),
        _("to prove each completion"),
        WITH_COMPLETION,
        _statements,
        erase=nothing_to_do,  # done before the link was cut
    )
)
