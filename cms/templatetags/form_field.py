"""A form's field with the design system's class, and no placeholder: the label stands above it."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def plain_input(field: BoundField) -> SafeString:
    attributes: dict[str, Any] = {"class": "ds-input", "placeholder": ""}
    if field.errors:
        attributes["aria-describedby"] = f"{field.auto_id}_error"
    return field.as_widget(attrs=attributes)
