"""From a form's fields to a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ..exceptions import BadResponse
from .model import TEXT_MAX, Question, Response

Fields = Mapping[str, Sequence[str]]
GAP_MAX = 200
NUMBER_MAX = Decimal(10) ** 15


def parse(question: Question, data: Fields, prefix: str = "") -> Response:
    """The response in a form's fields (lists of strings by name).

    Fields: `answer` (single, multiple, numeric, reflection, free); `place-<item key>` = "1".."n" (order);
    `pair-<left key>` = the sealed right key (match); `gap-<number>` (gaps).
    Raises BadResponse where it is empty or not allowed.
    """
    return _PARSERS[question.kind](question, data, prefix)


def number(text: str) -> Decimal:
    """A number as people write it: "1 234,5", "1234.5", "−3". Raises ValueError."""
    bare = "".join(text.split()).replace("\N{MINUS SIGN}", "-").replace(",", ".")
    try:
        found = Decimal(bare)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number.") from error
    if not found.is_finite() or abs(found) > NUMBER_MAX or len(bare) > 40:
        raise ValueError(f"{text!r} is no number that one answers with.")
    return found.normalize()


def _first(data: Fields, name: str) -> str:
    return (list(data.get(name, [])) or [""])[0].strip()


def _text(question: Question, data: Fields, prefix: str) -> Response:
    text = _first(data, f"{prefix}answer")
    if not text or len(text) > TEXT_MAX:
        raise BadResponse("Empty or too long.")
    return text


def _choice(question: Question, data: Fields, prefix: str) -> Response:
    chosen = list(data.get(f"{prefix}answer", []))
    known = {o.key for o in question.options}
    single = question.kind == "single"
    if not chosen or not set(chosen) <= known or len(set(chosen)) != len(chosen) or (single and len(chosen) != 1):
        raise BadResponse("Empty, or not among the options.")
    return chosen[0] if single else sorted(chosen)


def _order(question: Question, data: Fields, prefix: str) -> Response:
    places = {o.key: (list(data.get(f"{prefix}place-{o.key}", [])) or [""])[0] for o in question.options}
    if sorted(places.values()) != sorted(str(n + 1) for n in range(len(places))):
        raise BadResponse("Each place must be used once.")
    return sorted(places, key=lambda key: int(places[key]))


def _match(question: Question, data: Fields, prefix: str) -> Response:
    rights = {question.sealed(right): right for right in question.rights.values()}
    pairs = {o.key: (list(data.get(f"{prefix}pair-{o.key}", [])) or [""])[0] for o in question.options}
    if not set(pairs.values()) <= set(rights):
        raise BadResponse("Each one needs its match.")
    return {left: rights[sealed] for left, sealed in pairs.items()}


def _numeric(question: Question, data: Fields, prefix: str) -> Response:
    try:
        return f"{number(_first(data, f'{prefix}answer')):f}"
    except ValueError as error:
        raise BadResponse("Not a number.") from error


def _gaps(question: Question, data: Fields, prefix: str) -> Response:
    written = [_first(data, f"{prefix}gap-{o.key}") for o in question.options]
    if not all(written) or max(map(len, written)) > GAP_MAX:
        raise BadResponse("A gap is empty or too long.")
    return written


_PARSERS = {
    "single": _choice,
    "multiple": _choice,
    "order": _order,
    "match": _match,
    "numeric": _numeric,
    "gaps": _gaps,
    "reflection": _text,
    "free": _text,
}
