"""Statements older than a moment go, with their links and attachments; what somebody rests on stays, with its voidings.

The record store does not know what rests on a statement: whoever does says it as a condition (`keep`).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from .models import Attachment, Reference, ReferenceUsage, Statement, StatementActivity, StatementAgent
from .rows import rows

BATCH = 500  # statements a transaction: on SQLite nobody waits for longer than it takes
Place = tuple[dt.datetime, int]


@dataclass
class Old:
    """One statement that is too old."""

    position: int
    statement_id: UUID
    stored: dt.datetime
    payload: str

    @property
    def place(self) -> Place:
        return self.stored, self.position


@dataclass
class Pruning:
    """How many statements went (or would go), and whether older ones are left for the next time."""

    pruned: int = 0
    done: bool = True
    months: dict[str, int] = field(default_factory=dict)  # "2024-05": how many


def prune(before: dt.datetime, keep: Q, *, dry_run: bool = False, most: int | None = None) -> Pruning:
    """Removes what was stored before `before` and is not met by `keep`, the oldest first, at most `most` of it.

    A voiding stays as long as the statement that it voids. A statement that is sent again after it was pruned is new.
    """
    found = Pruning()
    for batch in _old(before, keep):
        if most is not None and found.pruned + len(batch) > most:
            found.done = False
            break
        if not dry_run:
            _remove(batch)
        found.pruned += len(batch)
        for one in batch:
            month = f"{one.stored:%Y-%m}"
            found.months[month] = found.months.get(month, 0) + 1
    return found


def _old(before: dt.datetime, keep: Q) -> Iterator[list[Old]]:
    held = Statement.objects.filter(stored__lt=before).exclude(keep).exclude(_voids_what_stays(before, keep))
    place: Place | None = None
    while True:
        beyond = Q(stored__gt=place[0]) | Q(stored=place[0], id__gt=place[1]) if place else Q()
        lines = held.filter(beyond).order_by("stored", "id").values_list("id", "statement_id", "stored", "payload")
        batch = [Old(*line) for line in lines[:BATCH]]
        if not batch:
            return
        place = batch[-1].place
        yield batch


def _voids_what_stays(before: dt.datetime, keep: Q) -> Q:
    stays = Statement.objects.filter(keep | Q(stored__gte=before), statement_id=OuterRef("target"))
    voidings = Reference.objects.filter(Exists(stays), statement=OuterRef("id"), usage=ReferenceUsage.VOIDS)
    return Q(Exists(voidings))


@transaction.atomic
def _remove(batch: Sequence[Old]) -> None:
    positions, first, last = [one.position for one in batch], batch[0].stored, batch[-1].stored
    agents: set[str] = set()
    activities: set[str] = set()
    for one in batch:
        links = rows(msgspec.json.decode(one.payload), one.stored)
        agents |= set(links.agents)
        activities |= set(links.activities)
    # By key and stored, which is the links' index: they have none of the statement alone.
    within = {"stored__gte": first, "stored__lte": last, "statement__in": positions}
    StatementAgent.objects.filter(agent__in=agents, **within).delete()
    StatementActivity.objects.filter(activity__in=activities, **within).delete()
    Reference.objects.filter(statement__in=positions).delete()
    Attachment.objects.filter(statement_id__in=[one.statement_id for one in batch]).delete()
    Statement.objects.filter(id__in=positions).delete()
