"""A report's content in words, in the active language: page, PDF, spreadsheet and mail all take them from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.figures import STAND_IN, clock, long_date, percent, short_date
from cms.rule import Reading
from cms.rule_picture import pictures, reading

from . import sentences
from .content import Content
from .models import WeeklyReport
from .numbers import change, number, spread
from .weeks import parse


@dataclass(frozen=True)
class Row:
    """One part of a campaign in the table of figures."""

    title: str
    completed: str
    counted: str
    share: str
    change: str
    forecast: str
    hidden: bool


@dataclass(frozen=True)
class Step:
    """One line of the bridge: what happened, and the persons in the two columns; ends have plain numbers."""

    title: str
    counted: str
    completed: str
    is_end: bool


@dataclass(frozen=True)
class UnitCell:
    """One unit's figure in one part, by the part's name; `text` where there is no figure to show."""

    part: str
    share: str
    count: str
    text: str


@dataclass(frozen=True)
class UnitRow:
    """One unit with a cell for each part; `reading` is the first part's rule, None where there is nothing to draw."""

    code: str
    name: str
    cells: tuple[UnitCell, ...]
    reading: Reading | None
    alt: str

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """The small folding rule, for components/rule.html."""
        return pictures(self.reading, self.alt, "small") if self.reading else []


@dataclass(frozen=True)
class Section:
    """One campaign."""

    title: str
    sentence: str
    target: str
    rows: tuple[Row, ...]
    parts: tuple[str, ...]
    units: tuple[UnitRow, ...]
    bridge: tuple[Step, ...]
    compared: str
    notes: tuple[str, ...]
    reading: Reading | None  # None where no figure is shown: an empty rule would look like 0 %
    alt: str  # the sentence that stands for the rule

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """The folding rule, wide and narrow, for components/rule.html."""
        return pictures(self.reading, self.alt) if self.reading else []


@dataclass(frozen=True)
class Told:
    """A whole report in one language."""

    language: str
    week: str
    title: str
    unit_code: str
    unit: str
    period: str
    headline: str
    provisional: str
    demo: str
    change_label: str
    sections: tuple[Section, ...]
    deadlines: tuple[str, ...]
    restated: tuple[str, ...]
    trust: tuple[str, ...]
    about: tuple[str, ...]


def tell(content: Content, report: WeeklyReport | None) -> Told:
    """`content` in words; `report` is None for the unfinished week."""
    week = parse(content["week"])
    campaigns = content["campaigns"]
    language = translation.get_language() or "nb"
    return Told(
        language=STAND_IN.get(language, language),
        week=week.name,
        title=_("Weekly report, week %(number)s of %(year)s") % {"number": week.number, "year": week.year},
        unit_code=content["unit"]["code"],
        unit=content["unit"]["name"],
        period=_period(content),
        headline=sentences.headline(campaigns[0], content),
        provisional=_provisional(content),
        demo=_("Demo: people and figures are invented") if content["demo"] else "",
        change_label=_("Since Sunday") if _is_midweek(content) else pgettext("figure", "Change"),
        sections=tuple(_section(campaign, content, number == 0) for number, campaign in enumerate(campaigns)),
        deadlines=tuple(sentences.ahead_of_us(content)),
        restated=tuple(sentences.restated(content)),
        trust=tuple(sentences.trust(content)),
        about=tuple(_about(content, report)),
    )


def _period(content: Content) -> str:
    first, last = dt.date.fromisoformat(content["from"]), dt.date.fromisoformat(content["as_of"])
    return _("%(first)s to %(last)s") % {"first": long_date(first), "last": long_date(last)}


def _is_midweek(content: Content) -> bool:
    return dt.date.fromisoformat(content["as_of"]).isoweekday() != 7


def _provisional(content: Content) -> str:
    if not content["provisional"]:
        return ""
    return _(
        "Provisional: the week is not finished, and the figures may change. "
        "Groups of fewer than 30 are shown as they were last Sunday. The report is made on Monday at 06:00."
    )


def _section(campaign: Content, content: Content, leads: bool) -> Section:
    main, shown = campaign["parts"][0], campaign["parts"]
    read = None if main["share"] is None else _reading(main, campaign)
    return Section(
        title=sentences.title_of(campaign),
        sentence=sentences.outlook(campaign) if leads else sentences.whole(campaign, content),
        target=_("target %(share)s by %(day)s")
        % {"share": percent(campaign["target"]), "day": short_date(dt.date.fromisoformat(campaign["deadline"]))},
        rows=tuple(_row(part) for part in shown),
        # A single course stands above already: its column needs no name.
        parts=tuple(sentences.part_title(part) for part in shown) if len(shown) > 1 else (_("Completed"),),
        units=_unit_rows(campaign),
        bridge=_bridge(main),
        compared=sentences.compared(campaign),
        notes=tuple(sentences.notes(campaign)),
        reading=read,
        alt=sentences.picture(campaign, read) if read else "",
    )


def _bridge(part: Content) -> tuple[Step, ...]:
    """Last Sunday's figure, what happened since, and this one; empty where there is no bridge."""
    told = part.get("bridge")
    if not told:
        return ()
    days = (dt.date.fromisoformat(told["since"]), dt.date.fromisoformat(part["as_of"]))
    first, last = (_("As of %(day)s") % {"day": short_date(day)} for day in days)
    return (
        _end(first, told["opening"]),
        *(
            Step(sentences.cause(s["cause"]), change(s["counted"]), change(s["completed"]), False)
            for s in told["steps"]
        ),
        _end(last, told["closing"]),
    )


def _end(title: str, counts: Content) -> Step:
    return Step(title, number(counts["counted"]), number(counts["completed"]), True)


def _reading(part: Content, campaign: Content) -> Reading:
    told, before = part["forecast"], part["last_week"]
    return reading(
        part["share"],
        target=campaign["target"],
        forecast_low=told["low"] if told else None,
        forecast_high=told["high"] if told else None,
        at_most=sentences.at_most(part),
        last_week=before["share"] if before else None,
        share_text=percent(part["share"]),
    )


def _row(part: Content) -> Row:
    told = part["forecast"]
    return Row(
        title=sentences.part_title(part),
        completed=number(part["completed"]),
        counted=number(part["counted"]),
        share=percent(part["share"]),
        change=change(part["change"]),
        forecast=spread(told["low"], told["high"], at_most=sentences.at_most(part)) if told else "–",
        hidden=part["suppressed"],
    )


def _unit_rows(campaign: Content) -> tuple[UnitRow, ...]:
    """The units in the order of the first part; one that a part has nothing of gets an empty cell."""
    parts: Sequence[Content] = campaign["parts"]
    by_part = [{unit["code"]: unit for unit in part["units"]} for part in parts]
    names = {unit["code"]: unit["name"] for part in parts for unit in part["units"]}
    return tuple(
        _unit_row(campaign, code, name, [units.get(code) for units in by_part]) for code, name in names.items()
    )


def _unit_row(campaign: Content, code: str, name: str, units: Sequence[Content | None]) -> UnitRow:
    share = units[0]["share"] if units[0] else None
    read = None if share is None else reading(share, target=campaign["target"], share_text=percent(share))
    alt = f"{name}, {sentences.title_of(campaign)}: {percent(share)}"
    return UnitRow(code, name, tuple(map(_unit_cell, campaign["parts"], units)), read, alt)


def _unit_cell(part: Content, unit: Content | None) -> UnitCell:
    title = sentences.part_title(part)
    if unit is None or unit["counted"] == 0:
        return UnitCell(title, "", "", _("nobody asked"))
    if unit["suppressed"]:
        return UnitCell(title, "", "", sentences.not_shown())
    counts = {"completed": number(unit["completed"]), "counted": number(unit["counted"])}
    count = _("%(completed)s of %(counted)s") % counts
    return UnitCell(title, percent(unit["share"]), count, "")


def _about(content: Content, report: WeeklyReport | None) -> list[str]:
    lines = [_known(content)]
    if content.get("own_team"):
        lines.append(sentences.own_team())
    if content["people_received_at"]:
        lines.append(_("People data received %(when)s.") % {"when": moment(content["people_received_at"])})
    if content["statements_received_at"]:
        lines.append(_("Completions read up to %(when)s.") % {"when": moment(content["statements_received_at"])})
    lines.append(_("Counted by rule version %(version)s.") % {"version": content["rule_version"]})
    if report:
        lines.append(
            _("Frozen %(when)s; fingerprint %(hash)s.")
            % {"when": moment(report.made_at.isoformat()), "hash": report.content_hash[:16]}
        )
    return lines


def _known(content: Content) -> str:
    if content["provisional"]:
        return _("The figures are as they are known now.")
    closes = parse(content["week"]).closes_at
    return _("The figures are as they were known %(when)s; corrections that came later show in later weeks.") % {
        "when": moment(closes.isoformat())
    }


def moment(text: str) -> str:
    """An ISO moment as "mandag 23. november 2026 kl. 06.00", in Oslo's time."""
    local = timezone.localtime(dt.datetime.fromisoformat(text))
    return _("%(day)s at %(time)s") % {"day": long_date(local), "time": clock(local)}
