"""An import's report in words: for the screen, and for the page."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .faults import Fault
from .running import Report

SENTENCES: dict[str, Callable[[int], str]] = {
    "returned": lambda n: ngettext("%(n)s person comes back.", "%(n)s people come back.", n),
    "posted": lambda n: ngettext("%(n)s gets another position or unit.", "%(n)s get another position or unit.", n),
    "named": lambda n: ngettext(
        "%(n)s gets another name, e-mail or language.", "%(n)s get another name, e-mail or language.", n
    ),
    "number": lambda n: ngettext("%(n)s gets another HR number.", "%(n)s get another HR number.", n),
    "leave": lambda n: ngettext("%(n)s has other days of leave.", "%(n)s have other days of leave.", n),
    "absent": lambda n: ngettext("%(n)s is not in the file and leaves.", "%(n)s are not in the file and leave.", n),
    "shortened": lambda n: ngettext(
        "%(n)s position is told of for days when its unit was not there, and holds only while the unit is.",
        "%(n)s positions are told of for days when their unit was not there, and hold only while the unit is.",
        n,
    ),
    "unchanged": lambda n: ngettext("%(n)s is as before.", "%(n)s are as before.", n),
}


def headline(report: Report) -> str:
    """What has happened, or would, in a sentence."""
    if report.changes_nothing:
        return (
            _("Nothing would change.")
            if report.order.dry_run
            else _("Nothing has changed: the file says what is known already.")
        )
    counts = report.counts
    units = counts["units_opened"] + counts["units_moved"] + counts["units_renamed"]
    new = ngettext("%(n)s new person", "%(n)s new people", counts["new"]) % {"n": counts["new"]}
    said = [new, _("%(n)s changed") % {"n": counts["changed"]}]
    if counts["left"]:
        said.append(ngettext("of whom %(n)s leaves", "of whom %(n)s leave", counts["left"]) % {"n": counts["left"]})
    if units:
        said.append(ngettext("%(n)s unit", "%(n)s units", units) % {"n": units})
    done = report.succeeded and not report.order.dry_run
    frame = _("Imported: %(what)s.") if done else _("This would change: %(what)s.")
    return frame % {"what": ", ".join(said)}


def lines(report: Report) -> list[str]:
    """The report, line by line."""
    found = []
    if report.succeeded or report.counts["people"]:
        found = [headline(report), *details(report)]
    if report.columns.unread:
        found.append(_("Columns that are not read: %(columns)s.") % {"columns": ", ".join(report.columns.unread)})
    if report.succeeded and report.order.dry_run:
        found.append(_("This was a trial: nothing is stored."))
    return found


def details(report: Report) -> list[str]:
    counts = report.counts
    found = [sentence(counts[name]) % {"n": counts[name]} for name, sentence in SENTENCES.items() if counts[name]]
    for title, units in (
        (_("New units: %(units)s."), report.units_opened),
        (_("Units that move: %(units)s."), report.units_moved),
        (_("Units with another name: %(units)s."), report.units_renamed),
    ):
        if units:
            found.append(title % {"units": ", ".join(f"{unit.name} ({unit.code})" for unit in units[:30])})
    if report.positions_made:
        found.append(_("New positions: %(positions)s.") % {"positions": ", ".join(report.positions_made[:30])})
    return found


def fault(one: Fault) -> str:
    """“Linje 7, Fødselsdato: …”"""
    if one.column:
        return _("Line %(line)s, %(column)s: %(reason)s.") % {
            "line": one.line,
            "column": one.column,
            "reason": one.reason,
        }
    return _("Line %(line)s: %(reason)s.") % {"line": one.line, "reason": one.reason.rstrip(".?")}


def why_not(report: Report) -> str:
    """Why nothing was changed."""
    if report.faults:
        rows = len({one.line for one in report.faults})
        return ngettext(
            "%(rows)s row has faults. Nothing is changed.", "%(rows)s rows have faults. Nothing is changed.", rows
        ) % {"rows": rows}
    return report.too_many_gone
