"""What the record store adds to a statement: id, stored, timestamp, authority, version (1.0.3 Data 2.4)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec

from . import moments
from .parsing import Incoming

Json = Mapping[str, Any]
_MICROSECOND = dt.timedelta(microseconds=1)
_encode = msgspec.json.Encoder().encode
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Complete:
    """A statement with everything that is stored of it."""

    said: Json
    stored: dt.datetime
    payload: str


def complete(
    statements: Sequence[Json], *, authority: Json, at: dt.datetime | Sequence[dt.datetime], version: str
) -> list[Complete]:
    """From statements of our own; `at` as for `tracking.lrs.store.store`."""
    whole = [(_with(said, authority, moments.text(moment), version), moment) for said, moment in _timed(statements, at)]
    return [Complete(said, stored, _encode(said).decode()) for said, stored in whole]


def complete_incoming(
    incoming: Sequence[Incoming], *, authority: Json, at: dt.datetime, version: str
) -> list[Complete]:
    """From statements that came as text: the payload keeps their values to the letter."""
    found = []
    for one, moment in _timed(incoming, at):
        said = _with(one.said, authority, moments.text(moment), version)
        found.append(Complete(said, moment, _spliced(one, said)))
    return found


def unstamped(one: Incoming, mark: str, *, authority: Json, version: str) -> tuple[dict[str, Any], str]:
    """What is stored of a statement, and its payload, with `mark` where the moment of storing will stand."""
    said = _with(one.said, authority, mark, version)
    return said, _spliced(one, said)


def _timed(held: Sequence[Any], at: dt.datetime | Sequence[dt.datetime]) -> list[tuple[Any, dt.datetime]]:
    moments_ = [at + n * _MICROSECOND for n in range(len(held))] if isinstance(at, dt.datetime) else at
    return list(zip(held, moments_, strict=True))


def _with(said: Json, authority: Json, stored: str, version: str) -> dict[str, Any]:
    default_version = "1.0.0" if version.startswith("1.") else "2.0.0"
    whole = {"id": str(uuid4()), "version": default_version, "timestamp": stored, **_with_arrays(said)}
    whole["stored"] = stored
    whole["authority"] = authority
    return whole


def _with_arrays(said: Json) -> Json:
    """Context activities in arrays (1.0.3 Data 2.4.6.2, 2.0.0 4.2.2.5); `said` itself where they are."""
    changes: dict[str, Any] = {}
    held = said.get("context", {}).get("contextActivities", {})
    if any(isinstance(one, Mapping) for one in held.values()):
        arrays = {name: [one] if isinstance(one, Mapping) else one for name, one in held.items()}
        changes["context"] = {**said["context"], "contextActivities": arrays}
    target = said["object"]
    if target.get("objectType") == "SubStatement" and (changed := _with_arrays(target)) is not target:
        changes["object"] = changed
    return {**said, **changes} if changes else said


def _spliced(incoming: Incoming, said: Json) -> str:
    """The text as it came; only what was added or changed is ours."""
    fields = _fields.decode(incoming.raw)
    for name, value in said.items():
        if incoming.said.get(name) is not value or name not in fields:
            fields[name] = msgspec.Raw(_encode(value))
    return _encode(fields).decode()
