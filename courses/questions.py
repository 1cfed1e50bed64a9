"""Questions and their marking: pure functions from (question, response) to a mark.

A response is what the learner sent, by kind of question:
- single: one option key; multiple: a set of option keys (as a sorted list)
- order: item keys in the learner's order; match: {left key: right key}
- reflection: text (never marked, never in a statement)
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import salted_hmac

from .exceptions import BadResponse

MARKED = ("single", "multiple", "order", "match")
REFLECTION_MAX = 5000
Response = str | list[str] | dict[str, str]


@dataclass(frozen=True)
class Option:
    key: str
    text: str
    correct: bool = False
    feedback: str = ""
    match: str = ""  # the right side, in a `match` question


@dataclass(frozen=True)
class Question:
    key: str
    kind: str
    prompt: str
    options: tuple[Option, ...] = ()
    hint: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""

    @property
    def marked(self) -> bool:
        return self.kind in MARKED

    @property
    def correct_response(self) -> Response:
        """The response that is marked correct, in the shape of the question's kind."""
        if self.kind == "single":
            return next(o.key for o in self.options if o.correct)
        if self.kind == "multiple":
            return sorted(o.key for o in self.options if o.correct)
        if self.kind == "match":
            return self.rights
        return [o.key for o in self.options]

    @property
    def rights(self) -> dict[str, str]:
        """The key of each left side's match; right sides with the same text are one."""
        first: dict[str, str] = {}
        return {o.key: first.setdefault(o.match, o.key) for o in self.options}

    def sealed(self, right: str) -> str:
        """What stands for a right side in a form: the key itself, equal to its left side's, would tell the answer."""
        return salted_hmac("courses.questions.right", f"{self.key}:{right}").hexdigest()[:16]

    def shuffled(self, seed: str) -> tuple[Option, ...]:
        """The options as shown: another order than the right one, the same each time for the same `seed`.

        The order depends on the installation's secret too: whoever knows `seed` cannot reckon back.
        """
        shown = list(self.options)
        drawn = salted_hmac("courses.questions.order", f"{self.key}:{seed}").hexdigest()
        generator = random.Random(drawn)  # noqa: S311 - an order to show, not a secret
        generator.shuffle(shown)
        if len(shown) > 1 and shown == list(self.options):
            shown.append(shown.pop(0))
        return tuple(shown)


@dataclass(frozen=True)
class Mark:
    correct: bool
    feedback: tuple[tuple[str, str, bool], ...] = field(
        default=()
    )  # (option text, feedback, whether the option is right)
    summary: str = ""


def from_block(kind: str, key: str, value: Any) -> Question:
    """A question from its StreamField block."""
    if kind in ("single", "multiple"):
        options = tuple(
            Option(i.id, i.value["text"], i.value["correct"], i.value["feedback"])
            for i in value["options"].bound_blocks
        )
        return Question(key, kind, value["prompt"], options)
    if kind == "reflection":
        return Question(key, kind, value["prompt"], hint=value["hint"])
    if kind == "match":
        options = tuple(Option(i.id, i.value["left"], match=i.value["right"]) for i in value["pairs"].bound_blocks)
    else:
        options = tuple(Option(i.id, i.value) for i in value["items"].bound_blocks)
    return Question(key, kind, value["prompt"], options, "", value["feedback_right"], value["feedback_wrong"])


def parse(question: Question, data: Mapping[str, Sequence[str]], prefix: str = "") -> Response:
    """The response in a form's fields (lists of strings by name).

    Raises BadResponse where it is empty or not allowed.

    Fields: `answer` (single, multiple, reflection); `place-<item key>` = "1".."n" (order); `pair-<left key>` = the
    sealed right key (match).
    """
    if question.kind == "reflection":
        text = (list(data.get(f"{prefix}answer", [])) or [""])[0].strip()
        if not text or len(text) > REFLECTION_MAX:
            raise BadResponse("Empty or too long.")
        return text
    return _PARSERS[question.kind](question, data, prefix)


def _parse_choice(question: Question, data: Mapping[str, Sequence[str]], prefix: str) -> Response:
    chosen = list(data.get(f"{prefix}answer", []))
    known = {o.key for o in question.options}
    single = question.kind == "single"
    if not chosen or not set(chosen) <= known or len(set(chosen)) != len(chosen) or (single and len(chosen) != 1):
        raise BadResponse("Empty, or not among the options.")
    return chosen[0] if single else sorted(chosen)


def _parse_order(question: Question, data: Mapping[str, Sequence[str]], prefix: str) -> Response:
    places = {o.key: (list(data.get(f"{prefix}place-{o.key}", [])) or [""])[0] for o in question.options}
    if sorted(places.values()) != sorted(str(n + 1) for n in range(len(places))):
        raise BadResponse("Each place must be used once.")
    return sorted(places, key=lambda key: int(places[key]))


def _parse_match(question: Question, data: Mapping[str, Sequence[str]], prefix: str) -> Response:
    rights = {question.sealed(right): right for right in question.rights.values()}
    pairs = {o.key: (list(data.get(f"{prefix}pair-{o.key}", [])) or [""])[0] for o in question.options}
    if not set(pairs.values()) <= set(rights):
        raise BadResponse("Each one needs its match.")
    return {left: rights[sealed] for left, sealed in pairs.items()}


_PARSERS = {"single": _parse_choice, "multiple": _parse_choice, "order": _parse_order, "match": _parse_match}


def mark(question: Question, response: Response) -> Mark:
    """Mark `response`, with the feedback that its learner gets."""
    correct = response == question.correct_response
    if question.kind in ("single", "multiple"):
        chosen = {response} if isinstance(response, str) else set(response)
        feedback = tuple((o.text, o.feedback, o.correct) for o in question.options if o.key in chosen)
        return Mark(correct, feedback)
    return Mark(correct, summary=question.feedback_right if correct else question.feedback_wrong)
