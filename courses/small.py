"""Whether a change is a typing error: what an editor may publish without a second person. Pure.

Honest means narrow. Words may be spelt otherwise, and a comma or a doubled word may come or go; no word that carries
the meaning by itself (not, may, must, a number), no answer, no link, no picture, no setting and no block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

MOST_WORDS = 5  # in one publishing
LETTERS = 2  # how many letters of a word may be others
SHORTEST = 4  # of shorter words every letter may be the meaning (før, for)
# What a reader reads as it stands. Everything else (answers, keys, numbers, choices) must be equal.
PROSE = {
    "title", "summary", "intro", "outcomes", "sources", "value", "text", "prompt", "hint", "feedback", "feedback_right",
    "feedback_wrong", "caption", "alt", "attribution", "transcript", "about",
}  # fmt: skip
MEANING = {
    "alle", "aldri", "alltid", "alt", "bare", "berre", "begge", "bør", "enten", "flest", "færre", "første", "ikke",
    "ikkje", "ingen", "inga", "inkje", "innen", "innan", "kan", "kanskje", "kvar", "lov", "maks", "mest", "mindre",
    "minst", "måtte", "noen", "nokon", "nokre", "ofte", "siste", "skal", "skulle", "sjelden", "sjeldan", "straks",
    "unntatt", "unnateke", "uten", "utan", "verken", "ville", "kunne", "hver", "annen", "annan", "etter", "under",
    "over", "mellom", "heile", "hele", "always", "cannot", "could", "every", "except", "least", "less", "more", "most",
    "must", "never", "none", "only", "should", "shall", "until", "unless", "without",
}  # fmt: skip
SIGNS = "%‰§€$-–−+*/=<>"  # signs that say something by themselves
_TAG, _GAP, _TOKEN = re.compile(r"<[^>]+>"), re.compile(r"\[\[.*?\]\]", re.DOTALL), re.compile(r"\w+|[^\w\s]")
Change = tuple[str, str]


def typing_errors(before: Any, after: Any) -> list[Change] | None:
    """The words that differ, as (before, after), where that is all and they are few; else None.

    `before`, `after`: a page's content as JSON: dicts, lists, strings, numbers.
    """
    changes: list[Change] = []
    try:
        for old, new in _texts(before, after, ""):
            changes += _words(old, new)
    except _Other:
        return None
    return changes if 0 < len(changes) <= MOST_WORDS else None


class _Other(Exception):
    """The change is more than a typing error."""


def _texts(before: Any, after: Any, key: str) -> Iterator[Change]:
    """The pairs of prose that differ. Raises _Other where anything else does."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and before.keys() == after.keys():
        for name in before:
            yield from _texts(before[name], after[name], name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            yield from _texts(old, new, key)
    elif isinstance(before, str) and isinstance(after, str) and key in PROSE:
        yield before, after
    else:
        raise _Other


def _words(before: str, after: str) -> list[Change]:
    for pattern in (_TAG, _GAP):
        if pattern.findall(before) != pattern.findall(after):
            raise _Other
    old, new = (_TOKEN.findall(_TAG.sub(" ", text)) for text in (before, after))
    return [
        one for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() for one in _step(step, old, new)
    ]


def _step(step: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The changes of one step. Raises _Other."""
    kind, a, b, c, d = step
    if kind == "equal":
        return []
    gone, come = list(old[a:b]), list(new[c:d])
    if len(gone) == len(come) and all(map(_is_spelling, gone, come)):
        return list(zip(gone, come, strict=True))
    if "".join(gone).casefold() == "".join(come).casefold():  # written apart, or together
        return [(" ".join(gone), " ".join(come))]
    if not come and _is_doubled(gone, old, a, b):
        return [(" ".join(gone), "")]
    if all(map(_is_point, [*gone, *come])):
        return [("".join(gone), "".join(come))]
    raise _Other


def _is_doubled(gone: list[str], old: Sequence[str], a: int, b: int) -> bool:
    around = [*old[max(a - 1, 0) : a], *old[b : b + 1]]
    return len(gone) == 1 and gone[0].casefold() in [word.casefold() for word in around]


def _is_point(token: str) -> bool:
    return not any(letter.isalnum() for letter in token) and token not in SIGNS


def _is_spelling(before: str, after: str) -> bool:
    """Whether `after` may be the same word, spelt otherwise."""
    if _is_point(before) and _is_point(after):
        return True
    old, new = before.casefold(), after.casefold()
    if not (old.isalpha() and new.isalpha()) or {old, new} & MEANING:
        return False
    return old == new or (min(len(old), len(new)) >= SHORTEST and _distance(old, new) <= LETTERS)


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out, changed or swapped with the next (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
