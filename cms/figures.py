"""How shares and dates are written for people, in the active language."""

from __future__ import annotations

import datetime as dt
import math

from django.utils import formats, timezone, translation

NO_BREAK = "\N{NO-BREAK SPACE}"
# Django has no names of days and months in Northern Sami; bokmål until its translators have been there.
STAND_IN = {"se": "nb"}


def whole_percent(share: float) -> int:
    """The share rounded down, so that 100 means all. The tiny addend undoes binary fractions (0.29 * 100 < 29)."""
    return math.floor(float(share) * 100 + 1e-9)


def percent(share: float | None) -> str:
    """`0.634` as "63 %" (English: "63%"); an unknown share is a dash."""
    if share is None:
        return "–"
    gap = "" if _language() == "en" else NO_BREAK
    return f"{whole_percent(share)}{gap}%"


def long_date(day: dt.date | dt.datetime) -> str:
    """ "søndag 15. november 2026" """
    return _written(day, "l j F Y", "l j. F Y")


def short_date(day: dt.date | dt.datetime) -> str:
    """ "15. november 2026" """
    return _written(day, "j F Y", "j. F Y")


def moment(at: dt.datetime) -> str:
    """ "søndag 15. november 2026 kl. 14.05", in Europe/Oslo"""
    local = timezone.localtime(at)
    if _language() == "en":
        return f"{long_date(local)} at {local:%H:%M}"
    return f"{long_date(local)} kl. {local:%H.%M}"


def clock(moment: dt.datetime) -> str:
    """The time of day in Oslo: "06.00" (English: "06:00")."""
    return formats.date_format(timezone.localtime(moment), "H:i" if _language() == "en" else "H.i")


def _written(day: dt.date | dt.datetime, english: str, norwegian: str) -> str:
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day)
    language = _language()
    with translation.override(STAND_IN.get(language, language)):
        return formats.date_format(day, english if language == "en" else norwegian)


def _language() -> str:
    return translation.get_language() or "nb"
