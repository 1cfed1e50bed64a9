"""An import from bytes to facts: all of it in one transaction, or nothing; done again, it changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..changes import BATCH, Changes
from ..emails import follow as follow_emails
from ..models import FormerNumber, ImportRun, Learner, Leave, Posting, Unit
from . import columns as naming
from . import stored as storing
from .faults import Fault, FileRefused
from .people import Choices, PersonPlan, Planner, plan_gone
from .pictures import Painter, Pictures
from .posts import Positions, find_leaf
from .reading import Sheet, read
from .rows import Reader, Row
from .stored import Stored
from .tree import Gardener, Places

MOST_GONE = 5.0  # per cent
SHOWN = 200  # so many people a preview names


@dataclass(frozen=True)
class Order:
    """What is asked for. `most_gone`: how many per cent of those employed may disappear; `mapping`: header -> field."""

    on: dt.date
    full: bool = False
    most_gone: float = MOST_GONE
    mapping: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False


@dataclass(frozen=True)
class Example:
    """One person whom the import changes, for the preview: what happens, as keys of `EXAMPLES`."""

    hr_number: str
    name: str
    what: Sequence[str]
    learner_id: int | None = None


@dataclass
class Report:
    """What an import has changed, or would; `faults` keep it from changing anything."""

    order: Order
    columns: naming.Columns
    sheet: Sheet
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    units_opened: list[Unit] = field(default_factory=list)
    units_moved: list[Unit] = field(default_factory=list)
    units_renamed: list[Unit] = field(default_factory=list)
    positions_made: list[str] = field(default_factory=list)
    gone_per_cent: float = 0.0
    too_many_gone: str = ""

    @property
    def succeeded(self) -> bool:
        return not self.faults and not self.too_many_gone

    @property
    def changes_nothing(self) -> bool:
        names = ("new", "changed", "left", "returned", "units_opened", "units_moved", "units_renamed")
        return not any(self.counts[name] for name in names)


def run(
    content: bytes, order: Order, at: dt.datetime, *, file_name: str = "", by: Learner | None = None, source: str = ""
) -> Report:
    """Import the file, and log it. With `dry_run` nothing is stored, and nothing logged. Raises FileRefused."""
    detail: dict[str, Any] = {"on": order.on.isoformat(), "full": order.full}
    logged = ImportRun(
        source=source or "file", finished_at=at, succeeded=False, by=by, file_name=file_name[:200],
        file_hash=hashlib.sha256(content).hexdigest(), detail=detail,
    )  # fmt: skip
    try:
        report = run_sheet(read(content), order, at, logged)
    except FileRefused as reason:
        if not order.dry_run:
            logged.detail |= {"refused": str(reason)}
            logged.save()
        raise
    return report


def run_sheet(sheet: Sheet, order: Order, at: dt.datetime, logged: ImportRun | None) -> Report:
    """As `run`, for a table that is read already."""
    columns = naming.match(sheet.header, order.mapping)
    report = Report(order, columns, sheet, list(sheet.faults))
    reader = Reader(columns, report.faults)
    pictures = Painter(columns, report.faults).paint(reader.rows(sheet.lines))
    with transaction.atomic():
        _carry_out(pictures, reader.spoiled, order, at, report)  # also after a fault: all are told of at once
        if not report.succeeded or order.dry_run:
            transaction.set_rollback(True)
    report.faults.sort(key=lambda fault: fault.line)
    if logged is not None and not order.dry_run:
        logged.succeeded = report.succeeded
        logged.detail |= {"counts": dict(report.counts), "faults": len(report.faults)}
        if report.too_many_gone:
            logged.detail |= {"stopped": report.too_many_gone}
        logged.save()
    return report


def _carry_out(pictures: Pictures, spoiled: Iterable[Row], order: Order, at: dt.datetime, report: Report) -> None:
    _one_at_a_time()
    places = _tend(pictures, order, at, report)
    stored, positions = storing.load(), Positions.load()
    emails = {number: person.said.get("email") or "" for number, person in pictures.people.items()}
    choices = Choices(order.on, order.full)
    planner = Planner(choices, stored, places, positions, report.columns, report.faults, emails)
    for row in spoiled:
        if row.unit and not row.parent_unit:  # with one above it, the row may open it
            find_leaf(row.line, row.unit, planner)
    plans = [plan for picture in pictures.people.values() if (plan := planner.plan(picture))]
    if order.full and not report.faults:
        plans += _absent(planner, plans, report)
    report.counts["shortened"] = planner.shortened
    report.positions_made = [position.name for position in positions.made]
    _weigh(plans, stored, order, report)
    if report.succeeded:
        write(plans, at)


def _one_at_a_time() -> None:
    """Two imports at once would both see the other's people missing."""
    Unit.objects.select_for_update().order_by("pk").first()


def _tend(pictures: Pictures, order: Order, at: dt.datetime, report: Report) -> Places:
    starts = [post.start for person in pictures.people.values() for post in person.posts if post.start]
    starts += [day for person in pictures.people.values() if (day := person.said.get("employed_from"))]
    headers = {name: report.columns.header(name) for name in ("unit", "parent_unit")}
    gardener = Gardener(order.on, min([order.on, *starts]), at, report.faults, headers)
    places = gardener.tend(pictures.units.values())
    tended = gardener.outcome
    report.units_opened, report.units_moved, report.units_renamed = tended.opened, tended.moved, tended.renamed
    for name in ("opened", "moved", "renamed"):
        report.counts[f"units_{name}"] = len(getattr(tended, name))
    return places


def _absent(planner: Planner, plans: Iterable[PersonPlan], report: Report) -> list[PersonPlan]:
    """Those whom the full picture no longer has. Who has no HR number (a system's account) is not in its reach."""
    there = {id(plan.person) for plan in plans}
    told = set(planner.taken)
    on = planner.choices.on
    gone = [
        plan_gone(person, on)
        for person in planner.stored.people
        if id(person) not in there and person.learner.pk not in told and _still_there(person, on)
    ]
    report.counts["absent"] = len(gone)
    return gone


def _still_there(person: storing.StoredPerson, on: dt.date) -> bool:
    return any(row.valid_to is None or row.valid_to > on for row in person.employments)


def _weigh(plans: Sequence[PersonPlan], stored: Stored, order: Order, report: Report) -> None:
    """Count what would change, and whether too many would disappear."""
    report.counts["people"] = len(plans)
    for plan in plans:
        _count(plan, report)
    employed = sum(person.employed(order.on) for person in stored.people)
    gone = report.counts["left"]
    report.gone_per_cent = 100 * gone / employed if employed else 0.0
    if employed and report.gone_per_cent > order.most_gone:
        report.too_many_gone = _(
            "%(gone)s of %(employed)s employed would disappear: more than %(share)s %%. "
            "Nothing is changed. Is the file cut off?"
        ) % {"gone": gone, "employed": employed, "share": f"{order.most_gone:g}".replace(".", ",")}


def _count(plan: PersonPlan, report: Report) -> None:
    what = _happens(plan)
    report.counts.update(what or ["unchanged"])
    if what and not plan.new:
        report.counts["changed"] += 1
    report.counts["postings_closed"] += sum(isinstance(row, Posting) for row in plan.changes.close)
    report.counts["postings_added"] += sum(isinstance(row, Posting) for row in plan.changes.add)
    if what and len(report.examples) < SHOWN:
        learner = plan.person.learner
        name = (
            f"{plan.fields.get('given_name', learner.given_name)} {plan.fields.get('family_name', learner.family_name)}"
        )
        report.examples.append(Example(learner.hr_number or "", name.strip(), what, learner.pk))


def _happens(plan: PersonPlan) -> list[str]:
    found = []
    if plan.new:
        found.append("new")
    elif plan.leaves:
        found.append("left")
    elif plan.joins:
        found.append("returned")
    if "hr_number" in plan.fields and not plan.new:
        found.append("number")
    if set(plan.fields) - {"hr_number"} and not plan.new:
        found.append("named")
    if not plan.new and not plan.leaves and any(isinstance(row, Posting) for row in plan.changes.add):
        found.append("posted")
    if any(isinstance(row, Leave) for row in plan.changes.add):
        found.append("leave")
    if not found and plan.changes:
        found.append("facts")
    return found


# What happens to somebody, as the preview says it.
EXAMPLES = {
    "new": gettext_lazy("is new"),
    "left": gettext_lazy("leaves"),
    "returned": gettext_lazy("comes back"),
    "number": gettext_lazy("gets another HR number"),
    "named": gettext_lazy("name, e-mail or language"),
    "posted": gettext_lazy("another position or unit"),
    "leave": gettext_lazy("leave"),
    "facts": gettext_lazy("other dates"),
}


def write(plans: Sequence[PersonPlan], at: dt.datetime) -> None:
    """Store the plans: people first, then the facts about them."""
    new = [plan.person.learner for plan in plans if plan.new]
    for plan in plans:
        for name, value in plan.fields.items():
            setattr(plan.person.learner, name, value if value is not None or name == "email" else "")
    changed = [plan for plan in plans if plan.fields and not plan.new]
    _free(changed)
    Learner.objects.bulk_create(new, batch_size=BATCH)
    names = sorted({name for plan in changed for name in plan.fields})
    if changed:
        Learner.objects.bulk_update([plan.person.learner for plan in changed], names, batch_size=BATCH)
        follow_emails([plan.person.learner for plan in changed if "email" in plan.fields])
    FormerNumber.objects.bulk_create(
        [
            FormerNumber(learner=plan.person.learner, hr_number=plan.former_number, until=at)
            for plan in changed
            if plan.former_number
        ],
        ignore_conflicts=True,
    )
    _apply(plans, at)


def _free(changed: Sequence[PersonPlan]) -> None:
    """Two people may swap e-mail addresses: those that change are given up first."""
    keys = [plan.person.learner.pk for plan in changed if "email" in plan.fields]
    for first in range(0, len(keys), BATCH):
        Learner.objects.filter(pk__in=keys[first : first + BATCH]).update(email=None)


def _apply(plans: Sequence[PersonPlan], at: dt.datetime) -> None:
    whole = Changes()
    for plan in plans:
        for row in plan.changes.add:
            row.learner = plan.person.learner  # type: ignore[attr-defined]
        whole.merge(plan.changes)
    whole.apply(at)
