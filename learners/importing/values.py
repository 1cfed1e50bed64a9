"""A cell as a value: generous with how Norwegians write dates and numbers, strict with what is left."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from .reading import Cell
from .spreadsheets import Formula

EARLIEST, LATEST = dt.date(1930, 1, 1), dt.date(2100, 12, 31)
SERIAL_ZERO = dt.date(1899, 12, 30)  # as Excel counts from March 1900 on
ENDLESS = dt.date(9999, 12, 31)  # how some systems write “until further notice”
HR_NUMBER = re.compile(r"^[^\W_][\w./-]{0,39}$")
CODE = re.compile(r"^[^\W_][\w .&/-]{0,39}$")
POINTS = re.compile(r"^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$")
DASHES = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?$")
MIDNIGHT = re.compile(r"^(\d{1,2}\.\d{1,2}\.\d{4}) 00:00(?::00)?$")
YES = {"ja", "j", "yes", "y", "true", "sann", "1", "x", "hoved", "hovedstilling", "hovudstilling", "primær", "primary"}
NO = {"nei", "n", "no", "false", "usann", "0", "bi", "bistilling", "sekundær", "secondary"}
LANGUAGES = {
    "nb": ("nb", "bokmål", "bokmal", "norsk", "norsk bokmål", "no", "nob", "norwegian", "norwegian bokmål"),
    "nn": ("nn", "nynorsk", "norsk nynorsk", "nno", "norwegian nynorsk"),
    "se": ("se", "davvisámegiella", "nordsamisk", "samisk", "sme", "northern sami"),
    "en": ("en", "engelsk", "english", "eng"),
}


class WrongValue(Exception):
    """The cell cannot be that; the message is the reason."""


def text(cell: Cell) -> str:
    """The cell as one line of text without blanks at its ends. Raises WrongValue (formulas, control characters)."""
    if isinstance(cell, Formula):
        raise WrongValue(_("a formula or an error (%(formula)s): paste it as a value") % {"formula": str(cell)[:40]})
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "ja" if cell else "nei"
    found = unicodedata.normalize("NFC", str(cell)).replace("\u00a0", " ").replace("\u202f", " ").strip()
    if any(unicodedata.category(letter) == "Cc" for letter in found):
        raise WrongValue(_("has a line break or another control character"))
    if "\ufffd" in found:
        raise WrongValue(_("has a letter that got lost (�): the file was saved in the wrong encoding once"))
    return found


def hr_number(cell: Cell) -> str:
    if isinstance(cell, dt.datetime | dt.date | bool):
        raise WrongValue(_("a date or yes/no, not a number of a person: make the column text"))
    found = text(cell)
    if isinstance(cell, float) or re.fullmatch(r"\d+[.,]\d*[eE]\+?\d+", found):
        raise WrongValue(
            _("“%(value)s” is how a spreadsheet shortens a long number: make the column text") % {"value": found}
        )
    if found and not HR_NUMBER.match(found):
        raise WrongValue(
            _("“%(value)s” is no HR number: letters, numbers, hyphens, at most 40") % {"value": _short(found)}
        )
    return found


def name(cell: Cell) -> str:
    found = text(cell)
    if len(found) > 100:
        raise WrongValue(_("longer than 100 letters"))
    if any(letter.isdigit() for letter in found) or any(letter in found for letter in "<>@{}"):
        raise WrongValue(_("“%(value)s” is no name") % {"value": _short(found)})
    return found


def unit_name(cell: Cell) -> str:
    found = text(cell)
    if len(found) > 200 or any(letter in found for letter in "<>{}"):
        raise WrongValue(_("“%(value)s” is no name of a unit") % {"value": _short(found)})
    return found


def reference(cell: Cell) -> str:
    """A code or a name of a unit or position."""
    found = text(cell)
    if len(found) > 200 or any(letter in found for letter in "<>{}"):
        raise WrongValue(_("“%(value)s” is neither a code nor a name") % {"value": _short(found)})
    return found


def email(cell: Cell) -> str:
    found = text(cell).removeprefix("mailto:")
    if not found:
        return ""
    try:
        validate_email(found)
    except ValidationError as error:
        raise WrongValue(_("“%(value)s” is no e-mail address") % {"value": _short(found)}) from error
    return found.lower()


def language(cell: Cell) -> str:
    found = text(cell).casefold().replace("_", "-")
    if not found:
        return ""
    for code, names in LANGUAGES.items():
        if found in names or found.split("-")[0] == code:
            return code
    if found.startswith("no-"):
        return "nb"
    raise WrongValue(_("“%(value)s” is no language here: nb, nn, se or en") % {"value": _short(found)})


def day(cell: Cell) -> dt.date | None:
    """A day: 01.06.2026, 2026-06-01, or a spreadsheet's date. Raises WrongValue."""
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise WrongValue(_("has a time of day: a day is wanted"))
        return _sensible(cell.date())
    if isinstance(cell, dt.date):
        return _sensible(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_serial(cell)
    found = text(cell)
    return _of_text(found) if found else None


def last_day(cell: Cell) -> dt.date | None:
    """A last day as the first day after it; None: until further notice."""
    if isinstance(cell, dt.datetime | dt.date) and cell.year == ENDLESS.year:
        return None
    if isinstance(cell, str) and text(cell) in ("31.12.9999", "9999-12-31"):
        return None
    found = day(cell)
    return found + dt.timedelta(days=1) if found else None


def _of_serial(number: float) -> dt.date:
    """A spreadsheet's number of a day (46174 is 1 June 2026)."""
    if 10_000 < number < 80_000 and float(number).is_integer():
        return _sensible(SERIAL_ZERO + dt.timedelta(days=int(number)))
    raise WrongValue(_("“%(value)s” is no day: write 01.06.2026") % {"value": number})


def _of_text(found: str) -> dt.date:
    midnight = MIDNIGHT.match(found)
    found = midnight[1] if midnight else found
    points, dashes = POINTS.match(found), DASHES.match(found)
    try:
        if points:
            return _sensible(dt.date(int(points[3]), int(points[2]), int(points[1])))
        if dashes:
            return _sensible(dt.date(int(dashes[1]), int(dashes[2]), int(dashes[3])))
    except ValueError as error:
        raise WrongValue(_("“%(value)s” is not in the calendar") % {"value": found}) from error
    if re.fullmatch(r"\d{5}", found):
        meant = SERIAL_ZERO + dt.timedelta(days=int(found))
        raise WrongValue(
            _("“%(value)s” is how a spreadsheet numbers a day: write %(day)s")
            % {"value": found, "day": f"{meant:%d.%m.%Y}"}
        )
    raise WrongValue(_("“%(value)s” is no day: write 01.06.2026 or 2026-06-01") % {"value": _short(found)})


def _sensible(found: dt.date) -> dt.date:
    if not EARLIEST <= found <= LATEST:
        raise WrongValue(_("%(day)s lies too far off") % {"day": f"{found.day:02}.{found.month:02}.{found.year}"})
    return found


def percent(cell: Cell) -> Decimal | None:
    found = text(cell).removesuffix("%").strip().replace(",", ".")
    if not found:
        return None
    try:
        number = Decimal(found)
    except InvalidOperation as error:
        raise WrongValue(_("“%(value)s” is no per cent: write 80 or 62,5") % {"value": _short(found)}) from error
    if not number.is_finite() or not 0 < number <= 100:
        raise WrongValue(_("“%(value)s” is not between 0 and 100") % {"value": _short(found)})
    return number.quantize(Decimal("0.01"))


def yes(cell: Cell) -> bool | None:
    found = text(cell).casefold()
    if not found:
        return None
    if found in YES or found in NO:
        return found in YES
    raise WrongValue(_("“%(value)s” is neither yes nor no (ja, nei)") % {"value": _short(found)})


def full_time(cell: Cell) -> bool | None:
    """Whether a leave is on full time: yes, no, or its per cent."""
    found = text(cell)
    if re.fullmatch(r"[\d.,]+\s*%?", found) and found not in ("0", "1"):
        return percent(cell) == 100
    return yes(cell)


def codes(cell: Cell) -> list[str]:
    """Units, parted by commas."""
    return [part for part in (piece.strip() for piece in re.split(r"[,;|]", text(cell))) if part]


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
