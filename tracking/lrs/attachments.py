"""Attachments whose bytes come with their statements (1.0.3 Data 2.4.11, Communication 1.5.2; 2.0.0 4.2.2.6, 4.1.3)."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from .exceptions import InvalidRequestError
from .models import Attachment
from .multipart import Part

Json = Mapping[str, Any]
Parts = Mapping[str, Part]  # by hash
_SECTION = "xAPI 1.0.3 Communication 1.5.2, 2.0.0 4.1.3"
_HASH = "x-experience-api-hash"
_SHA2 = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}  # by hexadecimal digits


def by_hash(held: Iterable[Part]) -> dict[str, Part]:
    """Raises `InvalidRequestError` unless each part is what its headers say."""
    found = {}
    for part in held:
        if part.headers.get("content-transfer-encoding", "").lower() != "binary":
            raise InvalidRequestError(f"A part has no header 'Content-Transfer-Encoding: binary' ({_SECTION}).")
        said = part.headers.get(_HASH, "").lower()
        algorithm = _SHA2.get(len(said))
        if algorithm is None or algorithm(part.content).hexdigest() != said:
            raise InvalidRequestError(f"A part's X-Experience-API-Hash is not the hash of its bytes ({_SECTION}).")
        found[said] = part
    return found


def check(statements: Sequence[Json], held: Parts) -> None:
    """Raises `InvalidRequestError` where bytes are missing, or belong to no statement."""
    named = [one for statement in statements for one in of(statement)]
    if any("fileUrl" not in one and one["sha2"].lower() not in held for one in named):
        raise InvalidRequestError(f"`attachments`: one has neither a fileUrl nor a part of the body ({_SECTION}).")
    if set(held) - {one["sha2"].lower() for one in named}:
        raise InvalidRequestError(f"A part of the body belongs to no attachment ({_SECTION}).")


def of(statement: Json) -> list[Json]:
    """The attachments of a valid statement and of its sub-statement."""
    return [*statement.get("attachments", ()), *statement["object"].get("attachments", ())]


def keep(statements: Sequence[Json], ids: Sequence[str], held: Parts) -> None:
    """Stores the bytes, in the transaction of their statements; each has its own, so reading one opens no other."""
    rows = {
        (UUID(statement_id), hash_): held[hash_]
        for statement, statement_id in zip(statements, ids, strict=True)
        for hash_ in (one["sha2"].lower() for one in of(statement))
        if hash_ in held
    }
    Attachment.objects.bulk_create(
        (Attachment(statement_id=key, sha2=hash_, content=part.content) for (key, hash_), part in rows.items()),
        ignore_conflicts=True,
    )


def stored(statements: Collection[Json]) -> Iterator[Part]:
    """The bytes kept for these statements, each once."""
    types = {one["sha2"].lower(): one["contentType"] for statement in statements for one in of(statement)}
    ids = [one["id"] for one in statements if of(one)]
    seen = set()
    for sha2, content in Attachment.objects.filter(statement_id__in=ids).values_list("sha2", "content"):
        if sha2 not in seen and sha2 in types:
            seen.add(sha2)
            headers = {
                "Content-Type": _in_header(types[sha2]),
                "Content-Transfer-Encoding": "binary",
                "X-Experience-API-Hash": sha2,
            }
            yield Part(headers, bytes(content))


def _in_header(kind: str) -> str:
    """A statement's content type may have what a header must not: other letters, ends of lines."""
    return kind if kind.isascii() and kind.isprintable() else "application/octet-stream"
