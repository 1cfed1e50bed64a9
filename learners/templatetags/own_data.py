"""Own data on the page of privacy: `{{ value|as_written }}`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import formats, timezone

register = template.Library()


@register.filter
def as_written(value: Any) -> str:
    """Days and moments as the reader's language writes them; everything else as it is."""
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return formats.date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, dt.date) else str(value)
