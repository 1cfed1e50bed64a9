"""What is wrong with a file: the whole of it, or one row."""

from __future__ import annotations

from dataclasses import dataclass

from ..exceptions import LearnersError


class FileRefused(LearnersError):
    """The file cannot be read as people data; the message says why and what to do."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row. `line` as a spreadsheet or an editor counts it, from 1; `column` is its header."""

    line: int
    column: str
    reason: str
