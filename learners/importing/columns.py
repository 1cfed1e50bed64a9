"""Which column is what: fields, and the many names that HR systems give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .faults import FileRefused

ALIASES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headers.yaml").read_text(encoding="utf-8"))
# What the interface calls each field.
NAMES: dict[str, Promise] = {
    "hr_number": gettext_lazy("HR number"),
    "former_hr_number": gettext_lazy("former HR number"),
    "given_name": gettext_lazy("given name"),
    "family_name": gettext_lazy("family name"),
    "full_name": gettext_lazy("full name"),
    "email": gettext_lazy("e-mail"),
    "language": gettext_lazy("language"),
    "employed_from": gettext_lazy("employed from"),
    "employed_to": gettext_lazy("employed until"),
    "unit": gettext_lazy("unit (code or name)"),
    "unit_name": gettext_lazy("unit's name"),
    "unit_kind": gettext_lazy("kind of unit"),
    "parent_unit": gettext_lazy("unit above"),
    "parent_name": gettext_lazy("name of the unit above"),
    "position": gettext_lazy("position (code or name)"),
    "position_name": gettext_lazy("position's name"),
    "primary": gettext_lazy("primary position"),
    "percent": gettext_lazy("per cent of full time"),
    "posted_from": gettext_lazy("in the position from"),
    "posted_to": gettext_lazy("in the position until"),
    "leave_from": gettext_lazy("on leave from"),
    "leave_to": gettext_lazy("on leave until"),
    "leave_full_time": gettext_lazy("leave is full-time"),
    "leader": gettext_lazy("leads the unit"),
    "leads": gettext_lazy("leads these units"),
}
FIELDS = frozenset(ALIASES)
# Of two columns for one of these, such as “Enhetskode” and “Enhet”, the code is the field and the other its name.
WITH_NAME = {"unit": "unit_name", "parent_unit": "parent_name", "position": "position_name"}
_CODE = re.compile(r"(kode|nummer|nr|id|code|number|no)$")
IGNORED = "-"  # what a mapping says of a column that is not to be read
OURS = {"linje", "feil", "line", "fault"}  # columns that a file to be mended has beside its own


def plain(text: str) -> str:
    """The text in small letters, with nothing but letters and numbers."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[\W_]+", "", folded) or text.strip()


_BY_NAME = {plain(alias): field for field, aliases in ALIASES.items() for alias in (*aliases, field)}


@dataclass(frozen=True)
class Columns:
    """Field -> (place in the row, header); the headers that nobody reads."""

    places: Mapping[str, tuple[int, str]]
    unread: Sequence[str]

    def header(self, field: str) -> str:
        """What the file calls the field."""
        return self.places[field][1] if field in self.places else str(NAMES.get(field, field))


def match(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> Columns:
    """Find each field's column. `mapping`: header -> field, before the names we know; "-" leaves a column out.

    Raises FileRefused where a field has two columns, the HR number has none, or the mapping names no column.
    """
    chosen = {plain(name): field for name, field in (mapping or {}).items()}
    _check_mapping(chosen, header, mapping or {})
    places: dict[str, tuple[int, str]] = {}
    unread = []
    for place, text in enumerate(header):
        field = chosen.get(plain(text)) or _by_name(text, taken=set(chosen.values()))
        if field is None or field == IGNORED:
            if text and plain(text) not in OURS:
                unread.append(text)
        else:
            _enter(places, field, (place, text))
    _check_needed(places, header)
    return Columns(places, unread)


def _enter(places: dict[str, tuple[int, str]], field: str, found: tuple[int, str]) -> None:
    if field not in places:
        places[field] = found
        return
    earlier, name = places[field], WITH_NAME.get(field)
    codes = [bool(_CODE.search(plain(column[1]))) for column in (earlier, found)]
    if name is None or name in places or codes[0] == codes[1]:
        raise FileRefused(
            _("Two columns say the same: “%(one)s” and “%(two)s”. Take one out, or say in a mapping what it is.")
            % {"one": earlier[1], "two": found[1]}
        )
    places[field], places[name] = (earlier, found) if codes[0] else (found, earlier)


def _by_name(text: str, taken: set[str]) -> str | None:
    field = _BY_NAME.get(plain(text)) if text else None
    return None if field in taken else field


def _check_mapping(chosen: Mapping[str, str], header: Sequence[str], mapping: Mapping[str, str]) -> None:
    for name, field in mapping.items():
        if field not in FIELDS and field != IGNORED:
            raise FileRefused(_("The mapping says “%(field)s”, which is no field.") % {"field": field})
        if plain(name) not in {plain(text) for text in header} and field != IGNORED:
            raise FileRefused(
                _("The mapping names the column “%(column)s”, which the file has not.") % {"column": name}
            )


def _check_needed(places: Mapping[str, tuple[int, str]], header: Sequence[str]) -> None:
    if "hr_number" in places:
        return
    raise FileRefused(
        _("The file has no column for the HR number. Its columns are: %(columns)s.")
        % {"columns": ", ".join(text or "–" for text in header)}
    )
