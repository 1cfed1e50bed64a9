"""Moments in statements: RFC 3339 text to aware UTC and back."""

import datetime as dt
import re

# 1.0.3 Data 2.4.7 and 4.5 (ISO 8601), 2.0.0 4.2.4 (RFC 3339); "-00:00" says "offset unknown" and both refuse it.
_SHAPE = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:(?P<second>\d\d)([.,]\d+)?)?(?P<zone>[Zz]|[+-]\d\d(:?\d\d)?)?", re.ASCII
)


def parse(text: str, *, offset_needed: bool = False) -> dt.datetime:
    """Aware UTC. Without an offset it is taken as UTC. Raises ValueError saying what is wrong."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError("is not a date and time as in 2026-11-16T08:30:00.000Z")
    zone = match["zone"] or ""
    if zone.startswith("-") and not zone.strip("-0:"):
        raise ValueError("has the offset -00:00")
    if offset_needed and not zone:
        raise ValueError("has no offset from UTC")
    if match["second"] == "60":  # a leap second, which Python has not: its last moment
        text = f"{text[: match.start('second')]}59.999999{zone}"
    try:
        moment = dt.datetime.fromisoformat(text.upper().replace(",", "."))
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("is not a date and time that exists") from error


def text(moment: dt.datetime) -> str:
    """UTC with microseconds and Z."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
