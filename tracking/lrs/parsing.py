"""The body of a request to statements: strict JSON, each statement's own text kept beside what it says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from .exceptions import InvalidStatementError, TooLargeError

# xAPI 1.0.3 Data 2.2, 2.0.0 4.2: well-formed JSON, no duplicate names, numbers as IEEE 754 knows them.
_SECTION = "xAPI 1.0.3 Data 2.2, xAPI 2.0.0 4.2"
_WHOLE = range(-(2**63), 2**63)  # what 64 bits hold
_DIGITS = 20  # with the sign; a longer text is not even read
_LEVELS = 100  # of nesting: a statement has ten, and whoever reads it later must not run out of stack
# Objects, lists and their entries: decoded, each takes some hundred bytes, however short it came. 8 MiB of ordinary
# statements have half as many.
_VALUES = 400_000
_STATEMENTS = 10_000  # of a request, which is one transaction


@dataclass(frozen=True, slots=True)
class Incoming:
    """One statement: `said` for reading, `raw` as it came."""

    said: dict[str, Any]
    raw: msgspec.Raw


def parse(body: bytes) -> tuple[list[Incoming], bool]:
    """The statements, and whether they came as an array. Raises `InvalidStatementError`; shapes are not judged here."""
    said = strictly(body)
    try:
        if not isinstance(said, list):
            return [_incoming(said, msgspec.json.decode(body, type=msgspec.Raw))], False
        if len(said) > _STATEMENTS:
            raise TooLargeError(f"A request has at most {_STATEMENTS} statements: send them in several.")
        raws = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidStatementError(f"The body is not JSON: {_complaint(said, error)} ({_SECTION}).") from error
    return [_incoming(*pair) for pair in zip(said, raws, strict=True)], True


def _complaint(said: Any, error: Exception) -> str:
    try:
        json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "a text has one half of a surrogate pair"
    except RecursionError:
        return "it is nested too deeply"
    return str(error)


def _incoming(said: Any, raw: msgspec.Raw) -> Incoming:
    if not isinstance(said, dict):
        raise InvalidStatementError(f"A statement is a JSON object ({_SECTION}).")
    text = bytes(raw)
    if text.count(b"{") + text.count(b"[") > _LEVELS and _levels(said) > _LEVELS:
        raise InvalidStatementError(f"The statement is nested in more than {_LEVELS} levels ({_SECTION}).")
    return Incoming(said, raw)


def _levels(said: Any) -> int:
    level, count = [said], 0
    while level:
        count += 1
        held = [one.values() if isinstance(one, dict) else one for one in level]
        level = [value for values in held for value in values if isinstance(value, dict | list)]
    return count


def strictly(body: bytes) -> Any:
    """What the JSON says. Raises `InvalidStatementError` also on duplicate names and numbers out of range.

    `TooLargeError` where it has more values than a worker's memory should hold.
    """
    if len(body) > _VALUES and sum(map(body.count, (b"{", b"[", b","))) > _VALUES:
        raise TooLargeError(f"The body has more than {_VALUES} values: send it in several requests.")
    try:
        return _scanner.decode(body.decode())
    except UnicodeDecodeError as error:
        raise InvalidStatementError(f"The body is not UTF-8 ({_SECTION}).") from error
    except RecursionError as error:
        raise InvalidStatementError(f"The body is nested too deeply ({_SECTION}).") from error
    except json.JSONDecodeError as error:
        raise InvalidStatementError(f"The body is not JSON: {error} ({_SECTION}).") from error


def _without_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidStatementError(f"`{twice[:80]}` stands twice in one object ({_SECTION}).")
    return found


def _whole_number(text: str) -> int:
    if len(text) > _DIGITS or (number := int(text)) not in _WHOLE:
        raise InvalidStatementError(f"The whole number {text[:30]} is beyond 64 bits ({_SECTION}).")
    return number


def _no_number(name: str) -> NoReturn:
    raise InvalidStatementError(f"{name} is not a JSON number ({_SECTION}).")


_scanner = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_int=_whole_number, parse_constant=_no_number)
