"""Makes weekly reports: once each, from what was known at the week's close, also when made late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.models import Campaign
from learners.models import ImportRun, Unit

from ..barometer import cells, hiding
from ..barometer.facts import Facts, load
from ..barometer.figures import figures_of_parts, root_unit
from ..barometer.published import Figure
from ..barometer.rule import RULE_VERSION
from ..clock import oslo_day
from ..completions.models import Cursor
from . import behind, restating
from .content import Content, build
from .exceptions import FiguresDisagree, NoReport
from .models import WeeklyReport, fingerprint
from .quality import quality
from .weeks import Week

# How long after a week's close its report waits for statements that were stored before it.
WAIT_FOR_STATEMENTS = dt.timedelta(minutes=10)
# How long after its deadline a campaign stays in the reports.
SHOWN_AFTER_DEADLINE = dt.timedelta(weeks=4)
Ages = dict[str, dt.datetime | None]


@dataclass
class Round:
    """The making of one closed week's reports: what several units' reports share is counted once.

    `loaded`: the campaigns' facts, to be shared with other weeks made at once, between which nothing changes.
    """

    week: Week
    at: dt.datetime
    loaded: dict[str, Facts] = field(default_factory=dict)
    _listed: dict[str, behind.Lists] = field(default_factory=dict)

    def make(self, unit: Unit) -> tuple[WeeklyReport, bool]:
        """The report for `unit`, and whether it was made now. Raises NoReport, FiguresDisagree."""
        stored = find(self.week, unit)
        if stored:
            return stored, False
        campaigns = self._prepared()
        sunday, close = self.week.sunday, self.week.closes_at
        figures = _figures(campaigns, unit, sunday, "then", self.at)
        content = build(
            self.week, unit, figures,
            known="then", as_of=sunday, ages=_ages_then(self.week), demo=settings.LOCAL,
            quality=quality(unit, sunday, close, unit == self._root()),
            restatements=self._restatements(unit, figures),
        )  # fmt: skip
        proof = behind.proof(unit, self._listed)
        # Two that make the same report at once: the first to store it wins, the other reads that one.
        return WeeklyReport.objects.get_or_create(
            week=self.week.name,
            unit=unit,
            defaults={
                "made_at": self.at,
                "rule_version": RULE_VERSION,
                "content": content,
                "behind": proof,
                "content_hash": fingerprint(content, proof),
            },
        )

    def _root(self) -> Unit:
        return root_unit(self.week.sunday)

    def _restatements(self, unit: Unit, figures: list[list[Figure]]) -> list[Content]:
        """What has been corrected in earlier weeks and no earlier report has told."""
        sunday = self.week.sunday
        latest = _figures([parts[0].campaign for parts in figures], unit, sunday, "now", self.at)
        earlier = WeeklyReport.objects.filter(
            unit=unit, week__lt=self.week.name, week__gte=restating.first_week(sunday)
        )
        return restating.of_all(figures, latest, earlier.order_by("week").values_list("content", flat=True))

    def _prepared(self) -> list[Campaign]:
        """The week's campaigns, with counts and hiding decided for its Sunday and equal to the lists."""
        campaigns = campaigns_of(self.week, self.week.sunday)
        for campaign in campaigns:
            if campaign.slug not in self._listed:
                self._prepare(campaign)
        return campaigns

    def _prepare(self, campaign: Campaign) -> None:
        root = root_unit(self.week.sunday)
        cells.refresh(campaign, self.at)
        hiding.decide_weeks(campaign, self.week.sunday)
        if campaign.slug not in self.loaded:
            self.loaded[campaign.slug] = load(campaign)
        listed = behind.lists(self.loaded[campaign.slug], self.week)
        if not behind.agrees(campaign, root, listed):
            # A statement stored before the close may have been read after the week was counted: count again.
            cells.compute(campaign, [(self.week.sunday, "then")])
            self.loaded[campaign.slug] = load(campaign)
            listed = behind.lists(self.loaded[campaign.slug], self.week)
            if not behind.agrees(campaign, root, listed):
                raise FiguresDisagree(f"{campaign.slug}, {self.week.name}: the lists do not add up to the figures.")
        self._listed[campaign.slug] = listed


def is_settled(week: Week, at: dt.datetime) -> bool:
    """Whether the week is closed and the statements from before its close have been read (or ten minutes are over)."""
    if not week.is_closed(at):
        return False
    moved = Cursor.objects.filter(name="completions").values_list("moved_at", flat=True).first()
    return moved is None or moved >= week.closes_at or at >= week.closes_at + WAIT_FOR_STATEMENTS


def make(week: Week, unit: Unit, at: dt.datetime) -> tuple[WeeklyReport, bool]:
    """The report of a closed `week` for `unit`, and whether it was made now. Raises NoReport, FiguresDisagree."""
    if not is_settled(week, at):
        raise NoReport(_("Week %(week)s is not finished; its report is made on Monday at 06:00.") % {"week": week.name})
    return Round(week, at).make(unit)


def provisional(week: Week, unit: Unit, at: dt.datetime) -> Content:
    """The content of the unfinished week so far, as it is known now; stored nowhere. Raises NoReport."""
    as_of = min(week.sunday, oslo_day(at))
    figures = _figures(campaigns_of(week, as_of), unit, as_of, "now", at)
    newest = figures[0][0]
    ages = {
        "people_received_at": newest.people_received_at,
        "statements_received_at": newest.statements_received_at,
    }
    trust = quality(unit, as_of, at, newest.country)
    return build(
        week, unit, figures, known="now", as_of=as_of, ages=ages, quality=trust, restatements=[], demo=settings.LOCAL
    )


def content_of(week: Week, unit: Unit, at: dt.datetime) -> tuple[Content, WeeklyReport | None]:
    """What to show of `week`: the frozen report (made now if it is missing), or the unfinished week so far."""
    if not is_settled(week, at):
        return provisional(week, unit, at), None
    report, _made = make(week, unit, at)
    return report.content, report


def find(week: Week, unit: Unit) -> WeeklyReport | None:
    """The stored report, without the lists behind it."""
    return WeeklyReport.objects.filter(week=week.name, unit=unit).select_related("unit").defer("behind").first()


def campaigns_of(week: Week, as_of: dt.date) -> list[Campaign]:
    """The campaigns that a report is about, the next deadline first. Raises NoReport where there is none.

    Those that had begun, until four weeks after their deadline.
    """
    running = Campaign.objects.filter(start__lte=as_of, deadline__gte=week.monday - SHOWN_AFTER_DEADLINE)
    found = list(running.order_by("deadline", "slug"))
    if not found:
        raise NoReport(_("There is no report for week %(week)s: no campaign was running then.") % {"week": week.name})
    return found


def measured(weeks: Iterable[Week]) -> list[Week]:
    """Those of `weeks` in which a campaign was running, in their order; one query."""
    spans = list(Campaign.objects.values_list("start", "deadline"))
    return [
        week
        for week in weeks
        if any(start <= week.sunday and end >= week.monday - SHOWN_AFTER_DEADLINE for start, end in spans)
    ]


def _figures(campaigns: list[Campaign], unit: Unit, on: dt.date, known: str, at: dt.datetime) -> list[list[Figure]]:
    return [figures_of_parts(campaign, unit, on, known, at) for campaign in campaigns]


def _ages_then(week: Week) -> Ages:
    """How old the data were at the week's close; null for statements that were followed up to the close."""
    close = week.closes_at
    imports = ImportRun.objects.filter(succeeded=True, finished_at__lt=close)
    moved = Cursor.objects.filter(name="completions").values_list("moved_at", flat=True).first()
    return {
        "people_received_at": imports.aggregate(Max("finished_at"))["finished_at__max"],
        "statements_received_at": moved if moved and moved < close else None,
    }
