"""From a response to its mark."""

from __future__ import annotations

from decimal import Decimal

from . import gap_text
from .model import Mark, Question, Response


def mark(question: Question, response: Response) -> Mark:
    """Mark `response`, with the feedback that its learner gets. A response of an older shape is wrong, not an error."""
    correct = is_correct(question, response)
    if question.kind in ("single", "multiple"):
        chosen = {response} if isinstance(response, str) else set(response)
        feedback = tuple((o.text, o.feedback, o.correct) for o in question.options if o.key in chosen)
        return Mark(correct, feedback)
    return Mark(correct, summary=question.feedback_right if correct else question.feedback_wrong)


def is_correct(question: Question, response: Response) -> bool:
    if question.kind == "numeric":
        return isinstance(response, str) and question.low <= Decimal(response) <= question.high
    if question.kind == "gaps":
        return (
            isinstance(response, list)
            and len(response) == len(question.options)
            and all(
                any(gap_text.same(word, one) for one in o.accepted)
                for word, o in zip(response, question.options, strict=True)
            )
        )
    return response == question.correct_response
