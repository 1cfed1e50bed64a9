"""Who may void what: one's own statements, and those of others only with a key for everything."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from .exceptions import NotAllowedToVoidError
from .keys import agent_key
from .models import Statement
from .validation import VOIDED


def refuse_foreign(statements: Sequence[Mapping[str, Any]], authority: Mapping[str, Any]) -> None:
    """Raises `NotAllowedToVoidError`. What has not arrived yet may be voided (1.0.3 Data 2.3.2, 2.0.0 4.2.5)."""
    targets = [UUID(one["object"]["id"]) for one in statements if one["verb"]["id"] == VOIDED]
    if not targets:
        return
    foreign = Statement.objects.filter(statement_id__in=targets).exclude(authority_key=agent_key(authority))
    if foreign.exists():
        raise NotAllowedToVoidError
