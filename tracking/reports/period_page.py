"""The table of a tertial or a year as its page has it: the unit itself first, each campaign's units folded in below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .period_sheet import words
from .periods import Line, Table


@dataclass(frozen=True)
class Part:
    """One bar of a campaign: the unit's own line, and those of the units below."""

    title: str
    own: Line
    units: Sequence[Line]


@dataclass(frozen=True)
class Campaign:
    slug: str
    title: str
    parts: Sequence[Part]

    @property
    def has_units(self) -> bool:
        return any(part.units for part in self.parts)


def campaigns(told: Table) -> list[Campaign]:
    """The lines by campaign and part, in the order that they are told in, with titles in the active language."""
    found = []
    for campaign, lines in groupby(told.lines, key=lambda line: line.campaign):
        parts = []
        for _part, those in groupby(lines, key=lambda line: line.part.part):
            own, *units = those
            parts.append(Part(words(own)[1], own, units))
        found.append(Campaign(campaign.slug, words(parts[0].own)[0], parts))
    return found
