"""How a report writes numbers, in the active language; what is not shown is a dash."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cms.figures import percent

MINUS = "\N{MINUS SIGN}"
NOTHING = "–"


def number(count: int | None) -> str:
    """1914 as "1 914" (no-break space)."""
    return NOTHING if count is None else number_format(count, force_grouping=True)


def change(count: int | None) -> str:
    """Persons more or fewer, with a sign."""
    if not count:
        return number(count)
    return f"+{number(count)}" if count > 0 else f"{MINUS}{number(-count)}"


def spread(low: float, high: float, *, at_most: bool = False) -> str:
    """A range of shares: "81–87 %"; where only its upper end is known: "at most 34 %"."""
    if at_most:
        return _("at most %(share)s") % {"share": percent(high)}
    first, last = percent(low), percent(high)
    return last if first == last else f"{first.rstrip('%').rstrip()}–{last}"
