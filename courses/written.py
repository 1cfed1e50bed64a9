"""What a page's stored content says, so that two drafts of it can be compared.

A page that was loaded, or came from a file, gets keys in its rich text and empty settings in its blocks when it is
first saved in the editor. Nobody has written those.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TAG = re.compile(r"<(/?\w+)([^<>]*)>")
_ATTRIBUTE = re.compile(r'(([\w-]+)="[^"]*")')
_NAMES = {"strong": "b", "/strong": "/b", "em": "i", "/em": "/i"}  # as the editor writes them
_LETTERS = {"&quot;": '"', "&#x27;": "'", "&#39;": "'", "&nbsp;": "\N{NO-BREAK SPACE}"}
_ADDED = "data-block-key"


def written(value: Any) -> Any:
    """`value` (JSON) without empty fields, and each text as the editor would store it, without its keys."""
    if isinstance(value, str):
        return _TAG.sub(_tag, _letters(value))
    if isinstance(value, Mapping):
        return {name: written(one) for name, one in value.items() if not _is_empty(one)}
    if isinstance(value, list):
        return [written(one) for one in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def _letters(text: str) -> str:
    for entity, letter in _LETTERS.items():
        text = text.replace(entity, letter)
    return text


def _tag(found: re.Match[str]) -> str:
    kept = sorted(said for said, name in _ATTRIBUTE.findall(found[2]) if name != _ADDED)
    return f"<{' '.join([_NAMES.get(found[1], found[1]), *kept])}>"
