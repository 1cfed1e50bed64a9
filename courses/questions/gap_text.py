"""A text with gaps as an editor writes it: `MI står for [[motiverende samtaler|motiverende intervju]].`"""

from __future__ import annotations

import re
import unicodedata

_GAP = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


def split(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """(the texts around the gaps, what may stand in each gap).

    Raises ValueError where a gap is empty, a bracket is left over, or there is no gap.
    """
    parts = _GAP.split(text)
    around, inside = tuple(parts[0::2]), parts[1::2]
    accepted = tuple(tuple(word.strip() for word in gap.split("|") if word.strip()) for gap in inside)
    if not accepted:
        raise ValueError("There is no gap.")
    if not all(accepted) or any("[[" in piece or "]]" in piece for piece in parts):
        raise ValueError("A gap is empty or has no end.")
    return around, accepted


def same(one: str, other: str) -> bool:
    """Whether two answers are the same but for case, spaces, quotation marks and a full stop at the end."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(composed.split()).strip(" .,;:!?\"'«»“”")
