"""How a question stands in a form: its fields, and what the learner chose, ready for a template. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import get_language

from .questions import TEXTS, Option, Question, Response


class Choice(NamedTuple):
    """One thing to pick: a radio button, a checkbox or a line of a list."""

    value: str
    text: str
    chosen: bool
    id: str


@dataclass(frozen=True)
class Picker:
    """One list to pick from: a place in the order, or the match of a left side."""

    name: str
    id: str
    label: str
    choices: tuple[Choice, ...]


class Gap(NamedTuple):
    """One gap in a text, and what stands before it."""

    name: str
    id: str
    before: str
    number: int
    text: str


@dataclass(frozen=True)
class Fields:
    """The fields of one question.

    `choices` (single, multiple), `pickers` (order, match), `gaps` with the text around them, or `text` (all others).
    """

    question: Question
    name: str
    id: str
    choices: tuple[Choice, ...] = ()
    pickers: tuple[Picker, ...] = field(default=())
    text: str = ""
    gaps: tuple[Gap, ...] = ()
    after: str = ""  # the text after the last gap


def fields(question: Question, response: Response | None, seed: str, prefix: str = "") -> Fields:
    """`response`: what is chosen; `seed`: the same order of options each time; `prefix` of every field's name."""
    ident = f"f-{question.key}"
    name = f"{prefix}answer"
    if question.kind in ("single", "multiple"):
        chosen = {response} if isinstance(response, str) else set(response or ())
        shown = enumerate(question.shuffled(seed))
        choices = tuple(Choice(o.key, o.text, o.key in chosen, f"{ident}-{n}") for n, o in shown)
        return Fields(question, name, ident, choices=choices)
    if question.kind == "gaps":
        return Fields(question, name, ident, gaps=_gaps(question, response, prefix, ident), after=question.around[-1])
    if question.kind in ("numeric", *TEXTS):
        text = response if isinstance(response, str) else ""
        return Fields(question, name, ident, text=written(text) if question.kind == "numeric" else text)
    pick = _places if question.kind == "order" else _pairs
    return Fields(question, name, ident, pickers=pick(question, response, seed, prefix, ident))


def _places(question: Question, response: Response | None, seed: str, prefix: str, ident: str) -> tuple[Picker, ...]:
    given = list(response) if isinstance(response, list) else []
    places = {key: str(n) for n, key in enumerate(given, 1)}
    numbers = [str(n) for n in range(1, len(question.options) + 1)]
    return tuple(
        _picker(
            f"{prefix}place-{o.key}",
            f"{ident}-{n}",
            o.text,
            [(number, number) for number in numbers],
            places.get(o.key),
        )
        for n, o in enumerate(question.shuffled(seed))
    )


def _pairs(question: Question, response: Response | None, seed: str, prefix: str, ident: str) -> tuple[Picker, ...]:
    given = response if isinstance(response, dict) else {}
    shown = set(question.rights.values())
    rights = [(question.sealed(o.key), o.match) for o in question.shuffled(seed) if o.key in shown]
    chosen = {left: question.sealed(right) for left, right in given.items()}
    return tuple(
        _picker(f"{prefix}pair-{o.key}", f"{ident}-{n}", o.text, rights, chosen.get(o.key))
        for n, o in enumerate(question.options)
    )


def _gaps(question: Question, response: Response | None, prefix: str, ident: str) -> tuple[Gap, ...]:
    given = list(response) if isinstance(response, list) else []
    given += [""] * (len(question.options) - len(given))
    return tuple(
        Gap(f"{prefix}gap-{o.key}", f"{ident}-{n}", question.around[n - 1], n, given[n - 1])
        for n, o in enumerate(question.options, 1)
    )


def written(number: str) -> str:
    """A stored number as people write it in the page's language: "4.5" as "4,5"."""
    return number if get_language() == "en" else number.replace(".", ",")


def _picker(name: str, ident: str, label: str, choices: list[tuple[str, str]], chosen: str | None) -> Picker:
    lines = tuple(Choice(value, text, value == chosen, f"{ident}-{n}") for n, (value, text) in enumerate(choices))
    return Picker(name, ident, label, lines)


def in_words(question: Question, response: Response) -> list[str]:
    """The learner's answer as lines to read: texts in the order given, or "left – right"."""
    by_key: dict[str, Option] = {o.key: o for o in question.options}
    if isinstance(response, dict):
        return [
            f"{by_key[left].text} – {by_key[right].match}"
            for left, right in response.items()
            if {left, right} <= by_key.keys()
        ]
    if question.kind == "numeric":
        return [f"{written(str(response))} {question.unit}".strip()]
    if question.kind in TEXTS:
        return [str(response)]
    if question.kind == "gaps":
        return list(response)
    keys = [response] if isinstance(response, str) else response
    return [by_key[key].text for key in keys if key in by_key]
