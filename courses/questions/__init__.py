"""Questions and their marking: pure functions from (question, response) to a mark.

A response is what the learner sent, by kind of question:
- single: one option key; multiple: a set of option keys (as a sorted list)
- order: item keys in the learner's order; match: {left key: right key}
- numeric: the number, written as "-1234.5"; gaps: what was written in each gap, in order
- reflection (the learner's own) and free (sent to KRUS): text, never marked, never in a statement
"""

from .drawing import draw
from .from_block import from_block
from .marking import mark
from .model import KINDS, MARKED, TEXT_MAX, TEXTS, Mark, Option, Question, Response
from .parsing import parse

__all__ = [
    "KINDS",
    "MARKED",
    "TEXTS",
    "TEXT_MAX",
    "Mark",
    "Option",
    "Question",
    "Response",
    "draw",
    "from_block",
    "mark",
    "parse",
]
