"""Erasing a person in the log: the link to their account goes, and with it all but what completions rest on.

What stays are the statements that say "completed" and those that void one, without names, answers and attachments.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from learners.models import Learner

from .. import vocabulary
from ..lrs.keys import account_key, iri_key
from ..lrs.models import (
    DIRECT,
    Attachment,
    Document,
    Reference,
    Statement,
    StatementActivity,
    StatementAgent,
)
from .models import Actor
from .people import names_of

KEPT_VERBS = (vocabulary.COMPLETED, vocabulary.VOIDED)
TOLD = ("response", "extensions")  # of a result: what the person, or a package, wrote
BATCH = 500


def forget(learner: Learner) -> None:
    """Cut the link between `learner` and their accounts, and take from the log what is about them alone."""
    names = names_of([learner.pk])
    keys = [account_key(settings.XAPI_BASE, name) for name in names]
    rows = StatementAgent.objects.filter(agent__in=keys).values_list("statement_id", "usage")
    found: list[tuple[int, int]] = list(rows)
    own = {pk for pk, usage in found if usage <= DIRECT}
    kept_keys = [iri_key(verb) for verb in KEPT_VERBS]
    kept = set(Statement.objects.filter(pk__in=own, verb_key__in=kept_keys).values_list("pk", flat=True))
    _delete(sorted(own - kept))
    _scrub(sorted(kept | {pk for pk, usage in found if usage > DIRECT}), set(names))
    Document.objects.filter(agent__in=keys).delete()
    Actor.objects.filter(learner=learner).delete()


def _delete(pks: list[int]) -> None:
    for start in range(0, len(pks), BATCH):
        some = pks[start : start + BATCH]
        Attachment.objects.filter(
            statement_id__in=Statement.objects.filter(pk__in=some).values("statement_id")
        ).delete()
        for model in (StatementAgent, StatementActivity, Reference):
            model._default_manager.filter(statement__in=some).delete()
        Statement.objects.filter(pk__in=some).delete()


def _scrub(pks: list[int], names: set[str]) -> None:
    for row in Statement.objects.filter(pk__in=pks).iterator(chunk_size=BATCH):
        statement = json.loads(row.payload)
        mine = _is_named(statement.get("actor"), names) or _is_named(statement.get("object"), names)
        _unname(statement, names)
        if mine:
            for part in TOLD:
                statement.get("result", {}).pop(part, None)
            if statement.pop("attachments", None):
                Attachment.objects.filter(statement_id=row.statement_id).delete()
        row.payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":"))
        row.save(update_fields=["payload"])


def _is_named(agent: Any, names: set[str]) -> bool:
    return isinstance(agent, dict) and agent.get("account", {}).get("name") in names


def _unname(value: Any, names: set[str]) -> None:
    """An agent with one of the accounts loses its display name, wherever in the statement it stands."""
    if isinstance(value, dict):
        if _is_named(value, names):
            value.pop("name", None)
        for inner in value.values():
            _unname(inner, names)
    elif isinstance(value, list):
        for inner in value:
            _unname(inner, names)
