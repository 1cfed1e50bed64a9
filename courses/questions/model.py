"""What a question and its mark are."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.crypto import salted_hmac

MARKED = ("single", "multiple", "order", "match", "numeric", "gaps")
TEXTS = ("reflection", "free")  # written for oneself, or for KRUS; never marked
KINDS = (*MARKED, *TEXTS)
TEXT_MAX = 5000
Response = str | list[str] | dict[str, str]


@dataclass(frozen=True)
class Option:
    """One option, item, left side or gap."""

    key: str
    text: str
    correct: bool = False
    feedback: str = ""
    match: str = ""  # the right side, in a `match` question
    accepted: tuple[str, ...] = ()  # what may stand in the gap, the first for showing


@dataclass(frozen=True)
class Question:
    """A question of any kind; what a kind does not use is empty."""

    key: str
    kind: str
    prompt: str
    options: tuple[Option, ...] = ()
    hint: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""
    around: tuple[str, ...] = ()  # the text before, between and after the gaps: one more than there are gaps
    low: Decimal = Decimal(0)  # a number from `low` to `high` is right
    high: Decimal = Decimal(0)
    unit: str = ""  # what the number counts: "kr", "meter"

    @property
    def marked(self) -> bool:
        return self.kind in MARKED

    @property
    def correct_response(self) -> Response:
        """A response that is marked correct, in the shape of the question's kind."""
        if self.kind == "single":
            return next(o.key for o in self.options if o.correct)
        if self.kind == "multiple":
            return sorted(o.key for o in self.options if o.correct)
        if self.kind == "match":
            return self.rights
        if self.kind == "numeric":
            return f"{self.low:f}"
        if self.kind == "gaps":
            return [o.accepted[0] for o in self.options]
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
    """What an answer was worth. `feedback`: (option text, feedback, whether the option is right)."""

    correct: bool
    feedback: tuple[tuple[str, str, bool], ...] = field(default=())
    summary: str = ""
