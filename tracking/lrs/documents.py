"""State and profiles: documents that are read, replaced, merged and deleted under HTTP's preconditions.

1.0.3 Communication 2.2, 2.3, 2.6, 2.7 and 3.1; 2.0.0 4.1.4, 4.1.6.2, 4.1.6.5 and 4.1.6.6.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from django.db import connection, transaction
from django.db.models import QuerySet

from .exceptions import ConflictError, InvalidRequestError, NotFoundError, PreconditionFailedError
from .keys import NOTHING, document_key
from .models import Document
from .parsing import strictly

_MERGING = "xAPI 1.0.3 Communication 2.2, 2.0.0 4.1.6"
_CONCURRENCY = "xAPI 1.0.3 Communication 3.1, 2.0.0 4.1.4"
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True)
class Address:
    """Where a document is, in keys; without `name` all of an activity or agent, without `registration` of each."""

    kind: Document.Kind
    activity: str = NOTHING
    agent: str = NOTHING
    registration: str | None = None
    name: str | None = None

    @property
    def key(self) -> str:
        registration = self.registration or NOTHING
        return document_key(str(self.kind.value), self.activity, self.agent, registration, self.name or "")


@dataclass(frozen=True)
class Content:
    """The bytes of a document and their content type."""

    body: bytes
    type: str

    @property
    def is_json(self) -> bool:
        return self.type.partition(";")[0].strip().lower() == "application/json"

    @property
    def etag(self) -> str:
        return hashlib.sha1(self.body, usedforsecurity=False).hexdigest()

    def check(self) -> None:
        """Raises `InvalidStatementError` where what calls itself JSON is none."""
        if self.is_json:
            strictly(self.body)


@dataclass(frozen=True)
class Condition:
    """If-Match and If-None-Match: quoted tags or "*"; None where there is no such header."""

    match: tuple[str, ...] | None = None
    none_match: tuple[str, ...] | None = None

    def check(self, held: Document | None) -> None:
        """Raises `PreconditionFailedError` (RFC 9110 13.1)."""
        if self.match is not None and not _fits(self.match, held):
            raise PreconditionFailedError
        if self.none_match is not None and _fits(self.none_match, held):
            raise PreconditionFailedError

    def check_replacing(self, held: Document | None, kind: Document.Kind, version: str) -> None:
        """As `check`; without either header nothing is overwritten, but for a State of 1.0.3."""
        self.check(held)
        free = version.startswith("1.") and kind == Document.Kind.STATE
        if self.match is not None or self.none_match is not None or free:
            return
        if held:
            raise ConflictError(
                f"There is a document here: read it, then send If-Match with its ETag ({_CONCURRENCY})."
            )
        if version.startswith("1."):
            raise InvalidRequestError(f"PUT of a profile needs If-Match or If-None-Match ({_CONCURRENCY}).")


def _fits(tags: tuple[str, ...], held: Document | None) -> bool:
    return held is not None and ("*" in tags or f'"{held.etag}"' in tags)


def get(address: Address) -> Document:
    """Raises `NotFoundError`."""
    held = _find(address)
    if held is None:
        raise NotFoundError("There is no such document.")
    return held


def names(address: Address, since: dt.datetime | None) -> list[tuple[str, dt.datetime]]:
    """Ids and when each was last changed; `since` is exclusive."""
    held = _all(address)
    if since:
        held = held.filter(updated__gt=since)
    return list(held.order_by("updated", "key").values_list("name", "updated"))


def put(address: Address, content: Content, condition: Condition, *, version: str, at: dt.datetime) -> None:
    """Stores or replaces. Raises `ConflictError`, `InvalidRequestError`, `PreconditionFailedError`."""
    content.check()
    with _one_at_a_time(address):
        held = _find(address)
        condition.check_replacing(held, address.kind, version)
        _save(address, content, at)


def merge(address: Address, content: Content, condition: Condition, *, at: dt.datetime) -> None:
    """Stores, or lays a JSON object's properties over those that are there, one level deep."""
    content.check()
    with _one_at_a_time(address):
        held = _find(address)
        condition.check(held)
        _save(address, _merged(held, content) if held else content, at)


def delete(address: Address, condition: Condition) -> None:
    with _one_at_a_time(address):
        condition.check(_find(address))
        Document.objects.filter(key=address.key).delete()


def delete_all(address: Address) -> None:
    _all(address).delete()


def _find(address: Address) -> Document | None:
    return Document.objects.filter(key=address.key).first()


def _all(address: Address) -> QuerySet[Document]:
    held = Document.objects.filter(kind=address.kind, activity=address.activity, agent=address.agent)
    return held.filter(registration=address.registration) if address.registration else held


def _merged(held: Document, content: Content) -> Content:
    old = Content(bytes(held.content), held.content_type)
    if not (old.is_json and content.is_json):
        raise InvalidRequestError(f"Only application/json is merged, with application/json ({_MERGING}).")
    whole = {**_object(old), **_object(content)}
    return Content(msgspec.json.encode(whole), content.type)


def _object(content: Content) -> dict[str, msgspec.Raw]:
    try:
        return _fields.decode(content.body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidRequestError(f"Only JSON objects are merged, with a JSON object ({_MERGING}).") from error


def _save(address: Address, content: Content, at: dt.datetime) -> None:
    Document.objects.update_or_create(
        key=address.key,
        defaults={"content": content.body, "content_type": content.type, "etag": content.etag, "updated": at},
        create_defaults={
            "kind": address.kind,
            "activity": address.activity,
            "agent": address.agent,
            "registration": address.registration or NOTHING,
            "name": address.name or "",
            "content": content.body,
            "content_type": content.type,
            "etag": content.etag,
            "updated": at,
        },
    )


@contextmanager
def _one_at_a_time(address: Address) -> Iterator[None]:
    """A transaction that no other changer of this document runs beside: what was checked is still so when stored."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(('x' || %s)::bit(64)::bigint)", [address.key[:16]])
        yield
