"""Statements on their way to other record stores: in the log's order, at least once, under the ids they have here.

A target's cursor moves only when what lies before it was taken, or refused for what it says and so became a dead
letter. While a target is away nothing is lost and nothing piles up: the log itself is the queue.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
from django.db.models import F, Q
from django.utils import timezone

from . import attachments, query
from .connections import DeadLetter, ForwardTarget
from .exceptions import LrsError, RemoteError
from .filters import Filters
from .query import Row
from .remote import Answer, Client
from .working import Worker, working

READ = 200  # statements from the log at a time
_BYTES = 2 * 1024 * 1024  # of payloads in one request
# Refused for what a statement says; every other refusal is the target's own trouble, and all waits.
_REFUSED = (400, 409, 413, 422)
_AGAIN = [dt.timedelta(hours=hours) for hours in (1, 6, 24, 72, 168)]  # after which a dead letter is tried again
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def due(at: dt.datetime) -> list[int]:
    """The targets to work on now."""
    held = ForwardTarget.objects.filter(Q(next_try=None) | Q(next_try__lte=at), enabled=True)
    return list(held.order_by("pk").values_list("pk", flat=True))


def forward(target: ForwardTarget, at: dt.datetime, *, seconds: float = 45.0) -> int:
    """Sends what is new, for about so many seconds; returns how many statements were taken."""
    begun, taken = time.monotonic(), 0
    with working(target, at) as worker:
        if worker is None or not target.enabled:
            return 0
        try:
            sender = _Sender(target, at)
            sender.retry()
            while time.monotonic() - begun < seconds:
                read, sent = sender.step(worker)
                taken += sent
                if not read:
                    break
        except LrsError as error:
            worker.failed(timezone.now(), error)
    return taken


class _Sender:
    """One target's client and filters."""

    def __init__(self, target: ForwardTarget, at: dt.datetime) -> None:
        self.target, self.at = target, at
        self.client, self.filters = Client(target), Filters.of(target)

    def step(self, worker: Worker) -> tuple[int, int]:
        """The next stretch of the log; how many statements were read, and how many taken."""
        rows, position = query.after(self.target.position, READ)
        if not rows:
            return 0, 0
        # Within a batch the log goes by id; who sent it meant the order of `stored`.
        passing = sorted(filter(self.filters.passes, rows), key=lambda row: row.stored)
        sent = sum(self.send(chunk) for chunk in _chunks(passing))
        if not worker.succeeded(timezone.now(), position=position, forwarded=self.target.forwarded + sent):
            return 0, 0  # somebody else goes on from where we began: sent twice, which changes nothing
        return len(rows), sent

    def send(self, rows: Sequence[Row]) -> int:
        """How many were taken. A refused batch is halved until the statement stands alone that is refused."""
        answer = self._post(rows)
        if answer.ok:
            return len(rows)
        if answer.status not in _REFUSED:
            raise RemoteError(_said(answer), status=answer.status, retry_after=answer.retry_after)
        if len(rows) > 1:
            half = len(rows) // 2
            return self.send(rows[:half]) + self.send(rows[half:])
        self._bury(rows[0].statement_id, answer)
        return 0

    def _post(self, rows: Sequence[Row]) -> Answer:
        said = [row.statement for row in rows]
        parts = list(attachments.stored(said)) if any(map(attachments.of, said)) else []
        return self.client.post([_for_version(row.payload, self.target.version) for row in rows], parts)

    def _bury(self, statement_id: UUID, answer: Answer) -> None:
        dead, new = DeadLetter.objects.get_or_create(
            target=self.target,
            statement_id=statement_id,
            defaults={"status": answer.status, "first_tried": self.at, "last_tried": self.at, "sentence": ""},
        )
        tries = 1 if new else dead.tries + 1
        again = self.at + _AGAIN[tries - 1] if tries <= len(_AGAIN) else None
        DeadLetter.objects.filter(pk=dead.pk).update(
            status=answer.status, sentence=_said(answer)[:500], tries=tries, last_tried=self.at, next_try=again
        )

    def retry(self) -> None:
        """Dead letters whose time has come, each by itself."""
        for dead in self.target.dead_letters.filter(next_try__lte=self.at).order_by("next_try")[:100]:
            row = query.get(dead.statement_id)
            if row is None or self.send([row]):  # pruned here, or taken there
                DeadLetter.objects.filter(pk=dead.pk).delete()
                ForwardTarget.objects.filter(pk=self.target.pk).update(forwarded=F("forwarded") + int(row is not None))
                self.target.forwarded += int(row is not None)


def retry_now(target: ForwardTarget, at: dt.datetime) -> None:
    """All dead letters at the next round, and the target itself at once."""
    target.dead_letters.update(next_try=at)
    ForwardTarget.objects.filter(pk=target.pk).update(next_try=None)


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """In order, each of a size that others take; attachments beside statements go a few at a time."""
    held: list[Row] = []
    size = 0
    for row in rows:
        weight = len(row.payload) + (_BYTES // 4 if '"attachments"' in row.payload else 0)
        if held and size + weight > _BYTES:
            yield held
            held, size = [], 0
        held.append(row)
        size += weight
    if held:
        yield held


def _for_version(payload: str, version: str) -> str:
    """A store of 1.0.3 refuses the version 2.0.0; what it cannot know besides, it says itself."""
    if version != "1.0.3" or '"version":"2' not in payload:
        return payload
    fields = _fields.decode(payload)
    fields.pop("version", None)
    return msgspec.json.encode(fields).decode()


def _said(answer: Answer) -> str:
    return f"{answer.status}: {answer.text}" if answer.text else f"{answer.status}"
