"""Some of a bank's questions, drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

from .model import Question


def draw(bank: Sequence[Question], number: int, seed: str) -> list[Question]:
    """`number` of the bank's questions (all, where it has fewer), the same ones for the same seed and keys.

    By key, not by place: a bank that is translated or put in another order gives the same questions. The draw depends
    on the installation's secret too: whoever knows `seed` cannot tell what comes next.
    """
    keys = sorted(q.key for q in bank)
    drawn = salted_hmac("courses.questions.draw", seed).hexdigest()
    chosen = set(random.Random(drawn).sample(keys, min(number, len(keys))))  # noqa: S311 - a draw to show, not a secret
    return [q for q in bank if q.key in chosen]
