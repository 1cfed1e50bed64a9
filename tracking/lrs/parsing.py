"""The body of a request to statements: strict JSON, each statement's own text kept beside what it says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from .exceptions import InvalidStatementError

# xAPI 1.0.3 Data 2.2, 2.0.0 4.2: well-formed JSON, no duplicate names, numbers as IEEE 754 knows them.
_SECTION = "xAPI 1.0.3 Data 2.2, xAPI 2.0.0 4.2"
_DIGITS = 18  # of a whole number: what 64 bits surely hold
_LEVELS = 100  # of nesting: a statement has ten, and whoever reads it later must not run out of stack


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
        raws = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidStatementError(f"The body is not JSON: {error} ({_SECTION}).") from error
    return [_incoming(*pair) for pair in zip(said, raws, strict=True)], True


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
    """What the JSON says. Raises `InvalidStatementError` also on duplicate names and numbers out of range."""
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
    if len(text.lstrip("-")) > _DIGITS:
        raise InvalidStatementError(f"A whole number has more than {_DIGITS} digits ({_SECTION}).")
    return int(text)


def _no_number(name: str) -> NoReturn:
    raise InvalidStatementError(f"{name} is not a JSON number ({_SECTION}).")


_scanner = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_int=_whole_number, parse_constant=_no_number)
