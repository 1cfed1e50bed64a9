"""A question from its StreamField block."""

from __future__ import annotations

from typing import Any

from . import gap_text
from .model import TEXTS, Option, Question


def from_block(kind: str, key: str, value: Any) -> Question:
    """The question of `kind` with the block id `key`; options' keys are their list items' ids."""
    if kind in TEXTS:
        return Question(key, kind, value["prompt"], hint=value["hint"])
    if kind in ("single", "multiple"):
        options = tuple(
            Option(i.id, i.value["text"], i.value["correct"], i.value["feedback"])
            for i in value["options"].bound_blocks
        )
        return Question(key, kind, value["prompt"], options)
    return _SHAPES[kind](key, value, value["feedback_right"], value["feedback_wrong"])


def _order(key: str, value: Any, right: str, wrong: str) -> Question:
    items = tuple(Option(i.id, i.value) for i in value["items"].bound_blocks)
    return Question(key, "order", value["prompt"], items, "", right, wrong)


def _match(key: str, value: Any, right: str, wrong: str) -> Question:
    pairs = tuple(Option(i.id, i.value["left"], match=i.value["right"]) for i in value["pairs"].bound_blocks)
    return Question(key, "match", value["prompt"], pairs, "", right, wrong)


def _numeric(key: str, value: Any, right: str, wrong: str) -> Question:
    low = value["answer"]
    high = low if value["up_to"] is None else value["up_to"]
    return Question(key, "numeric", value["prompt"], (), "", right, wrong, low=low, high=high, unit=value["unit"])


def _gaps(key: str, value: Any, right: str, wrong: str) -> Question:
    around, accepted = gap_text.split(value["text"])
    # Numbered, so that a gap is the same in every language.
    gaps = tuple(Option(str(n), "", accepted=words) for n, words in enumerate(accepted, 1))
    return Question(key, "gaps", value["prompt"], gaps, "", right, wrong, around=around)


_SHAPES = {"order": _order, "match": _match, "numeric": _numeric, "gaps": _gaps}
