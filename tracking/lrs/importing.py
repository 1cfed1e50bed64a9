"""Another record store's history into ours: page by page from the oldest on, resumable, and the same twice.

Statements keep their ids and timestamps; `stored` and authority are ours, as for everything that comes in. A store
gives voided statements only by name, so each voiding fetches what it voids: who reads our log then sees both.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from . import attachments, clock, moments, multipart, signatures
from .connections import HistoryImport, ImportRefusal
from .exceptions import InvalidRequestError, LrsError, RemoteError
from .models import Statement
from .parsing import Incoming, parse
from .remote import Answer, Client
from .store import store_incoming
from .validation import VOIDED, validate
from .working import Worker, working

PAGE = 100
_OVERLAP = dt.timedelta(seconds=1)  # where a page's address has run out: fetched again, which changes nothing
_MOST_REFUSALS = 1000  # kept in words; the others are counted
_FINAL = (401, 403, 404)  # nothing that waiting would mend


class _Page(msgspec.Struct):
    statements: list[msgspec.Raw]
    more: str = ""


class _Named(msgspec.Struct):
    id: str = ""


class _Head(msgspec.Struct):
    """What has to be known of a statement before it is checked."""

    id: str = ""
    stored: str = ""
    verb: _Named = msgspec.field(default_factory=_Named)
    object: _Named = msgspec.field(default_factory=_Named)


_page = msgspec.json.Decoder(_Page)
_heads = msgspec.json.Decoder(_Head)
State = HistoryImport.State


@dataclass
class _Came:
    """A page: its statements in order, the bytes that came along, where it goes on."""

    raws: list[msgspec.Raw]
    parts: attachments.Parts
    more: str


def due(at: dt.datetime) -> list[int]:
    """The imports to work on now."""
    held = HistoryImport.objects.filter(Q(next_try=None) | Q(next_try__lte=at), state=State.RUNNING)
    return list(held.order_by("pk").values_list("pk", flat=True))


def fetch(run: HistoryImport, at: dt.datetime, *, seconds: float = 45.0) -> None:
    """Goes on with an import for about so many seconds, or until it is done."""
    begun = time.monotonic()
    with working(run, at) as worker:
        if worker is None or run.state != State.RUNNING:
            return
        try:
            importer = _Importer(run, worker)
            while run.state == State.RUNNING and time.monotonic() - begun < seconds:
                if not importer.step():
                    break
        except LrsError as error:
            worker.failed(timezone.now(), error)
            if getattr(error, "answered", 0) in _FINAL:
                worker.note(timezone.now(), state=State.STOPPED)


def resume(run: HistoryImport) -> None:
    """Goes on at the next round; one that was done looks for what is newer there."""
    HistoryImport.objects.filter(pk=run.pk).update(
        state=State.RUNNING, failures=0, next_try=None, last_error="", finished=None
    )


def stop(run: HistoryImport) -> None:
    """Stops before the next page."""
    HistoryImport.objects.filter(pk=run.pk, state=State.RUNNING).update(state=State.STOPPED, claim=None)


class _Importer:
    """One import's client."""

    def __init__(self, run: HistoryImport, worker: Worker) -> None:
        self.run, self.worker, self.client = run, worker, Client(run)

    def step(self) -> bool:
        """Fetches and stores one page; whether the right to do so is still ours."""
        came = _came(self._fetched())
        held = list(self._with_voided(came.raws))
        with transaction.atomic():
            known, refused = self._store(held, came.parts)
            stored = len(held) - known - refused
            return self._note(came, len(held), stored, refused)

    def _note(self, came: _Came, fetched: int, stored: int, refused: int) -> bool:
        run, at = self.run, timezone.now()
        changes: dict[str, Any] = {} if came.more else {"state": State.DONE, "finished": at}
        return self.worker.succeeded(
            at,
            fetched=run.fetched + fetched,
            stored=run.stored + stored,
            refused=run.refused + refused,
            since=max(filter(None, (run.since, *map(_stored, came.raws))), default=None),
            more=came.more,
            **changes,
        )

    def _fetched(self) -> Answer:
        if self.run.more:
            answer = self.client.more(self.run.more)
            if answer.ok or answer.status not in (400, 404, 410):
                return _fine(answer)
        since = {"since": moments.text(self.run.since - _OVERLAP)} if self.run.since else {}
        wanted = {"ascending": "true", "attachments": "true", "limit": str(PAGE)}
        return _fine(self.client.get(**wanted, **since))

    def _with_voided(self, raws: Sequence[msgspec.Raw]) -> Iterator[msgspec.Raw]:
        for raw in raws:
            if target := _voided_by(raw):
                answer = self.client.get(voidedStatementId=target)
                if answer.ok:
                    yield msgspec.Raw(answer.body)
                elif answer.status not in (400, 404):
                    _fine(answer)
            yield raw

    def _store(self, raws: Sequence[msgspec.Raw], parts: attachments.Parts) -> tuple[int, int]:
        """How many were here already, and how many are refused."""
        try:
            with transaction.atomic():
                return self._store_all(raws, parts), 0
        except LrsError as error:
            if len(raws) == 1:
                self._refuse(raws[0], error)
                return 0, 1
        each = [self._store([raw], parts) for raw in raws]
        return sum(known for known, _ in each), sum(refused for _, refused in each)

    def _store_all(self, raws: Sequence[msgspec.Raw], parts: attachments.Parts) -> int:
        if not raws:
            return 0
        incoming, versions = _checked(raws, parts)
        said = [one.said for one in incoming]
        own = {one["sha2"].lower() for statement in said for one in attachments.of(statement)}
        held = {hash_: part for hash_, part in parts.items() if hash_ in own}
        attachments.check(said, held)
        known = Statement.objects.filter(statement_id__in=[one["id"] for one in said]).count()
        for version in sorted(set(versions)):
            some = [one for one, its in zip(incoming, versions, strict=True) if its == version]
            ids = store_incoming(some, authority=_authority(self.run), at=clock.moment(), version=version)
            if held:
                attachments.keep([one.said for one in some], ids, held)
        return known

    def _refuse(self, raw: msgspec.Raw, error: LrsError) -> None:
        if self.run.refusals.count() < _MOST_REFUSALS:
            ImportRefusal.objects.update_or_create(
                run=self.run, statement_id=_id(raw)[:100], defaults={"sentence": str(error)[:500]}
            )


def _checked(raws: Sequence[msgspec.Raw], parts: attachments.Parts) -> tuple[list[Incoming], list[str]]:
    incoming, versions = [], []
    for raw in raws:
        (one,), _ = parse(bytes(raw))
        version = "2.0.0" if str(one.said.get("version", "")).startswith("2") else "1.0.3"
        if "id" not in one.said:
            raise InvalidRequestError("A statement of the other store has no id.")
        validate(one.raw, version)
        signatures.check(one.said, parts, version)
        incoming.append(one)
        versions.append(version)
    return incoming, versions


def _came(answer: Answer) -> _Came:
    """Raises `RemoteError` where the page is not what the specification says."""
    kind, _, parameters = answer.headers.get("content-type", "").partition(";")
    try:
        if kind.strip().lower() == "multipart/mixed":
            boundary = dict(one.strip().partition("=")[::2] for one in parameters.split(";")).get("boundary", "")
            first, *others = multipart.parts(answer.body, boundary.strip('"'))
            page, parts = _page.decode(first.content), attachments.by_hash(others)
        else:
            page, parts = _page.decode(answer.body), {}
    except (LrsError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RemoteError(f"The other store's page cannot be read: {error}") from error
    return _Came(page.statements, parts, page.more)


def _stored(raw: msgspec.Raw) -> dt.datetime | None:
    try:
        return moments.parse(_head(raw).stored)
    except ValueError:
        return None


def _id(raw: msgspec.Raw) -> str:
    return _head(raw).id


def _voided_by(raw: msgspec.Raw) -> str:
    """The id of the statement that this one voids; empty where it voids none."""
    head = _head(raw)
    return head.object.id if head.verb.id == VOIDED else ""


def _head(raw: msgspec.Raw) -> _Head:
    try:
        return _heads.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Head()  # none that is one: it is refused when it is to be stored


def _fine(answer: Answer) -> Answer:
    if not answer.ok:
        said = f"{answer.status}: {answer.text}"
        raise RemoteError(said, status=answer.status, retry_after=answer.retry_after)
    return answer


def _authority(run: HistoryImport) -> dict[str, Any]:
    """Who vouches for what was fetched: the import."""
    account = {"homePage": settings.XAPI_BASE, "name": f"lrs-import:{run.pk}"}
    return {"objectType": "Agent", "name": run.name, "account": account}
