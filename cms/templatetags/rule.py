"""`{% rule share target=… label=… %}`: the folding rule, wherever something is measured."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import translation

from ..rule_picture import pictures, reading

register = template.Library()


@register.simple_tag
def rule(share: float | None, label: str = "", size: str = "large", steps: int | None = None, **shown: Any) -> str:
    """Shares are fractions (None: not shown); `shown` as `rule_picture.reading` takes it; `label` the sentence that
    stands for the picture; `steps` the number of links of a small rule (a course's parts)."""
    return _drawn(translation.get_language(), share, str(label), size, steps, tuple(sorted(shown.items())))


@lru_cache(maxsize=500)
def _drawn(
    language: str | None,
    share: float | None,
    label: str,
    size: str,
    steps: int | None,
    shown: tuple[tuple[str, Any], ...],
) -> str:
    """The same reading is the same picture, in a language."""
    found = pictures(reading(share, **dict(shown)), label, size, steps)
    return render_to_string("components/rule.html", {"size": size, "pictures": found})
