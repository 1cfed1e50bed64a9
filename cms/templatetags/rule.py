"""`{% rule share target=… label=… %}`: the folding rule, wherever something is measured."""

from __future__ import annotations

from typing import Any

from django import template

from ..rule_picture import pictures, reading

register = template.Library()


@register.inclusion_tag("components/rule.html")
def rule(
    share: float | None, label: str = "", size: str = "large", steps: int | None = None, **shown: Any
) -> dict[str, Any]:
    """Shares are fractions (None: not shown); `shown` as `rule_picture.reading` takes it; `label` the sentence that
    stands for the picture; `steps` the number of links of a small rule (a course's parts)."""
    return {"size": size, "pictures": pictures(reading(share, **shown), label, size, steps)}
